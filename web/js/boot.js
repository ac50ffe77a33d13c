// Starts the page. An external script, so that the policy needs no exception for inline ones; Trunk writes the hashed
// names of the files into the data attributes of its tag.

/** @type {HTMLScriptElement} */
const tag = /** @type {any} */ (document.querySelector("script[data-wasm]"));

/** @param {string | undefined} path */
const address = (path) => new URL(path ?? "", document.baseURI).href;

/**
 * Compiles while it loads, where the server says what it sends.
 * @param {string | undefined} path
 */
async function compile(path) {
  const response = await fetch(address(path));
  if (!response.ok) throw new Error(`the server answers ${response.status} for ${path}`);
  const told = response.headers.get("content-type")?.startsWith("application/wasm");
  return told ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

// A worker from a blob inherits the page's policy; one from an address would not, since the policy is a <meta> tag.
const importing = `import ${JSON.stringify(address(tag.dataset.worker))};`;
const worker = URL.createObjectURL(new Blob([importing], { type: "text/javascript" }));

/** @type {Promise<EngineParts> | undefined} */
let loading;

/** Loads and compiles the engine once for all workers; after a failure the next call tries again. */
async function engine() {
  loading ??= compile(tag.dataset.engineWasm).then((module) => ({ js: address(tag.dataset.engineJs), module }));
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** A newer version that waits until people want it. @type {ServiceWorker | null} */
let newer = null;

/** Lets the newer version take over, and starts the page again with it. */
function update() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  newer?.postMessage("take over");
}

/**
 * Tells the page of a newer version.
 * @param {ServiceWorkerRegistration} registration
 */
function offer(registration) {
  newer = registration.waiting;
  if (newer && navigator.serviceWorker.controller) dispatchEvent(new Event("pilothouse-update"));
}

try {
  const [glue, module] = await Promise.all([import(address(tag.dataset.js)), compile(tag.dataset.wasm)]);
  /** What the page takes from here; the editor is loaded when it is first wanted. */
  globalThis.pilothouse = { worker, engine, editor: () => import(address(tag.dataset.editor)), update };
  await glue.default({ module_or_path: module });
} catch (error) {
  const place = document.getElementById("start") ?? document.body;
  place.textContent = `Pilothouse could not start in this browser: ${error}`;
  throw error;
}

if (tag.dataset.sw !== "off" && "serviceWorker" in navigator) {
  try {
    const registration = await navigator.serviceWorker.register(address(tag.dataset.sw));
    offer(registration);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", () => offer(registration));
    });
  } catch (error) {
    console.warn(`There is no copy for use without a network: ${error}`);
  }
}

// Starts the page. An external script, so that the policy needs no exception for inline ones; Trunk writes the hashed
// names of the files into the data attributes of its tag.

/** @type {HTMLScriptElement} */
const tag = /** @type {any} */ (document.querySelector("script[data-wasm]"));

/** @param {string | undefined} path */
const address = (path) => new URL(path ?? "", document.baseURI).href;

// A worker from a blob inherits the page's policy; one from an address would not, since the policy is a <meta> tag.
const importing = `import ${JSON.stringify(address(tag.dataset.worker))};`;
const worker = URL.createObjectURL(new Blob([importing], { type: "text/javascript" }));

try {
  const glue = await import(address(tag.dataset.js));
  /** What the page takes from here: the engine's parts and the editor, which is loaded when first wanted. */
  globalThis.pilothouse = {
    js: address(tag.dataset.engineJs),
    wasm: address(tag.dataset.engineWasm),
    worker,
    editor: () => import(address(tag.dataset.editor)),
  };
  await glue.default({ module_or_path: address(tag.dataset.wasm) });
} catch (error) {
  const place = document.getElementById("start") ?? document.body;
  place.textContent = `Pilothouse could not start in this browser: ${error}`;
  throw error;
}

if (tag.dataset.sw !== "off" && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(address(tag.dataset.sw)).catch((error) => {
    console.warn(`There is no copy for use without a network: ${error}`);
  });
}

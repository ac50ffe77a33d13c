// Serves one complete version of the page from the cache. finish.mjs fills in the version and the files.
const VERSION = "__VERSION__";
const FILES = /** @type {string[]} */ (/** @type {unknown} */ ("__FILES__"));

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const prefix = `pilothouse-${new URL(scope.registration.scope).pathname}-`;
const CACHE = prefix + VERSION;

scope.addEventListener("install", (event) => {
  // "reload" goes past the browser's own cache: every file must be of this version.
  const requests = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

scope.addEventListener("activate", (event) => {
  const old = async () => {
    const names = await caches.keys();
    const outdated = names.filter((name) => name.startsWith(prefix) && name !== CACHE);
    await Promise.all(outdated.map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(old());
});

// A newer version waits for the person's word: a page must not change under the hands.
scope.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(scope.skipWaiting());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const inScope = request.method === "GET" && request.url.startsWith(scope.registration.scope);
  if (!inScope) return;
  const page = request.mode === "navigate";
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(page ? "./" : request, { ignoreSearch: page });
    return kept ?? fetch(request);
  };
  event.respondWith(answer());
});

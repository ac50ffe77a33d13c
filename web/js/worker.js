// The engine's worker. It is told where the engine is, and loads it while the page is already seen; a worker that
// takes its place finds both files in the browser's cache.
self.onmessage = async ({ data: { js, wasm } }) => {
  self.onmessage = null;
  const glue = await import(js);
  await glue.default({ module_or_path: wasm }); // runs main(), which listens from here on
};

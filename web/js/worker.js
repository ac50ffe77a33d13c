// The engine's worker. It gets the engine's glue and its compiled module, so nothing is loaded or compiled twice.
self.onmessage = async ({ data: { js, module } }) => {
  self.onmessage = null;
  const glue = await import(js);
  glue.initSync({ module }); // runs main(), which listens from here on
};

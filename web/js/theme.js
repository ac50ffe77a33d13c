// Runs before the first paint, so that a chosen theme never flashes up after the system's.
try {
  const theme = localStorage.getItem("pilothouse.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is denied: the system's theme holds.
}

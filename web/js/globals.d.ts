/** What boot.js hands to the page. */
interface Pilothouse {
  js: string;
  worker: string;
  module: WebAssembly.Module;
  editor: () => Promise<typeof import("./editor.js")>;
}

declare var pilothouse: Pilothouse;

/** What a worker needs to become the engine. */
interface EngineParts {
  js: string;
  module: WebAssembly.Module;
}

/** What boot.js hands to the page. */
interface Pilothouse {
  worker: string;
  engine: () => Promise<EngineParts>;
  editor: () => Promise<typeof import("./editor.js")>;
  update: () => void;
}

declare var pilothouse: Pilothouse;

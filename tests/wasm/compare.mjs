// Asks in WebAssembly what the native program was asked: node compare.mjs FOLDER QUESTIONS, where FOLDER holds what
// wasm-bindgen made of this package. Prints a line for each answer that differs, then how many are the same.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const module = path.resolve(process.argv[2], "pilothouse_wasm_tests.js");
const { everything } = await import(pathToFileURL(module));
let same = 0;
let different = 0;
for (const { name, question, native } of JSON.parse(readFileSync(process.argv[3], "utf8"))) {
  const answer = everything(...question);
  if (answer === native) {
    same += 1;
    continue;
  }
  different += 1;
  let at = 0;
  while (answer[at] === native[at]) at += 1;
  const around = (text) => text.slice(Math.max(0, at - 60), at + 60);
  console.error(`${name}: WebAssembly says …${around(answer)}…\n    and the native program …${around(native)}…`);
}
console.log(JSON.stringify({ passed: same, failed: different }));

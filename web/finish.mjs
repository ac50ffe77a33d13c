// Runs after trunk, on the folder that becomes dist/: names the copied scripts after their content, writes the policy
// into the page, and makes the service worker that knows every file of this version.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const { TRUNK_STAGING_DIR: out, TRUNK_SOURCE_DIR: source, TRUNK_PROFILE: profile } = process.env;

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

// `trunk serve` puts a script into the page to reload it, which the policy would forbid.
if (profile === "release") finish();

function finish() {
  const index = join(out, "index.html");
  let html = readFileSync(index, "utf8");
  if (/<script(?![^>]*\bsrc=)/.test(html)) throw new Error("the policy forbids the inline script in index.html");
  for (const name of ["boot.js", "worker.js", "editor.js", "pilothouse-engine.js", "pilothouse-engine_bg.wasm"]) {
    const [stem, ending] = name.split(".");
    const hashed = `${stem}-${digest([readFileSync(join(out, name))])}.${ending}`;
    renameSync(join(out, name), join(out, hashed));
    html = replace(html, `"./${name}"`, `"./${hashed}"`);
  }
  html = replace(html, '<meta charset="utf-8" />', (charset) => `${charset}${meta(policy)}`);
  html = replace(html, 'data-sw="off"', 'data-sw="./sw.js"');
  writeFileSync(index, html);

  const files = list(out).filter((file) => !file.startsWith(".") && !file.endsWith(".map"));
  const version = digest(files.map((file) => readFileSync(join(out, file))));
  const addresses = files.map((file) => (file === "index.html" ? "./" : `./${file}`));
  let worker = readFileSync(join(source, "web/js/sw.js"), "utf8");
  worker = replace(worker, "__VERSION__", version);
  worker = replace(worker, '"__FILES__"', JSON.stringify(addresses));
  writeFileSync(join(out, "sw.js"), worker);
}

function meta(content) {
  return `\n    <meta http-equiv="Content-Security-Policy" content="${content}" />`;
}

/** Like String.replace, but it must find something. */
function replace(text, from, to) {
  if (!text.includes(from)) throw new Error(`there is no ${from} to fill in`);
  return text.replace(from, to);
}

function digest(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

/** Every file below a folder, sorted, with slashes. */
function list(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file).split(sep).join("/")).sort();
}

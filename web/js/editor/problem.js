// Findings as squiggles with a note.
import { offsets } from "./place.js";

/** @typedef {{ severity: "error" | "warning" | "info", code: string, message: string, range: import("./place.js").Range }} Problem */

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {Problem} problem
 * @returns {import("@codemirror/lint").Diagnostic}
 */
export function diagnostic(doc, { severity, code, message, range }) {
  const { from, to } = offsets(doc, range);
  // A squiggle under many lines hides more than it shows: the first line is enough to find it.
  const end = Math.min(to, doc.lineAt(from).to);
  return { from, to: end, severity, source: code, message, renderMessage: () => words(message) };
}

/**
 * The message with what stands in backticks as code.
 * @param {string} message
 */
function words(message) {
  const out = document.createElement("span");
  message.split("`").forEach((part, at) => {
    const node = at % 2 ? document.createElement("code") : document.createElement("span");
    node.textContent = part;
    out.append(node);
  });
  return out;
}

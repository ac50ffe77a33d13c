// Findings as squiggles with a note.
import { offsets } from "./place.js";
import { words } from "./words.js";

/**
 * @typedef {object} Problem
 * @property {"error" | "warning" | "info"} severity
 * @property {string} code
 * @property {string} message
 * @property {import("./place.js").Range} range
 * @property {number} finding its place among the findings
 * @property {string[]} fixes what can be done about it
 */

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {Problem} problem
 * @param {(finding: number, fix: number) => void} onFix
 * @returns {import("@codemirror/lint").Diagnostic}
 */
export function diagnostic(doc, { severity, code, message, range, finding, fixes }, onFix) {
  const { from, to } = offsets(doc, range);
  // A squiggle under many lines hides more than it shows: the first line is enough to find it.
  const end = Math.min(to, doc.lineAt(from).to);
  const actions = fixes.map((name, at) => ({ name, apply: () => onFix(finding, at) }));
  return { from, to: end, severity, source: code, message, actions, renderMessage: () => words(message) };
}

/** @typedef {{ line: number, column: number }} Position */
/** @typedef {{ start: Position, end: Position }} Range */
/** @typedef {import("@codemirror/state").Text} Text */

/**
 * @param {Text} doc
 * @param {Position} position
 */
export function offset(doc, { line, column }) {
  if (line > doc.lines) return doc.length;
  const { from, to } = doc.line(Math.max(line, 1));
  return Math.min(from + Math.max(column, 1) - 1, to);
}

/**
 * The range in CodeMirror's terms, held inside the text.
 * @param {Text} doc
 * @param {Range} range
 */
export function offsets(doc, range) {
  const from = offset(doc, range.start);
  return { from, to: Math.max(from, offset(doc, range.end)) };
}

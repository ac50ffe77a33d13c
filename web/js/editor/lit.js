// The lines of what is pointed at in the result.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { offsets } from "./place.js";

/** Longer ranges are lit at their beginning only; one screen is all that can be seen. */
const MOST = 400;

/** @type {import("@codemirror/state").StateEffectType<import("./place.js").Range | undefined>} */
export const setLit = StateEffect.define();

const line = Decoration.line({ class: "cm-lit" });

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {import("./place.js").Range | undefined} range
 */
function lines(doc, range) {
  if (!range) return Decoration.none;
  const { from, to } = offsets(doc, range);
  const first = doc.lineAt(from).number;
  const last = Math.min(doc.lineAt(Math.max(from, to - 1)).number, first + MOST);
  const starts = Array.from({ length: last - first + 1 }, (_, at) => doc.line(first + at).from);
  return Decoration.set(starts.map((start) => line.range(start)));
}

export const lit = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setLit)) return lines(transaction.state.doc, effect.value);
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

// The bar beside the line numbers: each resource has a colour and a letter, the same as in the result.
import { StateEffect, StateField } from "@codemirror/state";
import { GutterMarker, gutter } from "@codemirror/view";

/** @typedef {{ from: number, to: number, colour: number, letter: string }} Origin */
/** @typedef {import("@codemirror/state").Text} Text */

/** @type {import("@codemirror/state").StateEffectType<Origin[]>} */
const replace = StateEffect.define();

/**
 * @param {Text} doc
 * @param {Uint32Array} lines first line, last line and colour of each
 * @param {string[]} letters
 */
export function setOrigins(doc, lines, letters) {
  /** @param {number} line */
  const start = (line) => doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
  const origins = letters.slice(0, lines.length / 3).map((letter, at) => {
    const [first, last, colour] = lines.subarray(at * 3, at * 3 + 3);
    return { from: start(first), to: start(last), colour, letter };
  });
  return replace.of(origins);
}

/** @type {StateField<Origin[]>} */
const field = StateField.define({
  create: () => /** @type {Origin[]} */ ([]),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(replace)) return effect.value;
    if (!transaction.docChanged) return value;
    const { changes } = transaction;
    return value.map((origin) => ({
      ...origin,
      from: changes.mapPos(origin.from, 1),
      to: changes.mapPos(origin.to, -1),
    }));
  },
});

class Bar extends GutterMarker {
  /**
   * @param {Origin} origin
   * @param {boolean} first
   */
  constructor(origin, first) {
    super();
    this.letter = first ? origin.letter : "";
    this.elementClass = `cm-origin o${origin.colour}`;
  }

  /** @param {Bar} other */
  eq(other) {
    return other.letter === this.letter && other.elementClass === this.elementClass;
  }

  toDOM() {
    return document.createTextNode(this.letter);
  }
}

/**
 * The last origin that begins at or before `from`, and holds it.
 * @param {Origin[]} origins
 * @param {number} from
 */
function find(origins, from) {
  let low = 0;
  let high = origins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (origins[middle].from <= from) low = middle + 1;
    else high = middle;
  }
  const origin = origins[low - 1];
  return origin && from <= origin.to ? origin : undefined;
}

export const originGutter = [
  field,
  gutter({
    class: "cm-origins",
    lineMarker(view, line) {
      const origin = find(view.state.field(field), line.from);
      return origin ? new Bar(origin, origin.from === line.from) : null;
    },
    lineMarkerChange: (update) => update.startState.field(field) !== update.state.field(field),
  }),
];

// Changes that the page makes: each is one step of the history, and takes the page's other texts along when it is
// undone or redone.
import { StateEffect } from "@codemirror/state";
import { invertedEffects } from "@codemirror/commands";

/** @typedef {{ file: number, before: string, after: string }} Other a text that is not in this editor */

/** @type {import("@codemirror/state").StateEffectType<Other[]>} */
const others = StateEffect.define();

/** Undoing a change brings back what the other texts held. */
export const remembersOthers = invertedEffects.of((transaction) =>
  transaction.effects
    .filter((effect) => effect.is(others))
    .map((effect) => others.of(effect.value.map(({ file, before, after }) => ({ file, before: after, after: before })))),
);

/**
 * The smallest single change that makes one text of another.
 * @param {string} before
 * @param {string} after
 */
function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let tail = 0;
  while (tail < most - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/**
 * The transaction that makes `text` of what is there; the cursor goes to where they differ.
 * @param {import("@codemirror/state").EditorState} state
 * @param {string} text
 * @param {Other[]} rest
 */
export function amendment(state, text, rest) {
  const changes = difference(state.doc.toString(), text);
  const nothing = changes.from === changes.to && !changes.insert;
  return {
    ...(nothing ? {} : { changes, selection: { anchor: changes.from } }),
    effects: rest.length ? [others.of(rest)] : [],
  };
}

/**
 * The other texts that a transaction changes, as they are afterwards.
 * @param {readonly import("@codemirror/state").Transaction[]} transactions
 */
export function otherTexts(transactions) {
  const effects = transactions.flatMap((transaction) => transaction.effects);
  return effects.flatMap((effect) => (effect.is(others) ? effect.value : []));
}

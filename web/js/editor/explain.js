// What a word means: in a box at the pointer, or at the cursor on Ctrl+I; Escape closes it.
import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, hoverTooltip, showTooltip } from "@codemirror/view";
import { offsets } from "./place.js";
import { words } from "./words.js";

/** @typedef {import("./ask.js").Explanation} Explanation */
/** @typedef {import("./ask.js").Lead} Lead */
/** @typedef {(file: number, range: import("./place.js").Range) => void} Go */

/**
 * @param {string} tag
 * @param {string} name
 * @param {(string | Node)[]} content
 */
function element(tag, name, ...content) {
  const out = document.createElement(tag);
  out.className = name;
  out.append(...content);
  return out;
}

/**
 * @param {Lead} lead
 * @param {Go} go
 */
function link(lead, go) {
  const out = element("button", "cm-lead", `${lead.what} · ${lead.name}:${lead.range.start.line}`);
  out.setAttribute("type", "button");
  out.addEventListener("click", () => go(lead.file, lead.range));
  return out;
}

/**
 * @param {Explanation} explanation
 * @param {Go} go
 */
function card({ title, detail, text, places }, go) {
  const head = element("div", "cm-explained-head", element("code", "", title), element("span", "", ` ${detail}`));
  const notes = text.map((note) => element("p", "", words(note)));
  const out = element("div", "cm-explained", head, ...notes, ...places.map((lead) => link(lead, go)));
  out.setAttribute("role", "status");
  return out;
}

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {Explanation} explanation
 * @param {Go} go
 * @returns {import("@codemirror/view").Tooltip}
 */
function tooltip(doc, explanation, go) {
  const { from, to } = offsets(doc, explanation.range);
  return { pos: from, end: to, above: true, create: () => ({ dom: card(explanation, go) }) };
}

/** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").Tooltip | null>} */
const show = StateEffect.define();

/** The box that was asked for; it stays until the cursor moves or the text changes. */
const asked = StateField.define({
  create: () => /** @type {import("@codemirror/view").Tooltip | null} */ (null),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

/**
 * Says something at the cursor.
 * @param {EditorView} view
 * @param {string} text
 */
export function say(view, text) {
  const pos = view.state.selection.main.head;
  const create = () => {
    const dom = element("div", "cm-explained", element("p", "", words(text)));
    dom.setAttribute("role", "status");
    return { dom };
  };
  view.dispatch({ effects: show.of({ pos, above: true, create }) });
}

/** @param {EditorView} view */
export function close(view) {
  if (!view.state.field(asked)) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

/**
 * @param {import("./ask.js").Ask} ask
 * @param {Go} go
 */
export const explains = (ask, go) => [
  asked,
  hoverTooltip(async (view, pos) => {
    // The engine answers one question at a time, and what is typed is more urgent.
    if (view.state.field(asked)) return null;
    /** @type {Explanation | null} */
    const explanation = await ask("explain", pos);
    return explanation && tooltip(view.state.doc, explanation, go);
  }),
];

/**
 * @param {import("./ask.js").Ask} ask
 * @param {Go} go
 */
export const explain = (ask, go) => (/** @type {EditorView} */ view) => {
  const { state } = view;
  ask("explain", state.selection.main.head).then((answer) => {
    const explanation = /** @type {Explanation | null} */ (answer);
    if (view.state.doc !== state.doc) return;
    if (explanation) view.dispatch({ effects: show.of(tooltip(state.doc, explanation, go)) });
    else say(view, "Nothing is known of what stands here.");
  });
  return true;
};

// Rename: a bar below the text asks for the new name of what stands at the cursor.
import { StateEffect, StateField } from "@codemirror/state";
import { showPanel } from "@codemirror/view";
import { say } from "./explain.js";
import { words } from "./words.js";

/** @typedef {import("@codemirror/view").EditorView} EditorView */
/** @typedef {import("./ask.js").Ask} Ask */
/** @typedef {import("./ask.js").NameRow} NameRow */
/** @typedef {import("./ask.js").Named} Named */
/** @typedef {import("./ask.js").Renamed} Renamed */
/** @typedef {{ at: number, row: NameRow, ask: Ask, mend: (edits: string) => void }} Renaming */

/** @type {import("@codemirror/state").StateEffectType<Renaming | null>} */
const set = StateEffect.define();

export const renaming = StateField.define({
  create: () => /** @type {Renaming | null} */ (null),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(set)) return effect.value;
    // The places are those of the text as it was.
    return transaction.docChanged ? null : value;
  },
  provide: (field) => showPanel.from(field, (value) => value && ((view) => panel(view, value))),
});

/**
 * @param {EditorView} view
 * @param {Renaming} renaming
 */
function panel(view, { at, row, ask, mend }) {
  const form = document.createElement("form");
  form.className = "cm-rename";
  const label = document.createElement("label");
  const places = row.places === 1 ? "1 place" : `${row.places} places`;
  label.append(words(`New name of \`${row.name}\`, ${row.what}, in ${places}: `));
  const field = document.createElement("input");
  field.className = "cm-textfield";
  field.value = row.name;
  field.autocapitalize = "off";
  field.spellcheck = false;
  field.setAttribute("main-field", "true");
  label.append(field);
  const button = (/** @type {string} */ text, /** @type {"submit" | "button"} */ type) => {
    const out = document.createElement("button");
    out.className = "cm-button";
    out.type = type;
    out.textContent = text;
    return out;
  };
  const rename = button("Rename", "submit");
  const cancel = button("Cancel", "button");
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  const leave = () => {
    view.dispatch({ effects: set.of(null) });
    view.focus();
  };
  cancel.addEventListener("click", leave);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    /** @type {Renamed | null} */
    const answer = await ask("rename", at, field.value);
    if (!answer) return;
    if ("Err" in answer) {
      told.replaceChildren(words(answer.Err));
      return;
    }
    leave();
    mend(JSON.stringify(answer.Ok));
  });
  form.append(label, rename, cancel, told);
  return { dom: form, mount: () => field.select() };
}

/**
 * @param {Ask} ask
 * @param {(edits: string) => void} mend
 */
export const renames = (ask, mend) => (/** @type {EditorView} */ view) => {
  const { doc, selection } = view.state;
  const at = selection.main.head;
  ask("name", at).then((answer) => {
    const named = /** @type {Named | null} */ (answer);
    if (!named || view.state.doc !== doc) return;
    if ("Err" in named) return say(view, named.Err);
    view.dispatch({ effects: set.of({ at, row: named.Ok, ask, mend }) });
  });
  return true;
};

// What helps while YAML is written, and its keys.
import { closeCompletion, completionStatus } from "@codemirror/autocomplete";
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { completes } from "./complete.js";
import { close, explain, explains } from "./explain.js";
import { goes, goesByClick } from "./lead.js";
import { renames, renaming } from "./rename.js";

/** How long Tab leaves the editor after Escape, in milliseconds, as CodeMirror has it. */
const LEAVING = 2000;

/**
 * Closes what is open; Tab leaves then, whether something was open or not.
 * @param {import("@codemirror/view").EditorView} view
 */
function escape(view) {
  // A list that was asked for and is not there yet is nothing that a person sees.
  const seen = completionStatus(view.state) === "active";
  const closed = closeCompletion(view) && seen;
  if (!closed && !close(view)) return false;
  view.setTabFocusMode(LEAVING);
  return true;
}

/**
 * @param {import("./ask.js").Ask} ask
 * @param {import("../editor.js").Hooks} on
 */
export function writing(ask, on) {
  /** @type {import("./explain.js").Go} */
  const go = (file, { start, end }) => on.go(file, start.line, start.column, end.line, end.column);
  return [
    // Before the list's own keys, and before CodeMirror's, of which Mod-i is one.
    Prec.highest(
      keymap.of([
        { key: "Escape", run: escape },
        { key: "Mod-i", run: explain(ask, go), preventDefault: true },
        { key: "F12", run: goes(ask, go), preventDefault: true },
        { key: "F2", run: renames(ask, on.mend), preventDefault: true },
      ]),
    ),
    completes(ask),
    explains(ask, go),
    renaming,
    goesByClick(ask, go),
  ];
}

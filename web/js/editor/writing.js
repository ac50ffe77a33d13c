// What helps while YAML is written, and its keys.
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { completes } from "./complete.js";
import { close, explain, explains } from "./explain.js";
import { goes, goesByClick } from "./lead.js";
import { renames, renaming } from "./rename.js";

/**
 * @param {import("./ask.js").Ask} ask
 * @param {import("../editor.js").Hooks} on
 */
export const writing = (ask, on) => [
  completes(ask),
  explains(ask, on.go),
  renaming,
  goesByClick(ask, on.go),
  // Before CodeMirror's own keys, of which Mod-i is one.
  Prec.high(
    keymap.of([
      { key: "Escape", run: close },
      { key: "Mod-i", run: explain(ask, on.go), preventDefault: true },
      { key: "F12", run: goes(ask, on.go), preventDefault: true },
      { key: "F2", run: renames(ask, on.mend), preventDefault: true },
    ]),
  ),
];

// Tab indents once a person types or points here; reached by Tab alone, the editor lets the next Tab pass on.
// Escape and then Tab always leaves, which CodeMirror sees to.
import { EditorView } from "@codemirror/view";

let pointing = false;

export const leaveWithTab = EditorView.domEventHandlers({
  pointerdown(_, view) {
    pointing = true;
    view.setTabFocusMode(false);
    setTimeout(() => (pointing = false));
  },
  focus(_, view) {
    if (!pointing) view.setTabFocusMode(true);
  },
  beforeinput(_, view) {
    view.setTabFocusMode(false);
  },
});

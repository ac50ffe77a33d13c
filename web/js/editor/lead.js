// Go to definition: from a name to the resource that defines it, in whichever text.
import { EditorView } from "@codemirror/view";
import { say } from "./explain.js";

/** @typedef {import("./ask.js").Lead} Lead */

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * @param {EditorView} view
 * @param {number} at
 * @param {import("./ask.js").Ask} ask
 * @param {import("./explain.js").Go} go
 */
async function follow(view, at, ask, go) {
  const { doc } = view.state;
  /** @type {Lead[] | null} */
  const leads = await ask("lead", at);
  if (view.state.doc !== doc) return;
  const first = leads?.[0];
  if (first) go(first.file, first.range);
  else say(view, "Nothing in this input defines what stands here.");
}

/**
 * @param {import("./ask.js").Ask} ask
 * @param {import("./explain.js").Go} go
 */
export const goes = (ask, go) => (/** @type {EditorView} */ view) => {
  follow(view, view.state.selection.main.head, ask, go);
  return true;
};

/**
 * @param {import("./ask.js").Ask} ask
 * @param {import("./explain.js").Go} go
 */
export const goesByClick = (ask, go) =>
  EditorView.domEventHandlers({
    mousedown(event, view) {
      if (event.button !== 0 || !(MAC ? event.metaKey : event.ctrlKey)) return false;
      const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (at === null) return false;
      view.dispatch({ selection: { anchor: at } });
      view.focus();
      follow(view, at, ask, go);
      return true;
    },
  });

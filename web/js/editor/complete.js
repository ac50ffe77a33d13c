// Completion: the engine says what may stand at the cursor.
import { autocompletion, insertCompletionText, startCompletion } from "@codemirror/autocomplete";
import { offsets } from "./place.js";
import { words } from "./words.js";

/** @typedef {import("./ask.js").Offer} Offer */

/** In texts past this length nothing is offered unasked, since each question hands the text over. */
const LONG = 200_000;

/** What is typed on does not ask anew: the list that is there is filtered. */
const FIELD = /^[\w-]*$/;

/**
 * @param {import("./ask.js").OfferItem} item
 * @param {number} at its place, which stays where the letters fit equally well
 * @param {number} behind how much of what it replaces stands behind the cursor
 * @returns {import("@codemirror/autocomplete").Completion}
 */
function option({ label, insert, detail, doc }, at, behind) {
  return {
    label,
    detail,
    boost: -at / 10,
    info: doc ? () => words(doc) : undefined,
    apply(view, _, from, cursor) {
      view.dispatch(insertCompletionText(view.state, insert, from, cursor + behind));
      // Behind a key comes its value.
      if (insert.endsWith(": ")) startCompletion(view);
    },
  };
}

/** @param {import("./ask.js").Ask} ask */
export const completes = (ask) =>
  autocompletion({
    icons: false,
    override: [
      async (context) => {
        const { state, pos, explicit } = context;
        if (!explicit && state.doc.length > LONG) return null;
        /** @type {Offer | null} */
        const offer = await ask("offer", pos);
        if (!offer || context.aborted) return null;
        const { from, to } = offsets(state.doc, offer.range);
        const typed = state.sliceDoc(from, pos);
        const fields = offer.items.every((item) => item.field);
        // A value that is written out already would only stand in the way of the next line.
        if (!explicit && !fields && offer.items.some((item) => item.label === typed)) return null;
        const options = offer.items.map((item, at) => option(item, at, Math.max(0, to - pos)));
        return { from, options, validFor: fields ? FIELD : undefined };
      },
    ],
  });

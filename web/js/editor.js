// The YAML editor: CodeMirror behind the few calls the page makes.
// Lines and columns begin at 1 and count UTF-16 units, as CodeMirror's own positions do.
import { Annotation, EditorState, Transaction } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { lintKeymap, openLintPanel, setDiagnostics } from "@codemirror/lint";
import { yaml } from "@codemirror/lang-yaml";
import { amendment, otherTexts, remembersOthers } from "./editor/amend.js";
import { lit, setLit } from "./editor/lit.js";
import { originGutter, setOrigins } from "./editor/origins.js";
import { offsets } from "./editor/place.js";
import { diagnostic } from "./editor/problem.js";
import { leaveWithTab } from "./editor/tab.js";
import { look } from "./editor/theme.js";
import { writing } from "./editor/writing.js";

/** @typedef {import("./editor/place.js").Range} Range */
/** @typedef {import("./editor/problem.js").Problem} Problem */

/**
 * What the page does when something happens here.
 * @typedef {object} Hooks
 * @property {(text: string) => void} change
 * @property {(line: number, column: number) => void} cursor
 * @property {(file: number, text: string) => void} other another text, after an undo
 * @property {(finding: number, fix: number) => void} fix
 * @property {(edits: string) => void} mend
 * @property {(file: number, line: number, column: number, toLine: number, toColumn: number) => void} go
 * @property {(wish: string, line: number, column: number, name: string, answer: (json: string) => void) => void} ask
 */

/** Texts past this length are handed over when typing pauses, since each hand-over copies them. */
const LONG = 200_000;
const PAUSE = 150;

/** Marks changes that the page made itself, which it need not be told of. */
const fromPage = Annotation.define();

class Editor {
  /** @type {EditorView} */
  #view;
  /** @type {Hooks} */
  #on;
  /** @type {number | undefined} */
  #timer;
  /** Whether the page does not know the text yet; what it says of the text is then out of date. */
  #ahead = false;

  /**
   * @param {HTMLElement} host
   * @param {string} text
   * @param {string} label
   * @param {Hooks} on
   */
  constructor(host, text, label, on) {
    this.#on = on;
    // In a shadow root CodeMirror adopts its style sheets instead of writing <style> tags, which the policy forbids.
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const onUpdate = EditorView.updateListener.of((update) => {
      const own = update.transactions.some((transaction) => transaction.annotation(fromPage));
      if (!own) for (const { file, after } of otherTexts(update.transactions)) on.other(file, after);
      if (update.docChanged && !own) this.#changed(update.state.doc.length);
      if (update.selectionSet && !own) {
        const { head } = update.state.selection.main;
        const line = update.state.doc.lineAt(head);
        on.cursor(line.number, head - line.from + 1);
      }
    });
    const extensions = [
      originGutter, lineNumbers(), foldGutter({ openText: "⌄", closedText: "›" }),
      history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(),
      highlightSelectionMatches(), yaml(), look, lit, remembersOthers, leaveWithTab, onUpdate,
      ...writing(this.#ask, on),
      EditorState.tabSize.of(2),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
      keymap.of([
        ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...searchKeymap, ...lintKeymap, indentWithTab,
        { key: "Mod-.", run: openLintPanel },
      ]),
    ];
    this.#view = new EditorView({ parent: root, root, state: EditorState.create({ doc: text, extensions }) });
  }

  /** @param {number} length */
  #changed(length) {
    this.#ahead = true;
    clearTimeout(this.#timer);
    if (length < LONG) this.#tell();
    else this.#timer = setTimeout(() => this.#tell(), PAUSE);
  }

  /** Hands the text over, if the page does not know it yet. */
  #tell() {
    clearTimeout(this.#timer);
    if (!this.#ahead) return;
    this.#ahead = false;
    this.#on.change(this.#view.state.doc.toString());
  }

  /** @type {import("./editor/ask.js").Ask} */
  #ask = (wish, at, name = "") => {
    this.#tell();
    const line = this.#view.state.doc.lineAt(at);
    return new Promise((resolve) => {
      this.#on.ask(wish, line.number, at - line.from + 1, name, (json) => resolve(JSON.parse(json)));
    });
  };

  /**
   * Replaces the text; undo brings the old one back.
   * @param {string} text
   */
  setText(text) {
    clearTimeout(this.#timer);
    this.#ahead = false;
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
      annotations: [fromPage.of(true), Transaction.userEvent.of("load")],
    });
  }

  /**
   * Takes over a text that the page has changed together with others, as one step that can be undone.
   * @param {string} text
   * @param {import("./editor/amend.js").Other[]} others
   */
  amend(text, others) {
    // What was typed meanwhile is newer than what the page has changed.
    if (this.#ahead) return;
    this.#view.dispatch({
      ...amendment(this.#view.state, text, others),
      scrollIntoView: true,
      annotations: [fromPage.of(true), Transaction.userEvent.of("input.fix"), isolateHistory.of("full")],
    });
    this.#view.focus();
  }

  /** @param {Problem[]} problems */
  setProblems(problems) {
    if (this.#ahead) return;
    const { state } = this.#view;
    const shown = problems.map((problem) => diagnostic(state.doc, problem, this.#on.fix));
    this.#view.dispatch(setDiagnostics(state, shown));
  }

  /**
   * @param {Uint32Array} lines first line, last line and colour of each resource
   * @param {string} letters their letters, with blanks between
   */
  setOrigins(lines, letters) {
    if (this.#ahead) return;
    this.#view.dispatch({ effects: setOrigins(this.#view.state.doc, lines, letters.split(" ")) });
  }

  /** @param {Range | undefined} range the YAML of what is pointed at elsewhere */
  setLit(range) {
    this.#view.dispatch({ effects: setLit.of(range) });
  }

  /** @param {Range} range */
  reveal(range) {
    const { from, to } = offsets(this.#view.state.doc, range);
    this.#view.dispatch({
      // The cursor goes to the beginning, which is what a person wants to see.
      selection: { anchor: to, head: from },
      effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 60 }),
    });
    this.#view.focus();
  }

  /**
   * Takes over from a text field that had the keyboard.
   * @param {number} anchor
   * @param {number} head
   */
  focus(anchor, head) {
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) } });
    this.#view.focus();
  }

  destroy() {
    clearTimeout(this.#timer);
    this.#view.destroy();
  }
}

/**
 * Shows the editor in an element.
 * @param {ConstructorParameters<typeof Editor>} parts
 */
export const mount = (...parts) => new Editor(...parts);

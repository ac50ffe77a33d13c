// How the editor looks. Custom properties reach into the shadow root, so light and dark need no second theme.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.labelName, tags.typeName, tags.meta, tags.keyword], color: "var(--code-meta)" },
]);

const squiggle = (/** @type {string} */ colour) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${colour} 1px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

const bars = Object.fromEntries(
  Array.from({ length: 8 }, (_, at) => [`.cm-origin.o${at + 1}`, { "--bar": `var(--o${at + 1})` }]),
);

const box = {
  backgroundColor: "var(--panel)",
  color: "var(--ink)",
  border: "1px solid var(--line)",
  borderRadius: "6px",
};

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "var(--code-line)", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-activeLine": { backgroundColor: "var(--active-line)" },
  ".cm-lit": { backgroundColor: "var(--hover)", boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--found)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--selection)", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--hover)", outline: "1px solid var(--line)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--soft)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px", minWidth: "30px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 2px", cursor: "pointer" },
  "@media (hover: hover)": {
    ".cm-foldGutter [title='Fold line']": { opacity: "0" },
    ".cm-gutters:hover .cm-foldGutter [title='Fold line']": { opacity: "1" },
  },
  ".cm-foldPlaceholder": { ...box, color: "var(--soft)", padding: "0 6px", margin: "0 4px" },
  ".cm-origins": { width: "20px" },
  ".cm-origins .cm-gutterElement": { padding: "0" },
  ".cm-origin": {
    borderRight: "4px solid var(--bar)",
    color: "var(--bar)",
    font: "600 11px var(--ui)",
    lineHeight: "var(--code-line)",
    textAlign: "center",
  },
  ...bars,
  ".cm-lintRange-error": squiggle("var(--err)"),
  ".cm-lintRange-warning": squiggle("var(--warn)"),
  ".cm-lintRange-info": squiggle("var(--accent)"),
  ".cm-lintRange-active": { backgroundColor: "var(--hover)" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--err)" },
  ".cm-tooltip": { ...box, boxShadow: "var(--shadow)", maxWidth: "min(34rem, 80vw)" },
  ".cm-tooltip.cm-tooltip-lint": { padding: "0", overflow: "hidden" },
  ".cm-diagnostic": { fontFamily: "var(--ui)", fontSize: "13px", padding: "8px 12px", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--err)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-diagnostic-info": { borderLeft: "4px solid var(--accent)" },
  ".cm-diagnostic code": { fontFamily: "var(--code)", fontSize: "12.5px" },
  ".cm-diagnosticSource": { color: "var(--soft)", opacity: "1", fontSize: "12px", marginTop: "4px" },
  ".cm-diagnosticAction": {
    ...box,
    font: "12.5px var(--ui)",
    display: "block",
    textAlign: "start",
    padding: "3px 10px",
    margin: "6px 0 2px",
    cursor: "pointer",
  },
  ".cm-diagnosticAction:hover": { backgroundColor: "var(--hover)" },
  ".cm-tooltip.cm-tooltip-autocomplete": { padding: "0", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", fontSize: "12.5px", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--selection)",
    color: "var(--ink)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: "var(--accent)" },
  "li[aria-selected] .cm-completionMatchedText": { color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", fontFamily: "var(--ui)", marginLeft: "12px" },
  "li[aria-selected] .cm-completionDetail": { color: "var(--ink)" },
  ".cm-tooltip.cm-completionInfo": {
    font: "13px/1.45 var(--ui)",
    padding: "8px 12px",
    maxWidth: "min(22rem, 60vw)",
    whiteSpace: "normal",
  },
  ".cm-explained": { font: "13px/1.45 var(--ui)", padding: "8px 12px", whiteSpace: "normal" },
  ".cm-explained p": { margin: "4px 0 0" },
  ".cm-explained p:first-child": { margin: "0" },
  ".cm-explained code, .cm-completionInfo code": { fontFamily: "var(--code)", fontSize: "12.5px" },
  ".cm-explained-head code": { fontWeight: "600" },
  ".cm-explained-head span": { color: "var(--soft)" },
  ".cm-lead": {
    ...box,
    display: "block",
    font: "12.5px var(--ui)",
    textAlign: "start",
    color: "var(--accent)",
    padding: "3px 10px",
    marginTop: "6px",
    cursor: "pointer",
  },
  ".cm-lead:hover": { backgroundColor: "var(--hover)" },
  ".cm-rename": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px 8px",
    padding: "8px 10px",
    fontSize: "13px",
  },
  ".cm-rename code": { fontFamily: "var(--code)", fontSize: "12.5px" },
  ".cm-rename p": { margin: "0", flexBasis: "100%", color: "var(--err)" },
  ".cm-rename p:empty": { display: "none" },
  ".cm-panels": { backgroundColor: "var(--bg)", color: "var(--ink)", fontFamily: "var(--ui)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 28px 8px 10px", fontSize: "13px" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--hover)" },
  ".cm-panel.cm-panel-lint ul:focus [aria-selected]": { backgroundColor: "var(--hover)", color: "var(--ink)" },
  ".cm-textfield": { ...box, fontSize: "13px", padding: "3px 8px" },
  ".cm-button": { ...box, backgroundImage: "none", fontSize: "13px", padding: "3px 10px" },
  ".cm-panel button[name=close]": { color: "var(--ink)", fontSize: "18px", padding: "0 8px" },
});

export const look = [theme, syntaxHighlighting(colours)];

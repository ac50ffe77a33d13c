//! Walking a text of tests: fields with what is wrong about them, each with its place.

use pilothouse_analysis::resource::closest;
use pilothouse_syntax::{LineIndex, Node, TextRange, Value as Read};
use serde_json::Value;

use super::{TestProblem, TestText};
use crate::model::{Position, Range};

/// A text that is read, and what was found wrong in it so far.
pub(super) struct Reader<'a> {
    text: &'a TestText,
    lines: LineIndex,
    pub(super) problems: Vec<TestProblem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a TestText) -> Self {
        Reader { text, lines: LineIndex::new(&text.text), problems: Vec::new() }
    }

    /// A place in lines and columns.
    pub(super) fn range(&self, range: TextRange) -> Range {
        let position = |offset| {
            let at = self.lines.utf16(offset);
            Position { line: at.line + 1, column: at.column + 1 }
        };
        Range { start: position(range.start), end: position(range.end) }
    }

    pub(super) fn problem(&mut self, range: TextRange, message: impl Into<String>) {
        self.tell(range, message.into(), false);
    }

    /// Tells what is not looked at.
    pub(super) fn note(&mut self, range: TextRange, message: impl Into<String>) {
        self.tell(range, message.into(), true);
    }

    fn tell(&mut self, range: TextRange, message: String, note: bool) {
        let range = self.range(range);
        self.problems.push(TestProblem { file: self.text.name.clone(), range, message, note });
    }

    /// Whether a value is a mapping of known fields alone; `what` is what it should be.
    pub(super) fn fields(&mut self, node: Node<'_>, what: &str, known: &[&str]) -> bool {
        if !matches!(node.value(), Read::Mapping(_)) {
            self.problem(node.range(), format!("{what} should be a mapping with {}", listed(known)));
            return false;
        }
        let before = self.problems.len();
        for entry in node.entries() {
            let name = entry.name();
            if !known.contains(&&*name) {
                let meant = match closest(&name, known.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("it takes {}", listed(known)),
                };
                self.problem(entry.key.range(), format!("`{name}` is no field of {what}; {meant}"));
            }
        }
        before == self.problems.len()
    }

    /// A field that has to be there.
    pub(super) fn required<'d>(&mut self, node: Node<'d>, what: &str, name: &str) -> Option<Node<'d>> {
        let found = node.get(name).filter(|value| !value.is_null());
        if found.is_none() {
            self.problem(first_line(node), format!("{what} has no `{name}`"));
        }
        found
    }

    /// A text, where the field is there.
    pub(super) fn text(&mut self, node: Node<'_>, name: &str) -> Result<Option<String>, ()> {
        let Some(value) = node.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        match value.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => {
                self.problem(value.range(), format!("`{name}` should be text{}", quotes(value)));
                Err(())
            }
        }
    }

    /// The texts of a list, as far as they are text; a single text counts as a list of one.
    pub(super) fn texts(&mut self, node: Node<'_>, name: &str) -> Option<Vec<String>> {
        if let Some(text) = node.as_str() {
            return Some(vec![text.to_owned()]);
        }
        let texts: Option<Vec<String>> = node.items().map(|item| item.as_str().map(str::to_owned)).collect();
        let texts = texts.filter(|_| matches!(node.value(), Read::Sequence));
        if texts.is_none() {
            self.problem(node.range(), format!("`{name}` should be a list of texts"));
        }
        texts
    }
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    crate::words::list(&names, "and")
}

/// What would help a scalar that is read as something else than text.
fn quotes(value: Node<'_>) -> &'static str {
    let scalar = !matches!(value.value(), Read::Mapping(_) | Read::Sequence);
    if scalar { "; put it in quotes" } else { "" }
}

/// Where a mapping begins: all of it would be too much to mark.
pub(super) fn first_line(node: Node<'_>) -> TextRange {
    node.entries().next().map_or(node.range(), |entry| entry.key.range())
}

/// The value as JSON; null where JSON has no form for it.
pub(super) fn json(node: Node<'_>) -> Value {
    node.to_json().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

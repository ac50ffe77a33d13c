//! The tests that a person keeps beside the YAML: requests and what is to come of them.

use std::rc::Rc;

use pilothouse_report::Range;

use super::files::normal;
use crate::engine::{Tested, Wish};

/// The text of the tests and what is under way with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTests {
    /// The YAML; lines end with `\n`.
    pub text: Rc<str>,
    /// Goes up with every change, from 0 on; answers carry it.
    pub revision: u32,
    /// What the engine is to write into it.
    pub wish: Option<Wish>,
    /// What it was before a test was removed; none once that is past.
    pub undo: Option<Rc<str>>,
    /// Routes for which the engine wrote no test, each with the reason.
    pub left_out: Rc<Vec<String>>,
}

impl KeptTests {
    /// The text to begin with.
    pub fn new(text: &str) -> Self {
        Self { text: normal(text), ..Self::default() }
    }

    /// With another text. What was to be written into the old one is not.
    pub fn edited(&self, text: &str) -> Self {
        let text = normal(text);
        if text == self.text {
            return Self { wish: None, ..self.clone() };
        }
        Self { text, revision: self.revision + 1, ..Self::default() }
    }

    /// With something to be written by the engine.
    pub fn wishing(&self, wish: Wish) -> Self {
        Self { wish: Some(wish), undo: None, ..self.clone() }
    }

    /// With what the engine has written, unless the text is another one by now.
    pub fn written(&self, tested: &Tested) -> Self {
        let Some(text) = tested.written.as_ref() else { return self.clone() };
        if tested.revision != self.revision {
            return Self { wish: None, ..self.clone() };
        }
        Self { left_out: Rc::new(tested.left_out.clone()), ..self.edited(text) }
    }

    /// Without the lines of a test, where it has lines of its own.
    pub fn without(&self, range: Range) -> Self {
        if !self.has_own_lines(range) {
            return self.clone();
        }
        let kept = |(at, _): &(usize, &str)| {
            let line = *at as u32 + 1;
            line < range.start.line || line > range.end.line
        };
        let rest: String =
            self.text.split_inclusive('\n').enumerate().filter(kept).map(|(_, line)| line).collect();
        Self { undo: Some(Rc::clone(&self.text)), ..self.edited(&rest) }
    }

    /// Whether a test begins with the dash of a list on a line of its own.
    pub fn has_own_lines(&self, range: Range) -> bool {
        let first = self.text.lines().nth(range.start.line.saturating_sub(1) as usize);
        first.is_some_and(|line| line.trim_start().starts_with('-'))
    }

    /// With the text from before a test was removed.
    pub fn undone(&self) -> Self {
        self.undo.as_ref().map_or_else(|| self.clone(), |text| self.edited(text))
    }

    /// Whether there is none.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_report::Position;

    use super::*;

    const TWO: &str = "tests:\n- name: a\n  request: 1\n- name: b\n";

    fn lines(from: u32, to: u32) -> Range {
        Range { start: Position { line: from, column: 3 }, end: Position { line: to, column: 9 } }
    }

    #[test]
    fn a_test_is_removed_with_its_lines_and_can_be_had_back() {
        let removed = KeptTests::new(TWO).without(lines(2, 3));
        assert_eq!((&*removed.text, removed.revision), ("tests:\n- name: b\n", 1));
        let back = removed.undone();
        assert_eq!((&*back.text, back.undo), (TWO, None));
    }

    #[test]
    fn a_test_on_the_line_of_others_is_left_alone() {
        let flow = KeptTests::new("tests: [{name: a}, {name: b}]\n");
        assert_eq!(flow.without(lines(1, 1)), flow);
    }

    #[test]
    fn what_is_written_for_an_older_text_is_not_taken() {
        let wishing = KeptTests::new(TWO).wishing(Wish::Uncovered);
        let typed = wishing.edited("tests: []\n");
        assert_eq!((typed.wish.clone(), typed.revision), (None, 1));
        let written = |text: &str| Tested { written: Some(text.to_owned()), ..Tested::default() };
        assert_eq!(&*typed.written(&written("late")).text, "tests: []\n");
        let written = wishing.written(&written("tests: [1]\n"));
        assert_eq!((&*written.text, written.wish), ("tests: [1]\n", None));
    }

    #[test]
    fn typing_ends_the_way_back() {
        let removed = KeptTests::new(TWO).without(lines(4, 4));
        assert_eq!(removed.edited("x").undo, None);
    }
}

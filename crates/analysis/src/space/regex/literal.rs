//! Texts that are compared letter by letter, and their automata.

use super::{Automaton, CodePoints, State};

/// A text that is compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// The text; in small letters where case is ignored.
    pub text: String,
    /// Whether the case of ASCII letters is ignored.
    pub ignores_case: bool,
}

impl Literal {
    /// A text, with or without regard to case.
    pub fn new(text: &str, ignores_case: bool) -> Literal {
        let text = if ignores_case { text.to_ascii_lowercase() } else { text.to_owned() };
        Literal { text, ignores_case }
    }

    /// Whether a text is this one.
    pub fn equals(&self, text: &str) -> bool {
        if self.ignores_case { self.text.eq_ignore_ascii_case(text) } else { self.text == text }
    }

    /// Whether a text begins with this one.
    pub fn begins(&self, text: &str) -> bool {
        text.get(..self.text.len()).is_some_and(|start| self.equals(start))
    }
}

impl Automaton {
    /// The automaton of every text.
    pub(crate) fn any() -> Automaton {
        Automaton::one_of([(&Literal::new("", false), true)])
    }

    /// The automaton of some texts, each with whether anything may follow it.
    pub(crate) fn one_of<'a>(literals: impl IntoIterator<Item = (&'a Literal, bool)>) -> Automaton {
        let mut automaton = Automaton::empty_text();
        let all = automaton.set(&CodePoints::all());
        let anything = automaton.add_state(State::Accept);
        let rest = automaton.add_state(State::Set(all, anything));
        automaton.states[anything as usize] = State::Split(rest, Self::ACCEPT);
        let entries: Vec<u32> = literals
            .into_iter()
            .map(|(literal, open)| automaton.spell(literal, if open { anything } else { Self::ACCEPT }))
            .collect();
        automaton.start_with(&entries);
        automaton
    }

    /// Begins in any of some states; in none, nothing is accepted.
    pub(crate) fn start_with(&mut self, entries: &[u32]) {
        let nothing = self.set(&CodePoints::default());
        let nowhere = self.add_state(State::Set(nothing, Self::ACCEPT));
        let choose = |others, entry| self.add_state(State::Split(entry, others));
        self.start = entries.iter().rev().copied().reduce(choose).unwrap_or(nowhere);
    }

    pub(crate) fn add_state(&mut self, state: State) -> u32 {
        self.states.push(state);
        self.states.len() as u32 - 1
    }

    /// Puts a text in front of a state.
    pub(crate) fn spell(&mut self, literal: &Literal, next: u32) -> u32 {
        literal.text.chars().rev().fold(next, |next, c| {
            let other = if literal.ignores_case { c.to_ascii_uppercase() } else { c };
            let set = self.set(&CodePoints::new(vec![(c as u32, c as u32), (other as u32, other as u32)]));
            self.add_state(State::Set(set, next))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automata_agree_with_comparison() {
        let literals =
            ["", "/a", "/A", "/ab", "é"].map(|text| [Literal::new(text, false), Literal::new(text, true)]);
        for literal in literals.as_flattened() {
            for text in ["", "/", "/a", "/A", "/ab", "/aB", "/abc", "é", "É", "éa"] {
                assert_eq!(Automaton::one_of([(literal, false)]).accepts(text), literal.equals(text));
                assert_eq!(Automaton::one_of([(literal, true)]).accepts(text), literal.begins(text));
            }
        }
    }

    #[test]
    fn one_of_none_is_nothing() {
        assert!(!Automaton::one_of([]).accepts(""));
        let (one, two) = (Literal::new("a", false), Literal::new("b", false));
        let either = Automaton::one_of([(&one, false), (&two, true)]);
        assert!(either.accepts("a") && either.accepts("bc") && !either.accepts("ab") && !either.accepts(""));
    }
}

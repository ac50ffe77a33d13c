//! Sets of texts, and a text from any that is not empty.
//!
//! A set is a union of pieces, and a piece is what some automata all accept and some others do not. No automaton is
//! ever built for a piece: their product is explored as far as it takes to find a shortest member.

mod letters;
mod product;
mod walker;

use std::rc::Rc;

use super::{Language, Literal, regex::Automaton};
pub use product::Answer;
pub(super) use product::BUDGET;

/// A set of texts.
#[derive(Clone, Debug, Default)]
pub struct TextSet {
    pieces: Vec<Piece>,
}

/// The texts that all of some automata accept and none of some others.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub(super) all: Vec<Rc<Automaton>>,
    pub(super) none: Vec<Rc<Automaton>>,
}

impl TextSet {
    /// No text.
    pub fn none() -> TextSet {
        TextSet::default()
    }

    /// Every text.
    pub fn any() -> TextSet {
        TextSet { pieces: vec![Piece::default()] }
    }

    /// One text alone.
    pub fn exactly(text: &str) -> TextSet {
        let automaton = Automaton::one_of([(&Literal::new(text, false), false)]);
        Piece { all: vec![Rc::new(automaton)], none: Vec::new() }.into()
    }

    /// What a route describes. None for a pattern whose matches are not known: Envoy refuses it, or it reads bytes.
    pub fn new(language: &Language) -> Option<TextSet> {
        let piece = match language {
            Language::Any => Piece::default(),
            _ => Piece { all: vec![language.automaton()?], none: Vec::new() },
        };
        Some(piece.into())
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// What is in either.
    pub fn union(&self, other: &TextSet) -> TextSet {
        TextSet { pieces: [&self.pieces[..], &other.pieces].concat() }
    }

    /// What is in both.
    pub fn intersection(&self, other: &TextSet) -> TextSet {
        let pairs = self.pieces.iter().flat_map(|one| other.pieces.iter().map(move |two| one.and(two)));
        TextSet { pieces: pairs.filter(|piece| !piece.is_plainly_empty()).collect() }
    }

    /// What is in the one and not in the other.
    pub fn difference(&self, other: &TextSet) -> TextSet {
        other.pieces.iter().fold(self.clone(), |left, piece| {
            // Outside a piece is what some automaton of it refuses, or one it forbids accepts.
            let refused = piece.all.iter().map(|one| Piece { all: Vec::new(), none: vec![one.clone()] });
            let forbidden = piece.none.iter().map(|one| Piece { all: vec![one.clone()], none: Vec::new() });
            left.intersection(&TextSet { pieces: refused.chain(forbidden).collect() })
        })
    }

    /// Whether a text is in the set.
    pub fn contains(&self, text: &str) -> bool {
        self.pieces.iter().any(|piece| piece.contains(text))
    }

    /// A shortest text of the set, within a budget of 10 000 nodes for each piece.
    pub fn witness(&self) -> Answer<String> {
        let answers: Vec<Answer<String>> = self.pieces.iter().map(|piece| piece.witness(BUDGET).0).collect();
        let length = |answer: &Answer<String>| match answer {
            Answer::Witness(text) => text.chars().count(),
            _ => usize::MAX,
        };
        match answers.iter().min_by_key(|answer| length(answer)) {
            Some(witness @ Answer::Witness(_)) => witness.clone(),
            _ if answers.contains(&Answer::Undecided) => Answer::Undecided,
            _ => Answer::Empty,
        }
    }
}

impl From<Piece> for TextSet {
    fn from(piece: Piece) -> TextSet {
        TextSet { pieces: vec![piece] }
    }
}

impl Piece {
    /// What is in both.
    pub(super) fn and(&self, other: &Piece) -> Piece {
        Piece { all: [&self.all[..], &other.all].concat(), none: [&self.none[..], &other.none].concat() }
    }

    /// Whether it forbids what it asks for.
    fn is_plainly_empty(&self) -> bool {
        self.all.iter().any(|one| self.none.iter().any(|other| Rc::ptr_eq(one, other)))
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.all.iter().all(|one| one.accepts(text)) && !self.none.iter().any(|one| one.accepts(text))
    }

    /// A shortest member, and what of the budget it took to find it.
    pub(super) fn witness(&self, budget: usize) -> (Answer<String>, usize) {
        let any = Automaton::any();
        let mut all: Vec<&Automaton> = self.all.iter().map(Rc::as_ref).collect();
        if all.is_empty() {
            all.push(&any);
        }
        let none: Vec<&Automaton> = self.none.iter().map(Rc::as_ref).collect();
        product::search(&all, &none, budget)
    }
}

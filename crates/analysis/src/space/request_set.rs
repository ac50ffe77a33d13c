//! Sets of requests.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    Condition, Patterns, RequestFacts,
    domain::Domains,
    solver::{self, Avoided, Sketch},
    text::Answer,
    witness::Witness,
};
use crate::effective::RouteMatch;

/// A set of requests: a union of pieces. Nothing is worked out until it is asked for.
///
/// The number of pieces may multiply with every intersection and difference, so this is for a few sets at a time; for
/// the routes of a virtual host there is [`Space`](super::Space).
#[derive(Clone, Debug, Default)]
pub struct RequestSet {
    pieces: Vec<Piece>,
}

/// Conditions that all hold; a set of requests.
type Conditions = Vec<Rc<Condition>>;

/// The requests that meet all conditions, but not all conditions of any of some other lists.
#[derive(Clone, Debug, Default)]
struct Piece {
    within: Conditions,
    outside: Vec<Conditions>,
}

impl RequestSet {
    /// No request.
    pub fn none() -> RequestSet {
        RequestSet::default()
    }

    /// Every request.
    pub fn any() -> RequestSet {
        RequestSet { pieces: vec![Piece::default()] }
    }

    /// The requests that a route takes, were it the only one.
    pub fn new(matcher: &RouteMatch, patterns: &Patterns) -> RequestSet {
        let within = Condition::all(matcher, patterns).into_iter().map(Rc::new).collect();
        RequestSet { pieces: vec![Piece { within, outside: Vec::new() }] }
    }

    /// What is in either.
    pub fn union(&self, other: &RequestSet) -> RequestSet {
        RequestSet { pieces: [&self.pieces[..], &other.pieces].concat() }
    }

    /// What is in both.
    pub fn intersection(&self, other: &RequestSet) -> RequestSet {
        let pairs = self.pieces.iter().flat_map(|one| other.pieces.iter().map(move |two| one.and(two)));
        RequestSet { pieces: pairs.filter(|piece| !piece.is_plainly_empty()).collect() }
    }

    /// What is in the one and not in the other.
    pub fn difference(&self, other: &RequestSet) -> RequestSet {
        other.pieces.iter().fold(self.clone(), |left, piece| {
            // Outside a piece is what fails its conditions, or is in a set that it leaves out.
            let fails = Piece { within: Vec::new(), outside: vec![piece.within.clone()] };
            let left_out = |outside: &Conditions| Piece { within: outside.clone(), outside: Vec::new() };
            let outside = [fails].into_iter().chain(piece.outside.iter().map(left_out)).collect();
            left.intersection(&RequestSet { pieces: outside })
        })
    }

    /// Whether a request is in the set.
    pub fn contains(&self, request: &RequestFacts) -> bool {
        let meets = |conditions: &Conditions| {
            let holds = |condition: &Rc<Condition>| condition.holds(request.part(&condition.part).as_deref());
            conditions.iter().all(holds)
        };
        self.pieces.iter().any(|piece| meets(&piece.within) && !piece.outside.iter().any(meets))
    }

    /// A short request of the set.
    pub fn witness(&self) -> Answer<Witness> {
        let domains = Domains::new();
        let mut undecided = false;
        for piece in &self.pieces {
            match solver::search(&piece.within, &piece.outside, &domains).answer {
                Answer::Empty => {}
                Answer::Undecided => undecided = true,
                witness @ Answer::Witness(_) => return witness,
            }
        }
        if undecided { Answer::Undecided } else { Answer::Empty }
    }
}

impl Piece {
    fn and(&self, other: &Piece) -> Piece {
        Piece {
            within: [&self.within[..], &other.within].concat(),
            outside: [&self.outside[..], &other.outside].concat(),
        }
    }

    /// Whether it leaves out what it asks for, condition by condition.
    fn is_plainly_empty(&self) -> bool {
        let asked = |condition: &Rc<Condition>| self.within.iter().any(|other| Rc::ptr_eq(condition, other));
        self.outside.iter().any(|outside| outside.iter().all(asked))
    }
}

impl Avoided for Vec<Conditions> {
    fn holding(&self, sketch: &Sketch<'_>, handled: &BTreeSet<usize>) -> Option<(usize, bool)> {
        let sets = self.iter().enumerate().filter(|(set, _)| !handled.contains(set));
        let mut possible = None;
        for (set, conditions) in sets {
            match sketch.meets(conditions) {
                Some(true) => return Some((set, true)),
                Some(false) => {}
                None => possible = possible.or(Some((set, false))),
            }
        }
        possible
    }

    fn conditions(&self, set: usize) -> &[Rc<Condition>] {
        &self[set]
    }

    fn paths_under(&self, _: &str) -> Vec<usize> {
        Vec::new()
    }
}

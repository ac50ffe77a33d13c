//! One automaton of a product, walked as far as a search gets.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    rc::Rc,
};

use crate::space::regex::{Automaton, Edge, State};

/// Rows of numbers, each with a number of its own.
#[derive(Default)]
pub(super) struct Rows {
    numbers: HashMap<Rc<[u32]>, u32, BuildHasherDefault<RowHasher>>,
    pub(super) rows: Vec<Rc<[u32]>>,
}

impl Rows {
    /// The number of a row, and whether the row is new.
    pub(super) fn add(&mut self, row: &[u32]) -> (u32, bool) {
        if let Some(&number) = self.numbers.get(row) {
            return (number, false);
        }
        let number = self.rows.len() as u32;
        let row: Rc<[u32]> = row.into();
        self.rows.push(row.clone());
        self.numbers.insert(row, number);
        (number, true)
    }
}

/// Mixes numbers by multiplication: rows are short, and nobody chooses them to collide.
#[derive(Default)]
struct RowHasher(u64);

impl Hasher for RowHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let number = chunk.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
            self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }
}

/// Letters, each with the place it leads to.
pub(super) type Steps = Rc<[(u32, u32)]>;

/// An automaton in a search. A place in it is one of its states or, where it is walked `whole`, a set of them.
pub(super) struct Walker<'a> {
    pub(super) automaton: &'a Automaton,
    whole: bool,
    /// The steps out of places that were left before.
    steps: Vec<Option<Steps>>,
    subsets: Rows,
    /// The round in which a state was last reached.
    reached: Vec<u32>,
    round: u32,
    /// How many steps were worked out.
    pub(super) work: usize,
}

impl<'a> Walker<'a> {
    /// The place, in an automaton that is walked whole, from which nothing is accepted any more.
    pub(super) const NOWHERE: u32 = 0;

    pub(super) fn new(automaton: &'a Automaton, whole: bool) -> Self {
        let reached = vec![0; automaton.states.len()];
        let mut subsets = Rows::default();
        subsets.add(&[]);
        Walker { automaton, whole, steps: Vec::new(), subsets, reached, round: 0, work: 0 }
    }

    pub(super) fn start(&mut self) -> u32 {
        let start = self.automaton.start;
        if self.whole { self.subsets.add(&[start]).0 } else { start }
    }

    /// The states that read or accept and are reached from a place without reading.
    fn reach(&mut self, place: u32, before: Edge, after: Edge) -> Vec<u32> {
        let mut open = if self.whole { self.subsets.rows[place as usize].to_vec() } else { vec![place] };
        let mut found = Vec::new();
        self.round += 1;
        while let Some(state) = open.pop() {
            if std::mem::replace(&mut self.reached[state as usize], self.round) == self.round {
                continue;
            }
            match self.automaton.states[state as usize] {
                State::Split(one, other) => open.extend([other, one]),
                State::Look(look, next) if look.holds(before, after) => open.push(next),
                State::Look(..) => {}
                State::Set(..) | State::Accept => found.push(state),
            }
        }
        found
    }

    /// Every letter that can be read in a place with the place it leads to, sorted.
    pub(super) fn steps(&mut self, place: u32, before: Edge, members: &[Vec<u32>], shown: &[char]) -> Steps {
        let looks = self.automaton.looks;
        let key = place as usize * 4 + if looks { before as usize } else { 0 };
        if let Some(Some(steps)) = self.steps.get(key) {
            return steps.clone();
        }
        let mut steps = Vec::new();
        let edges = [Edge::Other, Edge::Line, Edge::Word];
        for &after in if looks { &edges[..] } else { &edges[..1] } {
            for state in self.reach(place, before, after) {
                let State::Set(set, next) = self.automaton.states[state as usize] else { continue };
                let fits = |letter: &&u32| !looks || Edge::of(shown[**letter as usize] as u32) == after;
                steps.extend(members[set as usize].iter().filter(fits).map(|&letter| (letter, next)));
            }
        }
        self.work += steps.len();
        steps.sort_unstable();
        steps.dedup();
        if self.whole {
            let subsets = steps.chunk_by(|one, two| one.0 == two.0).map(|run| {
                let states: Vec<u32> = run.iter().map(|&(_, state)| state).collect();
                (run[0].0, self.subsets.add(&states).0)
            });
            steps = subsets.collect();
        }
        if self.steps.len() <= key {
            self.steps.resize(key + 1, None);
        }
        self.steps[key].insert(steps.into()).clone()
    }

    /// Whether the text may end in a place.
    pub(super) fn accepts(&mut self, place: u32, before: Edge) -> bool {
        self.reach(place, before, Edge::Text).contains(&Automaton::ACCEPT)
    }
}

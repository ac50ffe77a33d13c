//! The search for a shortest text that some automata accept and others do not.

use std::{iter::successors, rc::Rc};

use super::{
    letters::Letters,
    walker::{Rows, Walker},
};
use crate::space::regex::{Automaton, Edge};

/// What one search may spend: a node of the product costs 1, as do 50 transitions. The worst patterns then take some
/// 0.1 s natively; of Istio's everyday patterns none takes a hundredth of it.
pub const BUDGET: usize = 10_000;

const TRANSITIONS: usize = 50;

/// Whether a set is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is.
    Empty,
    /// It is not: here is a short member.
    Witness(T),
    /// The budget ran out before either was certain.
    Undecided,
}

/// Searches for a shortest text that all of `all` (at least one) accept and none of `none`. Tells what it spent too.
///
/// Tried twice. Products of single states never explode (`.*a.{20}`), but those of sets of states merge what overlaps
/// (`(.{0,30}){30}`). What must not accept is walked in sets both times.
pub(super) fn search(all: &[&Automaton], none: &[&Automaton], budget: usize) -> (Answer<String>, usize) {
    if all.iter().chain(none).any(|automaton| automaton.bytes) {
        return (Answer::Undecided, 0);
    }
    match Product::new(all, none, false).search(budget) {
        (Answer::Undecided, spent) => {
            let (answer, more) = Product::new(all, none, true).search(budget);
            (answer, spent + more)
        }
        decided => decided,
    }
}

struct Product<'a> {
    walkers: Vec<Walker<'a>>,
    /// How many of the walkers must accept; the others must not.
    accepting: usize,
    letters: Letters,
    looks: bool,
    /// The nodes: the place of each walker, and what was read last where that matters.
    nodes: Rows,
    /// For each node the letter that led to it, and the node before.
    origins: Vec<Option<(u32, usize)>>,
    /// How many nodes were tried, known ones too.
    tried: usize,
}

impl<'a> Product<'a> {
    fn new(all: &[&'a Automaton], none: &[&'a Automaton], whole: bool) -> Self {
        let automata = [all, none].concat();
        let walker = |(number, automaton): (usize, &&'a Automaton)| {
            Walker::new(automaton, whole || number >= all.len())
        };
        Product {
            walkers: automata.iter().enumerate().map(walker).collect(),
            accepting: all.len(),
            letters: Letters::new(&automata),
            looks: automata.iter().any(|automaton| automaton.looks),
            nodes: Rows::default(),
            origins: Vec::new(),
            tried: 0,
        }
    }

    /// Breadth first, so that the first text found is a shortest one.
    fn search(mut self, budget: usize) -> (Answer<String>, usize) {
        let start = self.walkers.iter_mut().map(Walker::start).collect();
        let mut fresh: Vec<(Vec<u32>, Option<(u32, usize)>)> = vec![(start, None)];
        let mut next = 0;
        loop {
            for (places, origin) in fresh.drain(..) {
                if let Some(node) = self.enter(places, origin)
                    && self.accepts(node)
                {
                    return (Answer::Witness(self.text(node)), self.spent());
                }
                if self.spent() > budget {
                    return (Answer::Undecided, self.spent());
                }
            }
            if next == self.origins.len() {
                return (Answer::Empty, self.spent());
            }
            fresh = self.leave(next);
            next += 1;
        }
    }

    fn spent(&self) -> usize {
        let work: usize = self.walkers.iter().map(|walker| walker.work).sum();
        self.origins.len() + (self.tried + work) / TRANSITIONS
    }

    fn before(&self, origin: Option<(u32, usize)>) -> Edge {
        origin.map_or(Edge::Text, |(letter, _)| Edge::of(self.letters.shown[letter as usize] as u32))
    }

    /// Adds a node, unless it is known.
    fn enter(&mut self, mut places: Vec<u32>, origin: Option<(u32, usize)>) -> Option<usize> {
        if self.looks {
            places.push(self.before(origin) as u32);
        }
        self.tried += 1;
        let (node, new) = self.nodes.add(places);
        if new {
            self.origins.push(origin);
        }
        new.then_some(node as usize)
    }

    fn accepts(&mut self, node: usize) -> bool {
        let before = self.before(self.origins[node]);
        let places = self.nodes.rows[node].clone();
        let mut walkers = self.walkers.iter_mut().zip(places.iter()).enumerate();
        walkers.all(|(number, (walker, &place))| walker.accepts(place, before) == (number < self.accepting))
    }

    /// The nodes one letter further, better-looking letters first.
    fn leave(&mut self, node: usize) -> Vec<(Vec<u32>, Option<(u32, usize)>)> {
        let before = self.before(self.origins[node]);
        let places = self.nodes.rows[node].clone();
        let walkers = self.walkers.iter_mut().zip(&self.letters.members).zip(places.iter());
        let steps: Vec<Rc<[(u32, u32)]>> = walkers
            .map(|((walker, members), &place)| walker.steps(place, before, members, &self.letters.shown))
            .collect();
        let mut fresh = Vec::new();
        for run in steps[0].chunk_by(|one, two| one.0 == two.0) {
            let letter = run[0].0;
            let mut rows: Vec<Vec<u32>> = run.iter().map(|&(_, place)| vec![place]).collect();
            for (number, steps) in steps.iter().enumerate().skip(1) {
                let first = steps.partition_point(|step| step.0 < letter);
                let to = &steps[first..first + steps[first..].partition_point(|step| step.0 == letter)];
                let to =
                    if number >= self.accepting && to.is_empty() { &[(letter, Walker::NOWHERE)] } else { to };
                let further = |row: &Vec<u32>, place: u32| {
                    let mut row = row.clone();
                    row.push(place);
                    row
                };
                rows = rows.iter().flat_map(|row| to.iter().map(|&(_, place)| further(row, place))).collect();
            }
            fresh.extend(rows.into_iter().map(|row| (row, Some((letter, node)))));
        }
        fresh
    }

    fn text(&self, node: usize) -> String {
        let origins = successors(self.origins[node], |&(_, before)| self.origins[before]);
        let letters: Vec<char> = origins.map(|(letter, _)| self.letters.shown[letter as usize]).collect();
        letters.into_iter().rev().collect()
    }
}

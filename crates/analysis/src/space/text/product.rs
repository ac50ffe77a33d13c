//! The search for a shortest text that some automata accept and others do not.

use std::iter::successors;

use super::{
    letters::Letters,
    walker::{Rows, Steps, Walker},
};
use crate::space::regex::{Automaton, Edge};

/// What one search may spend: a node of the product costs 1, as do 50 transitions. The worst patterns then take some
/// 0.1 s natively; of Istio's everyday patterns none takes a hundredth of it.
pub(crate) const BUDGET: usize = 10_000;

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
    origins: Vec<Origin>,
    /// How many nodes were tried, known ones too.
    tried: usize,
}

type Origin = Option<(u32, usize)>;

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
        let mut start: Vec<u32> = self.walkers.iter_mut().map(Walker::start).collect();
        let mut found = self.enter(&mut start, None);
        let mut next = 0;
        while found.is_none() && next < self.origins.len() {
            if self.spent() > budget {
                return (Answer::Undecided, self.spent());
            }
            found = self.leave(next);
            next += 1;
        }
        let answer = found.map_or(Answer::Empty, |node| Answer::Witness(self.text(node)));
        (answer, self.spent())
    }

    fn spent(&self) -> usize {
        let work: usize = self.walkers.iter().map(|walker| walker.work).sum();
        self.origins.len() + (self.tried + work) / TRANSITIONS
    }

    fn before(&self, origin: Origin) -> Edge {
        origin.map_or(Edge::Text, |(letter, _)| Edge::of(self.letters.shown[letter as usize] as u32))
    }

    /// Adds the node of some places, unless it is known; gives it if the text may end there.
    fn enter(&mut self, places: &mut Vec<u32>, origin: Origin) -> Option<usize> {
        let before = self.before(origin);
        let length = places.len();
        if self.looks {
            places.push(before as u32);
        }
        let (node, new) = self.nodes.add(places);
        places.truncate(length);
        self.tried += 1;
        if !new {
            return None;
        }
        self.origins.push(origin);
        let mut walkers = self.walkers.iter_mut().zip(places.iter()).enumerate();
        let accepted = walkers
            .all(|(number, (walker, &place))| walker.accepts(place, before) == (number < self.accepting));
        accepted.then_some(node as usize)
    }

    /// Enters the nodes one letter further, better-looking letters first; gives the first where the text may end.
    fn leave(&mut self, node: usize) -> Option<usize> {
        let before = self.before(self.origins[node]);
        let places = self.nodes.rows[node].clone();
        let walkers = self.walkers.iter_mut().zip(&self.letters.members).zip(places.iter());
        let steps: Vec<Steps> = walkers
            .map(|((walker, members), &place)| walker.steps(place, before, members, &self.letters.shown))
            .collect();
        let mut row = Vec::with_capacity(steps.len() + 1);
        steps[0].chunk_by(|one, two| one.0 == two.0).find_map(|run| {
            let origin = (run[0].0, node);
            run.iter().find_map(|&(_, place)| {
                row.clear();
                row.push(place);
                self.follow(&steps, origin, &mut row)
            })
        })
    }

    /// Enters every node that a letter leads to, given the places of the first walkers.
    fn follow(&mut self, steps: &[Steps], origin: (u32, usize), row: &mut Vec<u32>) -> Option<usize> {
        let number = row.len();
        let Some(steps_of) = steps.get(number) else { return self.enter(row, Some(origin)) };
        let first = steps_of.partition_point(|step| step.0 < origin.0);
        let mut to =
            steps_of[first..].iter().take_while(|step| step.0 == origin.0).map(|step| step.1).peekable();
        let lost = (number >= self.accepting && to.peek().is_none()).then_some(Walker::NOWHERE);
        to.chain(lost).find_map(|place| {
            row.push(place);
            let found = self.follow(steps, origin, row);
            row.truncate(number);
            found
        })
    }

    fn text(&self, node: usize) -> String {
        let origins = successors(self.origins[node], |&(_, before)| self.origins[before]);
        let letters: Vec<char> = origins.map(|(letter, _)| self.letters.shown[letter as usize]).collect();
        letters.into_iter().rev().collect()
    }
}

//! Patterns as automata over characters.

use super::{
    CodePoints,
    syntax::{Look, Node},
    utf8,
};

/// A non-deterministic automaton in Thompson's form, whose states number [`Automaton::ACCEPT`] accepts.
#[derive(Clone, Debug)]
pub(crate) struct Automaton {
    pub(crate) states: Vec<State>,
    /// The sets that [`State::Set`] refers to.
    pub(crate) sets: Vec<CodePoints>,
    pub(crate) start: u32,
    /// Whether any state looks at what stands around it.
    pub(crate) looks: bool,
    /// Whether it reads bytes of UTF-8, which only `\C` asks for.
    pub(crate) bytes: bool,
}

/// A state, with the states that follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State {
    /// Reads a member of the set with this number.
    Set(u32, u32),
    /// Goes on in either.
    Split(u32, u32),
    /// Goes on if the condition holds.
    Look(Look, u32),
    /// Accepts at the end of the text.
    Accept,
}

/// What stands before or after a place, as far as a [`Look`] can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A character that is neither of the others.
    Other,
    /// A line break.
    Line,
    /// A letter, digit or `_` of ASCII.
    Word,
    /// The end of the text.
    Text,
}

impl Edge {
    pub(crate) fn of(point: u32) -> Edge {
        match u8::try_from(point) {
            Ok(b'\n') => Edge::Line,
            Ok(b'_') => Edge::Word,
            Ok(byte) if byte.is_ascii_alphanumeric() => Edge::Word,
            _ => Edge::Other,
        }
    }
}

impl Look {
    pub(crate) fn holds(self, before: Edge, after: Edge) -> bool {
        let edge = (before == Edge::Word) != (after == Edge::Word);
        match self {
            Look::Start => before == Edge::Text,
            Look::LineStart => matches!(before, Edge::Text | Edge::Line),
            Look::End => after == Edge::Text,
            Look::LineEnd => matches!(after, Edge::Text | Edge::Line),
            Look::WordEdge => edge,
            Look::NoWordEdge => !edge,
        }
    }
}

impl Automaton {
    /// The state that accepts.
    pub(crate) const ACCEPT: u32 = 0;

    /// The most states an automaton may have. RE2 needs about one instruction for each, and Istio allows it 32 768.
    pub(crate) const MAX_STATES: usize = 100_000;

    /// Builds the automaton of a pattern, unless it is too large.
    pub(super) fn new(node: &Node) -> Option<Automaton> {
        let bytes = has_byte(node);
        let mut automaton = Automaton { bytes, ..Automaton::empty_text() };
        automaton.start =
            if bytes { automaton.add(&utf8::expand(node), 0)? } else { automaton.add(node, 0)? };
        Some(automaton)
    }

    /// The automaton of the empty text alone.
    pub(crate) fn empty_text() -> Automaton {
        Automaton { states: vec![State::Accept], sets: Vec::new(), start: 0, looks: false, bytes: false }
    }

    fn push(&mut self, state: State) -> Option<u32> {
        let number = self.states.len();
        self.states.push(state);
        if number < Self::MAX_STATES { u32::try_from(number).ok() } else { None }
    }

    pub(crate) fn set(&mut self, set: &CodePoints) -> u32 {
        let number = self.sets.iter().position(|known| known == set).unwrap_or(self.sets.len());
        if number == self.sets.len() {
            self.sets.push(set.clone());
        }
        number as u32
    }

    /// Puts a node in front of a state, and gives the state where it begins.
    fn add(&mut self, node: &Node, next: u32) -> Option<u32> {
        match node {
            Node::Set(set) => {
                let set = self.set(set);
                self.push(State::Set(set, next))
            }
            Node::Byte => self.add(&Node::Set(CodePoints::new(vec![(0, 0xFF)])), next),
            Node::Look(look) => {
                self.looks = true;
                self.push(State::Look(*look, next))
            }
            Node::Capture(node) => self.add(node, next),
            Node::Sequence(nodes) => nodes.iter().rev().try_fold(next, |next, node| self.add(node, next)),
            Node::Choice(nodes) => {
                let (last, others) = nodes.split_last()?;
                let entry = self.add(last, next)?;
                others.iter().rev().try_fold(entry, |entry, node| {
                    let choice = self.add(node, next)?;
                    self.push(State::Split(choice, entry))
                })
            }
            Node::Repeat(node, min, max, _) => self.repeat(node, *min, *max, next),
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, next: u32) -> Option<u32> {
        let mut entry = next;
        match max {
            // x{0,3} is (x(x(x)?)?)?: every way out leads straight to `next`.
            Some(max) => {
                for _ in min..max {
                    let body = self.add(node, entry)?;
                    entry = self.push(State::Split(body, next))?;
                }
            }
            None => {
                entry = self.push(State::Accept)?;
                let body = self.add(node, entry)?;
                self.states[entry as usize] = State::Split(body, next);
            }
        }
        (0..min).try_fold(entry, |entry, _| self.add(node, entry))
    }

    /// Whether a text is accepted, by following all states at once.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        let mut walk = Walk { automaton: self, seen: vec![0; self.states.len()], round: 0 };
        let mut states = vec![self.start];
        let mut before = Edge::Text;
        let mut step = |point: u32| {
            walk.reach(&mut states, before, Edge::of(point));
            states.retain_mut(|state| match self.states[*state as usize] {
                State::Set(set, next) => {
                    *state = next;
                    self.sets[set as usize].contains(point)
                }
                _ => false,
            });
            before = Edge::of(point);
            !states.is_empty()
        };
        let alive = if self.bytes {
            text.bytes().all(|byte| step(byte.into()))
        } else {
            text.chars().all(|c| step(c as u32))
        };
        if alive {
            walk.reach(&mut states, before, Edge::Text);
        }
        alive && states.contains(&Self::ACCEPT)
    }
}

/// The search for states that are reached without reading.
struct Walk<'a> {
    automaton: &'a Automaton,
    /// The round in which a state was last seen.
    seen: Vec<u32>,
    round: u32,
}

impl Walk<'_> {
    /// Replaces states by those that read or accept and are reached from them.
    fn reach(&mut self, states: &mut Vec<u32>, before: Edge, after: Edge) {
        self.round += 1;
        let mut open = std::mem::take(states);
        while let Some(state) = open.pop() {
            if std::mem::replace(&mut self.seen[state as usize], self.round) == self.round {
                continue;
            }
            match self.automaton.states[state as usize] {
                State::Split(one, other) => open.extend([other, one]),
                State::Look(look, next) if look.holds(before, after) => open.push(next),
                State::Look(..) => {}
                State::Set(..) | State::Accept => states.push(state),
            }
        }
    }
}

pub(super) fn has_byte(node: &Node) -> bool {
    match node {
        Node::Byte => true,
        Node::Set(_) | Node::Look(_) => false,
        Node::Capture(node) | Node::Repeat(node, ..) => has_byte(node),
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().any(has_byte),
    }
}

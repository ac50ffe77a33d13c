//! How large RE2's program for a pattern is (20.3).
//!
//! RE2 reads bytes: a set of characters becomes a trie of ranges of bytes, with common ends shared. Its program is then
//! flattened into lists, whose entries are what is counted. Nothing else of the program is kept here. Alternatives are
//! not factored first, as RE2 does, so that patterns with many of them may count as a little larger than they are.

use std::collections::HashMap;

use super::{
    Automaton, CodePoints, lists,
    syntax::{Look, Node},
    trie::Trie,
};

/// The most instructions that Istio lets Envoy run.
const LIMIT: usize = 32_768;

/// The most instructions that RE2 compiles, before they are flattened.
const MOST: usize = 698_990;

/// An instruction, with those that follow.
#[derive(Clone, Copy)]
pub(super) enum Instruction {
    Fail,
    Match,
    /// Reads a byte, keeps a place or looks around.
    Step(u32),
    Either(u32, u32),
}

/// Whether Istio lets Envoy run the program of a pattern with this automaton.
pub(super) fn is_allowed(tree: &Node, automaton: &Automaton) -> bool {
    // A state takes one instruction, two more for a group, and four for each range of its set: mostly few in all.
    let widest = automaton.sets.iter().map(|set| set.ranges().len()).max().unwrap_or_default();
    let at_most = automaton.states.len() * (3 + 4 * widest);
    at_most <= LIMIT || size(tree).is_some_and(|size| size <= LIMIT)
}

/// The size of the program; none if RE2 does not compile it.
pub(super) fn size(tree: &Node) -> Option<usize> {
    let mut nodes = Vec::new();
    flatten(tree, &mut nodes);
    strip_prefix(&mut nodes);
    let first = nodes.first().and_then(|node| anchor(node, Look::Start, 0));
    let last = nodes.last().and_then(|node| anchor(node, Look::End, 0));
    let mut program = Program {
        instructions: vec![Instruction::Fail, Instruction::Match],
        tries: HashMap::new(),
        anchors: [first, last],
    };
    let start = program.sequence(nodes.into_iter(), MATCH)?;
    if start == FAIL {
        return Some(1);
    }
    let unanchored = if first.is_some() { start } else { program.before(start)? };
    Some(lists::entries(&program.instructions, start, unanchored))
}

/// Where the program fails, and where it ends.
pub(super) const FAIL: u32 = 0;
const MATCH: u32 = 1;

/// The nodes of a sequence, those of sequences in it included.
fn flatten<'a>(node: &'a Node, nodes: &mut Vec<&'a Node>) {
    match node {
        Node::Sequence(inner) => inner.iter().for_each(|node| flatten(node, nodes)),
        node => nodes.push(node),
    }
}

/// Takes away literal text at the start, with the anchor before it: RE2 compares it without its program.
fn strip_prefix(nodes: &mut Vec<&Node>) {
    let anchors = nodes.iter().take_while(|node| matches!(node, Node::Look(Look::Start))).count();
    let literal = |node: &&&Node| matches!(node, Node::Set(set) if set.single().is_some());
    let literals = nodes[anchors..].iter().take_while(literal).count();
    if anchors > 0 && literals > 0 {
        nodes.drain(..anchors + literals);
    }
}

/// The anchor at one end of a node, which RE2 keeps out of its program.
fn anchor(node: &Node, look: Look, depth: usize) -> Option<&Node> {
    match node {
        Node::Look(found) if *found == look => Some(node),
        Node::Capture(inner) if depth < 4 => anchor(inner, look, depth + 1),
        Node::Sequence(inner) if depth < 4 => {
            let end = if look == Look::Start { inner.first() } else { inner.last() };
            anchor(end?, look, depth + 1)
        }
        _ => None,
    }
}

struct Program<'a> {
    instructions: Vec<Instruction>,
    /// The tries of sets that were met before.
    tries: HashMap<CodePoints, Trie>,
    /// The anchors that are left out.
    anchors: [Option<&'a Node>; 2],
}

impl<'a> Program<'a> {
    fn push(&mut self, instruction: Instruction) -> Option<u32> {
        let number = self.instructions.len();
        self.instructions.push(instruction);
        if number < MOST { u32::try_from(number).ok() } else { None }
    }

    /// Puts a node in front of an instruction; gives the one where it begins, which fails if nothing matches the node.
    fn add(&mut self, node: &'a Node, next: u32) -> Option<u32> {
        if next == FAIL {
            return Some(FAIL);
        }
        match node {
            Node::Set(set) => self.set(set, next),
            Node::Look(_) if self.anchors.iter().flatten().any(|anchor| std::ptr::eq(*anchor, node)) => {
                Some(next)
            }
            Node::Byte | Node::Look(_) => self.push(Instruction::Step(next)),
            Node::Sequence(nodes) => self.sequence(nodes.iter(), next),
            Node::Choice(nodes) => self.choice(nodes, next),
            Node::Capture(node) => {
                let close = self.push(Instruction::Step(next))?;
                let inside = self.add(node, close)?;
                if inside == FAIL { Some(FAIL) } else { self.push(Instruction::Step(inside)) }
            }
            Node::Repeat(node, min, max, _) => self.repeat(node, *min, *max, next),
        }
    }

    /// Neighbouring repetitions of one set become one repetition.
    fn sequence(&mut self, nodes: impl DoubleEndedIterator<Item = &'a Node>, mut next: u32) -> Option<u32> {
        let mut nodes = nodes.rev().peekable();
        while let Some(node) = nodes.next() {
            let Some((set, mut min, mut max)) = repetition(node) else {
                next = self.add(node, next)?;
                continue;
            };
            // Only the last of them may be the set alone.
            while let Some(before @ Node::Repeat(..)) = nodes.peek()
                && let Some((other, more, most)) = repetition(before)
                && is_same_set(set, other)
            {
                (min, max) = (min + more, max.zip(most).map(|(max, most)| max + most));
                nodes.next();
            }
            next = self.repeat(set, min, max, next)?;
        }
        Some(next)
    }

    /// Neighbouring choices of one character become one set.
    fn choice(&mut self, nodes: &'a [Node], next: u32) -> Option<u32> {
        let is_set = |node: &Node| matches!(node, Node::Set(_));
        nodes.chunk_by(|one, two| is_set(one) && is_set(two)).try_fold(FAIL, |entry, run| {
            let mut set = CodePoints::default();
            for node in run {
                if let Node::Set(more) = node {
                    set.extend(more.ranges().iter().copied());
                }
            }
            let choice = if is_set(&run[0]) { self.set(&set, next) } else { self.add(&run[0], next) };
            self.either(entry, choice?)
        })
    }

    fn either(&mut self, one: u32, other: u32) -> Option<u32> {
        match (one, other) {
            (FAIL, other) => Some(other),
            (one, FAIL) => Some(one),
            (one, other) => self.push(Instruction::Either(one, other)),
        }
    }

    fn repeat(&mut self, node: &'a Node, mut min: u32, mut max: Option<u32>, next: u32) -> Option<u32> {
        if let Node::Look(_) = node {
            (min, max) = (min.min(1), max.map(|max| max.min(1)));
        }
        let (entry, copies) = match max {
            Some(max) => {
                // x{0,3} is (x(x(x)?)?)?
                let nested = (min..max).try_fold(next, |entry, _| {
                    let body = self.add(node, entry)?;
                    self.either(body, next)
                });
                (nested?, min)
            }
            None if min > 0 => (self.plus(node, next)?, min - 1),
            None if is_nullable(node) => {
                let plus = self.plus(node, next)?;
                (self.either(plus, next)?, 0)
            }
            None => {
                let again = self.push(Instruction::Fail)?;
                let body = self.add(node, again)?;
                self.instructions[again as usize] = Instruction::Either(body, next);
                (again, 0)
            }
        };
        (0..copies).try_fold(entry, |entry, _| self.add(node, entry))
    }

    fn plus(&mut self, node: &'a Node, next: u32) -> Option<u32> {
        let again = self.push(Instruction::Fail)?;
        let body = self.add(node, again)?;
        self.instructions[again as usize] = Instruction::Either(body, next);
        Some(body)
    }

    fn set(&mut self, set: &CodePoints, next: u32) -> Option<u32> {
        let base = self.instructions.len() as u32;
        if !self.tries.contains_key(set) {
            self.tries.insert(set.clone(), Trie::new(set));
        }
        let trie = &self.tries[set];
        let place = |number: u32| if number == Trie::END { next } else { base + number };
        self.instructions.extend(trie.nodes().map(|(out, other)| match other {
            None => Instruction::Step(place(out)),
            Some(other) => Instruction::Either(place(out), place(other)),
        }));
        let start = trie.start().map_or(FAIL, place);
        (self.instructions.len() < MOST).then_some(start)
    }

    /// The loop with which a search begins anywhere.
    fn before(&mut self, start: u32) -> Option<u32> {
        let skip = self.push(Instruction::Fail)?;
        let again = self.push(Instruction::Either(start, skip))?;
        self.instructions[skip as usize] = Instruction::Step(again);
        Some(again)
    }
}

/// The single set that a node repeats, and how often.
fn repetition(node: &Node) -> Option<(&Node, u32, Option<u32>)> {
    match node {
        Node::Set(_) => Some((node, 1, Some(1))),
        Node::Repeat(inner, min, max, _) if matches!(**inner, Node::Set(_)) => Some((inner, *min, *max)),
        _ => None,
    }
}

fn is_same_set(one: &Node, other: &Node) -> bool {
    matches!((one, other), (Node::Set(one), Node::Set(other)) if one == other)
}

/// Whether RE2 takes a node for one that may match nothing.
fn is_nullable(node: &Node) -> bool {
    match node {
        Node::Set(_) | Node::Byte => false,
        Node::Look(_) => true,
        Node::Capture(node) => is_nullable(node),
        Node::Sequence(nodes) => nodes.iter().all(is_nullable),
        Node::Choice(nodes) => nodes.iter().any(is_nullable),
        Node::Repeat(node, min, ..) => *min == 0 || is_nullable(node),
    }
}

//! A set of characters as RE2's trie of ranges of bytes.

use std::collections::HashMap;

use super::{CodePoints, code_points::LAST, utf8};

/// What the trie of a set is made of. Its nodes are numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    start: Option<u32>,
    /// Nodes that may be the end of several spellings.
    shared: HashMap<(Bytes, u32), u32>,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    /// Reads a byte, then goes on.
    Read(Bytes, u32),
    /// Goes on in either.
    Either(u32, u32),
}

/// A range of bytes, and whether the case of letters is ignored.
type Bytes = (u8, u8, bool);

impl Trie {
    /// Stands for what follows the trie.
    pub(super) const END: u32 = u32::MAX;

    pub(super) fn new(set: &CodePoints) -> Trie {
        let mut trie = Trie::default();
        let folds = folds_ascii(set);
        for &(low, high) in set.ranges() {
            let within = |first: char, last: char| first as u32 <= low && high <= last as u32;
            if folds && within('A', 'Z') {
                continue;
            }
            let (first, last) = ('A' as u32, 'z' as u32);
            let apart = (low <= first && last <= high) || high < first || last < low || within('[', '`');
            trie.add_range(low, high, folds && !apart);
        }
        trie.compacted()
    }

    /// Without the nodes that merging has left behind.
    fn compacted(&self) -> Trie {
        let mut compact = Trie::default();
        let mut numbers = HashMap::new();
        compact.start = self.start.map(|start| self.copy(start, &mut compact, &mut numbers));
        compact
    }

    fn copy(&self, number: u32, compact: &mut Trie, numbers: &mut HashMap<u32, u32>) -> u32 {
        if number == Trie::END {
            return number;
        }
        if let Some(&known) = numbers.get(&number) {
            return known;
        }
        let copy = match self.nodes[number as usize] {
            Node::Read(bytes, next) => Node::Read(bytes, self.copy(next, compact, numbers)),
            Node::Either(one, other) => {
                Node::Either(self.copy(one, compact, numbers), self.copy(other, compact, numbers))
            }
        };
        let place = compact.push(copy);
        numbers.insert(number, place);
        place
    }

    /// The nodes: each with where it goes on, and the other place where there are two.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (u32, Option<u32>)> {
        self.nodes.iter().map(|node| match *node {
            Node::Read(_, next) => (next, None),
            Node::Either(one, other) => (one, Some(other)),
        })
    }

    /// Where it begins; nowhere if the set is empty.
    pub(super) fn start(&self) -> Option<u32> {
        self.start
    }

    fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    fn read(&mut self, low: u8, high: u8, next: u32) -> u32 {
        self.push(Node::Read((low, high, false), next))
    }

    fn add_range(&mut self, low: u32, high: u32, folds: bool) {
        if low <= 0x80 && high == LAST {
            if low < 0x80 {
                self.add_range(low, 0x7F, folds);
            }
            return self.add_all_long();
        }
        for spelling in utf8::spellings((low, high)) {
            let mut next = Trie::END;
            let last = spelling.len() - 1;
            for (number, &(low, high)) in spelling.iter().enumerate().rev() {
                let bytes = (low, high, folds && last == 0);
                let shared = last > 0 && (number == last || (low < high && number != 0));
                next = if shared { self.shared(bytes, next) } else { self.push(Node::Read(bytes, next)) };
            }
            self.add(next);
        }
    }

    /// Everything that takes several bytes, written shortly.
    fn add_all_long(&mut self) {
        let mut next = Trie::END;
        for (low, high) in [(0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)] {
            next = self.read(0x80, 0xBF, next);
            let first = self.read(low, high, next);
            self.add(first);
        }
    }

    fn shared(&mut self, bytes: Bytes, next: u32) -> u32 {
        if let Some(&known) = self.shared.get(&(bytes, next)) {
            return known;
        }
        let node = self.push(Node::Read(bytes, next));
        self.shared.insert((bytes, next), node);
        node
    }

    fn is_shared(&self, node: u32) -> bool {
        match self.nodes[node as usize] {
            Node::Read(bytes, next) => self.shared.get(&(bytes, next)) == Some(&node),
            Node::Either(..) => false,
        }
    }

    /// Adds a spelling.
    fn add(&mut self, spelling: u32) {
        let start = self.start.map_or(spelling, |start| self.merge(start, spelling));
        self.start = Some(start);
    }

    /// Adds a spelling to what begins at a node: one that begins like the last one there goes on behind its first byte.
    fn merge(&mut self, root: u32, spelling: u32) -> u32 {
        if root == Trie::END || spelling == Trie::END {
            return root;
        }
        let last = match self.nodes[root as usize] {
            Node::Read(..) => root,
            Node::Either(_, other) => other,
        };
        let Node::Read(bytes, next) = self.nodes[spelling as usize] else { return root };
        let (known, out) = match self.nodes.get(last as usize) {
            Some(&Node::Read(known, out)) if known == bytes => (known, out),
            _ => return self.push(Node::Either(root, spelling)),
        };
        // What other spellings share must not change.
        let head = if self.is_shared(last) { self.push(Node::Read(known, out)) } else { last };
        let out = self.merge(out, next);
        self.nodes[head as usize] = Node::Read(known, out);
        match &mut self.nodes[root as usize] {
            Node::Either(_, other) => {
                *other = head;
                root
            }
            Node::Read(..) => head,
        }
    }
}

/// Whether a set treats the letters of ASCII alike in both cases.
fn folds_ascii(set: &CodePoints) -> bool {
    ('A'..='Z').all(|upper| set.contains(upper as u32) == set.contains(upper.to_ascii_lowercase() as u32))
}

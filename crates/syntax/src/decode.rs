//! A tree's values: go-yaml's decoding into an empty interface, without recursion.
//!
//! Aliases share the values of what they stand for, mappings hold their entries after merge keys and duplicates.

use std::collections::{HashMap, hash_map};

use crate::{
    NoticeKind,
    event::{Failure, fail},
    scalar::resolve,
    tree::{Kind, Tree},
};

/// What one node of a tree means to Kubernetes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// Also `yes`, `off` and their kin.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// A whole number too large for [`Value::Int`].
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// The text of the node.
    Text,
    /// Text that differs from the node's own, from `!!binary`.
    Owned(Box<str>),
    /// A list.
    Sequence,
    /// A mapping: its entries.
    Mapping(Entries),
}

/// Where a mapping's entries stand among those of its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    from: u32,
    len: u32,
}

/// The values of a tree's nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    pub(crate) values: Vec<Value>,
    entries: Vec<(u32, u32)>,
    /// Keys that were set twice: what happened, the later key and the earlier one.
    pub(crate) overlaps: Vec<(NoticeKind, u32, u32)>,
    /// Whether JSON may not be able to hold the document: a number or key that it has no form for.
    pub(crate) unsupported: bool,
}

impl Values {
    /// The (key, value) nodes of a mapping.
    pub(crate) fn entries(&self, entries: Entries) -> &[(u32, u32)] {
        &self.entries[entries.from as usize..(entries.from + entries.len) as usize]
    }

    pub(crate) fn str<'a>(&'a self, tree: &'a Tree, node: u32) -> &'a str {
        match &self.values[node as usize] {
            Value::Owned(text) => text,
            _ => tree.text(node),
        }
    }
}

/// A mapping's key, equal where Go's values are.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(u64),
    Text(&'a str),
}

/// Resolves every node. A failure is one that makes Kubernetes refuse the document.
pub(crate) fn decode(tree: &Tree) -> (Values, Option<Failure>) {
    let mut decoder = Decoder::new(tree);
    let failure = decoder.run().err();
    // What was not reached reads as null, so that every node has a value.
    decoder.out.values.resize(tree.nodes.len(), Value::Null);
    (decoder.out, failure)
}

/// Whether a node is a merge key: a plain `<<`, or one tagged so.
fn is_merge_key(tree: &Tree, node: u32) -> bool {
    let raw = &tree.nodes[node as usize];
    raw.kind == Kind::Scalar
        && tree.text(node) == "<<"
        && (raw.implicit || tree.tag(node) == "tag:yaml.org,2002:merge")
}

struct Decoder<'t> {
    tree: &'t Tree,
    out: Values,
    /// The steps it takes to decode each subtree, aliases followed.
    sizes: Vec<f64>,
    steps: f64,
    aliased: f64,
    /// Open collections, and whether the next child of a mapping is a key.
    open: Vec<(u32, bool)>,
}

impl<'t> Decoder<'t> {
    fn new(tree: &'t Tree) -> Self {
        let out = Values { values: Vec::with_capacity(tree.nodes.len()), ..Values::default() };
        Self { tree, out, sizes: vec![0.0; tree.nodes.len()], steps: 1.0, aliased: 0.0, open: Vec::new() }
    }

    fn run(&mut self) -> Result<(), Failure> {
        for node in 0..self.tree.nodes.len() as u32 {
            self.close(node)?;
            self.visit(node)?;
        }
        self.close(self.tree.nodes.len() as u32)
    }

    /// Ends the collections that end before `node`.
    fn close(&mut self, node: u32) -> Result<(), Failure> {
        while let Some(&(collection, _)) = self.open.last() {
            if self.tree.nodes[collection as usize].stop > node {
                break;
            }
            self.open.pop();
            let size: f64 = self.tree.children(collection).map(|child| self.sizes[child as usize]).sum();
            self.sizes[collection as usize] += size;
            if self.tree.nodes[collection as usize].kind == Kind::Mapping {
                let entries = self.mapping(collection)?;
                self.out.values[collection as usize] = Value::Mapping(entries);
            }
        }
        Ok(())
    }

    fn visit(&mut self, node: u32) -> Result<(), Failure> {
        let tree = self.tree;
        let raw = &tree.nodes[node as usize];
        let (mut merge, mut merged_list) = (false, false);
        if let Some((collection, is_key)) = self.open.last_mut()
            && tree.nodes[*collection as usize].kind == Kind::Mapping
        {
            merge = *is_key && is_merge_key(tree, node);
            // The value of a merge key stands right behind it.
            merged_list = !*is_key
                && raw.kind == Kind::Sequence
                && tree.nodes[node as usize - 1].stop == node
                && is_merge_key(tree, node - 1);
            *is_key = !*is_key;
        }
        if !merge && !merged_list {
            self.steps += 1.0;
            self.sizes[node as usize] = 1.0;
        }
        let value = match raw.kind {
            Kind::Sequence => {
                self.open.push((node, false));
                Value::Sequence
            }
            Kind::Mapping => {
                self.open.push((node, true));
                Value::Mapping(Entries::default())
            }
            Kind::Alias => {
                if tree.nodes[raw.target as usize].stop > node {
                    return fail("anchor value contains itself", raw.start);
                }
                let size = self.sizes[raw.target as usize];
                self.sizes[node as usize] += size;
                self.steps += size;
                self.aliased += size;
                Value::Null
            }
            Kind::Scalar if merge || tree.tag(node).is_empty() && !raw.implicit => Value::Text,
            Kind::Scalar => match resolve(tree.tag(node), tree.text(node)) {
                Ok(value) => value,
                Err(message) => return fail(message, raw.start),
            },
        };
        self.out.unsupported |= matches!(value, Value::Float(float) if !float.is_finite());
        self.out.values.push(value);
        if self.aliases_too_much() {
            return fail("document contains excessive aliasing", raw.start);
        }
        Ok(())
    }

    /// go-yaml's guard: the more a document decodes to, the smaller the share that aliases may make of it.
    fn aliases_too_much(&self) -> bool {
        let (low, high) = (400_000.0, 4_000_000.0);
        let allowed = if self.steps <= low {
            0.99
        } else if self.steps >= high {
            0.10
        } else {
            0.99 - 0.89 * ((self.steps - low) / (high - low))
        };
        self.aliased > 100.0 && self.steps > 1000.0 && self.aliased / self.steps > allowed
    }

    /// The entries of a mapping: merge keys act where they stand, the last of two equal keys wins.
    fn mapping(&mut self, mapping: u32) -> Result<Entries, Failure> {
        let tree = self.tree;
        let mut builder = Mapping { tree, values: &self.out, entries: Vec::new(), seen: HashMap::new() };
        let mut overlaps = Vec::new();
        let mut unsupported = false;
        let mut children = tree.children(mapping);
        // For each entry, whether a merge put it there.
        let mut merged: Vec<bool> = Vec::new();
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if is_merge_key(tree, key) {
                let sources: Vec<u32> = match tree.nodes[value as usize].kind {
                    Kind::Sequence => tree.children(value).collect(),
                    _ => vec![value],
                };
                for source in sources.into_iter().rev() {
                    let Value::Mapping(entries) = self.out.values[tree.target(source) as usize] else {
                        let at = tree.nodes[value as usize].start;
                        return fail("map merge requires map or sequence of maps as the value", at);
                    };
                    for &(merged_key, merged_value) in self.out.entries(entries) {
                        match builder.put(merged_key, merged_value) {
                            Some((at, old)) if !merged[at] => {
                                overlaps.push((NoticeKind::MergeOverride, key, old))
                            }
                            Some((_, old)) => overlaps.push((NoticeKind::MergedTwice, key, old)),
                            None => merged.push(true),
                        }
                    }
                }
                continue;
            }
            let target = tree.target(key);
            match &self.out.values[target as usize] {
                Value::Sequence | Value::Mapping(_) => {
                    return fail("invalid map key", tree.nodes[target as usize].start);
                }
                Value::Null | Value::Uint(_) => unsupported = true,
                _ => {}
            }
            match builder.put(target, value) {
                Some((at, old)) if merged[at] => {
                    overlaps.push((NoticeKind::MergedKeyReplaced, key, old));
                    merged[at] = false;
                }
                Some((_, old)) => overlaps.push((NoticeKind::DuplicateKey, key, old)),
                None => merged.push(false),
            }
        }
        let entries = builder.entries;
        let from = self.out.entries.len() as u32;
        let len = entries.len() as u32;
        self.out.entries.extend(entries);
        self.out.overlaps.extend(overlaps);
        self.out.unsupported |= unsupported;
        Ok(Entries { from, len })
    }
}

/// Up to how many entries a scan is quicker than a table.
const FEW: usize = 12;

struct Mapping<'a> {
    tree: &'a Tree,
    values: &'a Values,
    entries: Vec<(u32, u32)>,
    seen: HashMap<Key<'a>, usize>,
}

impl<'a> Mapping<'a> {
    /// Adds an entry or replaces the value of an equal key; then says where, and which key node it had.
    fn put(&mut self, key: u32, value: u32) -> Option<(usize, u32)> {
        let old = if self.entries.len() < FEW {
            self.entries.iter().position(|&(other, _)| self.key(other) == self.key(key))
        } else {
            if self.seen.is_empty() {
                let (tree, values) = (self.tree, self.values);
                let known = self.entries.iter().enumerate();
                self.seen.extend(known.map(|(at, &(key, _))| (key_of(tree, values, key), at)));
            }
            let next = self.entries.len();
            match self.seen.entry(key_of(self.tree, self.values, key)) {
                hash_map::Entry::Occupied(found) => Some(*found.get()),
                hash_map::Entry::Vacant(slot) => {
                    slot.insert(next);
                    None
                }
            }
        };
        match old {
            Some(at) => {
                self.entries[at].1 = value;
                Some((at, self.entries[at].0))
            }
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    fn key(&self, node: u32) -> Key<'a> {
        key_of(self.tree, self.values, node)
    }
}

fn key_of<'a>(tree: &'a Tree, values: &'a Values, node: u32) -> Key<'a> {
    match &values.values[node as usize] {
        Value::Null => Key::Null,
        Value::Bool(bool) => Key::Bool(*bool),
        Value::Int(int) => Key::Int(*int),
        Value::Uint(uint) => Key::Uint(*uint),
        // No two NaN are equal; 0.0 and -0.0 are.
        Value::Float(float) if float.is_nan() => Key::Float(u64::MAX - u64::from(node)),
        Value::Float(float) => Key::Float((float + 0.0).to_bits()),
        _ => Key::Text(values.str(tree, node)),
    }
}

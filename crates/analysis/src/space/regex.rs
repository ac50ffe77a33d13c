//! Regular expressions as RE2 reads them (HM-6, 20.3).
//!
//! Two engines read a pattern: Go's `regexp` decides at admission whether it is let in, Envoy's RE2 then matches. A
//! pattern always has to match a whole text. `\d`, `\w`, `\s` and `\b` know ASCII only, `(?i)` folds by Unicode.

mod automaton;
mod class;
mod code_points;
mod folding;
mod lists;
mod literal;
mod parser;
mod program;
mod property;
mod replace;
mod syntax;
mod trie;
mod utf8;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

pub(crate) use self::{
    automaton::{Automaton, Edge, State},
    code_points::CodePoints,
};
pub use self::{literal::Literal, syntax::Refusal};
use self::{
    parser::parse,
    syntax::{Dialect, Node},
};

/// The longest pattern, in bytes, that Istio lets in.
pub const MAX_BYTES: usize = 1024;

/// Why the admission check refuses a pattern: Go does not read it, or it is too long (VAL-0.5).
pub fn validator_refusal(text: &str) -> Option<Refusal> {
    if text.len() > MAX_BYTES {
        return Some(Refusal { message: "longer than 1024 bytes", offset: MAX_BYTES });
    }
    parse(text, Dialect::Go).err()
}

/// A regular expression, read once.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    re2: Result<Rc<Automaton>, Refusal>,
    go: Option<Refusal>,
    prefix: String,
}

impl Pattern {
    /// Reads a pattern. Never fails: what is wrong with it is told by [`Pattern::validator_refusal`] and
    /// [`Pattern::envoy_refusal`].
    pub fn new(text: &str) -> Pattern {
        let tree = parse(text, Dialect::Re2);
        Pattern {
            text: text.to_owned(),
            go: validator_refusal(text),
            prefix: tree.as_ref().map(prefix).unwrap_or_default(),
            re2: tree.and_then(|tree| {
                let automaton =
                    Automaton::new(&tree).filter(|automaton| program::is_allowed(&tree, automaton));
                automaton.map(Rc::new).ok_or(Refusal { message: "pattern too large", offset: 0 })
            }),
        }
    }

    /// The pattern itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the admission check refuses it: Go does not read it, or it is too long.
    pub fn validator_refusal(&self) -> Option<&Refusal> {
        self.go.as_ref()
    }

    /// Why Envoy refuses it: RE2 does not read it, or its program is too large.
    pub fn envoy_refusal(&self) -> Option<&Refusal> {
        self.re2.as_ref().err()
    }

    /// How many instructions RE2 has for it; none where RE2 refuses it.
    pub fn program_size(&self) -> Option<usize> {
        program::size(&parse(&self.text, Dialect::Re2).ok()?)
    }

    /// Whether it matches the whole of a text. A pattern that Envoy refuses matches nothing.
    pub fn full_match(&self, text: &str) -> bool {
        text.starts_with(&self.prefix) && self.re2.as_ref().is_ok_and(|automaton| automaton.accepts(text))
    }

    /// Replaces every match in a text, as RE2's `GlobalReplace` does: `\\1` stands for the first group. None where
    /// Envoy refuses the pattern or the substitution.
    pub fn replace_all(&self, text: &str, substitution: &str) -> Option<String> {
        self.envoy_refusal()
            .is_none()
            .then(|| parse(&self.text, Dialect::Re2).ok())?
            .and_then(|tree| replace::replace_all(&tree, text, substitution))
    }

    /// A text that all its matches begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Its automaton; none where Envoy refuses it.
    pub(crate) fn automaton(&self) -> Option<&Rc<Automaton>> {
        self.re2.as_ref().ok()
    }
}

/// The text that every match of a tree begins with.
fn prefix(tree: &Node) -> String {
    let mut prefix = String::new();
    literal(tree, &mut prefix);
    prefix
}

/// Adds what a tree begins with; tells whether that is all there is to it.
fn literal(node: &Node, prefix: &mut String) -> bool {
    match node {
        Node::Set(set) => {
            let only = set.single().and_then(char::from_u32);
            prefix.extend(only);
            only.is_some()
        }
        Node::Capture(node) => literal(node, prefix),
        Node::Sequence(nodes) => nodes.iter().all(|node| literal(node, prefix)),
        Node::Repeat(node, min, max, _) => {
            let complete = *min > 0 && literal(node, prefix);
            complete && (*min, *max) == (1, Some(1))
        }
        Node::Byte | Node::Choice(_) | Node::Look(_) => false,
    }
}

/// Patterns that were read before, by their text.
#[derive(Debug, Default)]
pub struct Patterns(RefCell<HashMap<String, Rc<Pattern>>>);

impl Patterns {
    /// A pattern; read at most once.
    pub fn get(&self, text: &str) -> Rc<Pattern> {
        let known = self.0.borrow().get(text).cloned();
        known.unwrap_or_else(|| {
            let pattern = Rc::new(Pattern::new(text));
            self.0.borrow_mut().insert(text.to_owned(), pattern.clone());
            pattern
        })
    }
}

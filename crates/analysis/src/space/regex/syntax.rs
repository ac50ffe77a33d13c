//! What is left of a pattern once flags and names are gone.

use std::fmt;

use super::CodePoints;

/// A pattern as a tree.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// One code point out of a set.
    Set(CodePoints),
    /// Any single byte, `\C`.
    Byte,
    /// A condition on what stands before and after.
    Look(Look),
    /// One after the other; none is the empty text.
    Sequence(Vec<Node>),
    /// One of several.
    Choice(Vec<Node>),
    /// Repetition; without a maximum there is no end to it. Whether it takes as much as it can matters to what
    /// groups capture, not to what matches as a whole.
    Repeat(Box<Node>, u32, Option<u32>, Greed),
    /// A group whose text RE2 captures.
    Capture(Box<Node>),
}

/// How much a repetition takes where it has the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greed {
    /// As much as it can.
    Greedy,
    /// As little as it can.
    Lazy,
}

/// A condition on a place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// The text begins here.
    Start,
    /// The text ends here.
    End,
    /// A line begins here.
    LineStart,
    /// A line ends here.
    LineEnd,
    /// A word begins or ends here.
    WordEdge,
    /// No word begins or ends here.
    NoWordEdge,
}

/// Whose language a pattern is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Envoy's RE2.
    Re2,
    /// Go's `regexp`, which decides at admission.
    Go,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, as RE2 says it.
    pub message: &'static str,
    /// The byte of the pattern where reading stopped.
    pub offset: usize,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

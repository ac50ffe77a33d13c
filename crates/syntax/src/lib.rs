//! YAML text as Kubernetes reads it, as a tree in which every value knows the bytes it came from.
//!
//! A text is split into documents the way Kubernetes splits it ([`split`]), each is read by libyaml into an
//! arena (`tree`) and resolved by go-yaml's rules (`decode`). Reading never fails: what Kubernetes would
//! refuse is a [`Problem`] with a range, what it would silently change is a [`Notice`].
//!
//! This crate knows YAML and JSON. It knows nothing of Istio, files or browsers.

pub mod comments;
mod decode;
mod dialect;
mod document;
mod event;
pub mod json;
mod json_events;
mod libyaml;
mod line_index;
mod number;
mod scalar;
pub mod split;
mod text;
mod timestamp;
mod tree;
mod written;

pub use decode::Value;
pub use document::{Document, Entry, Node, Notice, NoticeKind, Parse, Problem, parse, parse_yaml};
pub use event::Style;
pub use line_index::{LineIndex, Position};
pub use text::{Spanned, TextRange};
pub use written::{Written, WrittenKind};

/// The largest text that is read, in bytes; a longer one is a [`Problem`].
pub const MAX_TEXT: usize = 64 << 20;

/// Counts the events of a text: the measure against which the speed of everything else is held.
pub fn count_events(text: &str) -> usize {
    split::split(text).flatten().map(|chunk| libyaml::count(&chunk.text)).sum()
}

//! Values of a mapping's keys by type. What is missing or does not fit is left out; the check against the field
//! tables tells of it.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, Spanned, Value};

use super::Duration;

/// A key that is set to something other than null.
pub(crate) fn message<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    node.get(key).filter(|node| !node.is_null())
}

/// Text.
pub(crate) fn text_at(node: Node<'_>, key: &str) -> Option<Spanned<String>> {
    text(node.get(key)?)
}

/// A list of texts.
pub(crate) fn texts_at(node: Node<'_>, key: &str) -> Vec<Spanned<String>> {
    node.get(key).into_iter().flat_map(Node::items).filter_map(text).collect()
}

/// A list of messages.
pub(crate) fn list_at<'d, T>(node: Node<'d>, key: &str, read: impl FnMut(Node<'d>) -> T) -> Vec<T> {
    node.get(key).into_iter().flat_map(Node::items).filter(|item| !item.is_null()).map(read).collect()
}

/// Names to texts.
pub(crate) fn text_map(node: Node<'_>, key: &str) -> BTreeMap<String, String> {
    let entries = node.get(key).into_iter().flat_map(Node::entries);
    entries.filter_map(|entry| Some((entry.name().into_owned(), entry.value.as_str()?.to_owned()))).collect()
}

/// Names to texts with their places.
pub(crate) fn spanned_map(node: Node<'_>, key: &str) -> BTreeMap<String, Spanned<String>> {
    let entries = node.get(key).into_iter().flat_map(Node::entries);
    entries.filter_map(|entry| Some((entry.name().into_owned(), text(entry.value)?))).collect()
}

/// `true` or `false`.
pub(crate) fn bool_at(node: Node<'_>, key: &str) -> Option<Spanned<bool>> {
    let node = node.get(key)?;
    match node.value() {
        Value::Bool(value) => Some(Spanned::new(*value, node.range())),
        _ => None,
    }
}

/// A whole number; one in quotes is read too, and only 1.1 takes it (CRD-7).
pub(crate) fn integer_at(node: Node<'_>, key: &str) -> Option<Spanned<i64>> {
    let node = node.get(key)?;
    let value = integer(node).or_else(|| node.as_str()?.parse().ok())?;
    Some(Spanned::new(value, node.range()))
}

/// A whole number of 32 bits without sign.
pub(crate) fn uint_at(node: Node<'_>, key: &str) -> Option<Spanned<u32>> {
    let found = integer_at(node, key)?;
    u32::try_from(found.value).ok().map(|value| Spanned::new(value, found.range))
}

/// Any number.
pub(crate) fn number_at(node: Node<'_>, key: &str) -> Option<Spanned<f64>> {
    let node = node.get(key)?;
    let value = match node.value() {
        Value::Int(value) => *value as f64,
        Value::Uint(value) => *value as f64,
        Value::Float(value) => *value,
        _ => node.as_str()?.parse().ok()?,
    };
    Some(Spanned::new(value, node.range()))
}

/// Text such as `1.5s`.
pub(crate) fn duration_at(node: Node<'_>, key: &str) -> Option<Spanned<Duration>> {
    let node = node.get(key)?;
    Some(Spanned::new(Duration::parse(node.as_str()?)?, node.range()))
}

/// The whole number of a node; a float without fraction is one, as JSON makes no difference.
pub(crate) fn integer(node: Node<'_>) -> Option<i64> {
    match node.value() {
        Value::Int(value) => Some(*value),
        Value::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => Some(*value as i64),
        _ => None,
    }
}

fn text(node: Node<'_>) -> Option<Spanned<String>> {
    Some(Spanned::new(node.as_str()?.to_owned(), node.range()))
}

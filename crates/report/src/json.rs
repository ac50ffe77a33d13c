//! Resources of a text as JSON.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, TextRange, parse};
use serde_json::Value;

/// Every resource of a text by where it stands, those in lists included.
pub(crate) fn resources(text: &str) -> BTreeMap<TextRange, Value> {
    let mut out = BTreeMap::new();
    visit(text, |root| {
        out.extend(value(root).map(|value| (root.range(), value)));
        false
    });
    out
}

/// The resource of a text that stands at a place.
pub(crate) fn resource(text: &str, range: TextRange) -> Option<Value> {
    let mut out = None;
    visit(text, |root| {
        let found = root.range() == range;
        if found {
            out = value(root);
        }
        found
    });
    out
}

fn value(root: Node<'_>) -> Option<Value> {
    serde_json::from_str(&root.to_json()?).ok()
}

/// Shows every resource until it is the right one.
fn visit(text: &str, mut right: impl FnMut(Node<'_>) -> bool) {
    for document in &parse(text).documents {
        let mut roots: Vec<Node<'_>> = document.root().into_iter().collect();
        while let Some(root) = roots.pop() {
            if right(root) {
                return;
            }
            roots.extend(root.get("items").into_iter().flat_map(Node::items));
        }
    }
}

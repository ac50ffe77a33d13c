//! A document as the JSON that Kubernetes makes of it, byte for byte as Go writes it.

use std::borrow::Cow;

use crate::{
    Value,
    decode::Values,
    event::{Failure, fail},
    number::{float_key, float_text},
    tree::Tree,
};

/// A step of the writer, which keeps its own stack instead of recursing.
enum Step<'a> {
    Value(u32),
    Key(Cow<'a, str>, bool),
    Literal(&'static str),
}

/// The JSON of a tree's root; a failure where JSON has no form for what is there.
pub(crate) fn write(tree: &Tree, values: &Values) -> Result<String, Failure> {
    write_node(tree, values, 0)
}

/// The JSON of a node; a failure where JSON has no form for what is there.
pub(crate) fn write_node(tree: &Tree, values: &Values, node: u32) -> Result<String, Failure> {
    if tree.nodes.is_empty() {
        return Ok("null".into());
    }
    let mut out = String::new();
    let mut steps = vec![Step::Value(node)];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Literal(text) => {
                out.push_str(text);
                continue;
            }
            Step::Key(key, comma) => {
                if comma {
                    out.push(',');
                }
                quote(&mut out, &key);
                out.push(':');
                continue;
            }
            Step::Value(node) => tree.target(node),
        };
        match &values.values[node as usize] {
            Value::Null => out.push_str("null"),
            Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Value::Int(int) => out.push_str(&int.to_string()),
            Value::Uint(uint) => out.push_str(&uint.to_string()),
            Value::Float(float) if float.is_finite() => out.push_str(&float_text(*float)),
            Value::Float(_) => return fail("json: unsupported value", tree.nodes[node as usize].start),
            Value::Text | Value::Owned(_) => quote(&mut out, values.str(tree, node)),
            Value::Sequence => {
                out.push('[');
                steps.push(Step::Literal("]"));
                let base = steps.len();
                for child in tree.children(node) {
                    if steps.len() > base {
                        steps.push(Step::Literal(","));
                    }
                    steps.push(Step::Value(child));
                }
                steps[base..].reverse();
            }
            Value::Mapping(entries) => {
                let mut list = Vec::new();
                for &(key, value) in values.entries(*entries) {
                    let Some(text) = key_text(tree, values, key) else {
                        return fail("unsupported map key", tree.nodes[key as usize].start);
                    };
                    list.push((text, value));
                }
                list.sort_by(|a, b| a.0.cmp(&b.0));
                // Keys of different types can have one text; the later one stays.
                list.dedup_by(|later, kept| {
                    let same = later.0 == kept.0;
                    if same {
                        kept.1 = later.1;
                    }
                    same
                });
                out.push('{');
                steps.push(Step::Literal("}"));
                for (at, (key, value)) in list.into_iter().enumerate().rev() {
                    steps.push(Step::Value(value));
                    steps.push(Step::Key(key, at > 0));
                }
            }
        }
    }
    Ok(out)
}

/// The text of a mapping's key; none where JSON has no form for it.
pub(crate) fn key_text<'a>(tree: &'a Tree, values: &'a Values, key: u32) -> Option<Cow<'a, str>> {
    Some(match &values.values[key as usize] {
        Value::Text | Value::Owned(_) => values.str(tree, key).into(),
        Value::Bool(bool) => if *bool { "true" } else { "false" }.into(),
        Value::Int(int) => int.to_string().into(),
        Value::Float(float) => float_key(*float).into(),
        Value::Null | Value::Uint(_) | Value::Sequence | Value::Mapping(_) => return None,
    })
}

/// Appends `text` as a JSON string with the escapes that Go writes.
pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let escape: Cow<'_, str> = match c {
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\n' => "\\n".into(),
            '\r' => "\\r".into(),
            '\t' => "\\t".into(),
            '\u{8}' => "\\b".into(),
            '\u{c}' => "\\f".into(),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                format!("\\u{:04x}", c as u32).into()
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(&escape);
        from = at + c.len_utf8();
    }
    out.push_str(&text[from..]);
    out.push('"');
}

//! Writing YAML in block style. Reading is the business of `pilothouse-syntax`.
//!
//! Written here since the known writers follow YAML 1.2, in which `yes` and `0x50` are text; Kubernetes reads them as
//! a boolean and a number. Whatever its reader would not read back as the same text is put in quotes.

use pilothouse_syntax::{Value as Read, parse_yaml};
use serde_json::{Map, Value};

/// A resource as YAML, its parts in the order in which people write them.
pub(crate) fn write(value: &Value) -> String {
    write_with(value, &FIRST)
}

/// The same with other fields in front.
pub(crate) fn write_with(value: &Value, first: &[&str]) -> String {
    let mut out = String::new();
    node(&mut out, value, 0, first);
    out
}

/// The fields that come first, in every mapping that has them.
const FIRST: [&str; 6] = ["apiVersion", "kind", "metadata", "spec", "name", "namespace"];

fn node(out: &mut String, value: &Value, depth: usize, first: &[&str]) {
    match value {
        Value::Object(fields) if !fields.is_empty() => mapping(out, fields, depth, first),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(out, depth);
                out.push_str("- ");
                match item {
                    // The first key stands beside the dash.
                    Value::Object(fields) if !fields.is_empty() => {
                        let mut inner = String::new();
                        mapping(&mut inner, fields, depth + 1, first);
                        out.push_str(inner.trim_start());
                    }
                    Value::Array(items) if !items.is_empty() => {
                        out.push('\n');
                        node(out, item, depth + 1, first);
                    }
                    plain => {
                        scalar(out, plain);
                        out.push('\n');
                    }
                }
            }
        }
        plain => {
            indent(out, depth);
            scalar(out, plain);
            out.push('\n');
        }
    }
}

fn mapping(out: &mut String, fields: &Map<String, Value>, depth: usize, first: &[&str]) {
    let rest = fields.keys().map(String::as_str).filter(|key| !first.contains(key));
    for key in first.iter().copied().chain(rest) {
        let Some(value) = fields.get(key) else { continue };
        indent(out, depth);
        out.push_str(&text(key));
        out.push(':');
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push('\n');
                mapping(out, fields, depth + 1, first);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                node(out, value, depth, first);
            }
            plain => {
                out.push(' ');
                scalar(out, plain);
                out.push('\n');
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn scalar(out: &mut String, value: &Value) {
    match value {
        Value::String(string) => out.push_str(&text(string)),
        // Numbers, booleans, null, and empty collections are the same in JSON.
        other => out.push_str(&other.to_string()),
    }
}

/// A text, plain where it is read back as itself, else as JSON writes it.
fn text(text: &str) -> String {
    let line = format!("{text}\n");
    let inside = format!("- a: {text}\n");
    let plain = !text.contains(['\n', '#'])
        && !text.contains(": ")
        && reads_as(&line, text)
        && reads_inside(&inside, text);
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}

/// Whether a document is this text alone.
fn reads_as(document: &str, text: &str) -> bool {
    let read = parse_yaml(document);
    let root = read.documents.first().and_then(|document| document.root());
    root.is_some_and(|root| matches!(root.value(), Read::Text) && root.as_str() == Some(text))
}

/// Whether the text is read as itself behind a key.
fn reads_inside(document: &str, text: &str) -> bool {
    let read = parse_yaml(document);
    let root = read.documents.first().and_then(|document| document.root());
    let value = root.and_then(|root| root.items().next()?.get("a"));
    value.and_then(|value| value.as_str()) == Some(text)
}

#[cfg(test)]
mod tests {
    use pilothouse_syntax::parse_yaml;
    use serde_json::{Value, json};

    #[test]
    fn kinds_come_before_their_content() {
        let value = json!({ "spec": { "a": "yes", "b": ["x"] }, "kind": "K", "apiVersion": "v1" });
        assert_eq!(super::write(&value), "apiVersion: v1\nkind: K\nspec:\n  a: \"yes\"\n  b:\n  - x\n");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let value = json!({
            "yes": ["on", "0120", "0x50", "1.0", "~", "null", "", "a: b", "a #b", "- x", "*", "&a", "ü", "a\nb", "'q'"],
            "b": [{ "c": { "d": [] } }, { "e": {} }, [1, [2]], true, 2.5, null],
            "2024-01-01T00:00:00Z": "2024-01-01T00:00:00Z",
            "long": "x".repeat(300),
        });
        let written = super::write(&value);
        let read = parse_yaml(&written).documents[0].to_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&read).unwrap(), value, "{written}");
    }
}

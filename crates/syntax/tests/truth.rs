//! Every text of `tests/conformance/yaml.jsonl` reads as Kubernetes' own reader read it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use pilothouse_syntax::{NoticeKind, parse_yaml};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/yaml.jsonl");
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether two JSON texts hold the same strings, and numbers of the same text.
fn same(ours: &str, theirs: &str) -> bool {
    fn numbers(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
            rest = &rest[at..];
            let len = if let Some(inner) = rest.strip_prefix('"') {
                let mut escaped = false;
                1 + inner
                    .find(|c| {
                        let end = c == '"' && !escaped;
                        escaped = c == '\\' && !escaped;
                        end
                    })
                    .unwrap()
                    + 1
            } else {
                let len =
                    rest.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(rest.len());
                out.push(rest[..len].to_owned());
                len
            };
            rest = &rest[len..];
        }
        out
    }
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    parse(ours) == parse(theirs) && numbers(ours) == numbers(theirs)
}

#[test]
fn documents_read_as_kubernetes_reads_them() {
    let cases = cases();
    assert!(cases.len() >= 219);
    let mut wrong = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let expected = case["docs"].as_array().unwrap();
        let parse = parse_yaml(case["yaml"].as_str().unwrap());
        let mut actual: Vec<Result<String, String>> =
            parse.documents.iter().map(|it| it.to_json().map_err(|problem| problem.message)).collect();
        actual.extend(parse.problem.map(|problem| Err(problem.message)));
        if actual.len() != expected.len() {
            wrong.push(format!("{id}: {} documents instead of {}", actual.len(), expected.len()));
            continue;
        }
        for (n, (actual, expected)) in actual.iter().zip(expected).enumerate() {
            let agrees = match actual {
                Err(_) => expected.get("error").is_some(),
                Ok(json) => match expected.get("varies").and_then(Value::as_array) {
                    Some(several) => several.iter().any(|it| same(json, it.as_str().unwrap())),
                    None => expected.get("json").is_some_and(|it| same(json, it.as_str().unwrap())),
                },
            };
            if !agrees {
                wrong.push(format!("{id} document {n}:\n  ours   {actual:?}\n  theirs {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn keys_set_twice_are_noticed_where_strict_reading_refuses_them() {
    let mut wrong = Vec::new();
    for case in cases() {
        let parse = parse_yaml(case["yaml"].as_str().unwrap());
        for (document, expected) in parse.documents.iter().zip(case["docs"].as_array().unwrap()) {
            if document.problem.is_some() {
                continue;
            }
            let noticed = document.notices.iter().any(|notice| {
                matches!(
                    notice.kind,
                    NoticeKind::DuplicateKey
                        | NoticeKind::MergeOverride
                        | NoticeKind::MergedKeyReplaced
                        | NoticeKind::MergedTwice
                )
            });
            if noticed != expected.get("strict_error").is_some() {
                wrong.push(format!("{}: {:?}, {expected}", case["id"], document.notices));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_range_lies_inside_its_document() {
    for case in cases() {
        let yaml = case["yaml"].as_str().unwrap();
        for text in [yaml.to_owned(), yaml.replace('\n', "\r\n"), format!("# ü𝄞\n---\n{yaml}")] {
            for document in &parse_yaml(&text).documents {
                let mut nodes: Vec<_> = document.root().into_iter().collect();
                while let Some(node) = nodes.pop() {
                    let range = node.range();
                    assert!(range.start <= range.end && range.end as usize <= text.len(), "{}", case["id"]);
                    assert!(text.is_char_boundary(range.start as usize), "{}: {range:?}", case["id"]);
                    assert!(text.is_char_boundary(range.end as usize), "{}: {range:?}", case["id"]);
                    if !node.is_alias() {
                        nodes.extend(node.items());
                        nodes.extend(node.entries().flat_map(|entry| [entry.key, entry.value]));
                    }
                }
            }
        }
    }
}

//! What reading keeps, loses and says, on whole texts.

use std::fs;

use pilothouse_syntax::{
    NoticeKind, Parse,
    comments::{comments, remarks},
    parse, parse_yaml,
};

fn notices(text: &str, parse: &Parse) -> Vec<(NoticeKind, String)> {
    let documents = parse.documents.iter().flat_map(|document| &document.notices);
    documents.chain(&parse.notices).map(|notice| (notice.kind, notice.range.of(text).to_owned())).collect()
}

#[test]
fn text_behind_a_finished_document_is_noticed() {
    let text = "  a: 1\nb: 2\n# note\n---\nc: 3\n...\n# only a comment\n---\n{}\nd: 4\n";
    let parse = parse_yaml(text);
    assert_eq!(parse.documents.len(), 3);
    assert_eq!(
        notices(text, &parse),
        [(NoticeKind::DroppedTail, "b: 2".into()), (NoticeKind::DroppedTail, "d: 4".into())]
    );
}

#[test]
fn a_refused_separator_loses_the_document_before_it() {
    let text = "a: 1\r\n---\r\nb: 2\r\n--- {c: 3}\r\nd: 4\r\n---\r\ne: 5\r\n";
    let parse = parse_yaml(text);
    assert_eq!(parse.documents.len(), 1);
    assert_eq!(parse.problem.as_ref().unwrap().range.of(text), "--- {c: 3}");
    assert_eq!(
        notices(text, &parse),
        [
            (NoticeKind::LostDocument, "b: 2\r\n".into()),
            (NoticeKind::NeverRead, "d: 4\r\n---\r\ne: 5\r\n".into())
        ]
    );
}

#[test]
fn duplicate_keys_and_merges_that_override() {
    let text = "base: &b {x: 1, z: 2}\nuse:\n  x: 9\n  <<: *b\n  z: 3\nuse: 4\n";
    let parse = parse_yaml(text);
    let json = parse.documents[0].to_json().unwrap();
    assert_eq!(json, r#"{"base":{"x":1,"z":2},"use":4}"#);
    assert_eq!(
        notices(text, &parse),
        [
            (NoticeKind::MergeOverride, "<<".into()),
            (NoticeKind::MergedKeyReplaced, "z".into()),
            (NoticeKind::DuplicateKey, "use".into())
        ]
    );
}

#[test]
fn a_broken_document_keeps_what_stood_before_and_leaves_the_others() {
    let text = "a: 1\n---\nkind: Gateway\nmetadata:\n  name: edge\nspec:\n\tservers: []\n---\nb: ü\n";
    let parse = parse_yaml(text);
    assert_eq!(parse.documents.len(), 3);
    let broken = &parse.documents[1];
    assert_eq!(broken.problem.as_ref().unwrap().message, "found character that cannot start any token");
    let name = broken.root().unwrap().get("metadata").unwrap().get("name").unwrap();
    assert_eq!(name.as_str(), Some("edge"));
    assert_eq!(name.range().of(text), "edge");
    assert_eq!(parse.documents[2].to_json().unwrap(), r#"{"b":"ü"}"#);
}

#[test]
fn ranges_stay_true_with_byte_order_mark_and_crlf() {
    let text = "\u{feff}a: ü\r\nb:\r\n- 'x'\r\n- |\r\n  one\r\n  two\r\nc: {d: e}\r\n";
    let parse = parse_yaml(text);
    let root = parse.documents[0].root().unwrap();
    assert_eq!(root.get("a").unwrap().range().of(text), "ü");
    let items: Vec<_> = root.get("b").unwrap().items().map(|item| item.range().of(text)).collect();
    assert_eq!(items, ["'x'", "|\r\n  one\r\n  two\r\n"]);
    assert_eq!(root.get("c").unwrap().range().of(text), "{d: e}");
}

#[test]
fn json_is_read_as_json_where_it_is_json() {
    let text = "{\"a\": \"\\ud83d\\ude00 \\/\", \"b\": [1, -2.5e3, null, true]}\n{\"c\": {}}";
    let parse = parse(text);
    let documents: Vec<_> = parse.documents.iter().map(|it| it.to_json().unwrap()).collect();
    assert_eq!(documents, [r#"{"a":"😀 /","b":[1,-2500,null,true]}"#, r#"{"c":{}}"#]);
    let list = parse.documents[0].root().unwrap().get("b").unwrap();
    assert_eq!(list.range().of(text), "[1, -2.5e3, null, true]");
}

#[test]
fn flow_yaml_that_is_no_json_is_read_as_yaml() {
    assert_eq!(parse("{a: yes}\n---\nb: 1\n").documents.len(), 2);
    let half = parse("{\"a\": 1}\n{\"b\": ");
    assert_eq!(half.documents.len(), 2);
    assert_eq!(half.documents[1].problem.as_ref().unwrap().message, "unexpected end of JSON input");
}

#[test]
fn comments_are_found_in_the_gaps() {
    let text = "# one\na: 'x # no' # two\nb: |  # three\n  # text\nc: p#q # four\nd: [1,# five\n 2]\n---# six\ne: 1\n";
    let parse = parse_yaml(text);
    let found: Vec<_> = parse
        .documents
        .iter()
        .flat_map(|document| comments(text, document))
        .map(|comment| (comment.range.of(text), comment.own_line))
        .collect();
    assert_eq!(
        found,
        [("# one", true), ("# two", false), ("# three", false), ("# four", false), ("# five", false)],
        "a separator's comment belongs to no document"
    );
}

/// Each comment of a text with what it is about.
fn about(text: &str) -> Vec<(&str, Option<&str>)> {
    let remarks = remarks(text, &parse(text)).into_iter();
    remarks.map(|remark| (remark.range.of(text), remark.about.map(|range| range.of(text)))).collect()
}

#[test]
fn a_comment_is_about_what_begins_below_it() {
    for (text, expected) in [
        ("# c\n\n# more\na: 1\nb: 2\n", "a: 1\nb: 2"),
        ("\u{feff}# c\na: 1\nb: 2\n", "a: 1\nb: 2"),
        ("# c\n---\na: 1\nb: 2\n", "a: 1\nb: 2"),
        ("x: 1\n---\n# c\na: 1\nb: 2\n", "a: 1\nb: 2"),
        ("x: 1\n--- # c\na: 1\nb: 2\n", "a: 1\nb: 2"),
        ("a:\n  # c\n  b: 1\n  c: 2\n", "b: 1"),
        ("a:\r\n  # c\r\n  b:\r\n    d: 1\r\n  c: 2\r\n", "b:\r\n    d: 1"),
        ("a:\n# c\n- b: 1\n  c: 2\n- d\n", "b: 1\n  c: 2"),
        ("a:\n- # c\n  b: 1\n  c: 2\n- d\n", "b: 1\n  c: 2"),
        ("a:\n- b: 1\n  # c\n  c: 2\n- d\n", "c: 2"),
        ("a:\n  # c\n  - - b\n    - c\n  - d\n", "- b\n    - c"),
        ("a:\n  # c\n  b\nc: 1\n", "b"),
        ("a: [\n  # c\n  {b: 1,\n   c: 2}, d]\n", "{b: 1,\n   c: 2}"),
        ("{a: 1,\n # c\n b: {c: [\n 2]}}\n", "b: {c: [\n 2]}"),
        ("a: 1\n# c\nb: |\n  text\nc: 2\n", "b: |\n  text"),
    ] {
        assert!(about(text).contains(&("# c", Some(expected))), "{text:?}: {:?}", about(text));
    }
}

#[test]
fn a_comment_behind_a_line_is_about_what_begins_there() {
    for (text, expected) in [
        ("a: 1 # c\nb: 2\n", "a: 1"),
        ("a: # c\n  b: 1\n  c: 2\nd: 3\n", "a: # c\n  b: 1\n  c: 2"),
        ("a:\n- b: 1 # c\n  c: 2\n- d\n", "b: 1 # c\n  c: 2"),
        ("a:\n- b\n- c # c\n", "c"),
        ("a: | # c\n  text\n\nb: 2\n", "a: | # c\n  text"),
        ("a: {b: [1, # c\n  2], c: 3}\n", "a: {b: [1, # c\n  2], c: 3}"),
        ("a: [1,\n  {b: 2}, # c\n  3]\n", "{b: 2}"),
    ] {
        assert_eq!(about(text), [("# c", Some(expected))], "{text:?}");
    }
}

#[test]
fn a_comment_may_be_about_nothing() {
    for text in ["a: 1\n# c\n", "# c\n", "a: [1,\n 2\n] # c\n", "a: [1,\n# c\n]\nb: 2\n", "# c\na: [\n"] {
        assert!(about(text).iter().all(|comment| *comment == ("# c", None)), "{text:?}: {:?}", about(text));
    }
    assert_eq!(about("a: 1\nb: [\n# c\n"), [], "nobody knows where comments are in what is broken");
    assert_eq!(about("{a: 1}\nb: 1\n# c\n"), [], "what is never read has none");
    assert_eq!(about("a: 1\n---\n# c\nb: 2\n--- x\n# c\nd: 1\n"), [], "nor has what is lost");
}

#[test]
fn hostile_texts_end_in_a_message() {
    let deep = "[".repeat(10_001);
    let bomb = (0..9).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
        let aliases = vec![format!("*a{n}"); 10].join(", ");
        format!("{text}a{}: &a{} [{aliases}]\n", n + 1, n + 1)
    });
    let merges = (0..3000).fold("m0: &m0 {a: 1}\n".to_owned(), |text, n| {
        format!("{text}m{}: &m{} {{<<: [*m{n}, *m{n}]}}\n", n + 1, n + 1)
    });
    for (text, message) in [
        (deep.as_str(), "exceeded max depth of 10000"),
        (&"{a: ".repeat(10_001), "exceeded max depth of 10000"),
        (&bomb, "document contains excessive aliasing"),
        (&merges, "document contains excessive aliasing"),
        ("a: &x [*x]", "anchor value contains itself"),
        ("a: *nobody", "unknown anchor 'nobody' referenced"),
        ("a: \0", "control characters are not allowed"),
        ("~: 1", "unsupported map key"),
    ] {
        let parse = parse(text);
        assert_eq!(parse.documents[0].problem.as_ref().map(|it| it.message.as_str()), Some(message));
    }
}

#[test]
fn no_edit_of_a_text_makes_reading_panic() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/yaml.jsonl");
    let texts: Vec<String> = fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["yaml"].as_str().unwrap().to_owned()
        })
        .collect();
    let pieces = [
        "{", "[", "- ", ": ", "\n", "\r", "\t", "'", "\"", "|", "&a ", "*a", "<<: ", "---\n", "!", "#",
        "\u{feff}", "\u{85}", "ü", "\0",
    ];
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let mut text: Vec<char> = texts[random(texts.len())].chars().collect();
        for _ in 0..=random(4) {
            let at = random(text.len() + 1);
            if random(3) == 0 {
                text.drain(at..(at + random(5)).min(text.len()));
            } else {
                text.splice(at..at, pieces[random(pieces.len())].chars());
            }
        }
        let text: String = text.into_iter().collect();
        let parse = parse(&text);
        for remark in remarks(&text, &parse) {
            assert!(remark.range.of(&text).starts_with('#'), "{text:?}");
            assert!(remark.about.is_none_or(|about| !about.of(&text).is_empty()), "{text:?}");
        }
        for document in &parse.documents {
            let _ = document.to_json();
            for comment in comments(&text, document) {
                assert!(comment.range.of(&text).starts_with('#'), "{text:?}");
            }
        }
    }
}

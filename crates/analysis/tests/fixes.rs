//! Fixes: what they make of a text, and that each of them helps.

use std::collections::{BTreeMap, BTreeSet};

use pilothouse_analysis::{
    FileId, Profile, Sources, analyze,
    fix::{Change, Fix, Piece, Scalar, Spot, Trial, apply, edits, proposals},
    rules::RULES,
};
use pilothouse_syntax::TextRange;
use pilothouse_testkit::{Fixture, Page};

/// How many fixes the wrong examples of each rule's page get; what is not here offers none for them.
const OFFERED: &[(&str, usize)] = &[
    ("dropped-text", 1),
    ("duplicate-https-port-name", 1),
    ("duplicate-key", 1),
    ("invalid-resource", 1),
    ("misread-scalar", 1),
    ("several-catch-alls", 1),
    ("shadowed-host", 1),
    ("undefined-subset", 1),
    ("unknown-destination", 2),
    ("unknown-destination-rule-host", 1),
    ("unknown-export-namespace", 1),
    ("unknown-field", 1),
    ("unknown-gateway", 1),
    ("unreachable-route", 3),
];

#[test]
fn every_fix_of_the_wrong_examples_helps() {
    let mut offered: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told = String::new();
    for rule in RULES {
        let page = Page::parse(rule.docs);
        for block in page.blocks.iter().filter(|block| block.heading == "Invalid") {
            let profile = if block.options == "1.1" { Profile::v1_1() } else { Profile::current() };
            let mut sources = Sources::default();
            for (name, text) in &Fixture::parse(block.text).files {
                sources.add(name, text);
            }
            let analysis = analyze(sources, profile);
            let findings = analysis.findings();
            let (all, refused) = proposals(&analysis, &findings);
            for (_, why) in refused {
                told += &format!("{}: {why}\n", rule.code);
            }
            for proposal in all.iter().filter(|it| findings[it.finding].rule.code == rule.code) {
                match Trial::new(&analysis, 1_000).make(&findings, std::slice::from_ref(proposal)) {
                    Err(why) => told += &format!("{}: {}: {why}\n", rule.code, proposal.title(&findings)),
                    Ok(round) => {
                        *offered.entry(rule.code).or_default() += 1;
                        // Said by the same count in another way than the trial does.
                        assert!(round.analysis.findings().len() < findings.len(), "{}", rule.code);
                    }
                }
            }
        }
    }
    assert_eq!(offered, OFFERED.iter().copied().collect(), "\n{told}");
}

/// The place of a part of a text.
fn spot(text: &str, part: &str) -> Spot {
    let at = text.find(part).expect(part) as u32;
    Spot { file: FileId(0), range: TextRange::new(at, at + part.len() as u32) }
}

/// The text after a change, or why it cannot be made.
fn changed(text: &str, change: Change) -> String {
    let analysis = analyze(Sources::single("a.yaml", text), Profile::current());
    match edits(&analysis, &Fix::new("", vec![change])) {
        Ok(edits) => apply(&analysis.sources, &edits).files[0].text.clone(),
        Err(why) => format!("refused: {why}"),
    }
}

fn removed(text: &str, parts: &[&str]) -> String {
    changed(text, Change::Remove { items: parts.iter().map(|part| spot(text, part)).collect() })
}

fn moved(text: &str, parts: &[&str], before: &str) -> String {
    let items = parts.iter().map(|part| spot(text, part)).collect();
    changed(text, Change::Move { items, before: spot(text, before) })
}

fn replaced(text: &str, part: &str, with: &str) -> String {
    changed(text, Change::Replace { at: spot(text, part), with: Scalar::Text(with.into()) })
}

fn added(text: &str, beside: &str, list: &'static str, item: &str) -> String {
    let items = vec![Piece::Text(item.into())];
    changed(text, Change::Add { beside: spot(text, beside), list, items })
}

#[test]
fn comments_go_with_what_they_stand_at() {
    let list = "http:\n# the first\n- a: 1 # one\n  # below one\n\n# the second\n- b: 2\n\n- c: 3\n# the end\nx: y\n";
    assert_eq!(removed(list, &["a: 1"]), "http:\n# the second\n- b: 2\n\n- c: 3\n# the end\nx: y\n");
    assert_eq!(
        removed(list, &["b: 2"]),
        "http:\n# the first\n- a: 1 # one\n  # below one\n\n- c: 3\n# the end\nx: y\n"
    );
    assert_eq!(
        removed(list, &["c: 3"]),
        "http:\n# the first\n- a: 1 # one\n  # below one\n\n# the second\n- b: 2\n# the end\nx: y\n"
    );
    assert_eq!(
        moved(list, &["c: 3"], "a: 1"),
        "http:\n- c: 3\n\n# the first\n- a: 1 # one\n  # below one\n\n# the second\n- b: 2\n# the end\nx: y\n"
    );
    assert_eq!(
        moved(list, &["b: 2", "c: 3"], "a: 1"),
        "http:\n# the second\n- b: 2\n\n- c: 3\n\n# the first\n- a: 1 # one\n  # below one\n# the end\nx: y\n"
    );
}

#[test]
fn the_last_item_takes_its_list_with_it() {
    assert_eq!(removed("a: 1\nlist:\n- b: 2\nc: 3\n", &["b: 2"]), "a: 1\nc: 3\n");
    assert_eq!(removed("a: 1\nlist: [b]\n", &["b"]), "a: 1\n");
    assert_eq!(removed("{\"a\": 1, \"list\": [2]}", &["2"]), "{\"a\": 1}");
    assert_eq!(removed("- a\n", &["a"]), "refused: nothing would be left");
    assert_eq!(removed("a: 1\n", &["a"]), "refused: nothing would be left");
}

#[test]
fn entries_leave_their_place_to_the_next() {
    let rule = "http:\n- name: x # gone\n  # of the route\n  route: []\n  timeout: 1s\n";
    assert_eq!(removed(rule, &["name"]), "http:\n- # of the route\n  route: []\n  timeout: 1s\n");
    assert_eq!(removed(rule, &["timeout"]), "http:\n- name: x # gone\n  # of the route\n  route: []\n");
    assert_eq!(removed("a: {b: 1, c: 2, d: 3}\n", &["c"]), "a: {b: 1, d: 3}\n");
    assert_eq!(removed("a: {b: 1, c: 2, d: 3}\n", &["d"]), "a: {b: 1, c: 2}\n");
}

#[test]
fn ends_of_lines_and_the_mark_of_the_encoding_survive() {
    let text = "\u{feff}a:\r\n- b\r\n- ü\r\n- d";
    assert_eq!(removed(text, &["b"]), "\u{feff}a:\r\n- ü\r\n- d");
    assert_eq!(removed(text, &["ü"]), "\u{feff}a:\r\n- b\r\n- d");
    assert_eq!(removed(text, &["d"]), "\u{feff}a:\r\n- b\r\n- ü");
    assert_eq!(moved(text, &["d"], "b"), "\u{feff}a:\r\n- d\r\n- b\r\n- ü");
    assert_eq!(added(text, "b", "a", "x"), "\u{feff}a:\r\n- b\r\n- ü\r\n- d\r\n- x");
    assert_eq!(replaced(text, "d", "e"), "\u{feff}a:\r\n- b\r\n- ü\r\n- e");
}

#[test]
fn lists_begin_and_grow_in_the_style_that_is_there() {
    let spec = "spec:\n  host: a # x\n  exportTo: [., b]\nother: 1\n";
    assert_eq!(added(spec, "a", "exportTo", "c"), "spec:\n  host: a # x\n  exportTo: [., b, c]\nother: 1\n");
    assert_eq!(
        added(spec, "a", "gateways", "mesh"),
        "spec:\n  host: a # x\n  exportTo: [., b]\n  gateways:\n    - mesh\nother: 1\n"
    );
    assert_eq!(added("spec:\n- host: a\n", "a", "x", "1.0"), "spec:\n- host: a\n  x:\n    - \"1.0\"\n");
    assert_eq!(added("{a: 1, b: []}\n", "1", "b", "c"), "{a: 1, b: [\"c\"]}\n");
    assert_eq!(added("x: {a: 1}\n", "1", "b", "c"), "x: {a: 1, b: [c]}\n");
    assert_eq!(added("a: 1\nb: c\n", "1", "b", "d"), "refused: `b` is not written as a list");
    let json = "{\n  \"a\": 1,\n  \"b\": [\n    \"c\"\n  ]\n}\n";
    assert_eq!(added(json, "1", "b", "d"), "{\n  \"a\": 1,\n  \"b\": [\n    \"c\",\n    \"d\"\n  ]\n}\n");
    assert_eq!(
        added(json, "1", "e", "d"),
        "{\n  \"a\": 1,\n  \"b\": [\n    \"c\"\n  ],\n  \"e\": [\"d\"]\n}\n"
    );
}

#[test]
fn json_stays_json() {
    let json = r#"{"a": [{"b": 1}, {"c": 2}, {"d": 3}]}"#;
    assert_eq!(removed(json, &[r#"{"b": 1}"#]), r#"{"a": [{"c": 2}, {"d": 3}]}"#);
    assert_eq!(moved(json, &[r#"{"d": 3}"#], r#"{"b": 1}"#), r#"{"a": [{"d": 3}, {"b": 1}, {"c": 2}]}"#);
    assert_eq!(replaced(json, r#""b""#, "x"), r#"{"a": [{"x": 1}, {"c": 2}, {"d": 3}]}"#);
    assert_eq!(replaced(json, "1", "1"), r#"{"a": [{"b": "1"}, {"c": 2}, {"d": 3}]}"#);
}

#[test]
fn quotes_stay_and_come_where_they_are_needed() {
    assert_eq!(replaced("a: 'b' # c\n", "'b'", "it's"), "a: 'it''s' # c\n");
    assert_eq!(replaced("a: b\n", "b", "yes"), "a: \"yes\"\n");
    assert_eq!(replaced("a: yes\n", "yes", "yes"), "a: \"yes\"\n");
    assert_eq!(replaced("a: |\n  b\n", "|\n  b\n", "c"), "refused: the value goes over several lines");
    assert_eq!(
        replaced("a: b\n", "b", "c\nd"),
        "refused: what it would write holds characters that are no text"
    );
}

#[test]
fn what_other_places_repeat_is_left_alone() {
    let text = "a: &x\n- b: 1\n- c: 2\nd: *x\ne: !!str f\n";
    let marked = "refused: it is in a part that is marked `&x` and other places may repeat";
    assert_eq!(replaced(text, "1", "2"), marked);
    assert_eq!(removed(text, &["b: 1"]), marked);
    assert_eq!(moved(text, &["c: 2"], "b: 1"), marked);
    assert_eq!(added(text, "1", "z", "y"), marked);
    let inner = "a:\n- b: &z 1\n- c: 2\nd: *z\n";
    let tied = "refused: it holds `&z`, which ties it to other places";
    assert_eq!([removed(inner, &["b: &z 1"]), removed(inner, &["a"])], [tied, tied]);
    let one = "a:\n- b: 1\n- &y c: 2\nd: *y\n";
    let marked = "refused: it is in a part that is marked `&y` and other places may repeat";
    assert_eq!(moved(one, &["&y c: 2"], "b: 1"), marked);
    assert_eq!(removed(one, &["b: 1", "&y c: 2"]), marked);
    assert_eq!(replaced(text, "*x", "y"), "refused: `*x` repeats what stands elsewhere");
    let typed = "refused: it is in a part that is marked `!!str` and has a type of its own";
    assert_eq!(replaced(text, "!!str f", "g"), typed);
}

#[test]
fn what_cannot_be_told_apart_is_left_alone() {
    assert_eq!(removed("a:\n- b\n- [c]\n", &["b", "c"]), "refused: not all of it is in one list");
    assert_eq!(moved("a: [b, c]\n", &["c"], "c"), "refused: it would stand in front of itself");
    assert_eq!(replaced("a: b\n", ": ", "c"), "refused: the place is not found in the text");
    // The first item of a list in a list shares its line with both dashes.
    assert_eq!(removed("- - a\n  - b\n", &["a"]), "- - b\n");
    assert_eq!(removed("-\n  - a\n  -\n    b\n", &["a"]), "-\n  -\n    b\n");
}

#[test]
fn fixes_that_meet_take_turns_and_the_bad_ones_are_left() {
    let rule = |uri: &str| {
        format!("  - match: [{{uri: {{prefix: {uri}}}}}]\n    route: [{{destination: {{host: b}}}}]\n")
    };
    let text = format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: a}}\nspec:\n  hosts: [a.com]\n  \
         http:\n  - match: [{{uri: {{prefix: /a}}}}]\n    route: [{{destination: {{host: a}}}}]\n{}{}    timeuot: 1s\n    \
         retires: {{attempts: x}}\n",
        rule("/a/b"),
        rule("/a/c")
    );
    let mut analysis = analyze(Sources::single("a.yaml", text), Profile::current());
    let none = Trial::new(&analysis, 0)
        .make_most(&analysis.findings(), &proposals(&analysis, &analysis.findings()).0);
    assert!(none.is_none());
    // `retries` would be refused for its value.
    for expected in ["Move rule 2 and rule 3 in front of rule 1", "Write `timeout`"] {
        let findings = analysis.findings();
        let (all, _) = proposals(&analysis, &findings);
        let round = Trial::new(&analysis, 1_000).make_most(&findings, &all).unwrap();
        let done: Vec<&str> = round.done.iter().map(|proposal| proposal.title(&findings)).collect();
        assert_eq!(done, [expected]);
        analysis = round.analysis;
    }
    let left: BTreeSet<&str> = analysis.findings().iter().map(|finding| finding.rule.code).collect();
    assert_eq!(left, BTreeSet::from(["unknown-field"]));
}

/// What the first round makes of a text, with what it did.
fn mended(text: &str) -> (String, Vec<String>) {
    let analysis = analyze(Sources::single("a.yaml", text), Profile::current());
    let findings = analysis.findings();
    let (all, _) = proposals(&analysis, &findings);
    match Trial::new(&analysis, 1_000).make_most(&findings, &all) {
        None => (text.to_owned(), Vec::new()),
        Some(round) => {
            let done = round.done.iter().map(|it| it.title(&findings).to_owned()).collect();
            (round.analysis.sources.files[0].text.clone(), done)
        }
    }
}

/// A VirtualService that sends to a subset, and DestinationRules.
fn subset(subset: &str, rules: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: web, namespace: shop}}\nspec:\n  hosts: \
         [web]\n  http:\n  - route:\n    - destination: {{host: web, subset: {subset}}}\n{rules}"
    )
}

const RULE: &str = "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web, namespace: shop}\nspec:\n  host: web\n";

#[test]
fn subsets_are_spelt_or_defined_as_the_others_are() {
    let named = format!("{RULE}  subsets:\n  - name: canary\n    labels: {{track: canary}}\n");
    let (text, done) = mended(&subset("cannary", &named));
    assert_eq!((text, done), (subset("canary", &named), vec!["Write `canary`".to_owned()]));
    let (text, done) = mended(&subset("stable", &named));
    let more = format!("{named}  - name: stable\n    labels: {{track: stable}}\n");
    assert_eq!((text, done), (subset("stable", &more), vec!["Define `stable` in `shop/web`".to_owned()]));
    // Nothing shows which label it would be.
    for unclear in ["", "  subsets:\n  - name: a\n    labels: {x: b}\n"] {
        let text = subset("v2", &format!("{RULE}{unclear}"));
        assert_eq!(mended(&text), (text, Vec::new()));
    }
}

#[test]
fn workloads_show_the_label_of_a_subset() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, name: http}]}\n";
    let pod = |labels: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop, labels: {{app: web, {labels}}}}}\n"
        )
    };
    let one = subset("v2", &format!("{}{service}{RULE}", pod("version: v2")));
    let (text, done) = mended(&one);
    assert_eq!(done, ["Define `v2` in `shop/web`"]);
    assert_eq!(text, format!("{one}  subsets:\n    - name: v2\n      labels:\n        version: v2\n"));
    // No pod would be found by it.
    let other = subset("v2", &format!("{}{service}{RULE}", pod("version: v1")));
    assert_eq!(mended(&other), (other, Vec::new()));
}

#[test]
fn a_rule_is_exported_to_who_needs_it() {
    let text = |exports: &str| {
        let rule = RULE
            .replace("  host: web\n", "  host: web.web.svc.cluster.local\n")
            .replace("namespace: shop", "namespace: web");
        let subsets = "  subsets:\n  - name: v2\n    labels: {version: v2}\n";
        subset("v2", &format!("{rule}{subsets}  exportTo: [{exports}]\n"))
            .replace("{host: web,", "{host: web.web.svc.cluster.local,")
    };
    let (mended, done) = mended(&text("."));
    assert_eq!((mended, done), (text("., shop"), vec!["Export `web/web` to `shop`".to_owned()]));
}

#[test]
fn a_host_that_is_cut_out_of_a_wildcard_gets_its_catch_all() {
    let page = RULES.iter().find(|rule| rule.code == "shadowed-host").unwrap().docs;
    let text = Page::parse(page).blocks[0].text;
    let (mended, done) = mended(text);
    assert_eq!(done, ["Send the rest where rule 1 of `web/all` does"]);
    let added = "  - route:\n      - destination:\n          host: web.web.svc.cluster.local\n";
    assert_eq!(mended, format!("{text}{added}"));
}

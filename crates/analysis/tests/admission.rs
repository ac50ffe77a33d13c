//! What the admission refuses and warns of, held against what Istio itself said of the conformance cases.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pilothouse_analysis::{Analysis, Profile, Sources, analyze, resource::ResourceId};
use serde_json::{Value, json};

/// Who was refused or warned of: kind, namespace and name.
type Who = BTreeSet<String>;

fn cases(folder: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance").join(folder);
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root).expect("cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    cases
}

fn read(case: &Path, file: &str) -> String {
    fs::read_to_string(case.join(file)).expect("a file of the case")
}

fn expected(answers: &Value, what: &str) -> Who {
    let list = answers[what].as_array().into_iter().flatten();
    list.map(|it| format!("{} {}/{}", text(&it["kind"]), text(&it["namespace"]), text(&it["name"]))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn said(analysis: &Analysis, list: Vec<(ResourceId, String)>) -> Vec<(String, String)> {
    let name = |id| {
        let key = &analysis.effective.mesh.resource(id).key;
        format!("{} {}/{}", key.kind, key.namespace, key.name)
    };
    list.into_iter().map(|(id, message)| (name(id), message)).collect()
}

/// The differences of one case, one a line.
fn differences(case: &str, what: &str, expected: &Who, said: &[(String, String)]) -> Vec<String> {
    let found: Who = said.iter().map(|(who, _)| who.clone()).collect();
    let missing = expected.difference(&found).map(|who| format!("{case}: {who} should be {what}"));
    let extra = said.iter().filter(|(who, _)| !expected.contains(who));
    missing.chain(extra.map(|(who, why)| format!("{case}: {who} should not be {what} ({why})"))).collect()
}

fn compare(folder: &str, profile: &Profile) {
    let mut all = Vec::new();
    let cases = cases(folder);
    assert!(!cases.is_empty());
    for path in &cases {
        let case = format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        let input = read(path, "input.yaml");
        let answers: Value = serde_json::from_str(&read(path, "envoy.json")).expect("JSON");
        let analysis = analyze(Sources::single("input.yaml", input), profile.clone());
        let rejected = said(&analysis, analysis.rejected());
        all.extend(differences(&case, "refused", &expected(&answers, "rejected"), &rejected));
        let warned = said(&analysis, analysis.warned());
        all.extend(differences(&case, "warned of", &expected(&answers, "warned"), &warned));
    }
    assert!(all.is_empty(), "{} differences in {} cases:\n{}", all.len(), cases.len(), all.join("\n"));
}

#[test]
fn agrees_with_current_istio() {
    compare("cases", &Profile::current());
}

#[test]
fn agrees_with_istio_1_1() {
    compare("cases-1.1", &Profile::v1_1());
}

/// A pattern is let in if Go compiles it, and if there is one at all (VAL-0.5).
#[test]
fn agrees_with_go_on_patterns() {
    let golden: Value =
        serde_json::from_str(include_str!("../../../tests/conformance/regex.json")).expect("JSON");
    let patterns = golden["patterns"].as_array().expect("patterns");
    let texts = patterns.iter().enumerate().map(|(at, entry)| {
        let service = json!({
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": {"name": format!("p{at}")},
            "spec": {"hosts": [format!("p{at}.com")], "http": [{
                "match": [{"uri": {"regex": entry["pattern"]}}],
                "route": [{"destination": {"host": "a"}}],
            }]},
        });
        format!("{service}\n")
    });
    let analysis = analyze(Sources::single("input.json", texts.collect::<String>()), Profile::current());
    let found: Who = said(&analysis, analysis.rejected()).into_iter().map(|(who, _)| who).collect();
    let refused = patterns
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry["validator_accepts"] != true || text(&entry["pattern"]).is_empty());
    let expected: Who = refused.map(|(at, _)| format!("VirtualService default/p{at}")).collect();
    assert!(expected.len() > 10);
    assert_eq!(found, expected);
}

/// Inputs with pieces cut out of them are broken in every way, and never break the reader.
#[test]
fn survives_mutilated_input() {
    // A fixed sequence, so that a failure can be repeated.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for path in cases("cases").into_iter().chain(cases("cases-1.1")) {
        let mut text = read(&path, "input.yaml");
        for _ in 0..random(12) + 1 {
            let start = random(text.len());
            let end = (start + 1 + random(6)).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, "");
            }
        }
        for profile in [Profile::current(), Profile::v1_1()] {
            let analysis = analyze(Sources::single("input.yaml", text.clone()), profile);
            for problem in &analysis.problems {
                assert!(problem.range.end as usize <= text.len(), "{problem:?}");
            }
        }
    }
}

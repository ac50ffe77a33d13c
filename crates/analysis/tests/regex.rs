//! Patterns, compared with what the real RE2 and Go's `regexp` said of them.

use pilothouse_analysis::space::Pattern;
use serde_json::Value;

const GOLDEN: &str = include_str!("../../../tests/conformance/regex.json");

fn golden() -> (Vec<String>, Vec<Value>) {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let subjects = golden["subjects"].as_array().unwrap().iter().map(text).collect();
    (subjects, golden["patterns"].as_array().unwrap().clone())
}

/// The answers for each pattern that differ from the golden ones.
fn differences(answer: impl Fn(&Pattern) -> Value, key: &str) -> Vec<String> {
    let (_, patterns) = golden();
    assert!(patterns.len() > 300);
    let differs = |entry: &Value| {
        let pattern = Pattern::new(entry["pattern"].as_str().unwrap());
        let got = answer(&pattern);
        (got != entry[key]).then(|| format!("{}: {got} instead of {}", pattern.text(), entry[key]))
    };
    patterns.iter().filter_map(differs).collect()
}

#[test]
fn the_validator_accepts_what_go_accepts() {
    let wrong = differences(|pattern| pattern.validator_refusal().is_none().into(), "validator_accepts");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn envoy_accepts_what_re2_accepts() {
    let wrong = differences(|pattern| pattern.envoy_refusal().is_none().into(), "envoy_accepts");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn matches_are_those_of_re2() {
    let (subjects, _) = golden();
    let answer = |pattern: &Pattern| {
        if pattern.envoy_refusal().is_some() {
            return Value::Null;
        }
        subjects.iter().filter(|subject| pattern.full_match(subject)).map(String::as_str).collect()
    };
    let wrong = differences(answer, "matches");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! Patterns, compared with what the real RE2 and Go's `regexp` said of them.

use pilothouse_analysis::space::Pattern;
use serde_json::Value;

const GOLDEN: &str = include_str!("../../../tests/conformance/regex.json");

#[cfg(test)]
fn golden() -> (Vec<String>, Vec<Value>) {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let subjects = golden["subjects"].as_array().unwrap().iter().map(text).collect();
    (subjects, golden["patterns"].as_array().unwrap().clone())
}

/// The answers for each pattern that differ from the golden ones.
#[cfg(test)]
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

/// Alternatives are not factored before they are counted; elsewhere the count is RE2's own.
#[test]
fn programs_are_as_large_as_those_of_re2() {
    let wrong = differences(|pattern| pattern.program_size().into(), "program_size");
    let few = |difference: &String| difference.contains('|');
    assert!(wrong.len() < 10 && wrong.iter().all(few), "{wrong:#?}");
}

#[test]
fn istio_limits_the_program() {
    for (text, size) in [(r"/\pL{100}", 119_605), (r"/(?i)[\pL]{27}-x", 32_326), (r"(?i)/[\pL]{28}", 33_521)]
    {
        let pattern = Pattern::new(text);
        assert_eq!(pattern.program_size(), Some(size), "{text}");
        assert_eq!(pattern.envoy_refusal().is_none(), size <= 32_768, "{text}");
        assert!(pattern.validator_refusal().is_none(), "Go lets it in");
    }
    assert_eq!(Pattern::new(r"\pL{1000}").program_size(), None, "RE2 itself gives up");
}

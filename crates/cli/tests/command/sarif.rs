//! `check --format sarif`, held against the schema that OASIS publishes.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::run::Folder;

/// The log of a run, after the schema took it.
#[track_caller]
fn log(folder: &Folder, arguments: &str, code: i32) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/sarif/schema.json");
    // Of this pattern the schema has one bracket too many to be a regular expression.
    let text = fs::read_to_string(path).unwrap().replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let run = folder.run(arguments);
    run.ended(code);
    let log = run.json();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{error}: {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(!validator.is_valid(&json!({"version": "2.1.0"})), "the schema takes anything");
    log
}

#[test]
fn the_examples_and_an_empty_run() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut folder = Folder::new();
    for entry in fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        folder = folder.file(path.file_name().unwrap().to_str().unwrap(), fs::read(&path).unwrap());
    }
    let log = log(&folder, "check . --format sarif", 1);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 10, "{}", results.len());
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Invalid"));
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(
            run["artifacts"][artifact["index"].as_u64().unwrap() as usize]["location"]["uri"],
            artifact["uri"]
        );
    }
    let prints: std::collections::BTreeSet<&str> =
        results.iter().map(|result| result["partialFingerprints"]["resource/v1"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), results.len(), "a fingerprint tells one finding from another");

    let said: Vec<&str> = results.iter().filter_map(|result| result["message"]["text"].as_str()).collect();
    assert!(said.iter().any(|text| text.contains("- port: {{number: 443,")), "braces are doubled: {said:#?}");

    let clean = Folder::with("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
    assert_eq!(self::log(&clean, "check input.yaml --format sarif", 0)["runs"][0]["results"], json!([]));
}

#[test]
fn a_result_says_where_and_what() {
    let text = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: web, namespace: shop}\n\
                spec: {egress: [{hosts: ['./*']}], '𝄞': 1, x: {y: 2}}\n";
    let log = log(&Folder::new().file("my shop/a:b.yaml", text), "check . --format sarif", 0);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["artifacts"][0]["location"]["uri"], "my%20shop/a%3Ab.yaml");
    let result = &run["results"][1];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("unknown-field"), &json!("warning")));
    let location = &result["locations"][0];
    assert_eq!(
        location["physicalLocation"]["region"],
        json!({"startLine": 4, "startColumn": 45, "endLine": 4, "endColumn": 46}),
        "a column is a UTF-16 unit"
    );
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "Sidecar/shop/web");
}

#[test]
fn other_places_are_related() {
    let rule = |name: &str, day: u32| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n\
             metadata: {{name: {name}, namespace: shop, creationTimestamp: '2024-01-0{day}T00:00:00Z'}}\n\
             spec: {{host: web, trafficPolicy: {{loadBalancer: {{simple: RANDOM}}}}}}\n"
        )
    };
    let folder = Folder::with(format!("{}---\n{}", rule("a", 1), rule("b", 2)));
    let log = log(&folder, "check input.yaml --format sarif", 0);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["relatedLocations"][0]["id"], 1);
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 4);
    assert!(!result["relatedLocations"][0]["message"]["text"].as_str().unwrap().is_empty());
}

#[test]
fn what_can_be_done_is_a_fix() {
    let text = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web, namespace: shop}\n\
                spec:\n  host: web\n  trafficPolcy: {loadBalancer: {simple: RANDOM}}\n";
    let log = log(&Folder::with(text), "check input.yaml --format sarif", 0);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "unknown-field");
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"], json!({"uri": "input.yaml", "index": 0}));
    assert_eq!(
        change["replacements"],
        json!([{
            "deletedRegion": {"startLine": 6, "startColumn": 3, "endLine": 6, "endColumn": 15},
            "insertedContent": {"text": "trafficPolicy"},
        }])
    );
}

#[test]
fn what_is_allowed_is_a_suppressed_result() {
    let text = "apiVersion: networking.istio.io/v1\nkind: VirtualService # pilothouse: allow invalid-resource\n\
                metadata: {name: web, namespace: shop, annotations: {galley.istio.io/analyze-suppress: IST0106}}\n";
    let first = text.replace(" # pilothouse: allow invalid-resource", "");
    let second = first
        .replace("web", "other")
        .replace(", annotations: {galley.istio.io/analyze-suppress: IST0106}", "");
    let text = format!("{first}---\n# pilothouse: allow invalid-resource because it is a draft\n{second}");
    let log = log(&Folder::with(text), "check input.yaml --format sarif", 0);
    let suppressions: Vec<&Value> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["suppressions"][0])
        .collect();
    assert_eq!(suppressions.len(), 2);
    assert_eq!(suppressions[0]["kind"], "inSource");
    assert_eq!(suppressions[0]["location"]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(suppressions[0].get("justification"), None);
    assert_eq!(suppressions[1]["justification"], "it is a draft");
}

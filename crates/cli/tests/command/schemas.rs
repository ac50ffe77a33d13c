//! What the command prints, and the settings it reads, held against the committed schemas.

use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::Value;

use crate::run::Folder;

pub(crate) fn schema(name: &str) -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas").join(name);
    jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).unwrap()
}

#[test]
fn what_check_explain_and_routes_print() {
    let example = include_str!("../../../../examples/all-five-at-once.yaml");
    let folder = Folder::with(format!("# pilothouse: allow shared-certificate because of a plan\n{example}"));
    let output = folder.run("check input.yaml --format json").json();
    assert!(output["findings"].as_array().unwrap().len() > 2 && output["suppressed"][0].is_object());
    for (arguments, name) in [
        ("check input.yaml --format json", "check.json"),
        ("routes input.yaml --format json", "routes.json"),
        ("explain --format json", "explain.json"),
    ] {
        let schema = schema(name);
        let json = folder.run(arguments).json();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments}: {errors:#?}");
        assert!(!schema.is_valid(&Value::Object(Default::default())), "{name} takes anything");
    }
}

#[test]
fn the_schema_of_settings_takes_what_the_command_takes() {
    let schema = schema("config.json");
    for (text, good) in [
        ("", true),
        ("istio = '1.1'\nfail-on = 'never'\nignore = ['a/**']\n[severity]\nundefined-subset = 'off'", true),
        ("istio = '1.2'", false),
        ("istio = 1.1", false),
        ("fail_on = 'never'", false),
        ("fail-on = 'info'", false),
        ("ignore = 'a'", false),
        ("[severity]\nundefined-subsets = 'off'", false),
        ("[severity]\nundefined-subset = 'fatal'", false),
    ] {
        let value: Value = toml::from_str(text).unwrap();
        assert_eq!(schema.is_valid(&value), good, "{text}");
        let folder = Folder::new()
            .file("pilothouse.toml", text)
            .file("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
        assert_eq!(folder.run("check a.yaml").code, Some(if good { 0 } else { 2 }), "{text}");
    }
}

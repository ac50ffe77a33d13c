//! JSON schemas of what the command prints.

use schemars::{JsonSchema, schema_for};

use crate::{
    config::Config,
    model::{CheckOutput, ExplainOutput, RoutesOutput},
    request_tests::{TestFile, TestsOutput},
};

/// The schema of each output, by the subcommand that prints it, and those of `pilothouse.toml` and of files of tests.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("check", schema::<CheckOutput>()),
        ("config", schema::<Config>()),
        ("explain", schema::<ExplainOutput>()),
        ("routes", schema::<RoutesOutput>()),
        ("test", schema::<TestsOutput>()),
        ("tests", schema::<TestFile>()),
    ]
}

fn schema<T: JsonSchema>() -> String {
    let mut text = format!("{:#}", schema_for!(T).to_value());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn schemas_name_the_fields() {
        for (name, text) in super::schemas() {
            let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
            let expected = match name {
                "check" => "findings",
                "config" => "severity",
                "explain" => "rules",
                "test" | "tests" => "tests",
                _ => "proxies",
            };
            assert!(schema["properties"][expected].is_object(), "{text}");
            assert!(schema["description"].is_string(), "{text}");
        }
    }
}

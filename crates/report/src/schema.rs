//! JSON schemas of what the command prints.

use schemars::{JsonSchema, schema_for};

use crate::{
    config::Config,
    model::{CheckOutput, ExplainOutput, RoutesOutput},
};

/// The schema of each output, by the subcommand that prints it, and that of `pilothouse.toml`.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("check", schema::<CheckOutput>()),
        ("config", schema::<Config>()),
        ("explain", schema::<ExplainOutput>()),
        ("routes", schema::<RoutesOutput>()),
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
                _ => "proxies",
            };
            assert!(schema["properties"][expected].is_object(), "{text}");
            assert!(schema["description"].is_string(), "{text}");
        }
    }
}

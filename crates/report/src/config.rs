//! The form of `pilothouse.toml`.

use std::collections::BTreeMap;

use pilothouse_analysis::{Severity, rules};
use serde::{Deserialize, Deserializer, de::Error};

use crate::words;

/// What `pilothouse.toml` sets. It is looked for in the folder of each path that is checked and in those above it; a
/// flag counts for more.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Which Istio reads the YAML; `current` where it says nothing.
    pub istio: Option<Istio>,
    /// The severity from which findings fail the run; `error` where it says nothing.
    pub fail_on: Option<FailOn>,
    /// Globs of files and folders that are not read, from the folder of this file; `**` stands for any folders.
    pub ignore: Vec<String>,
    /// How bad the findings of a rule are, by its code.
    #[cfg_attr(feature = "schema", schemars(schema_with = "severities"))]
    pub severity: BTreeMap<Code, Level>,
}

/// A release of Istio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Istio {
    /// Istio as of today.
    #[serde(rename = "current")]
    Current,
    /// Istio 1.1.
    #[serde(rename = "1.1")]
    V1_1,
}

/// From when on findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// From warnings on.
    Warning,
    /// From errors on.
    Error,
    /// Not at all.
    Never,
}

/// How bad the findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not to be told at all.
    Off,
    /// Worth knowing.
    Info,
    /// Likely not what is meant.
    Warning,
    /// Requests fail, or something is refused.
    Error,
}

impl Level {
    /// The severity; none where findings are not to be told.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// The code of a rule that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        let named = rules::named(&code);
        if let Some(rule) = named.iter().find(|rule| rule.code == code) {
            return Ok(Code(rule.code));
        }
        let codes: Vec<String> = named.iter().map(|rule| format!("`{}`", rule.code)).collect();
        Err(D::Error::custom(match rules::similar(&code) {
            _ if !codes.is_empty() => {
                format!("there is no rule `{code}`; write {}", words::list(&codes, "or"))
            }
            Some(meant) => format!("there is no rule `{code}`; did you mean `{}`?", meant.code),
            None => format!("there is no rule `{code}`; `pilothouse explain` lists them all"),
        }))
    }
}

#[cfg(feature = "schema")]
fn severities(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let level = generator.subschema_for::<Level>();
    let one = |rule: &&rules::Rule| {
        let mut schema = schemars::json_schema!({ "description": rule.summary() });
        schema.insert("allOf".to_owned(), serde_json::json!([level]));
        (rule.code.to_owned(), schema.to_value())
    };
    let properties: serde_json::Map<String, serde_json::Value> = rules::RULES.iter().map(one).collect();
    schemars::json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

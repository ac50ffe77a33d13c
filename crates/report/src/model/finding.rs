//! Findings, what allows them, and the rules behind them.

use serde::{Deserialize, Serialize};

use super::{Range, ResourceKey, WireRequest};

/// A finding of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The rule's code.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What happens to whom; names stand in backticks.
    pub message: String,
    /// The resource it is about.
    pub resource: Option<ResourceKey>,
    /// The name of the text.
    pub file: String,
    /// Where in it.
    pub range: Range,
    /// The other places it is about.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// What other tools call the check.
    pub aliases: Vec<String>,
    /// The semantics ids behind it.
    pub ids: Vec<String>,
    /// A request that shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub witness: Option<WireRequest>,
    /// The proxy it was seen on, by `BindingRow::id`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proxy: Option<String>,
    /// What can be done by itself, the best first: with each of them the finding is gone and no other one comes. Only
    /// `check` tries and tells them, and of very large inputs not all.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fixes: Vec<Fix>,
}

/// Something that can be done about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does, as a command; names stand in backticks.
    pub title: String,
    /// Whether it is a guess that a person has to choose; `check --fix` leaves it alone.
    pub guess: bool,
    /// The edits of the texts, which are made together.
    pub edits: Vec<Edit>,
}

/// Other text in the place of some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The name of the text.
    pub file: String,
    /// What goes; nothing where both ends are one place.
    pub range: Range,
    /// What stands there then.
    pub text: String,
}

/// Another place of a finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Related {
    /// What it is.
    pub message: String,
    /// The resource.
    pub resource: Option<ResourceKey>,
    /// The name of the text.
    pub file: String,
    /// Where in it.
    pub range: Range,
}

/// What `pilothouse check` prints as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckOutput {
    /// What the rules found, by place.
    pub findings: Vec<Finding>,
    /// What they found and the input allows, by place.
    pub suppressed: Vec<Suppressed>,
}

/// A finding that the input allows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suppressed {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// What allows it.
    pub allowance: Allowance,
}

/// What allows a finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allowance {
    /// `comment` or `annotation`.
    pub kind: String,
    /// Why, where it says so.
    pub reason: Option<String>,
    /// The name of the text.
    pub file: String,
    /// Where the code stands in it.
    pub range: Range,
}

/// What `pilothouse explain` prints as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExplainOutput {
    /// The rules: all of them, that of a code, or those that another tool calls by one name.
    pub rules: Vec<RuleRow>,
}

/// A rule with its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleRow {
    /// The bad pattern in kebab case.
    pub code: String,
    /// How bad it is: `error`, `warning` or `info`.
    pub severity: String,
    /// What other tools call the check.
    pub aliases: Vec<String>,
    /// What is wrong, in a sentence.
    pub summary: String,
    /// Its page in Markdown.
    pub docs: String,
}

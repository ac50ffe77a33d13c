//! From one revision to another.

use serde::{Deserialize, Serialize};

use super::WireRequest;

/// What `pilothouse rollout` prints as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutOutput {
    /// Whether any order of single changes is safe.
    pub safe: bool,
    /// `ok` where any order is safe, `warning` where the order matters, `error` where no safe way is known.
    #[serde(default)]
    pub tone: String,
    /// What to do, in a sentence or two.
    pub summary: String,
    /// What differs between the revisions.
    pub changes: Vec<ChangeRow>,
    /// The states in between in which requests break, those with the fewest changes in force first.
    pub hazards: Vec<HazardRow>,
    /// Why requests break in them, each reason once.
    #[serde(default)]
    pub causes: Vec<CauseRow>,
    /// The stages of a safe way.
    pub stages: Vec<StageRow>,
    /// Changes that hang together in too large a group for every state to be looked at.
    pub unexplored: Vec<String>,
}

/// A resource that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeRow {
    /// `Kind/namespace/name`.
    pub name: String,
    /// `added`, `removed` or `altered`.
    pub kind: String,
}

/// A state in which requests break that work before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HazardRow {
    /// The changes in force, as `Kind/namespace/name`.
    pub applied: Vec<String>,
    /// The changes that are not.
    pub missing: Vec<String>,
    /// A request that breaks.
    pub witness: WireRequest,
    /// What becomes of it before.
    pub before: String,
    /// What becomes of it meanwhile.
    pub during: String,
    /// What becomes of it after.
    pub after: String,
    /// Why, as a sentence.
    pub cause: String,
}

/// One reason for which requests break in states in between.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CauseRow {
    /// What is missing meanwhile, as a sentence.
    pub what: String,
    /// In which states, as a sentence.
    pub when: String,
    /// Of the changes that decide whether it happens, those in force in the smallest such state.
    pub applied: Vec<String>,
    /// Of the changes that decide, those that are not in force there.
    pub missing: Vec<String>,
    /// A request that breaks.
    pub witness: WireRequest,
    /// What becomes of it before.
    pub before: String,
    /// What becomes of it meanwhile.
    pub during: String,
    /// What becomes of it after.
    pub after: String,
}

/// Steps that may take effect in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageRow {
    /// What to apply, as `Kind/namespace/name`.
    pub apply: Vec<String>,
    /// What to delete.
    pub delete: Vec<String>,
    /// Why the stage comes here.
    pub why: String,
    /// The manifests, ready for `kubectl apply`.
    pub manifest: String,
}

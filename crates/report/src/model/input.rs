//! The input as a whole: what it holds, and from where it can be looked at.

use serde::{Deserialize, Serialize};

use super::{Finding, Range, ResourceKey};

/// What was found in the input as a whole: the answer to every keystroke.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// `current` or `1.1`.
    pub istio: String,
    /// The names of the texts.
    pub files: Vec<String>,
    /// Every resource that was read.
    pub resources: Vec<ResourceRow>,
    /// The proxies to choose from.
    pub bindings: Vec<BindingRow>,
    /// What the rules found.
    pub findings: Vec<Finding>,
    /// How many findings more the input allows.
    pub allowed: u32,
}

/// A resource of the input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourceRow {
    /// Which it is.
    #[serde(flatten)]
    pub key: ResourceKey,
    /// The text it stands in.
    pub file: u32,
    /// Where the whole of it stands.
    pub range: Range,
    /// Whether it takes part; what is refused or replaced does not.
    pub active: bool,
    /// Whether its kind is modelled.
    pub modelled: bool,
    /// When it was created, as written; none where the input does not say.
    pub created: Option<String>,
}

/// A proxy to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BindingRow {
    /// As `--proxy` takes it: `gateway/istio-system/istio=ingressgateway`.
    pub id: String,
    /// `gateway` or `sidecar`.
    pub kind: String,
    /// The namespace of the workload.
    pub namespace: String,
    /// The labels of the workload as `a=b,c=d`; may be empty.
    pub labels: String,
    /// What people call it: `Ingress gateway · istio: ingressgateway`, `Sidecars in team-cart`.
    pub title: String,
    /// What had to be assumed about it, as a sentence.
    pub assumed: Option<String>,
}

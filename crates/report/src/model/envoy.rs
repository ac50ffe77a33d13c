//! Envoy's own form, in lines.

use serde::{Deserialize, Serialize};

use super::Place;

/// A part of the Envoy view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvoyBlock {
    /// What it is called.
    pub title: String,
    /// `listener`, `virtual host` or `clusters`.
    pub kind: String,
    /// The part itself without what the other pieces hold, then its filter chains, routes or clusters.
    pub chunks: Vec<EnvoyChunk>,
}

/// A piece of JSON that came from one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvoyChunk {
    /// The JSON.
    pub text: String,
    /// Where it came from; none for what Istio generates.
    pub origin: Option<Place>,
}

//! The form of a file of tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A file of tests for `pilothouse test`: each is a request and what is to come of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    /// The tests, in the order in which they are told.
    pub tests: Vec<Case>,
}

/// A test.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is about; the method and the URL where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The request that is sent.
    pub request: Sent,
    /// What is to come of it; all of it has to hold.
    pub expect: Expect,
}

/// A request, with the words of `pilothouse request`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// `GET` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The URL with its scheme.
    pub url: String,
    /// The port of the connection; that of the URL where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub port: Option<u16>,
    /// Headers; a list of values sends the header several times.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub headers: BTreeMap<String, Values>,
    /// The proxy that takes it, as `gateway/NAMESPACE/LABELS` or `sidecar/NAMESPACE/LABELS`; every gateway that listens
    /// on the port where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// The workload in the mesh that sends it through its sidecar, as `NAMESPACE` or `NAMESPACE/LABELS`; not together
    /// with `proxy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// The value of a header, or several.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Values {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// What is to come of a request. What is not named is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("minProperties" = 1)))]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The kind of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The host that gets all requests: full, or short as the VirtualService may write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The port of the destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub port: Option<u16>,
    /// The subset of the destination; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// All destinations with their shares, in any order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<Weight>>,
    /// The status that the proxy itself answers with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 100, max = 599)))]
    pub status: Option<u16>,
    /// The address that the client is sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// The path with its query, as the destination sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The Host header, as the destination sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Headers as the destination sees them; null for one that is not to arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<BTreeMap<String, Option<String>>>,
}

/// A destination and its share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// The host, full or short.
    pub destination: String,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<u16>,
    /// The subset; any where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subset: Option<String>,
    /// The share of the requests, in percent.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 100)))]
    #[serde(serialize_with = "short")]
    pub percent: f64,
}

/// A share as people write it: 90, not 90.0.
fn short<S: serde::Serializer>(percent: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if percent.fract() == 0.0 {
        serializer.serialize_u64(*percent as u64)
    } else {
        serializer.serialize_f64(*percent)
    }
}

/// The kind of an answer, in the words of `pilothouse request --requests`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A destination gets it.
    Forwarded,
    /// The client is sent elsewhere.
    Redirect,
    /// The proxy answers by itself, as with 404.
    Response,
    /// Nothing listens on the port.
    NoListener,
    /// Envoy refuses the listener or its routes.
    ListenerRefused,
    /// The TLS handshake fails.
    TlsRefused,
    /// The connection is closed without an answer.
    Closed,
}

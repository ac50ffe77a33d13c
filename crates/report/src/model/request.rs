//! A request and its way.

use serde::{Deserialize, Serialize};

use super::{BindingRow, Place};

/// A request, in the form of `requests.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WireRequest {
    /// The proxy, as `--proxy` takes it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proxy: Option<String>,
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The port of the connection.
    pub port: u32,
    /// Further headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
}

/// The way of one request through the configuration of a proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceView {
    /// The request.
    pub request: WireRequest,
    /// The proxy that takes it.
    pub binding: BindingRow,
    /// `ok`, `warning` or `error`.
    pub tone: String,
    /// What comes of it, in two or three words; names stand in backticks.
    pub title: String,
    /// What comes of it, as a sentence or two.
    pub sentence: String,
    /// The route configuration that was asked.
    pub route_config: Option<String>,
    /// The virtual host that was chosen, by `HostTable::name`.
    pub virtual_host: Option<String>,
    /// The route that takes it, by `RouteRow::number`.
    pub route: Option<u32>,
    /// The condition that took it.
    pub origin: Option<Place>,
    /// The whole rule.
    pub rule: Option<Place>,
    /// The steps in order.
    pub steps: Vec<TraceStep>,
}

/// One step of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceStep {
    /// `listener`, `server-name`, `host`, `redirect`, `route`, `action`, `destination`, `detail`, `upstream` or `end`.
    pub kind: String,
    /// What happens, as a sentence or two; names stand in backticks.
    pub text: String,
    /// Whether it goes on here; none where nothing is decided.
    pub passed: Option<bool>,
    /// The number of the route that is tried.
    pub route: Option<u32>,
    /// The semantics id.
    pub id: Option<String>,
    /// Where it is written.
    pub origin: Option<Place>,
}

/// What `pilothouse request` prints as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestOutput {
    /// The answer of each proxy, in the form of `requests.json`.
    pub answers: Vec<serde_json::Value>,
    /// The way through each proxy.
    pub traces: Vec<TraceView>,
}

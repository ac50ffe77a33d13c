//! What one proxy has: listeners, hosts with their routes, and what applies to its destinations.

use serde::{Deserialize, Serialize};

use super::{BindingRow, Place, ResourceRow};

/// All that is shown of one proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BindingView {
    /// The proxy.
    pub binding: BindingRow,
    /// Its listeners; of a sidecar those for what goes out.
    pub listeners: Vec<ListenerRow>,
    /// Its virtual hosts with their routes.
    pub hosts: Vec<HostTable>,
    /// The DestinationRules that apply to it.
    pub policies: Vec<PolicyTable>,
    /// What has no part in its configuration, and why.
    pub dropped: Vec<DroppedRow>,
}

/// A port that is listened on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListenerRow {
    /// Envoy's name.
    pub name: String,
    /// The port.
    pub port: u32,
    /// Why Envoy refuses it, as a sentence.
    pub refused: Option<String>,
    /// What is done with connections, by server name.
    pub chains: Vec<ChainRow>,
}

/// A filter chain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChainRow {
    /// The server names; none for any.
    pub server_names: Vec<String>,
    /// The networks of the addresses that connections go to; none for any.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub networks: Vec<String>,
    /// The host of the service that it is for, on sidecars.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service: Option<String>,
    /// `HTTP`, `HTTPS`, `TLS passed through`, `TCP`, `TCP inside TLS`, `anything else`.
    pub protocol: String,
    /// Whether TLS ends here.
    pub terminates_tls: bool,
    /// The route configuration, for HTTP.
    pub routes: Option<String>,
    /// The destinations, for streams.
    pub destinations: Vec<DestinationCell>,
    /// The Gateway server or VirtualService clause behind it.
    pub origin: Option<Place>,
}

/// A virtual host with its routes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HostTable {
    /// The route configuration it is in.
    pub route_config: String,
    /// The port of requests.
    pub port: u32,
    /// `http` or `https`.
    pub scheme: String,
    /// The virtual host's name.
    pub name: String,
    /// What people call it: its first domain.
    pub title: String,
    /// The Host headers it takes.
    pub domains: Vec<String>,
    /// How many VirtualServices it is merged from.
    pub merged_from: u32,
    /// The Gateway clause that sends plain requests to https.
    pub require_tls: Option<Place>,
    /// Why Envoy refuses the route configuration it is in, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refused: Option<String>,
    /// Whether some result in it hangs on an order that nothing but unknown age decides.
    pub order_matters: bool,
    /// The routes in the order in which they are tried.
    pub routes: Vec<RouteRow>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RouteRow {
    /// Its place, from 1.
    pub number: u32,
    /// Its name; may be empty.
    pub name: String,
    /// What it asks of a request; none for everything.
    pub conditions: Vec<Condition>,
    /// What it does.
    pub action: ActionCell,
    /// Where it is written; none for the route that every service has.
    pub origin: Option<Place>,
    /// The whole rule it came from.
    pub rule: Option<Place>,
    /// What is to be known of it.
    pub marks: Vec<Mark>,
}

/// A condition of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Condition {
    /// What it looks at and how: `path =`, `prefix`, `regex`, `header x-user =`, `method =`, `no header x-user`.
    pub subject: String,
    /// The value; empty where there is none.
    pub value: String,
}

/// What a route does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionCell {
    /// `forward`, `redirect`, `response` or `none`.
    pub kind: String,
    /// In words: `301 to https://…`, `404`; empty for `forward`.
    pub text: String,
    /// The destinations with their shares.
    pub destinations: Vec<DestinationCell>,
    /// Further effects in words: rewrites, timeouts, retries, headers, mirrors, faults.
    pub details: Vec<String>,
}

/// A destination.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DestinationCell {
    /// The full host.
    pub host: String,
    /// What people call it: `cart`, `cart.shop`, `api.example.com`.
    pub short: String,
    /// The subset; may be empty.
    pub subset: String,
    /// The port.
    pub port: u32,
    /// Envoy's name of the cluster.
    pub cluster: String,
    /// The share in percent.
    pub percent: f64,
    /// `exists`, `assumed` or `missing`.
    pub state: String,
    /// Why it is missing or what is assumed, as a sentence.
    pub why: Option<String>,
    /// Where it is written.
    pub origin: Option<Place>,
}

/// What is to be known of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mark {
    /// `moved`, `never`, `order` (could come before or after another), `missing`.
    pub kind: String,
    /// In a few words: `moved to the end`.
    pub text: String,
    /// The reason as a sentence.
    pub reason: String,
    /// The semantics id.
    pub id: String,
    /// The number of the route it is about, if one.
    pub route: Option<u32>,
}

/// A merged DestinationRule as one proxy sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyTable {
    /// The host.
    pub host: String,
    /// The rules that went in, the first counting.
    pub members: Vec<Place>,
    /// The subsets with where each is defined.
    pub subsets: Vec<SubsetRow>,
    /// The policy in words.
    pub policy: Vec<String>,
    /// Where the policy is written.
    pub policy_origin: Option<Place>,
    /// What was thrown away in merging, and why.
    pub discarded: Vec<DroppedRow>,
}

/// A subset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubsetRow {
    /// Its name.
    pub name: String,
    /// Its labels as `a=b,c=d`.
    pub labels: String,
    /// Its own policy in words.
    pub policy: Vec<String>,
    /// Where it is defined.
    pub origin: Place,
}

/// Something that has no part, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DroppedRow {
    /// What it is, in a few words: `server 2`, `rule 3`, `subset v1`.
    pub what: String,
    /// Where it is.
    pub origin: Place,
    /// Why, as a sentence.
    pub reason: String,
    /// The semantics id.
    pub id: String,
    /// What took its place.
    pub winner: Option<Place>,
}

/// What `pilothouse routes` prints as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoutesOutput {
    /// `current` or `1.1`.
    pub istio: String,
    /// The names of the texts, which places refer to.
    pub files: Vec<String>,
    /// Every resource that was read, which places refer to.
    pub resources: Vec<ResourceRow>,
    /// The proxies.
    pub proxies: Vec<BindingView>,
}

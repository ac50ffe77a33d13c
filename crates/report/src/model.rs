//! The structs. Lines and columns begin at 1; columns count UTF-16 units, as editors and JavaScript do.

use serde::{Deserialize, Serialize};

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in UTF-16 units.
    pub column: u32,
}

/// A half-open range of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Range {
    /// The first position.
    pub start: Position,
    /// The position behind the last.
    pub end: Position,
}

/// What makes two resources the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourceKey {
    /// The kind.
    pub kind: String,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// A place in a resource of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Its place in [`Report::resources`].
    pub resource: u32,
    /// The text, by its place in the input.
    pub file: u32,
    /// Where in the text.
    pub range: Range,
}

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
    /// The proxy it was seen on, by [`BindingRow::id`].
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
    /// The virtual host that was chosen, by [`HostTable::name`].
    pub virtual_host: Option<String>,
    /// The route that takes it, by [`RouteRow::number`].
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

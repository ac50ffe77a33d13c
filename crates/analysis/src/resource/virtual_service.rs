//! VirtualService: which requests go where.

mod fields;
mod read;

pub(crate) use fields::VIRTUAL_SERVICE;
pub(crate) use read::read;

use std::{collections::BTreeMap, rc::Rc};

use pilothouse_syntax::{Spanned, TextRange};

use super::Duration;

/// A VirtualService as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VirtualService {
    /// The hosts it is about; none for a delegate.
    pub hosts: Vec<Spanned<String>>,
    /// The gateways it is bound to; none means the mesh alone (BIND-1).
    pub gateways: Vec<Spanned<String>>,
    /// Rules for HTTP, in order.
    pub http: Vec<Rc<HttpRoute>>,
    /// Rules for TLS that is passed through, in order.
    pub tls: Vec<TlsRoute>,
    /// Rules for opaque TCP, in order.
    pub tcp: Vec<TcpRoute>,
    /// The namespaces that see it.
    pub export_to: Vec<Spanned<String>>,
}

impl VirtualService {
    /// Every destination that is written in it, copies included.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        let tls = self.tls.iter().flat_map(|rule| &rule.route);
        let tcp = self.tcp.iter().flat_map(|rule| &rule.route);
        let streams = tls.chain(tcp).filter_map(|it| it.destination.as_ref());
        self.http.iter().flat_map(|rule| rule.destinations()).chain(streams)
    }
}

/// One HTTP rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpRoute {
    /// Where the rule stands.
    pub range: TextRange,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Conditions of which one must hold; none takes everything.
    pub matches: Vec<HttpMatch>,
    /// Where requests go.
    pub route: Vec<HttpDestination>,
    /// Answer with a redirect.
    pub redirect: Option<Redirect>,
    /// Answer with a fixed response.
    pub direct_response: Option<DirectResponse>,
    /// Leave the rule to another VirtualService.
    pub delegate: Option<Delegate>,
    /// Change path or host before sending on.
    pub rewrite: Option<Rewrite>,
    /// How long an answer may take.
    pub timeout: Option<Spanned<Duration>>,
    /// How failed attempts are repeated.
    pub retries: Option<Retries>,
    /// Faults to inject.
    pub fault: Option<Fault>,
    /// Copies of requests to one destination.
    pub mirror: Option<Destination>,
    /// Copies of requests to several destinations.
    pub mirrors: Vec<Mirror>,
    /// The share that `mirror` gets, in whole percent; the older spelling.
    pub mirror_percent: Option<Spanned<i64>>,
    /// The share that `mirror` gets, in percent.
    pub mirror_percentage: Option<Spanned<f64>>,
    /// Cross-origin requests.
    pub cors_policy: Option<CorsPolicy>,
    /// Header operations.
    pub headers: Option<Headers>,
}

impl HttpRoute {
    /// Where requests and copies of them go.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        let routes = self.route.iter().filter_map(|it| it.destination.as_ref());
        let mirrors = self.mirrors.iter().filter_map(|it| it.destination.as_ref());
        routes.chain(&self.mirror).chain(mirrors)
    }
}

/// One condition: all its parts must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpMatch {
    /// Where it stands.
    pub range: TextRange,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// The path.
    pub uri: Option<StringMatch>,
    /// `http` or `https`.
    pub scheme: Option<StringMatch>,
    /// The method.
    pub method: Option<StringMatch>,
    /// The Host header as it was sent.
    pub authority: Option<StringMatch>,
    /// Headers by name.
    pub headers: BTreeMap<String, NamedMatch>,
    /// Headers that must not match, by name.
    pub without_headers: BTreeMap<String, NamedMatch>,
    /// Query parameters by name, in the order they are written.
    pub query_params: Vec<(String, NamedMatch)>,
    /// The port the request came to.
    pub port: Option<Spanned<u32>>,
    /// Labels of the client workload.
    pub source_labels: BTreeMap<String, String>,
    /// Where `source_labels` stands.
    pub source_labels_range: Option<TextRange>,
    /// The client's namespace.
    pub source_namespace: Option<Spanned<String>>,
    /// The gateways this condition is for.
    pub gateways: Vec<Spanned<String>>,
    /// Compare the path without regard to case.
    pub ignore_uri_case: bool,
    /// A name for statistics.
    pub stat_prefix: Option<Spanned<String>>,
}

/// A header's or parameter's condition with the place of its name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedMatch {
    /// Where the name stands.
    pub name: TextRange,
    /// What the value must be.
    pub value: StringMatch,
}

/// A condition on a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StringMatch {
    /// Where it stands.
    pub range: TextRange,
    /// What it asks; none where nothing is set, which asks for presence.
    pub pattern: Option<Spanned<Pattern>>,
}

/// What a [`StringMatch`] asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// The text itself.
    Exact(String),
    /// Any text that starts so.
    Prefix(String),
    /// Any text that the regular expression takes as a whole.
    Regex(String),
}

impl Pattern {
    /// The text that is compared with.
    pub fn text(&self) -> &str {
        match self {
            Pattern::Exact(text) | Pattern::Prefix(text) | Pattern::Regex(text) => text,
        }
    }
}

/// A weighted destination of an HTTP rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpDestination {
    /// Where it stands.
    pub range: TextRange,
    /// Where requests go; none where it was left out.
    pub destination: Option<Destination>,
    /// Its share.
    pub weight: Option<Spanned<i64>>,
    /// Header operations for this destination alone.
    pub headers: Option<Headers>,
}

/// A service, or a part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Destination {
    /// Where it stands.
    pub range: TextRange,
    /// The service's host, perhaps a short name.
    pub host: Spanned<String>,
    /// The named part of the service.
    pub subset: Option<Spanned<String>>,
    /// The port; a missing number is 0.
    pub port: Option<Spanned<u32>>,
    /// The port by name, which only 1.1.0 takes.
    pub port_name: Option<Spanned<String>>,
}

/// A redirect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redirect {
    /// Where it stands.
    pub range: TextRange,
    /// The new path.
    pub uri: Option<Spanned<String>>,
    /// What replaces the matched prefix.
    pub prefix_rewrite: Option<Spanned<String>>,
    /// The new host.
    pub authority: Option<Spanned<String>>,
    /// The new port.
    pub port: Option<Spanned<u32>>,
    /// How the port follows from the request.
    pub derive_port: Option<Spanned<String>>,
    /// The new scheme.
    pub scheme: Option<Spanned<String>>,
    /// The status.
    pub redirect_code: Option<Spanned<u32>>,
}

/// A fixed response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectResponse {
    /// Where it stands.
    pub range: TextRange,
    /// The status.
    pub status: Option<Spanned<u32>>,
    /// The body as text.
    pub body: Option<Spanned<String>>,
    /// The body as base64.
    pub bytes: Option<Spanned<String>>,
}

/// Another VirtualService that takes the rule over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delegate {
    /// Where it stands.
    pub range: TextRange,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its namespace; the root's own where missing.
    pub namespace: Option<Spanned<String>>,
}

impl Delegate {
    /// Its namespace and its name, in a VirtualService of namespace `own` (DEL-1).
    pub fn target<'a>(&'a self, own: &'a str) -> (&'a str, &'a str) {
        let text = |it: &'a Option<Spanned<String>>| it.as_ref().map_or("", |it| it.value.as_str());
        let namespace = text(&self.namespace);
        (if namespace.is_empty() { own } else { namespace }, text(&self.name))
    }
}

/// Changes to path and host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rewrite {
    /// Where it stands.
    pub range: TextRange,
    /// The new path, or what replaces the matched prefix.
    pub uri: Option<Spanned<String>>,
    /// The new host.
    pub authority: Option<Spanned<String>>,
    /// A pattern and what replaces it.
    pub uri_regex: Option<UriRegexRewrite>,
}

/// A rewrite by regular expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UriRegexRewrite {
    /// Where it stands.
    pub range: TextRange,
    /// What is replaced.
    pub pattern: Spanned<String>,
    /// What replaces it.
    pub rewrite: Spanned<String>,
}

/// How failed attempts are repeated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retries {
    /// Where it stands.
    pub range: TextRange,
    /// How often.
    pub attempts: Option<Spanned<i64>>,
    /// How long one attempt may take.
    pub per_try_timeout: Option<Spanned<Duration>>,
    /// What counts as failed.
    pub retry_on: Option<Spanned<String>>,
    /// Whether other localities are tried.
    pub retry_remote_localities: Option<Spanned<bool>>,
    /// Whether hosts already tried are avoided.
    pub retry_ignore_previous_hosts: Option<Spanned<bool>>,
    /// The pause before the first repetition.
    pub backoff: Option<Spanned<Duration>>,
}

/// Faults to inject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fault {
    /// Where it stands.
    pub range: TextRange,
    /// A delay.
    pub delay: Option<Delay>,
    /// An aborted request.
    pub abort: Option<Abort>,
}

/// A delay to inject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delay {
    /// Where it stands.
    pub range: TextRange,
    /// How long.
    pub fixed_delay: Option<Spanned<Duration>>,
    /// A kind of delay that Istio never built.
    pub exponential_delay: Option<Spanned<Duration>>,
    /// For which share of requests, in percent.
    pub percentage: Option<Spanned<f64>>,
    /// The share in whole percent; the older spelling.
    pub percent: Option<Spanned<i64>>,
}

/// An abort to inject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Abort {
    /// Where it stands.
    pub range: TextRange,
    /// The HTTP status to answer with.
    pub http_status: Option<Spanned<i64>>,
    /// The gRPC status to answer with.
    pub grpc_status: Option<Spanned<String>>,
    /// A kind of abort that Istio never built.
    pub http2_error: Option<Spanned<String>>,
    /// For which share of requests, in percent.
    pub percentage: Option<Spanned<f64>>,
    /// The share in whole percent; the older spelling, which only 1.1 has.
    pub percent: Option<Spanned<i64>>,
}

/// A destination that gets copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mirror {
    /// Where it stands.
    pub range: TextRange,
    /// Where copies go.
    pub destination: Option<Destination>,
    /// Their share, in percent.
    pub percentage: Option<Spanned<f64>>,
}

/// Cross-origin requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorsPolicy {
    /// Where it stands.
    pub range: TextRange,
    /// Origins as exact texts; the older spelling.
    pub allow_origin: Vec<Spanned<String>>,
    /// Origins.
    pub allow_origins: Vec<StringMatch>,
    /// Methods.
    pub allow_methods: Vec<Spanned<String>>,
    /// Request headers.
    pub allow_headers: Vec<Spanned<String>>,
    /// Response headers that scripts may read.
    pub expose_headers: Vec<Spanned<String>>,
    /// How long the answer may be kept.
    pub max_age: Option<Spanned<Duration>>,
    /// Whether credentials may be sent.
    pub allow_credentials: Option<Spanned<bool>>,
    /// What becomes of preflights that match nothing.
    pub unmatched_preflights: Option<Spanned<String>>,
}

/// Header operations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Headers {
    /// Where they stand.
    pub range: TextRange,
    /// On the request.
    pub request: HeaderOperations,
    /// On the response.
    pub response: HeaderOperations,
}

/// Header operations in one direction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeaderOperations {
    /// Headers to overwrite, by name.
    pub set: BTreeMap<String, Spanned<String>>,
    /// Headers to append, by name.
    pub add: BTreeMap<String, Spanned<String>>,
    /// Headers to remove.
    pub remove: Vec<Spanned<String>>,
}

/// One rule for TLS.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsRoute {
    /// Where it stands.
    pub range: TextRange,
    /// Conditions of which one must hold.
    pub matches: Vec<L4Match>,
    /// Where connections go.
    pub route: Vec<L4Destination>,
}

/// One rule for TCP.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TcpRoute {
    /// Where it stands.
    pub range: TextRange,
    /// Conditions of which one must hold; none takes everything.
    pub matches: Vec<L4Match>,
    /// Where connections go.
    pub route: Vec<L4Destination>,
}

/// A condition on a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct L4Match {
    /// Where it stands.
    pub range: TextRange,
    /// Server names; TLS rules only.
    pub sni_hosts: Vec<Spanned<String>>,
    /// Destination networks.
    pub destination_subnets: Vec<Spanned<String>>,
    /// The port the connection came to.
    pub port: Option<Spanned<u32>>,
    /// Labels of the client workload.
    pub source_labels: BTreeMap<String, String>,
    /// Where `source_labels` stands.
    pub source_labels_range: Option<TextRange>,
    /// The gateways this condition is for.
    pub gateways: Vec<Spanned<String>>,
    /// The client's namespace.
    pub source_namespace: Option<Spanned<String>>,
    /// A network of clients, which only 1.1 has.
    pub source_subnet: Option<Spanned<String>>,
}

/// A weighted destination of a TLS or TCP rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct L4Destination {
    /// Where it stands.
    pub range: TextRange,
    /// Where connections go; none where it was left out.
    pub destination: Option<Destination>,
    /// Its share.
    pub weight: Option<Spanned<i64>>,
}

//! The types of the effective configuration, named as Envoy names them.

use std::rc::Rc;

use pilothouse_syntax::TextRange;

use crate::{
    mesh::{Network, Protocol, Proxy, ProxyKind},
    resource::{Duration, ResourceId},
};

/// The bytes of a resource that a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The resource.
    pub resource: ResourceId,
    /// Where in its text.
    pub range: TextRange,
}

/// What istiod builds for one proxy.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// The proxy.
    pub proxy: Proxy,
    /// A gateway's listeners; none for sidecars.
    pub listeners: Vec<Listener>,
    /// A sidecar's listeners for what goes out; none for gateways (SC-16).
    pub outbound: Vec<Listener>,
    /// Route configurations, by name.
    pub route_configs: Vec<RouteConfig>,
    /// What took no part, and why.
    pub dropped: Vec<Dropped>,
}

impl ProxyConfig {
    /// The listeners that connections meet: a gateway's own, or a sidecar's for what goes out.
    pub fn entrances(&self) -> &[Listener] {
        match self.proxy.kind {
            ProxyKind::Gateway => &self.listeners,
            ProxyKind::Sidecar => &self.outbound,
        }
    }

    /// A route configuration by its name.
    pub fn route_config(&self, name: &str) -> Option<&RouteConfig> {
        self.route_configs.iter().find(|config| config.name == name)
    }
}

/// A port that is listened on.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Envoy's name for it: address and port.
    pub name: String,
    /// The port.
    pub port: u32,
    /// The address that the Gateway or Sidecar asks for.
    pub bind: Option<String>,
    /// The addresses of the service that a sidecar's listener is for alone, or its host where the input tells no
    /// address of it; none takes every address.
    pub addresses: Vec<String>,
    /// What is done with a connection, by server name.
    pub chains: Vec<FilterChain>,
    /// Why Envoy refuses it; its port then serves nothing.
    pub refused: Option<Refusal>,
}

/// Why Envoy refuses a listener or a route configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server name, domain or pattern it is about.
    pub what: String,
    /// Why.
    pub reason: RefusalReason,
    /// The two that do not go together, or the one that does not go.
    pub origins: Vec<Origin>,
}

/// The reasons of a [`Refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalReason {
    /// Two filter chains take the same connections (ENV-2).
    EqualChains,
    /// A server name with a `*` elsewhere than as its first label.
    PartialWildcard,
    /// One domain in two virtual hosts (SC-9 in 1.1).
    EqualDomains,
    /// A regular expression that RE2 refuses.
    Regex,
    /// A redirect status that Envoy has no word for: the route has no action.
    NoAction,
}

/// What is done with connections that ask for one of some server names.
#[derive(Clone, Debug)]
pub struct FilterChain {
    /// The server names; none takes all that no other chain takes.
    pub server_names: Vec<String>,
    /// The networks of the addresses that connections go to; none takes all that no other chain takes.
    pub networks: Vec<Network>,
    /// Whether only connections are taken that turn out to be plain HTTP.
    pub plain_http_only: bool,
    /// Whether TLS ends here.
    pub terminates_tls: bool,
    /// Where connections go.
    pub target: ChainTarget,
    /// Whether only Istio's own mutual TLS is taken.
    pub istio_only: bool,
    /// The Gateway server or VirtualService clause behind it.
    pub origin: Option<Origin>,
    /// The Gateway server behind it.
    pub server: Option<ServerRef>,
    /// The host of the service that it is for, on sidecars; none for HTTP and for what is left over.
    pub service: Option<String>,
}

impl FilterChain {
    /// Whether it asks nothing of a connection.
    pub fn takes_everything(&self) -> bool {
        self.server_names.is_empty() && self.networks.is_empty() && !self.plain_http_only
    }

    /// Whether it is the one of a sidecar's listener for connections that no other chain takes.
    pub fn takes_the_rest(&self) -> bool {
        let stream = matches!(self.target, ChainTarget::Clusters { .. });
        stream && self.server.is_none() && self.service.is_none()
    }
}

/// A server of a Gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ServerRef {
    /// The Gateway.
    pub gateway: ResourceId,
    /// The server's place in it.
    pub index: usize,
}

/// The parts of a VirtualService that hold rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Rules for HTTP requests.
    Http,
    /// Rules for TLS connections that stay closed.
    Tls,
    /// Rules for other connections.
    Tcp,
}

/// Where a filter chain's connections go.
#[derive(Clone, Debug)]
pub enum ChainTarget {
    /// To an HTTP connection manager with this route configuration.
    Routes(String),
    /// To clusters, as a stream.
    Clusters {
        /// One cluster, or several with weights.
        clusters: Vec<WeightedCluster>,
        /// Whether the choice is by weight even for one.
        weighted: bool,
        /// The VirtualService it comes from; none for generated chains.
        origin: Option<ResourceId>,
    },
}

/// The virtual hosts of a port, or of a server.
#[derive(Clone, Debug)]
pub struct RouteConfig {
    /// Its name.
    pub name: String,
    /// The port of requests: the listener's, or the service's.
    pub port: u32,
    /// The virtual hosts, by name.
    pub virtual_hosts: Vec<VirtualHost>,
    /// Whether the port in a Host header plays no part.
    pub ignores_port: bool,
    /// Why Envoy refuses it.
    pub refused: Option<Refusal>,
    /// The Gateway servers it serves.
    pub servers: Vec<ServerRef>,
}

/// The routes for some domains.
#[derive(Clone, Debug)]
pub struct VirtualHost {
    /// Its name: host and port.
    pub name: String,
    /// The Host headers it takes.
    pub domains: Vec<String>,
    /// Whether plain requests are sent to https.
    pub require_tls: Option<Origin>,
    /// The routes; the first that matches counts.
    pub routes: Vec<RouteEntry>,
    /// The VirtualServices whose hosts made it.
    pub origins: Vec<Origin>,
    /// The service it stands for; none for hosts that are no service.
    pub service: Option<String>,
}

/// A route in a virtual host.
#[derive(Clone, Debug)]
pub struct RouteEntry {
    /// The route.
    pub route: Rc<Route>,
    /// The Gateway server through which it came.
    pub via: Option<ServerRef>,
    /// Where it would stand had it not been moved to the end as a catch-all (RDS-5).
    pub moved_from: Option<usize>,
}

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its name; may be empty.
    pub name: String,
    /// Which requests it takes.
    pub matcher: RouteMatch,
    /// What it does with them.
    pub action: Action,
    /// Changes to the request's headers.
    pub request_headers: HeaderMutations,
    /// Changes to the response's headers.
    pub response_headers: HeaderMutations,
    /// Cross-origin requests.
    pub cors: Option<Cors>,
    /// Injected faults.
    pub fault: Option<FaultInjection>,
    /// The rule behind it; none for the route every service has.
    pub origin: Option<RouteOrigin>,
}

/// The rule and condition that a route came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RouteOrigin {
    /// The VirtualService that is bound.
    pub virtual_service: ResourceId,
    /// The VirtualService that the rule is written in: itself, or a delegate.
    pub written_in: ResourceId,
    /// The rule's place there.
    pub rule: usize,
    /// The condition's place in the rule; none where the rule has none.
    pub block: Option<usize>,
    /// Where the rule stands in `written_in`.
    pub rule_range: TextRange,
    /// Where the condition stands; the rule where there is none. In the root for inherited conditions.
    pub match_origin: Origin,
    /// For a delegate's rule, the rule of the root that left it to the delegate.
    pub root_rule: Option<Origin>,
}

impl RouteOrigin {
    /// The rule.
    pub fn rule(&self) -> Origin {
        Origin { resource: self.written_in, range: self.rule_range }
    }
}

/// Which requests a route takes: all conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouteMatch {
    /// The path.
    pub path: PathMatch,
    /// Whether case matters in it, where the route says so.
    pub case_sensitive: Option<bool>,
    /// Headers, method, authority and scheme.
    pub headers: Vec<HeaderMatch>,
    /// Query parameters.
    pub query: Vec<QueryMatch>,
    /// JWT claims, by the name in the VirtualService; they are not evaluated.
    pub claims: Vec<HeaderMatch>,
}

impl RouteMatch {
    /// The match of every request.
    pub fn any() -> RouteMatch {
        RouteMatch {
            path: PathMatch::Prefix("/".into()),
            case_sensitive: None,
            headers: Vec::new(),
            query: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Whether case is ignored in the path.
    pub fn ignores_case(&self) -> bool {
        self.case_sensitive == Some(false)
    }
}

/// A condition on the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathMatch {
    /// The path itself.
    Exact(String),
    /// Any path that starts so.
    Prefix(String),
    /// Any path that the expression takes as a whole.
    Regex(String),
}

/// A condition on a header.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderMatch {
    /// The header's name; `:method` and its kin for parts of the request line.
    pub name: String,
    /// What its value must be.
    pub test: ValueTest,
    /// Whether the condition must not hold.
    pub invert: bool,
    /// Whether an absent header counts as an empty one.
    pub missing_as_empty: bool,
}

/// A condition on a query parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueryMatch {
    /// The parameter's name.
    pub name: String,
    /// What its first value must be.
    pub test: ValueTest,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ValueTest {
    /// There.
    Present,
    /// The text itself.
    Exact(String),
    /// Any text that starts so.
    Prefix(String),
    /// Any text that the expression takes as a whole.
    Regex(String),
}

/// What a route does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Sends the request on.
    Forward(Box<Forward>),
    /// Answers with a redirect.
    Redirect(Redirection),
    /// Answers with a status.
    Respond {
        /// The status.
        status: u32,
        /// The body as text.
        body: Option<String>,
        /// The body as base64.
        bytes: Option<String>,
    },
    /// Nothing: a redirect status that Envoy has no word for.
    None,
}

/// Sending a request on.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// One cluster, or several with weights.
    pub clusters: Vec<WeightedCluster>,
    /// Whether the choice is by weight even for one.
    pub weighted: bool,
    /// How long an answer may take; zero is without limit.
    pub timeout: Duration,
    /// What replaces the matched part of the path.
    pub prefix_rewrite: Option<String>,
    /// A pattern and what replaces it.
    pub regex_rewrite: Option<(String, String)>,
    /// The new host.
    pub host_rewrite: Option<String>,
    /// How failed attempts are repeated; none where that is switched off.
    pub retry: Option<RetryPolicy>,
    /// Destinations that get copies.
    pub mirrors: Vec<MirrorPolicy>,
    /// What is hashed to choose an endpoint.
    pub hash_policy: Vec<HashPolicy>,
}

/// A destination with its share.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedCluster {
    /// Where requests go.
    pub cluster: ClusterRef,
    /// The share among all weights.
    pub weight: u32,
    /// Changes to the request's headers.
    pub request_headers: HeaderMutations,
    /// Changes to the response's headers.
    pub response_headers: HeaderMutations,
    /// The new host.
    pub host_rewrite: Option<String>,
}

impl WeightedCluster {
    /// A destination that changes nothing on the way.
    pub(super) fn plain(cluster: ClusterRef, weight: u32) -> Self {
        let (request_headers, response_headers) = Default::default();
        Self { cluster, weight, request_headers, response_headers, host_rewrite: None }
    }
}

/// A cluster that is named by a route, whether it exists or not (SUB-1, SUB-2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterRef {
    /// Envoy's name: `outbound|port|subset|host`.
    pub name: String,
    /// The service's full host.
    pub host: String,
    /// The port.
    pub port: u32,
    /// Where the port comes from.
    pub port_source: PortSource,
    /// The subset; may be empty.
    pub subset: String,
    /// The destination in YAML; none for generated routes.
    pub origin: Option<Origin>,
}

/// Where a destination's port comes from (SUB-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortSource {
    /// It is written down.
    Written,
    /// It is the service's only port.
    OnlyPort,
    /// It is the port the request came to.
    Listener,
}

/// Header operations in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeaderMutations {
    /// Headers to write, in order: name, value, and whether an existing one is kept beside it.
    pub add: Vec<HeaderValue>,
    /// Headers to remove.
    pub remove: Vec<String>,
}

impl HeaderMutations {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

/// A header to write.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderValue {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether an existing one is kept beside it.
    pub append: bool,
}

/// A redirect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Redirection {
    /// The new host.
    pub host: Option<String>,
    /// The new path; empty, like none, keeps the old one.
    pub path: Option<String>,
    /// What replaces the matched prefix, instead of `path`.
    pub prefix_rewrite: Option<String>,
    /// The new scheme.
    pub scheme: Option<String>,
    /// The new port; 0 for none.
    pub port: u32,
    /// The status.
    pub status: u32,
}

/// How failed attempts are repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    /// How often.
    pub num_retries: u32,
    /// What counts as failed, with commas.
    pub retry_on: String,
    /// Status codes that count as failed.
    pub retriable_status_codes: Vec<u32>,
    /// How long one attempt may take.
    pub per_try_timeout: Option<Duration>,
    /// The pause before the first repetition.
    pub backoff: Option<Duration>,
}

/// A destination that gets copies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MirrorPolicy {
    /// Where copies go.
    pub cluster: ClusterRef,
    /// Their share, where it is said: 1.1 copies everything and says nothing (HM-20).
    pub fraction: Option<Fraction>,
}

/// A share of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// Out of the denominator.
    pub numerator: u32,
    /// Whether the denominator is a million; else a hundred.
    pub million: bool,
}

impl Fraction {
    /// The share in percent.
    pub fn percent(self) -> f64 {
        f64::from(self.numerator) / if self.million { 10_000.0 } else { 1.0 }
    }
}

/// What is hashed to choose an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HashPolicy {
    /// A header.
    Header(String),
    /// A cookie.
    Cookie {
        /// Its name.
        name: String,
        /// Its path; may be empty.
        path: String,
        /// How long it lives.
        ttl: Option<Duration>,
        /// Names of further attributes.
        attributes: Vec<String>,
    },
    /// The client's address.
    SourceIp(bool),
    /// A query parameter.
    QueryParameter(String),
}

/// Cross-origin requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Cors {
    /// Origins.
    pub allow_origins: Vec<ValueTest>,
    /// Methods, with commas.
    pub allow_methods: String,
    /// Request headers, with commas.
    pub allow_headers: String,
    /// Response headers that scripts may read, with commas.
    pub expose_headers: String,
    /// Seconds the answer may be kept.
    pub max_age: Option<i64>,
    /// Whether credentials may be sent.
    pub allow_credentials: Option<bool>,
    /// Whether preflights of other origins are sent on.
    pub forward_unmatched: bool,
}

/// Injected faults.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultInjection {
    /// A delay and its share; an unset share never fires (HM-21).
    pub delay: Option<(Duration, Option<Fraction>)>,
    /// An abort and its share.
    pub abort: Option<(AbortStatus, Option<Fraction>)>,
}

/// What an aborted request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbortStatus {
    /// An HTTP status.
    Http(u32),
    /// A gRPC status, by name.
    Grpc(String),
}

/// Something in the input that has no part in a proxy's configuration, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropped {
    /// What was dropped.
    pub origin: Origin,
    /// Why.
    pub reason: DropReason,
    /// What took its place, if anything.
    pub winner: Option<Origin>,
}

/// Why something has no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// A server of which an older server has a TLS host (GW-5).
    TlsHostTaken {
        /// The host.
        host: String,
        /// The port.
        port: u32,
    },
    /// A server whose protocol does not go with the port's first (GW-7).
    ProtocolConflict {
        /// The port.
        port: u32,
        /// The protocol that has the port.
        holder: Protocol,
    },
    /// An HTTPS server whose route configuration has the name of an older one (GW-8).
    PortNameTaken {
        /// The port.
        port: u32,
        /// The port's name.
        name: String,
    },
    /// A plain server behind TLS servers in 1.1 (GW-8).
    PlainBehindTls {
        /// The port.
        port: u32,
    },
    /// A server for which no VirtualService has a rule: no listener for it (GW-10).
    NoRouteForServer {
        /// The port.
        port: u32,
    },
    /// A VirtualService none of whose hosts fits a server of the Gateway (BIND-7, BIND-8).
    NoCommonHost,
    /// A VirtualService that proxies of the namespace do not see (BIND-4).
    NotVisible {
        /// The namespace of the proxy.
        namespace: String,
    },
    /// A condition for another port (HM-3).
    OtherPort {
        /// The port of the condition.
        port: u32,
        /// The port of the listener.
        listener: u32,
    },
    /// A condition for other gateways (HM-3).
    OtherGateway,
    /// A condition for other client workloads (HM-3).
    OtherWorkload,
    /// A condition for another client namespace (HM-3).
    OtherNamespace,
    /// A rule or condition behind one that takes everything (HM-4).
    BehindCatchAll,
    /// A host of a VirtualService that another one claims on a sidecar (SC-9).
    HostClaimed {
        /// The host.
        host: String,
    },
    /// A wildcard host behind a more specific VirtualService on a sidecar (SC-9).
    MoreSpecific {
        /// The service.
        host: String,
    },
    /// A condition on a server name that is taken (TLS-4).
    SniTaken {
        /// The server name.
        host: String,
    },
    /// A TCP rule behind the one that serves the whole server (TLS-2).
    TcpTaken,
    /// Rules of a section that no server for these hosts asks for (TLS-1).
    NoServerFor {
        /// The section.
        section: Section,
    },
    /// Rules of a section that no port of the host's service asks for (TLS-7).
    NoPortFor {
        /// The section.
        section: Section,
        /// The host; none where none of all the hosts has such a port.
        host: Option<String>,
    },
    /// A host that is no service which sidecars import, where none of those has HTTP on port 80 either (SC-8).
    NoTableFor {
        /// The host.
        host: String,
    },
    /// A TLS condition on a sidecar that equals an earlier one (TLS-9).
    SameConnections,
    /// A TCP rule on a sidecar behind one that takes every connection (TLS-10).
    BehindTcp {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A service's connections on a sidecar that those of another service hide (SC-16).
    ListenerTaken {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A service's port that the Sidecar has a listener of its own for (SC-16).
    ListenerLocked {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A rule whose delegate does not exist (DEL-2).
    DelegateMissing {
        /// Its namespace and name.
        delegate: String,
    },
    /// A rule whose delegate does not see it (DEL-2).
    DelegateHidden {
        /// Its namespace and name.
        delegate: String,
    },
    /// A delegate that delegates itself: the inner one is not followed (DEL-6).
    DelegateNested,
    /// A delegate's rule with a condition outside the root's (DEL-3).
    DelegateConflict,
    /// A delegate that no root names, or that lists gateways (DEL-1).
    DelegateUnused,
    /// A VirtualService that a Sidecar does not import (SC-5).
    NotImported,
    /// A VirtualService bound to a gateway that does not exist, or that no workload serves.
    UnknownGateway {
        /// The reference, completed.
        gateway: String,
    },
}

impl DropReason {
    /// The semantics id behind it.
    pub fn id(&self) -> &'static str {
        match self {
            DropReason::TlsHostTaken { .. } => "GW-5",
            DropReason::ProtocolConflict { .. } => "GW-7",
            DropReason::PortNameTaken { .. } | DropReason::PlainBehindTls { .. } => "GW-8",
            DropReason::NoRouteForServer { .. } => "GW-10",
            DropReason::NoCommonHost => "BIND-7",
            DropReason::NotVisible { .. } => "BIND-4",
            DropReason::OtherPort { .. }
            | DropReason::OtherGateway
            | DropReason::OtherWorkload
            | DropReason::OtherNamespace => "HM-3",
            DropReason::BehindCatchAll => "HM-4",
            DropReason::HostClaimed { .. } | DropReason::MoreSpecific { .. } => "SC-9",
            DropReason::SniTaken { .. } => "TLS-4",
            DropReason::TcpTaken => "TLS-2",
            DropReason::NoServerFor { .. } => "TLS-1",
            DropReason::NoPortFor { .. } => "TLS-7",
            DropReason::NoTableFor { .. } => "SC-8",
            DropReason::SameConnections => "TLS-9",
            DropReason::BehindTcp { .. } => "TLS-10",
            DropReason::ListenerTaken { .. } | DropReason::ListenerLocked { .. } => "SC-16",
            DropReason::DelegateMissing { .. } | DropReason::DelegateHidden { .. } => "DEL-2",
            DropReason::DelegateNested => "DEL-6",
            DropReason::DelegateConflict => "DEL-3",
            DropReason::DelegateUnused => "DEL-1",
            DropReason::NotImported => "SC-5",
            DropReason::UnknownGateway { .. } => "BIND-2",
        }
    }
}

//! DestinationRule: parts of a service and how connections to it are handled.

mod fields;
mod read;

pub(crate) use fields::{CONNECTION_POOL, DESTINATION_RULE};
pub(crate) use read::{connection_pool, read};

use std::collections::BTreeMap;

use pilothouse_syntax::{Spanned, TextRange};

use super::Duration;

/// A DestinationRule as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DestinationRule {
    /// The service's host, perhaps a short name.
    pub host: Spanned<String>,
    /// The policy for the service as a whole.
    pub traffic_policy: Option<TrafficPolicy>,
    /// Named parts of the service.
    pub subsets: Vec<Subset>,
    /// The namespaces that see it.
    pub export_to: Vec<Spanned<String>>,
    /// The client workloads it is for; none means all.
    pub workload_selector: Option<WorkloadSelector>,
}

/// A selection of workloads by label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkloadSelector {
    /// Where it stands.
    pub range: TextRange,
    /// The labels.
    pub labels: BTreeMap<String, String>,
}

/// A named part of a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subset {
    /// Where it stands.
    pub range: TextRange,
    /// Its name.
    pub name: Spanned<String>,
    /// Labels of its endpoints.
    pub labels: BTreeMap<String, String>,
    /// Where `labels` stands.
    pub labels_range: Option<TextRange>,
    /// Its own policy.
    pub traffic_policy: Option<TrafficPolicy>,
}

/// How connections are handled. Each part is taken as a whole where policies are merged (DR-10).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficPolicy {
    /// Where it stands.
    pub range: TextRange,
    /// How endpoints are chosen.
    pub load_balancer: Option<LoadBalancer>,
    /// Limits on connections and requests.
    pub connection_pool: Option<ConnectionPool>,
    /// When endpoints are left out.
    pub outlier_detection: Option<OutlierDetection>,
    /// TLS towards the service.
    pub tls: Option<ClientTls>,
    /// Policies for single ports.
    pub port_level_settings: Vec<PortPolicy>,
    /// A tunnel through a proxy.
    pub tunnel: Option<Tunnel>,
    /// Whether the PROXY protocol is spoken.
    pub proxy_protocol: Option<TextRange>,
    /// A limit on repetitions.
    pub retry_budget: Option<TextRange>,
}

impl TrafficPolicy {
    /// The parts that are set, by their names in YAML.
    pub fn settings(&self) -> Vec<&'static str> {
        let all = [
            ("loadBalancer", self.load_balancer.is_some()),
            ("connectionPool", self.connection_pool.is_some()),
            ("outlierDetection", self.outlier_detection.is_some()),
            ("tls", self.tls.is_some()),
            ("portLevelSettings", !self.port_level_settings.is_empty()),
            ("tunnel", self.tunnel.is_some()),
            ("proxyProtocol", self.proxy_protocol.is_some()),
            ("retryBudget", self.retry_budget.is_some()),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }
}

/// The policy for one port.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortPolicy {
    /// Where it stands.
    pub range: TextRange,
    /// The port of the service.
    pub port: Option<Spanned<u32>>,
    /// What holds for it; only four of the parts are possible.
    pub policy: TrafficPolicy,
}

/// How endpoints are chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadBalancer {
    /// Where it stands.
    pub range: TextRange,
    /// One of the simple ways.
    pub simple: Option<Spanned<String>>,
    /// By a hash of the request.
    pub consistent_hash: Option<ConsistentHash>,
    /// Preference by locality.
    pub locality: Option<Locality>,
    /// Preference by zone.
    pub zone_aware: Option<TextRange>,
    /// A slow start.
    pub warmup: Option<Warmup>,
    /// A slow start, in the older spelling.
    pub warmup_duration_secs: Option<Spanned<Duration>>,
}

/// A slow start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Warmup {
    /// Where it stands.
    pub range: TextRange,
    /// How long.
    pub duration: Option<Spanned<Duration>>,
    /// The share to begin with.
    pub minimum_percent: Option<Spanned<f64>>,
    /// How steeply it grows.
    pub aggression: Option<Spanned<f64>>,
}

/// Preference by locality.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locality {
    /// Where it stands.
    pub range: TextRange,
    /// Shares: from a locality to localities with weights.
    pub distribute: Vec<Distribute>,
    /// Regions that stand in for others.
    pub failover: Vec<Failover>,
    /// Labels by which endpoints are preferred.
    pub failover_priority: Vec<Spanned<String>>,
}

/// Shares of one locality's traffic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribute {
    /// Where it stands.
    pub range: TextRange,
    /// The locality of the client.
    pub from: Spanned<String>,
    /// Localities and weights.
    pub to: Vec<(Spanned<String>, i64)>,
}

/// A region that stands in for another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failover {
    /// Where it stands.
    pub range: TextRange,
    /// The region that fails.
    pub from: Spanned<String>,
    /// The region that takes over.
    pub to: Spanned<String>,
}

/// A hash of the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsistentHash {
    /// Where it stands.
    pub range: TextRange,
    /// What is hashed.
    pub key: Option<HashKey>,
    /// The ring size, in the older spelling.
    pub minimum_ring_size: Option<Spanned<i64>>,
    /// The hash is a ring.
    pub ring_hash: Option<TextRange>,
    /// The hash is Maglev's, with this table size.
    pub maglev: Option<Spanned<i64>>,
}

/// What a [`ConsistentHash`] hashes.
#[derive(Clone, Debug, PartialEq)]
pub enum HashKey {
    /// A header.
    Header(Spanned<String>),
    /// A cookie.
    Cookie {
        /// Its name.
        name: Spanned<String>,
        /// Its path.
        path: Option<Spanned<String>>,
        /// How long it lives.
        ttl: Option<Spanned<Duration>>,
        /// Names of further attributes.
        attributes: Vec<Spanned<String>>,
    },
    /// The client's address.
    SourceIp(Spanned<bool>),
    /// A query parameter.
    QueryParameter(Spanned<String>),
}

/// Limits on connections and requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionPool {
    /// Where it stands.
    pub range: TextRange,
    /// Limits for every protocol.
    pub tcp: Option<TcpPool>,
    /// Limits for HTTP.
    pub http: Option<HttpPool>,
}

/// Limits for every protocol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TcpPool {
    /// Where they stand.
    pub range: TextRange,
    /// Connections at once.
    pub max_connections: Option<Spanned<i64>>,
    /// How long connecting may take.
    pub connect_timeout: Option<Spanned<Duration>>,
    /// How long a connection may last.
    pub max_connection_duration: Option<Spanned<Duration>>,
    /// How long a connection may be idle.
    pub idle_timeout: Option<Spanned<Duration>>,
    /// Probes on idle connections.
    pub keepalive: Option<TcpKeepalive>,
}

/// Probes on idle connections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TcpKeepalive {
    /// Where they stand.
    pub range: TextRange,
    /// How long a connection must be idle before.
    pub time: Option<Spanned<Duration>>,
    /// The time between probes.
    pub interval: Option<Spanned<Duration>>,
}

/// Limits for HTTP.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpPool {
    /// Where they stand.
    pub range: TextRange,
    /// Requests that wait for a connection.
    pub http1_max_pending_requests: Option<Spanned<i64>>,
    /// Requests at once.
    pub http2_max_requests: Option<Spanned<i64>>,
    /// Requests over one connection.
    pub max_requests_per_connection: Option<Spanned<i64>>,
    /// Repetitions at once.
    pub max_retries: Option<Spanned<i64>>,
    /// How long a connection may be idle.
    pub idle_timeout: Option<Spanned<Duration>>,
    /// Whether HTTP/1.1 is upgraded.
    pub h2_upgrade_policy: Option<Spanned<String>>,
    /// Whether the client's protocol is kept.
    pub use_client_protocol: Option<Spanned<bool>>,
    /// Streams over one connection.
    pub max_concurrent_streams: Option<Spanned<i64>>,
    /// Pings on HTTP/2 connections.
    pub http2_keepalive: Option<Http2Keepalive>,
}

/// Pings on HTTP/2 connections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Http2Keepalive {
    /// Where they stand.
    pub range: TextRange,
    /// The time between pings.
    pub interval: Option<Spanned<Duration>>,
    /// How long an answer may take.
    pub timeout: Option<Spanned<Duration>>,
}

/// When endpoints are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutlierDetection {
    /// Where it stands.
    pub range: TextRange,
    /// Failures in a row, in the older spelling.
    pub consecutive_errors: Option<Spanned<i64>>,
    /// Whether local failures are counted apart.
    pub split_external_local_origin_errors: Option<Spanned<bool>>,
    /// Local failures in a row.
    pub consecutive_local_origin_failures: Option<Spanned<i64>>,
    /// 502, 503 and 504 in a row.
    pub consecutive_gateway_errors: Option<Spanned<i64>>,
    /// 5xx in a row.
    pub consecutive_5xx_errors: Option<Spanned<i64>>,
    /// How often endpoints are looked at.
    pub interval: Option<Spanned<Duration>>,
    /// How long an endpoint stays out.
    pub base_ejection_time: Option<Spanned<Duration>>,
    /// The share that may be out.
    pub max_ejection_percent: Option<Spanned<i64>>,
    /// The share that must be healthy.
    pub min_health_percent: Option<Spanned<i64>>,
}

/// TLS towards the service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientTls {
    /// Where it stands.
    pub range: TextRange,
    /// The mode; unset means DISABLE.
    pub mode: Option<Spanned<String>>,
    /// The client's certificate, by path.
    pub client_certificate: Option<Spanned<String>>,
    /// The client's key, by path.
    pub private_key: Option<Spanned<String>>,
    /// What the service's certificate is checked against, by path.
    pub ca_certificates: Option<Spanned<String>>,
    /// The secret with the client's certificate.
    pub credential_name: Option<Spanned<String>>,
    /// Names that the service's certificate may carry.
    pub subject_alt_names: Vec<Spanned<String>>,
    /// The server name to ask for.
    pub sni: Option<Spanned<String>>,
    /// Whether the service's certificate is not checked.
    pub insecure_skip_verify: Option<Spanned<bool>>,
    /// Revoked certificates, by path.
    pub ca_crl: Option<Spanned<String>>,
}

/// A tunnel through a proxy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tunnel {
    /// Where it stands.
    pub range: TextRange,
    /// CONNECT or POST.
    pub protocol: Option<Spanned<String>>,
    /// Where the tunnel ends.
    pub target_host: Option<Spanned<String>>,
    /// The port there.
    pub target_port: Option<Spanned<u32>>,
}

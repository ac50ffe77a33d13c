//! Sending a request on: destinations, and what holds on the way to them.

use super::{HeaderMutations, Origin};
use crate::resource::Duration;

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
    pub(in crate::effective) fn plain(cluster: ClusterRef, weight: u32) -> Self {
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

impl ClusterRef {
    /// The cluster of a service's port and subset, which no destination in YAML names.
    pub(in crate::effective) fn outbound(
        host: &str,
        port: u32,
        port_source: PortSource,
        subset: &str,
    ) -> Self {
        let name = format!("outbound|{port}|{subset}|{host}");
        Self { name, host: host.to_owned(), port, port_source, subset: subset.to_owned(), origin: None }
    }
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

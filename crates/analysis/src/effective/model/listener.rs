//! Ports that are listened on, and where their connections go.

use super::{ClusterRef, Origin, WeightedCluster};
use crate::{mesh::Network, resource::ResourceId};

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
    /// A generated chain that asks nothing of a connection.
    pub(in crate::effective) fn new(target: ChainTarget) -> Self {
        Self {
            server_names: Vec::new(),
            networks: Vec::new(),
            plain_http_only: false,
            terminates_tls: false,
            target,
            istio_only: false,
            origin: None,
            server: None,
            service: None,
        }
    }

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

impl ChainTarget {
    /// One cluster that no VirtualService asks for.
    pub(in crate::effective) fn generated(cluster: ClusterRef) -> Self {
        let clusters = vec![WeightedCluster::plain(cluster, 0)];
        ChainTarget::Clusters { clusters, weighted: false, origin: None }
    }
}

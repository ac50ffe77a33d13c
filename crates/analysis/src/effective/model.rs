//! The types of the effective configuration, named as Envoy names them.

mod dropped;
mod forward;
mod listener;
mod route;

use std::rc::Rc;

use pilothouse_syntax::TextRange;

pub use self::{dropped::*, forward::*, listener::*, route::*};
use crate::{
    mesh::{Proxy, ProxyKind},
    resource::ResourceId,
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

//! Virtual hosts of gateways as places where routes meet.

use std::{collections::HashSet, rc::Rc};

use crate::{
    Analysis, Request,
    effective::{ChainTarget, ProxyConfig, Reach, RouteConfig, VirtualHost},
    mesh::ProxyKind,
    space::Witness,
};

/// A virtual host of a gateway.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// What the gateway is configured with.
    pub(super) config: Rc<ProxyConfig>,
    routes: usize,
    host: usize,
}

impl Site {
    /// Every virtual host with routes that requests may get to: not those of ports that Envoy refuses, nor those that
    /// send every request to https.
    pub(super) fn all(analysis: &Analysis) -> Vec<Site> {
        let mut out = Vec::new();
        for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
            let config = analysis.effective.proxy(&binding.proxy);
            let refused = refused(&config);
            for (place, routes) in config.route_configs.iter().enumerate() {
                if routes.refused.is_some() || refused.contains(routes.name.as_str()) {
                    continue;
                }
                let hosts = routes.virtual_hosts.iter().enumerate();
                let open = hosts.filter(|(_, host)| routes.is_https() || host.require_tls.is_none());
                out.extend(open.map(|(host, _)| Site { config: config.clone(), routes: place, host }));
            }
        }
        out
    }

    /// The route configuration that it is in.
    pub(super) fn routes(&self) -> &RouteConfig {
        &self.config.route_configs[self.routes]
    }

    /// The virtual host.
    pub(super) fn host(&self) -> &VirtualHost {
        &self.routes().virtual_hosts[self.host]
    }

    /// Its place there.
    pub(super) fn place(&self) -> usize {
        self.host
    }

    /// What people call it.
    pub(super) fn domain(&self) -> &str {
        self.host().domains.first().map_or("", String::as_str)
    }

    /// What becomes of its routes.
    pub(super) fn reach(&self, analysis: &Analysis) -> Rc<Reach> {
        analysis.effective.reach(&self.config.proxy, self.routes(), self.host)
    }

    /// A request to it, with what takes it. None where the connection ends elsewhere, at the server of a more specific
    /// name for example.
    pub(super) fn request(&self, analysis: &Analysis, witness: &Witness) -> Option<Request> {
        let request = self.reach(analysis).request(witness, &self.config, self.routes(), self.host);
        let trace = analysis.trace(&self.config.proxy, &request);
        let here = trace.virtual_host.is_some_and(|it| (it.config, it.host) == (self.routes, self.host));
        here.then_some(request)
    }
}

/// The route configurations behind listeners that Envoy refuses.
fn refused(config: &ProxyConfig) -> HashSet<&str> {
    let listeners = config.listeners.iter().filter(|listener| listener.refused.is_some());
    let chains = listeners.flat_map(|listener| &listener.chains);
    chains
        .filter_map(|chain| match &chain.target {
            ChainTarget::Routes(name) => Some(name.as_str()),
            ChainTarget::Clusters { .. } => None,
        })
        .collect()
}

//! What a VirtualService says to sidecars, whichever VirtualService owns its hosts there: the rules need no whole
//! sidecar to judge a single resource.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Dropped, Effective, Route, RouteMatch, Rule,
    http::{self, HttpContext, HttpRoutes},
    matching::route_match,
    plain,
};
use crate::{
    mesh::{Proxy, names::MESH},
    resource::{ResourceId, virtual_service::HttpMatch},
};

/// The most sorts of clients that are told apart for one VirtualService.
const MAX_CLIENTS: usize = 64;

impl Effective {
    /// The routes of a VirtualService for a sidecar and port (HM-1 to HM-5). Ports of destinations that are not
    /// written down are the port of the request.
    pub(crate) fn mesh_routes(
        &self,
        proxy: &Proxy,
        virtual_service: ResourceId,
        port: u32,
    ) -> (Vec<Rc<Route>>, Vec<Dropped>) {
        let gateways = [MESH.to_owned()];
        let cx = self.mesh_context(proxy, port, &gateways);
        let HttpRoutes { routes, dropped } = http::build(&cx, virtual_service);
        (routes, dropped)
    }

    /// Whether all rules of a VirtualService are reached by the look of their paths, for whatever client.
    pub(crate) fn plainly_reached(&self, virtual_service: ResourceId) -> bool {
        let rules = self.rules(virtual_service);
        let mut matches = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            if rule.http.matches.is_empty() {
                // What follows it is left out (HM-4).
                if at + 1 < rules.len() {
                    return false;
                }
                matches.push(RouteMatch::any());
            }
            for block in &rule.http.matches {
                let static_too = block.port.is_some()
                    || !block.gateways.is_empty()
                    || !block.source_labels.is_empty()
                    || block.source_namespace.is_some();
                if static_too {
                    return false;
                }
                matches.push(route_match(block, &self.mesh.profile));
            }
        }
        plain::reached(matches.iter()).into_iter().all(|reached| reached)
    }

    /// What a rule of a VirtualService does, whatever it asks for.
    pub(crate) fn rule_outcome(&self, virtual_service: ResourceId, rule: &Rule) -> Route {
        let proxy = Proxy::sidecar(&self.mesh.resource(virtual_service).key.namespace, BTreeMap::new());
        let gateways = [MESH.to_owned()];
        http::route(&self.mesh_context(&proxy, 80, &gateways), virtual_service, rule, None)
    }

    fn mesh_context<'a>(&'a self, proxy: &'a Proxy, port: u32, gateways: &'a [String]) -> HttpContext<'a> {
        HttpContext {
            effective: self,
            proxy,
            port,
            gateways,
            tls: false,
            services: &|_, _| None,
            policies: &|_| None,
        }
    }

    /// A sidecar and a port for each sort of request that the conditions of a VirtualService tell apart before any
    /// route is built: by client namespace, client labels and port (HM-3).
    pub(crate) fn mesh_clients(&self, virtual_service: ResourceId) -> Vec<(Proxy, u32)> {
        let rules = self.rules(virtual_service);
        let own = &self.mesh.resource(virtual_service).key.namespace;
        let mut proxies = BTreeSet::from([Proxy::sidecar(own, BTreeMap::new())]);
        let mut ports = BTreeSet::from([self.usual_port(virtual_service)]);
        for block in blocks(&rules) {
            let namespace =
                block.source_namespace.as_ref().map(|it| it.value.as_str()).filter(|it| !it.is_empty());
            proxies.insert(Proxy::sidecar(namespace.unwrap_or(own), block.source_labels.clone()));
            ports.extend(block.port.as_ref().map(|port| port.value).filter(|&port| port != 0));
        }
        let clients = proxies.iter().flat_map(|proxy| ports.iter().map(|&port| (proxy.clone(), port)));
        clients.take(MAX_CLIENTS).collect()
    }

    /// The first port of the first host that is a known service; else 80.
    pub(crate) fn usual_port(&self, virtual_service: ResourceId) -> u32 {
        let services = self.mesh.hosts(virtual_service).iter().flat_map(|host| self.mesh.services_of(host));
        let mut ports = services.flat_map(|&id| &self.mesh.service(id).ports);
        ports.find(|port| port.protocol.may_be_http()).map_or(80, |port| port.number)
    }
}

/// The conditions that sidecars look at.
fn blocks(rules: &[Rule]) -> impl Iterator<Item = &HttpMatch> {
    let blocks = rules.iter().flat_map(|rule| &rule.http.matches);
    blocks.filter(|block| {
        block.gateways.is_empty() || block.gateways.iter().any(|gateway| gateway.value == MESH)
    })
}

//! What a VirtualService says by itself: to sidecars, whichever VirtualService owns its hosts there, and to gateways
//! that the input does not hold. The rules need no whole proxy to judge a single resource.

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
    mesh::{
        Proxy,
        names::{self, MESH, ROOT_NAMESPACE},
    },
    resource::{ResourceId, virtual_service::HttpMatch},
};

/// The most sorts of clients that are told apart for one VirtualService.
const MAX_CLIENTS: usize = 64;

/// A sort of requests that the conditions of a VirtualService tell apart before any route is built (HM-3).
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The proxy that takes them.
    pub(crate) proxy: Proxy,
    /// The port they come to.
    pub(crate) port: u32,
    /// What "this gateway" stands for.
    gateways: Rc<[String]>,
}

impl Effective {
    /// The routes of a VirtualService (HM-1 to HM-5). Ports of destinations that are not written down are the port of
    /// the request.
    pub(crate) fn routes_alone(
        &self,
        virtual_service: ResourceId,
        client: &Client,
    ) -> (Vec<Rc<Route>>, Vec<Dropped>) {
        let HttpRoutes { routes, dropped } = http::build(&self.context(client), virtual_service);
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
        let namespace = &self.mesh.resource(virtual_service).key.namespace;
        let client = Client::sidecar(Proxy::sidecar(namespace, BTreeMap::new()), 80);
        http::route(&self.context(&client), virtual_service, rule, None)
    }

    fn context<'a>(&'a self, client: &'a Client) -> HttpContext<'a> {
        HttpContext {
            effective: self,
            proxy: &client.proxy,
            port: client.port,
            gateways: &client.gateways,
            tls: false,
            services: &|_, _| None,
            policies: &|_| None,
        }
    }

    /// The sidecars and ports that the conditions of a VirtualService tell apart: by client namespace, client labels
    /// and port.
    pub(crate) fn mesh_clients(&self, virtual_service: ResourceId) -> Vec<Client> {
        let rules = self.rules(virtual_service);
        let own = &self.mesh.resource(virtual_service).key.namespace;
        let mut proxies = BTreeSet::from([Proxy::sidecar(own, BTreeMap::new())]);
        for block in blocks(&rules).filter(|block| is_for(block, |gateway| gateway == MESH)) {
            let namespace =
                block.source_namespace.as_ref().map(|it| it.value.as_str()).filter(|it| !it.is_empty());
            proxies.insert(Proxy::sidecar(namespace.unwrap_or(own), block.source_labels.clone()));
        }
        let ports = self.ports(virtual_service, &rules);
        let clients =
            proxies.iter().flat_map(|proxy| ports.iter().map(|&port| Client::sidecar(proxy.clone(), port)));
        clients.take(MAX_CLIENTS).collect()
    }

    /// The Gateways that a VirtualService is bound to and that the input does not hold, each with the ports that its
    /// conditions tell apart, on a workload of which nothing is known.
    pub(crate) fn unknown_gateway_clients(&self, virtual_service: ResourceId) -> Vec<Client> {
        let mesh = &self.mesh;
        let namespace = &mesh.resource(virtual_service).key.namespace;
        let bound = mesh.virtual_service(virtual_service).gateways.iter();
        let mut gateways: Vec<String> = bound
            .map(|gateway| names::gateway_reference(&gateway.value, namespace).into_owned())
            .filter(|gateway| gateway != MESH && !mesh.has_gateway(gateway))
            .collect();
        gateways.sort_unstable();
        gateways.dedup();
        if gateways.is_empty() {
            return Vec::new();
        }
        let proxy = Proxy::gateway(ROOT_NAMESPACE, BTreeMap::new());
        let ports = self.ports(virtual_service, &self.rules(virtual_service));
        let clients = gateways.into_iter().flat_map(|gateway| {
            let gateways: Rc<[String]> = Rc::new([gateway]);
            let proxy = &proxy;
            ports.iter().map(move |&port| Client { proxy: proxy.clone(), port, gateways: gateways.clone() })
        });
        clients.take(MAX_CLIENTS).collect()
    }

    /// The ports that conditions ask for, and one that none may ask for.
    fn ports(&self, virtual_service: ResourceId, rules: &[Rule]) -> BTreeSet<u32> {
        let asked = blocks(rules).filter_map(|block| block.port.as_ref()).map(|port| port.value);
        let mut ports: BTreeSet<u32> = asked.filter(|&port| port != 0).collect();
        ports.insert(self.usual_port(virtual_service));
        ports
    }

    /// The first port of the first host that is a known service; else 80.
    pub(crate) fn usual_port(&self, virtual_service: ResourceId) -> u32 {
        let services = self.mesh.hosts(virtual_service).iter().flat_map(|host| self.mesh.services_of(host));
        let mut ports = services.flat_map(|&id| &self.mesh.service(id).ports);
        ports.find(|port| port.protocol.may_be_http()).map_or(80, |port| port.number)
    }
}

impl Client {
    /// A sidecar and a port.
    pub(crate) fn sidecar(proxy: Proxy, port: u32) -> Client {
        Client { proxy, port, gateways: Rc::new([MESH.to_owned()]) }
    }
}

fn blocks(rules: &[Rule]) -> impl Iterator<Item = &HttpMatch> {
    rules.iter().flat_map(|rule| &rule.http.matches)
}

/// Whether a condition is for some gateway.
fn is_for(block: &HttpMatch, is_it: impl Fn(&str) -> bool) -> bool {
    block.gateways.is_empty() || block.gateways.iter().any(|gateway| is_it(&gateway.value))
}

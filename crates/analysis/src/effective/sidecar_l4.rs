//! TLS and TCP rules of VirtualServices as filter chains for a port of a service on a sidecar (TLS-7 to TLS-11).

use std::collections::{HashMap, HashSet};

use super::{
    ChainTarget, ClusterRef, DropReason, Dropped, Effective, FilterChain, Origin, PortSource,
    http::FoundService, l4, sidecar_scope::Scope,
};
use crate::{
    mesh::{HostIndex, Mesh, Network, Protocol, Proxy, Service, names::MESH},
    resource::{
        ResourceId,
        virtual_service::{L4Destination, L4Match, TcpRoute},
    },
};

/// A port that is no HTTP, as a listener opens it.
pub(super) struct L4Port<'a> {
    pub(super) service: &'a Service,
    /// The service's port, or that of the Sidecar's own listener.
    pub(super) number: u32,
    pub(super) protocol: Protocol,
    /// The service's networks, where it has these instead of an address.
    pub(super) networks: Vec<String>,
    /// Whether only the server name tells the service from others on the listener.
    pub(super) by_name: bool,
}

/// The rules that one egress listener knows.
pub(super) struct L4Rules<'a> {
    effective: &'a Effective,
    proxy: &'a Proxy,
    scope: &'a Scope,
    /// The VirtualServices with such rules, by host.
    index: HostIndex<ResourceId>,
}

/// The chains of a port.
#[derive(Default)]
pub(super) struct L4Chains {
    pub(super) chains: Vec<FilterChain>,
    pub(super) dropped: Vec<Dropped>,
    /// The rules and conditions that have a chain here, and those that share one.
    pub(super) live: HashSet<Origin>,
}

impl<'a> L4Rules<'a> {
    /// Indexes the VirtualServices of an egress listener.
    pub(super) fn new(
        effective: &'a Effective,
        proxy: &'a Proxy,
        scope: &'a Scope,
        ids: &[ResourceId],
    ) -> Self {
        let mesh = &effective.mesh;
        let has_rules = |id: ResourceId| {
            let spec = mesh.virtual_service(id);
            !spec.tls.is_empty() || !spec.tcp.is_empty()
        };
        let ids = ids.iter().enumerate().filter(|(_, id)| has_rules(**id));
        let entries =
            ids.flat_map(|(at, &id)| mesh.hosts(id).iter().map(move |host| (host.as_str(), at as u32, id)));
        L4Rules { effective, proxy, scope, index: HostIndex::new(entries) }
    }

    fn mesh(&self) -> &'a Mesh {
        &self.effective.mesh
    }

    /// The chains of a port: from all VirtualServices with a host that goes with the service's (TLS-8).
    pub(super) fn chains(&self, port: &L4Port<'_>) -> L4Chains {
        let candidates = self.index.matching([port.service.host.as_str()]);
        if port.protocol.is_tls() { self.tls(port, &candidates) } else { self.tcp(port, &candidates) }
    }

    /// One chain for each condition that holds here; without any, the service as it is (TLS-9).
    fn tls(&self, port: &L4Port<'_>, candidates: &[ResourceId]) -> L4Chains {
        let mut out = L4Chains::default();
        // Networks of a condition stay in force for all that follow.
        let mut networks = port.networks.clone();
        let mut handled: HashMap<(Vec<&str>, Vec<&str>), Origin> = HashMap::new();
        for &id in candidates {
            let rules = &self.mesh().virtual_service(id).tls;
            for rule in rules.iter().filter(|rule| !rule.route.is_empty()) {
                for block in &rule.matches {
                    let origin = Origin { resource: id, range: block.range };
                    if let Some(reason) = self.excluded(block, port.number) {
                        out.dropped.push(Dropped { origin, reason, winner: None });
                        continue;
                    }
                    let subnets = texts(&block.destination_subnets);
                    if !subnets.is_empty() {
                        networks = subnets.iter().map(|&subnet| subnet.to_owned()).collect();
                    }
                    let names = texts(&block.sni_hosts);
                    if let Some(&winner) = handled.get(&(names.clone(), subnets.clone())) {
                        let reason = DropReason::SameConnections;
                        out.dropped.push(Dropped { origin, reason, winner: Some(winner) });
                        continue;
                    }
                    let any = names.contains(&"*");
                    let server_names = names.iter().filter(|_| !any).map(|&name| name.to_owned()).collect();
                    out.chains.push(FilterChain {
                        server_names,
                        ..self.chain(port, &networks, self.stream(id, &rule.route, port.number), Some(origin))
                    });
                    out.live.insert(origin);
                    handled.insert((names, subnets), origin);
                }
            }
        }
        if out.chains.is_empty() {
            let server_names = port.by_name.then(|| port.service.host.clone()).into_iter().collect();
            out.chains.push(FilterChain { server_names, ..self.default_chain(port) });
        }
        out
    }

    /// Chains for networks, up to the first rule that takes everything; without such a rule the service as it is
    /// (TLS-10).
    fn tcp(&self, port: &L4Port<'_>, candidates: &[ResourceId]) -> L4Chains {
        let mut out = L4Chains::default();
        let mut last: Option<Origin> = None;
        let mut own_networks_taken = false;
        for &id in candidates {
            let rules = &self.mesh().virtual_service(id).tcp;
            for rule in rules.iter().filter(|rule| !rule.route.is_empty()) {
                let origin = Origin { resource: id, range: rule.range };
                if last.is_some() {
                    let reason = DropReason::BehindTcp { host: port.service.host.clone(), port: port.number };
                    out.dropped.push(Dropped { origin, reason, winner: last });
                    continue;
                }
                let target = || self.stream(id, &rule.route, port.number);
                match self.networks(id, rule, port.number, &mut out) {
                    None => {
                        out.chains.push(self.chain(port, &port.networks, target(), Some(origin)));
                        out.live.insert(origin);
                        last = Some(origin);
                    }
                    Some(networks) if !networks.is_empty() => {
                        own_networks_taken |= sorted(&networks) == sorted(&port.networks);
                        out.chains.push(self.chain(port, &networks, target(), Some(origin)));
                        out.live.insert(origin);
                    }
                    Some(_) => {}
                }
            }
        }
        if last.is_none() && !own_networks_taken {
            out.chains.push(self.default_chain(port));
        }
        out
    }

    /// The networks that the conditions of a rule are for, as far as they hold here; none where one holds that names
    /// no network.
    fn networks(
        &self,
        id: ResourceId,
        rule: &TcpRoute,
        port: u32,
        out: &mut L4Chains,
    ) -> Option<Vec<String>> {
        if rule.matches.is_empty() {
            return None;
        }
        let mut networks = Vec::new();
        for block in &rule.matches {
            let origin = Origin { resource: id, range: block.range };
            if let Some(reason) = self.excluded(block, port) {
                out.dropped.push(Dropped { origin, reason, winner: None });
                continue;
            }
            out.live.insert(origin);
            if block.destination_subnets.is_empty() {
                return None;
            }
            networks.extend(block.destination_subnets.iter().map(|subnet| subnet.value.clone()));
        }
        Some(networks)
    }

    /// Why a condition does not hold on this sidecar and port: all of it must (TLS-9).
    fn excluded(&self, block: &L4Match, listener: u32) -> Option<DropReason> {
        if let Some(port) = block.port.as_ref().map(|port| port.value).filter(|&port| port != 0)
            && port != listener
        {
            return Some(DropReason::OtherPort { port, listener });
        }
        if !block.gateways.is_empty() && block.gateways.iter().all(|gateway| gateway.value != MESH) {
            return Some(DropReason::OtherGateway);
        }
        let labels = &self.proxy.labels;
        if block.source_labels.iter().any(|(key, value)| labels.get(key) != Some(value)) {
            return Some(DropReason::OtherWorkload);
        }
        let namespace =
            block.source_namespace.as_ref().map(|it| it.value.as_str()).filter(|it| !it.is_empty());
        namespace.is_some_and(|it| it != self.proxy.namespace).then_some(DropReason::OtherNamespace)
    }

    fn stream(&self, id: ResourceId, route: &[L4Destination], port: u32) -> ChainTarget {
        let mesh = self.mesh();
        let find = |host: &str| {
            let service = self.scope.service(mesh, host)?;
            Some(FoundService { service, only_port: only_port(service) })
        };
        l4::stream(mesh, id, route, port, &find)
    }

    /// The chain of a service that no rule is for: to its only port, else to that of the listener.
    fn default_chain(&self, port: &L4Port<'_>) -> FilterChain {
        let (number, port_source) = match only_port(port.service) {
            Some(only) => (only, PortSource::OnlyPort),
            None => (port.number, PortSource::Listener),
        };
        let cluster = ClusterRef::outbound(&port.service.host, number, port_source, "");
        self.chain(port, &port.networks, ChainTarget::generated(cluster), None)
    }

    fn chain(
        &self,
        port: &L4Port<'_>,
        networks: &[String],
        target: ChainTarget,
        origin: Option<Origin>,
    ) -> FilterChain {
        // A network that begins at 0.0.0.0 is no condition.
        let networks =
            networks.iter().filter_map(|text| Network::parse(text)).filter(|it| !it.is_unspecified());
        FilterChain {
            networks: networks.collect(),
            origin,
            service: Some(port.service.host.clone()),
            ..FilterChain::new(target)
        }
    }
}

fn only_port(service: &Service) -> Option<u32> {
    match &service.ports[..] {
        [only] => Some(only.number),
        _ => None,
    }
}

fn texts(items: &[pilothouse_syntax::Spanned<String>]) -> Vec<&str> {
    items.iter().map(|item| item.value.as_str()).collect()
}

fn sorted(networks: &[String]) -> Vec<&str> {
    let mut networks: Vec<&str> = networks.iter().map(String::as_str).collect();
    networks.sort_unstable();
    networks
}

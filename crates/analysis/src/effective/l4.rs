//! TLS and TCP routes of gateways as filter chains (TLS-1 to TLS-5).

use std::collections::HashMap;

use super::{
    ChainTarget, ClusterRef, DropReason, Dropped, Effective, FilterChain, Origin, PortSource,
    WeightedCluster,
    gateway::{MergedGateways, MergedServer, passes_through, server_names},
    gateway_routes::find_service,
    http::{FoundService, cluster_ref},
};
use crate::{
    mesh::{Mesh, Protocol, Proxy, host, names},
    resource::{
        ResourceId,
        virtual_service::{L4Destination, L4Match},
    },
};

/// Server names that passthrough chains have taken, by port and address (TLS-4).
pub(super) type TakenNames = HashMap<(u32, String), HashMap<String, Origin>>;

/// The chains of a server.
#[derive(Default)]
pub(super) struct Chains {
    pub(super) chains: Vec<FilterChain>,
    pub(super) dropped: Vec<Dropped>,
}

/// The chains of a server that does not end in HTTP.
pub(super) fn gateway_chains(
    effective: &Effective,
    proxy: &Proxy,
    server: &MergedServer<'_>,
    merged: &MergedGateways<'_>,
    taken: &mut TakenNames,
) -> Chains {
    let tls_class = server.protocol.is_tls() && server.server.tls.is_some();
    let auto = server.server.tls.as_ref().and_then(|tls| tls.mode.as_ref());
    if tls_class && auto.is_some_and(|mode| mode.value == "AUTO_PASSTHROUGH") {
        return auto_passthrough(effective, proxy, server);
    }
    let cx = Context { effective, proxy, server, merged };
    if tls_class && passes_through(server) { cx.passthrough(taken) } else { cx.tcp() }
}

struct Context<'a> {
    effective: &'a Effective,
    proxy: &'a Proxy,
    server: &'a MergedServer<'a>,
    merged: &'a MergedGateways<'a>,
}

impl Context<'_> {
    fn mesh(&self) -> &Mesh {
        &self.effective.mesh
    }

    /// The gateways that "this gateway" stands for; in 1.1 all of the workload (BIND-11).
    fn gateways(&self) -> Vec<&str> {
        if self.mesh().profile.virtual_services_bound_per_gateway {
            return vec![&self.server.gateway];
        }
        host::unique(self.merged.servers.iter().map(|server| server.gateway.as_str()))
    }

    /// The VirtualServices that a host of the server goes with, in the order of BIND-5 (BIND-8).
    fn candidates(&self) -> Vec<ResourceId> {
        let mesh = self.mesh();
        let bare = |host: &'_ str| host.split_once('/').map_or(0, |(prefix, _)| prefix.len() + 1);
        let names = || self.server.hosts.iter().map(|host| &host[bare(host)..]);
        let mut found: Vec<ResourceId> = Vec::new();
        for gateway in self.gateways() {
            found.extend(mesh.host_index(gateway).matching(names()));
        }
        if !mesh.profile.virtual_services_bound_per_gateway {
            found = mesh.virtual_services.iter().copied().filter(|id| found.contains(id)).collect();
        }
        found.retain(|&id| {
            let theirs = host::for_namespace(&self.server.hosts, &mesh.resource(id).key.namespace);
            theirs.iter().any(|theirs| mesh.hosts(id).iter().any(|ours| host::matches(ours, theirs)))
        });
        mesh.in_buckets(found, &self.proxy.namespace)
    }

    /// Why a condition is left out on a gateway: only its port and gateways count (TLS-2).
    fn excluded(&self, virtual_service: ResourceId, block: &L4Match) -> Option<DropReason> {
        let listener = self.server.port.number.value;
        if let Some(port) = block.port.as_ref().map(|port| port.value).filter(|&port| port != 0)
            && port != listener
        {
            return Some(DropReason::OtherPort { port, listener });
        }
        let namespace = &self.mesh().resource(virtual_service).key.namespace;
        let ours = self.gateways();
        let here = block.gateways.is_empty()
            || block.gateways.iter().any(|gateway| {
                let full = names::gateway_reference(&gateway.value, namespace);
                ours.iter().any(|name| *name == full)
            });
        (!here).then_some(DropReason::OtherGateway)
    }

    /// One chain for each condition on a server name, as long as none of its names is taken (TLS-3, TLS-4).
    fn passthrough(&self, taken: &mut TakenNames) -> Chains {
        let mut out = Chains::default();
        let bind = self.server.server.bind.as_ref().map(|bind| bind.value.clone()).unwrap_or_default();
        let taken = taken.entry((self.server.listen_port, bind)).or_default();
        for id in self.candidates() {
            for rule in self.mesh().virtual_service(id).tls.iter().filter(|rule| !rule.route.is_empty()) {
                for block in &rule.matches {
                    let origin = Origin { resource: id, range: block.range };
                    if let Some(reason) = self.excluded(id, block) {
                        out.dropped.push(Dropped { origin, reason, winner: None });
                        continue;
                    }
                    let names: Vec<&str> = block.sni_hosts.iter().map(|name| name.value.as_str()).collect();
                    let clash = names.iter().find_map(|&name| Some((name, *taken.get(name)?)));
                    if let Some((name, winner)) = clash.filter(|_| self.mesh().profile.duplicate_sni_dropped)
                    {
                        let reason = DropReason::SniTaken { host: name.to_owned() };
                        out.dropped.push(Dropped { origin, reason, winner: Some(winner) });
                        continue;
                    }
                    for name in &names {
                        taken.entry((*name).to_owned()).or_insert(origin);
                    }
                    let any = names.contains(&"*");
                    out.chains.push(FilterChain {
                        server_names: if any {
                            Vec::new()
                        } else {
                            names.into_iter().map(str::to_owned).collect()
                        },
                        origin: Some(origin),
                        server: Some(self.server.reference),
                        ..FilterChain::new(self.clusters(id, &rule.route))
                    });
                }
            }
        }
        out
    }

    /// The first rule that passes serves the whole server (TLS-2).
    fn tcp(&self) -> Chains {
        let mut out = Chains::default();
        let terminates = self.server.server.tls.is_some();
        let mut winner: Option<Origin> = None;
        for id in self.candidates() {
            for rule in &self.mesh().virtual_service(id).tcp {
                let origin = Origin { resource: id, range: rule.range };
                if winner.is_some() {
                    out.dropped.push(Dropped { origin, reason: DropReason::TcpTaken, winner });
                    continue;
                }
                let excluded: Vec<_> = rule.matches.iter().map(|block| self.excluded(id, block)).collect();
                if !excluded.is_empty() && excluded.iter().all(Option::is_some) {
                    for (block, reason) in rule.matches.iter().zip(excluded) {
                        let origin = Origin { resource: id, range: block.range };
                        out.dropped.extend(reason.map(|reason| Dropped { origin, reason, winner: None }));
                    }
                    continue;
                }
                if rule.route.is_empty() && self.mesh().profile.empty_tcp_rules_skipped {
                    continue;
                }
                winner = Some(origin);
                out.chains.push(FilterChain {
                    server_names: if terminates { server_names(self.server) } else { Vec::new() },
                    terminates_tls: terminates,
                    origin: Some(origin),
                    server: Some(self.server.reference),
                    ..FilterChain::new(self.clusters(id, &rule.route))
                });
            }
        }
        out
    }

    fn clusters(&self, virtual_service: ResourceId, route: &[L4Destination]) -> ChainTarget {
        let mesh = self.mesh();
        let owner = &mesh.resource(virtual_service).key.namespace;
        let find = |host: &str| find_service(mesh, host, owner, &self.proxy.namespace);
        stream(mesh, virtual_service, route, self.server.port.number.value, &find)
    }
}

/// Destinations as clusters; a lone one gets everything, others without weight nothing (TLS-5).
pub(super) fn stream<'m>(
    mesh: &'m Mesh,
    virtual_service: ResourceId,
    route: &[L4Destination],
    port: u32,
    find: &dyn Fn(&str) -> Option<FoundService<'m>>,
) -> ChainTarget {
    let owner = &mesh.resource(virtual_service).key.namespace;
    let single = route.len() == 1;
    let clusters: Vec<WeightedCluster> = route
        .iter()
        .filter_map(|entry| {
            let weight = entry.weight.as_ref().map_or(0, |weight| weight.value.max(0) as u32);
            let destination = entry.destination.as_ref().filter(|_| single || weight > 0)?;
            let host = names::full_host(&destination.host.value, owner, &mesh.profile);
            let origin = Origin { resource: virtual_service, range: destination.range };
            let cluster = cluster_ref(&host, find(&host), destination, port, Some(origin));
            Some(WeightedCluster::plain(cluster, weight))
        })
        .collect();
    ChainTarget::Clusters { clusters, weighted: !single, origin: Some(virtual_service) }
}

/// One chain for each port and subset of every service that the server's hosts cover (GW-18).
fn auto_passthrough(effective: &Effective, proxy: &Proxy, server: &MergedServer<'_>) -> Chains {
    let mesh = &effective.mesh;
    let mut out = Chains::default();
    let hosts: Vec<&str> = server
        .hosts
        .iter()
        .map(|host| host.split_once('/').map_or(host.as_str(), |(_, name)| name))
        .collect();
    let origin = Some(Origin { resource: server.reference.gateway, range: server.server.range });
    for id in effective.services_for(proxy) {
        let service = mesh.service(id);
        if service.external || !hosts.iter().any(|host| host::subset_of(&service.host, host)) {
            continue;
        }
        let rule = effective.policies.rule_for(mesh, proxy, service);
        let subsets = rule.map(|rule| rule.subset_names(mesh)).unwrap_or_default();
        for port in service.ports.iter().filter(|port| port.protocol != Protocol::Udp) {
            for subset in std::iter::once("").chain(subsets.iter().copied()) {
                let name = format!("outbound_.{}_.{subset}_.{}", port.number, service.host);
                let cluster = ClusterRef {
                    name: name.clone(),
                    ..ClusterRef::outbound(&service.host, port.number, PortSource::Written, subset)
                };
                out.chains.push(FilterChain {
                    server_names: vec![name],
                    istio_only: true,
                    origin,
                    server: Some(server.reference),
                    ..FilterChain::new(ChainTarget::generated(cluster))
                });
            }
        }
    }
    out
}

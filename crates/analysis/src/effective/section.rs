//! Which sections of a VirtualService have an effect: that is decided by the server or the port, not by the
//! VirtualService (TLS-1, TLS-7).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    DropReason, Dropped, Origin, RouteConfig, Section,
    gateway::{MergedGateways, hands_on},
    sidecar_scope::Scope,
};
use crate::{
    mesh::{HostIndex, Mesh, Protocol, Proxy, Registry, ServiceId, host, names::CLUSTER_DOMAIN},
    resource::{ResourceId, gateway::Server},
};

impl Section {
    /// The section that counts on a server; none where all is generated (TLS-1).
    pub(crate) fn of_server(protocol: Protocol, server: &Server) -> Option<Section> {
        let tls = server.tls.is_some() && protocol.is_tls();
        let mode = server.tls.as_ref().and_then(|tls| tls.mode.as_ref());
        if protocol.is_http() || protocol == Protocol::Https && tls && !hands_on(server) {
            Some(Section::Http)
        } else if tls && mode.is_some_and(|mode| mode.value == "AUTO_PASSTHROUGH") {
            None
        } else if tls && hands_on(server) {
            Some(Section::Tls)
        } else {
            Some(Section::Tcp)
        }
    }

    /// Whether the section counts on a service's port (TLS-7).
    fn counts_on(self, protocol: Protocol) -> bool {
        match self {
            Section::Http => protocol.may_be_http(),
            Section::Tls => protocol.is_tls(),
            Section::Tcp => !protocol.is_http() && !protocol.is_tls() && protocol != Protocol::Udp,
        }
    }
}

/// The rules of a section, by their places.
fn rules(mesh: &Mesh, id: ResourceId, section: Section) -> Vec<Origin> {
    let spec = mesh.virtual_service(id);
    let ranges: Vec<_> = match section {
        Section::Http => spec.http.iter().map(|rule| rule.range).collect(),
        Section::Tls => spec.tls.iter().map(|rule| rule.range).collect(),
        Section::Tcp => spec.tcp.iter().map(|rule| rule.range).collect(),
    };
    ranges.into_iter().map(|range| Origin { resource: id, range }).collect()
}

/// Rules on a gateway whose section no server asks for that serves one of the VirtualService's hosts (TLS-1).
pub(super) fn without_server(mesh: &Mesh, proxy: &Proxy, merged: &MergedGateways<'_>) -> Vec<Dropped> {
    let per_gateway = mesh.profile.virtual_services_bound_per_gateway;
    // In 1.1 a VirtualService of one Gateway serves all of them.
    let group = |gateway: &'_ str| if per_gateway { gateway.to_owned() } else { String::new() };
    let mut hosts: BTreeMap<String, Vec<(&str, u32)>> = BTreeMap::new();
    for (server, place) in merged.servers.iter().zip(0_u32..) {
        let bare =
            server.hosts.iter().map(|host| host.split_once('/').map_or(host.as_str(), |(_, name)| name));
        hosts.entry(group(&server.gateway)).or_default().extend(bare.map(|host| (host, place)));
    }
    let gateways: BTreeSet<&str> = merged.servers.iter().map(|server| server.gateway.as_str()).collect();
    let mut bound: BTreeMap<String, BTreeSet<ResourceId>> = BTreeMap::new();
    for gateway in gateways {
        let seen = mesh.bound_to(gateway).iter().filter(|id| mesh.visibility(**id).to(&proxy.namespace));
        bound.entry(group(gateway)).or_default().extend(seen);
    }
    let mut asked: BTreeMap<ResourceId, BTreeSet<Option<Section>>> = BTreeMap::new();
    for (group, entries) in hosts {
        let index = HostIndex::new(entries.into_iter().map(|(host, place)| (host, place, place)));
        for &id in bound.get(&group).into_iter().flatten() {
            let namespace = &mesh.resource(id).key.namespace;
            for place in index.matching(mesh.hosts(id).iter().map(String::as_str)) {
                let server = &merged.servers[place as usize];
                let theirs = host::for_namespace(&server.hosts, namespace);
                if theirs.iter().any(|theirs| mesh.hosts(id).iter().any(|ours| host::matches(ours, theirs))) {
                    asked.entry(id).or_default().insert(Section::of_server(server.protocol, server.server));
                }
            }
        }
    }
    let mut out = Vec::new();
    for (id, asked) in asked {
        for section in [Section::Http, Section::Tls, Section::Tcp] {
            if !asked.contains(&Some(section)) {
                let reason = DropReason::NoServerFor { section };
                let rules = rules(mesh, id, section).into_iter();
                out.extend(rules.map(|origin| Dropped { origin, reason: reason.clone(), winner: None }));
            }
        }
    }
    out
}

/// Rules on a sidecar whose section no port of the hosts' services asks for (TLS-7), and hosts that are no service
/// where there is no table for these (SC-8).
pub(super) fn without_port(
    mesh: &Mesh,
    scope: &Scope,
    virtual_services: &[ResourceId],
    configs: &[RouteConfig],
) -> Vec<Dropped> {
    let mut out = Vec::new();
    let imported: HashSet<ServiceId> =
        scope.listeners.iter().flat_map(|listener| listener.services.iter().copied()).collect();
    let table = configs.iter().any(|config| config.name == "80" || config.port == 0);
    // Of a mesh whose services the input does not hold, nothing is claimed.
    let told = mesh.services.iter().any(|service| !service.assumed());
    let wildcards =
        virtual_services.iter().any(|&id| mesh.hosts(id).iter().any(|host| host::is_wildcard(host)));
    let all = if wildcards { scope.all_services() } else { Vec::new() };
    for &id in virtual_services {
        let found: Vec<Vec<ServiceId>> =
            mesh.hosts(id).iter().map(|host| scope.matching(mesh, host, &all)).collect();
        let counts = |section: Section, services: &[ServiceId]| {
            let ports = services.iter().flat_map(|&id| &mesh.service(id).ports);
            ports.into_iter().any(|port| section.counts_on(port.protocol))
        };
        if !mesh.virtual_service(id).http.is_empty() {
            for ((host, services), clause) in
                mesh.hosts(id).iter().zip(&found).zip(&mesh.virtual_service(id).hosts)
            {
                // A service that is there as a destination alone has no virtual host (SC-7).
                let services: Vec<ServiceId> =
                    services.iter().copied().filter(|id| imported.contains(id)).collect();
                let host = host.clone();
                let reason = match services.is_empty() {
                    true if told && !table => DropReason::NoTableFor { host },
                    false if !counts(Section::Http, &services) => {
                        DropReason::NoPortFor { section: Section::Http, host: Some(host) }
                    }
                    _ => continue,
                };
                let origin = Origin { resource: id, range: clause.range };
                out.push(Dropped { origin, reason, winner: None });
            }
        }
        let unsure = mesh.hosts(id).iter().zip(&found).any(|(host, services)| unsure(mesh, host, services));
        for section in [Section::Tls, Section::Tcp] {
            if !unsure && !found.iter().any(|services| counts(section, services)) {
                let reason = DropReason::NoPortFor { section, host: None };
                let rules = rules(mesh, id, section).into_iter();
                out.extend(rules.map(|origin| Dropped { origin, reason: reason.clone(), winner: None }));
            }
        }
    }
    out
}

/// Whether the input does not tell which ports a host has: its service is assumed, or it is one that could be
/// anywhere outside.
fn unsure(mesh: &Mesh, host: &str, services: &[ServiceId]) -> bool {
    let outside = !host.ends_with(CLUSTER_DOMAIN);
    let told = || mesh.services.iter().any(|it| it.registry == Registry::External && !it.assumed());
    let assumed = services.iter().any(|&id| mesh.service(id).assumed());
    assumed || services.is_empty() && outside && !told()
}

//! Gateways of one workload merged into listeners (GW).

use std::collections::HashMap;

use super::{
    ChainTarget, DropReason, Dropped, Effective, FilterChain, Listener, Origin, ProxyConfig, ServerRef,
    gateway_routes, l4, refusal, section,
};
use crate::{
    mesh::{Mesh, Protocol, Proxy, ServiceId, selects},
    resource::{
        ResourceId,
        gateway::{Port, Server},
    },
};

/// A server that was accepted, with what merging made of it.
#[derive(Clone, Debug)]
pub(super) struct MergedServer<'m> {
    pub(super) reference: ServerRef,
    pub(super) server: &'m Server,
    pub(super) port: &'m Port,
    pub(super) protocol: Protocol,
    /// The port that is listened on; `port.number` is what the Gateway names (GW-2).
    pub(super) listen_port: u32,
    /// Hosts with the Gateway's namespace put in (BIND-6).
    pub(super) hosts: Vec<String>,
    /// The route configuration; empty where there is none (GW-3).
    pub(super) route_name: String,
    /// The Gateway as `namespace/name`.
    pub(super) gateway: String,
}

/// What the Gateways of a workload come to.
#[derive(Debug, Default)]
pub(super) struct MergedGateways<'m> {
    pub(super) servers: Vec<MergedServer<'m>>,
    /// Listener keys in the order of their making: port, protocol and address, with the places of their servers.
    keys: Vec<(ListenerKey, Vec<usize>)>,
    pub(super) dropped: Vec<Dropped>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ListenerKey {
    port: u32,
    protocol: String,
    bind: String,
}

/// Everything that istiod builds for a gateway workload.
pub(super) fn build(effective: &Effective, proxy: &Proxy) -> ProxyConfig {
    let mesh = &effective.mesh;
    let merged = merge(mesh, proxy);
    let listeners = listeners(effective, proxy, &merged);
    let mut dropped = merged.dropped.clone();
    dropped.extend(listeners.1);
    let (route_configs, more) = gateway_routes::build(effective, proxy, &merged, &listeners.0);
    dropped.extend(super::without_live(more, &route_configs));
    dropped.extend(gateway_routes::unplaced(effective, proxy, &merged));
    dropped.extend(section::without_server(mesh, proxy, &merged));
    ProxyConfig { proxy: proxy.clone(), listeners: listeners.0, outbound: Vec::new(), route_configs, dropped }
}

/// The Gateways that a workload serves, oldest first (BIND-12).
pub(crate) fn selected(mesh: &Mesh, proxy: &Proxy) -> Vec<ResourceId> {
    let takes = |id: &ResourceId| selects(&mesh.gateway(*id).selector, &proxy.labels);
    mesh.gateways.iter().copied().filter(takes).collect()
}

fn merge<'m>(mesh: &'m Mesh, proxy: &Proxy) -> MergedGateways<'m> {
    let mut merger = Merger::new(mesh, proxy);
    for gateway in selected(mesh, proxy) {
        for (index, server) in mesh.gateway(gateway).servers.iter().enumerate() {
            merger.add(ServerRef { gateway, index }, server);
        }
    }
    merger.out
}

struct Merger<'m> {
    mesh: &'m Mesh,
    out: MergedGateways<'m>,
    /// Services of the workload whose ports are translated.
    services: Vec<ServiceId>,
    namespace: String,
    /// TLS hosts by port and host: the address, and who has it (GW-5).
    tls_hosts: HashMap<u32, HashMap<String, (String, Origin)>>,
    /// The plain server that holds a port: its protocol, address and origin (GW-6).
    holders: HashMap<u32, (Protocol, String, Origin)>,
    ports: HashMap<u32, Origin>,
    route_names: HashMap<String, Origin>,
}

impl<'m> Merger<'m> {
    fn new(mesh: &'m Mesh, proxy: &Proxy) -> Self {
        let behind = |id: &ServiceId| {
            let service = mesh.service(*id);
            service.namespace == proxy.namespace
                && !service.selector.is_empty()
                && service.translates_ports
                && selects(&service.selector, &proxy.labels)
        };
        let services = if mesh.profile.gateway_target_ports {
            (0..mesh.services.len() as u32).map(ServiceId).filter(behind).collect()
        } else {
            Vec::new()
        };
        Merger {
            mesh,
            out: MergedGateways::default(),
            services,
            namespace: proxy.namespace.clone(),
            tls_hosts: HashMap::new(),
            holders: HashMap::new(),
            ports: HashMap::new(),
            route_names: HashMap::new(),
        }
    }

    fn add(&mut self, reference: ServerRef, server: &'m Server) {
        let Some(port) = &server.port else { return };
        let key = &self.mesh.resource(reference.gateway).key;
        let bind = server.bind.as_ref().filter(|_| self.mesh.profile.gateway_bind);
        let bind = bind.map(|bind| bind.value.clone()).unwrap_or_default();
        let mut merged = MergedServer {
            reference,
            server,
            port,
            protocol: Protocol::parse(&port.protocol.value),
            listen_port: self.listen_port(port.number.value),
            hosts: own_hosts(server, &key.namespace),
            route_name: String::new(),
            gateway: format!("{}/{}", key.namespace, key.name),
        };
        merged.route_name = self.route_name(&merged, &bind);
        let origin = Origin { resource: reference.gateway, range: port.range };
        match self.reject(&merged, &bind, origin) {
            Some((reason, winner)) => {
                let origin = Origin { resource: reference.gateway, range: server.range };
                self.out.dropped.push(Dropped { origin, reason, winner });
            }
            None => self.accept(merged, bind, origin),
        }
    }

    /// The target port of the first Service of the workload that has the port (GW-2).
    fn listen_port(&self, number: u32) -> u32 {
        self.services
            .iter()
            .find_map(|&id| {
                let service = self.mesh.service(id);
                let port = service.port(number)?;
                Some(self.mesh.container_port(&self.namespace, &service.selector, &port.target, number))
            })
            .unwrap_or(number)
    }

    fn route_name(&self, merged: &MergedServer<'_>, bind: &str) -> String {
        let suffix = if bind.is_empty() { String::new() } else { format!(".{bind}") };
        if merged.protocol.is_http() {
            return format!("http.{}{suffix}", merged.listen_port);
        }
        if !terminates_https(merged) {
            return String::new();
        }
        let (number, name) = (merged.port.number.value, &merged.port.name.value);
        if !self.mesh.profile.https_routes_carry_gateway {
            return format!("https.{number}.{name}");
        }
        let key = &self.mesh.resource(merged.reference.gateway).key;
        format!("https.{number}.{name}.{}.{}{suffix}", key.name, key.namespace)
    }

    /// Why a server is dropped, and for whom (GW-5, GW-7, GW-8).
    fn reject(
        &mut self,
        merged: &MergedServer<'_>,
        bind: &str,
        origin: Origin,
    ) -> Option<(DropReason, Option<Origin>)> {
        let profile = &self.mesh.profile;
        let port = merged.listen_port;
        if merged.server.tls.is_some() && profile.duplicate_tls_hosts_dropped {
            let hosts = self.tls_hosts.entry(port).or_default();
            let taken = merged.hosts.iter().find_map(|host| {
                let (their_bind, winner) = hosts.get(host)?;
                (their_bind == bind).then(|| (host.clone(), *winner))
            });
            if let Some((host, winner)) = taken {
                return Some((DropReason::TlsHostTaken { host, port }, Some(winner)));
            }
            for host in &merged.hosts {
                hosts.insert(host.clone(), (bind.to_owned(), origin));
            }
        }
        self.ports.get(&port)?;
        if let Some((holder, their_bind, winner)) =
            self.holders.get(&port).filter(|it| profile.gateway_bind || it.1.is_empty())
        {
            if their_bind == bind {
                let fits = if profile.http_family_shares_port {
                    holder.is_http() && merged.protocol.is_http()
                } else {
                    *holder == merged.protocol && merged.protocol.is_http()
                };
                let reason = DropReason::ProtocolConflict { port, holder: *holder };
                return (!fits).then_some((reason, Some(*winner)));
            }
            return None;
        }
        // Only TLS servers so far.
        if merged.server.tls.is_none() || merged.protocol.is_http() {
            if !profile.plain_after_tls && merged.server.tls.is_none() {
                return Some((DropReason::PlainBehindTls { port }, self.ports.get(&port).copied()));
            }
            return None;
        }
        let winner = self.route_names.get(&merged.route_name).filter(|_| terminates_https(merged))?;
        let name = merged.port.name.value.clone();
        Some((DropReason::PortNameTaken { port, name }, Some(*winner)))
    }

    fn accept(&mut self, merged: MergedServer<'m>, bind: String, origin: Origin) {
        let port = merged.listen_port;
        self.ports.entry(port).or_insert(origin);
        let tls_server = merged.server.tls.is_some() && !merged.protocol.is_http();
        if !tls_server {
            // With another address the newest plain server is what later ones are held against.
            let same = self.holders.get(&port).is_some_and(|(_, their_bind, _)| *their_bind == bind);
            if !same {
                self.holders.insert(port, (merged.protocol, bind.clone(), origin));
            }
        }
        if !merged.route_name.is_empty() {
            self.route_names.entry(merged.route_name.clone()).or_insert(origin);
        }
        // HTTP servers of a port and address share a listener whatever the member of the family.
        let place = self.out.servers.len();
        let protocol = merged.port.protocol.value.clone();
        let http = merged.protocol.is_http();
        self.out.servers.push(merged);
        let servers = &self.out.servers;
        let existing = self.out.keys.iter_mut().find(|(key, members)| {
            let same_family = http && servers[members[0]].protocol.is_http();
            key.port == port && key.bind == bind && (key.protocol == protocol || same_family)
        });
        match existing {
            Some((_, members)) => members.push(place),
            None => self.out.keys.push((ListenerKey { port, protocol, bind }, vec![place])),
        }
    }
}

/// Hosts with `.` replaced by the Gateway's namespace, `*/` left out; `*/*` stands for all (BIND-6).
pub(crate) fn own_hosts(server: &Server, namespace: &str) -> Vec<String> {
    let mut out = Vec::with_capacity(server.hosts.len());
    for host in &server.hosts {
        match host.value.split_once('/') {
            Some((".", name)) => out.push(format!("{namespace}/{name}")),
            Some(("*", "*")) => return vec!["*".into()],
            Some(("*", name)) => out.push(name.to_owned()),
            _ => out.push(host.value.clone()),
        }
    }
    out
}

/// Whether TLS ends at a server and HTTP is spoken inside (GW-1).
pub(super) fn terminates_https(merged: &MergedServer<'_>) -> bool {
    merged.protocol == Protocol::Https && merged.server.tls.is_some() && !passes_through(merged)
}

/// Whether a server hands TLS on unopened; unset means so.
pub(super) fn passes_through(merged: &MergedServer<'_>) -> bool {
    hands_on(merged.server)
}

/// The same of a server as it is written.
pub(super) fn hands_on(server: &Server) -> bool {
    let mode = server.tls.as_ref().and_then(|tls| tls.mode.as_ref());
    server.tls.is_some()
        && mode.is_none_or(|mode| matches!(mode.value.as_str(), "PASSTHROUGH" | "AUTO_PASSTHROUGH" | ""))
}

/// The server names that a TLS server takes; none for all (GW-9).
pub(super) fn server_names(merged: &MergedServer<'_>) -> Vec<String> {
    let mut names: Vec<String> = merged
        .hosts
        .iter()
        .map(|host| host.split_once('/').map_or(host.as_str(), |(_, name)| name).to_owned())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.iter().any(|name| name == "*") { Vec::new() } else { names }
}

fn listeners(
    effective: &Effective,
    proxy: &Proxy,
    merged: &MergedGateways<'_>,
) -> (Vec<Listener>, Vec<Dropped>) {
    let mut out: Vec<Listener> = Vec::new();
    let mut dropped = Vec::new();
    let mut taken = l4::TakenNames::default();
    for (key, members) in &merged.keys {
        let servers: Vec<&MergedServer<'_>> = members.iter().map(|&place| &merged.servers[place]).collect();
        let mut chains = Vec::new();
        if servers[0].protocol.is_http() {
            chains.push(http_chain(servers[0]));
        } else {
            for server in servers {
                let before = chains.len();
                if terminates_https(server) {
                    chains.push(FilterChain {
                        server_names: server_names(server),
                        terminates_tls: true,
                        ..http_chain(server)
                    });
                } else {
                    let built = l4::gateway_chains(effective, proxy, server, merged, &mut taken);
                    chains.extend(built.chains);
                    dropped.extend(built.dropped);
                }
                if chains.len() == before {
                    let origin = Origin { resource: server.reference.gateway, range: server.server.range };
                    let reason = DropReason::NoRouteForServer { port: server.listen_port };
                    dropped.push(Dropped { origin, reason, winner: None });
                }
            }
        }
        let address = if key.bind.is_empty() { "0.0.0.0" } else { &key.bind };
        let name = format!("{address}_{}", key.port);
        match out.iter_mut().find(|listener| listener.name == name) {
            Some(listener) => listener.chains.extend(chains),
            None => out.push(Listener {
                name,
                port: key.port,
                bind: (!key.bind.is_empty()).then(|| key.bind.clone()),
                addresses: Vec::new(),
                chains,
                refused: None,
            }),
        }
    }
    out.retain(|listener| !listener.chains.is_empty());
    for listener in &mut out {
        listener.refused = refusal::of_chains(&listener.chains);
    }
    out.sort_by(|a, b| a.port.cmp(&b.port).then_with(|| a.name.cmp(&b.name)));
    (out, dropped)
}

fn http_chain(server: &MergedServer<'_>) -> FilterChain {
    FilterChain {
        origin: Some(Origin { resource: server.reference.gateway, range: server.server.range }),
        server: Some(server.reference),
        ..FilterChain::new(ChainTarget::Routes(server.route_name.clone()))
    }
}

//! Destinations that are not there: no service has the host, none that the proxy sees, or none with the port (SUB-3).

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    rc::Rc,
};

use super::{
    destinations::{self, Places, Target},
    sidecars::Sidecars,
};
use crate::{
    Analysis,
    effective::{Client, PortSource, ProxyConfig},
    mesh::{
        Mesh, Protocol, Proxy, ProxyKind, Resolution, Service, ServiceId, Visibility, names, refused_hosts,
    },
    resource::ResourceId,
};

/// Why a destination is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lost {
    /// No service has the host.
    Host,
    /// The proxy does not see those that have.
    Hidden,
    /// The service lacks the port that is written down.
    Port(u32),
    /// No port is written down, and the service lacks the one that is taken instead.
    TakenPort(u32),
}

/// A destination that is not there, as one resource names it.
#[derive(Clone, Debug)]
pub(super) struct LostDestination {
    /// The resource that names it.
    pub(super) id: ResourceId,
    /// The service's full host.
    pub(super) host: String,
    pub(super) lost: Lost,
    pub(super) places: Places,
    /// The proxies for which it is not there.
    pub(super) proxies: BTreeSet<Proxy>,
}

impl LostDestination {
    /// One of the proxies to show it on, if the input speaks of any.
    pub(super) fn shown_on(&self, analysis: &Analysis) -> Option<String> {
        let known = |proxy: &&Proxy| analysis.bindings.iter().any(|binding| binding.proxy == **proxy);
        self.proxies.iter().find(known).map(ToString::to_string)
    }
}

/// So many other sidecars are tried where those that come to mind first do not use a VirtualService.
const OTHERS: usize = 16;

type Key = (ResourceId, String, Lost);

/// Every destination that is not there, as far as the input proves it.
pub(super) fn lost_destinations(analysis: &Analysis) -> Vec<LostDestination> {
    let mut search =
        Search { analysis, refused: refused_hosts(&analysis.effective.mesh), found: BTreeMap::new() };
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        search.gateway(&binding.proxy, binding.namespace_assumed);
    }
    search.sidecars();
    search.unknown_gateways();
    search.found.into_values().collect()
}

struct Search<'a> {
    analysis: &'a Analysis,
    refused: HashSet<String>,
    found: BTreeMap<Key, LostDestination>,
}

impl<'a> Search<'a> {
    fn mesh(&self) -> &'a Mesh {
        &self.analysis.effective.mesh
    }

    fn gateway(&mut self, proxy: &Proxy, namespace_assumed: bool) {
        let effective = &self.analysis.effective;
        let config: Rc<ProxyConfig> = effective.proxy(proxy);
        let mut seen = HashSet::new();
        let mut targets: Vec<Target> = destinations::of_chains(&config).collect();
        for routes in &config.route_configs {
            for (at, host) in routes.virtual_hosts.iter().enumerate() {
                for (place, entry) in host.routes.iter().enumerate() {
                    if !seen.insert(Rc::as_ptr(&entry.route)) {
                        continue;
                    }
                    let all = destinations::of_route(&entry.route);
                    let fails = all.iter().any(|target| self.look_up(proxy, target).is_some());
                    if fails && destinations::lives(&effective.reach(proxy, routes, at).routes[place]) {
                        targets.extend(all);
                    } else if fails {
                        seen.remove(&Rc::as_ptr(&entry.route));
                    }
                }
            }
        }
        for target in targets {
            // What a workload sees whose namespace is not known is not known either.
            let lost =
                self.look_up(proxy, &target).filter(|lost| *lost != Lost::Hidden || !namespace_assumed);
            self.record(target, lost, proxy);
        }
    }

    /// VirtualServices for gateways that the input does not hold: of their ports and namespaces nothing is known.
    fn unknown_gateways(&mut self) {
        let effective = &self.analysis.effective;
        for &id in &self.mesh().virtual_services {
            if self.all_there(id) {
                continue;
            }
            for client in effective.unknown_gateway_clients(id) {
                for target in destinations::living(effective, id, &client) {
                    let lost = self.look_up(&client.proxy, &target);
                    let lost = lost.filter(|lost| matches!(lost, Lost::Host | Lost::Port(_)));
                    self.record(target, lost, &client.proxy);
                }
            }
        }
    }

    fn sidecars(&mut self) {
        let sidecars = Sidecars::new(self.analysis);
        let mut seen = HashSet::new();
        for &id in self.mesh().bound_to(names::MESH).iter().filter(|id| seen.insert(**id)) {
            if self.all_there(id) {
                continue;
            }
            let clients = self.clients(&sidecars, id);
            let mut unused = false;
            let mut told = false;
            for (proxy, ports) in &clients {
                match self.mesh_virtual_service(&sidecars, id, proxy, ports) {
                    Some(true) => told = true,
                    Some(false) => unused = true,
                    None => {}
                }
            }
            // What these do not import, or leave to another VirtualService, others may use.
            if unused && !told {
                let ports: BTreeSet<u32> = clients.values().flatten().copied().collect();
                let visibility = self.mesh().visibility(id);
                let others = sidecars.all().filter(|proxy| visibility.to(&proxy.namespace)).take(OTHERS);
                let others: Vec<&Proxy> = others.filter(|proxy| !clients.contains_key(*proxy)).collect();
                for proxy in others {
                    if self.mesh_virtual_service(&sidecars, id, proxy, &ports) == Some(true) {
                        break;
                    }
                }
            }
        }
    }

    /// Looks at a VirtualService for one sidecar. None where all is there; else whether the sidecar uses it.
    fn mesh_virtual_service(
        &mut self,
        sidecars: &Sidecars<'a>,
        id: ResourceId,
        proxy: &Proxy,
        ports: &BTreeSet<u32>,
    ) -> Option<bool> {
        let effective = &self.analysis.effective;
        let called = called_ports(self.mesh(), id);
        let mut targets = destinations::of_streams(self.mesh(), id, proxy);
        for &port in ports.union(&called) {
            targets.extend(destinations::living(effective, id, &Client::sidecar(proxy.clone(), port)));
        }
        let found: Vec<(Target, Lost)> = targets
            .into_iter()
            .filter_map(|target| {
                let lost = match self.look_up(proxy, &target)? {
                    Lost::TakenPort(_) => self.taken_port(proxy, &target, &called)?,
                    lost => lost,
                };
                Some((target, lost))
            })
            .collect();
        if found.is_empty() {
            return None;
        }
        let uses = sidecars.owns_a_host(id, proxy);
        for (target, lost) in found.into_iter().filter(|_| uses) {
            self.record(target, Some(lost), proxy);
        }
        Some(uses)
    }

    /// The sidecars that a VirtualService tells apart, with their ports, and those that may not see what it sees.
    fn clients(&self, sidecars: &Sidecars<'a>, id: ResourceId) -> BTreeMap<Proxy, BTreeSet<u32>> {
        let mesh = self.mesh();
        let mut out: BTreeMap<Proxy, BTreeSet<u32>> = BTreeMap::new();
        for client in self.analysis.effective.mesh_clients(id) {
            out.entry(client.proxy).or_default().insert(client.port);
        }
        let ports: BTreeSet<u32> = out.values().flatten().copied().collect();
        let private = |host: &String| {
            mesh.services_of(host).iter().any(|&id| mesh.service(id).visibility != Visibility::Public)
        };
        if self.named(id).any(|(host, _)| private(&host)) {
            let others = sidecars.all().filter(|proxy| mesh.visibility(id).to(&proxy.namespace));
            out.extend(others.map(|proxy| (proxy.clone(), ports.clone())));
        }
        out
    }

    /// The destinations that the rules of a VirtualService and of its delegates name: full host and port.
    fn named(&self, id: ResourceId) -> impl Iterator<Item = (String, Option<u32>)> + '_ {
        let mesh = self.mesh();
        let mut writers = BTreeSet::from([id]);
        writers.extend(self.analysis.effective.rules(id).iter().map(|rule| rule.origin.written_in));
        writers.into_iter().flat_map(move |writer| {
            let namespace = &mesh.resource(writer).key.namespace;
            mesh.virtual_service(writer).destinations().map(move |destination| {
                let host = names::full_host(&destination.host.value, namespace, &mesh.profile).into_owned();
                (host, destination.port.as_ref().map(|port| port.value).filter(|&port| port != 0))
            })
        })
    }

    /// Whether all that a VirtualService names is there, as it is written: most are, and need no routes built.
    fn all_there(&self, id: ResourceId) -> bool {
        let mesh = self.mesh();
        let called = called_ports(mesh, id);
        self.named(id).all(|(host, port)| {
            let services = mesh.services_of(&host);
            let there = |service: &Service| {
                service.visibility == Visibility::Public
                    && match port {
                        Some(port) => has_port(service, port),
                        None => called.iter().all(|&port| has_port(service, port)),
                    }
            };
            !services.is_empty() && services.iter().all(|&id| there(mesh.service(id)))
        })
    }

    /// Why a destination is not there for a proxy, if that is so and the input proves it.
    fn look_up(&self, proxy: &Proxy, target: &Target) -> Option<Lost> {
        let mesh = self.mesh();
        let known = mesh.services_of(&target.host);
        if known.is_empty() {
            let proven = mesh.tells_of(&target.host) && !self.refused.contains(target.host.as_str());
            return proven.then_some(Lost::Host);
        }
        let seen: Vec<&Service> = known
            .iter()
            .map(|&id| mesh.service(id))
            .filter(|service| service.visibility.to(&proxy.namespace))
            .collect();
        if seen.is_empty() {
            return Some(Lost::Hidden);
        }
        let there = seen.iter().any(|service| has_port(service, target.port));
        match target.port_source {
            _ if there => None,
            PortSource::Written => Some(Lost::Port(target.port)),
            // The port of connections is not looked at here.
            PortSource::Listener if target.port == 0 => None,
            PortSource::Listener => Some(Lost::TakenPort(target.port)),
            PortSource::OnlyPort => None,
        }
    }

    /// On sidecars the port that was called is taken; told is what fails on every port of the VirtualService's hosts.
    fn taken_port(&self, proxy: &Proxy, target: &Target, called: &BTreeSet<u32>) -> Option<Lost> {
        let fails = |port: u32| self.look_up(proxy, &Target { port, ..target.clone() }).is_some();
        let first = *called.first()?;
        called.iter().all(|&port| fails(port)).then_some(Lost::TakenPort(first))
    }

    fn record(&mut self, target: Target, lost: Option<Lost>, proxy: &Proxy) {
        let Some(lost) = lost else { return };
        let Target { host, origin, used, rule, .. } = target;
        let id = origin.resource;
        let new = || LostDestination {
            id,
            host: host.clone(),
            lost,
            places: Places::new(),
            proxies: BTreeSet::new(),
        };
        let entry = self.found.entry((id, host.clone(), lost)).or_insert_with(new);
        entry.places.insert(origin, (used, rule));
        entry.proxies.insert(proxy.clone());
    }
}

/// Whether a service has a port, as far as is known: of one that is assumed any.
fn has_port(service: &Service, port: u32) -> bool {
    service.assumed()
        || service.resolution == Resolution::Alias
        || service.port(port).is_some_and(|port| port.protocol != Protocol::Udp)
}

/// The HTTP ports of the services that a VirtualService is for; none where the input does not hold all of them.
fn called_ports(mesh: &Mesh, id: ResourceId) -> BTreeSet<u32> {
    let services = |host: &String| -> Vec<ServiceId> { mesh.services_of(host).to_vec() };
    let all: Vec<Vec<ServiceId>> = mesh.hosts(id).iter().map(services).collect();
    let told = all.iter().all(|it| !it.is_empty() && it.iter().all(|&id| !mesh.service(id).assumed()));
    let ports = all.iter().flatten().flat_map(|&id| &mesh.service(id).ports);
    let ports = ports.filter(|port| port.protocol.may_be_http()).map(|port| port.number);
    if told { ports.collect() } else { BTreeSet::new() }
}

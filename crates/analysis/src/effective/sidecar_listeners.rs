//! What a sidecar listens on for what goes out of its workload: HTTP ports on every address, other ports on the
//! service's own, and what happens where two want the same (SC-16).

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry as Slot};

use super::{
    ChainTarget, DropReason, Dropped, Effective, FilterChain, Listener, Origin, RouteConfig,
    address::Place,
    gateway_routes::domain_name,
    refusal,
    sidecar_l4::{L4Port, L4Rules},
    sidecar_scope::{EgressListener, Scope},
    sidecar_unknown,
};
use crate::mesh::{Network, Protocol, Proxy, Resolution, Service, ServiceId};

/// The listeners by port, the one for everything else last, and what has no part in them.
pub(super) fn build(
    effective: &Effective,
    proxy: &Proxy,
    scope: &Scope,
    routes: &[RouteConfig],
) -> (Vec<Listener>, Vec<Dropped>) {
    let mut builder = Builder {
        effective,
        routes: routes.iter().map(|config| config.name.as_str()).collect(),
        entries: Vec::new(),
        places: HashMap::new(),
        rules_dropped: Vec::new(),
        hidden: Vec::new(),
        live: HashSet::new(),
    };
    for egress in &scope.listeners {
        let rules = L4Rules::new(effective, proxy, scope, &egress.virtual_services);
        if egress.port.is_none() {
            builder.entries.iter_mut().for_each(|entry| entry.locked = true);
        }
        for &id in &egress.services {
            builder.add_service(&rules, egress, id);
        }
    }
    builder.finish(scope)
}

/// A listener while it is put together.
struct Entry {
    bind: Option<String>,
    addresses: Vec<String>,
    port: u32,
    /// What it speaks; of several services the common denominator.
    protocol: Protocol,
    chains: Vec<FilterChain>,
    /// What the chains take connections by, each with the place of the first.
    conditions: HashMap<Condition, usize>,
    /// Whether the Sidecar opened it on purpose, so that no further service is added.
    locked: bool,
}

/// An address, or every address, and a port.
type Key = (Option<String>, u32);

struct Builder<'a> {
    effective: &'a Effective,
    /// The route configurations that there are.
    routes: HashSet<&'a str>,
    entries: Vec<Entry>,
    places: HashMap<Key, usize>,
    /// Rules and conditions that a port did not take; another may.
    rules_dropped: Vec<Dropped>,
    /// Services that another one hides.
    hidden: Vec<Dropped>,
    live: HashSet<Origin>,
}

impl Builder<'_> {
    /// Opens the ports of a service, or the one port that the egress listener is for.
    fn add_service(&mut self, rules: &L4Rules<'_>, egress: &EgressListener, id: ServiceId) {
        let service = self.effective.mesh.service(id);
        if service.resolution == Resolution::Alias {
            return;
        }
        match egress.port {
            Some((number, protocol)) => self.add(rules, egress, service, number, protocol),
            None => {
                for port in &service.ports {
                    self.add(rules, egress, service, port.number, port.protocol);
                }
            }
        }
    }

    fn add(
        &mut self,
        rules: &L4Rules<'_>,
        egress: &EgressListener,
        service: &Service,
        number: u32,
        protocol: Protocol,
    ) {
        if protocol == Protocol::Udp {
            return;
        }
        let (mut addresses, mut networks, mut by_name) = (Vec::new(), Vec::new(), true);
        if !protocol.is_http() {
            match Place::of(service) {
                Place::Addresses(own) => {
                    by_name = false;
                    addresses = own;
                }
                Place::Networks(own) => networks = own,
                Place::Anywhere => by_name = egress.bind.is_none(),
            }
        }
        if egress.bind.is_some() {
            addresses.clear();
            networks.clear();
        }
        let key = (egress.bind.clone().or_else(|| addresses.first().cloned()), number);
        let place = self.places.get(&key).copied();
        if let Some(at) = place.filter(|&at| self.entries[at].locked) {
            let chains = &self.entries[at].chains;
            let own = chains.iter().any(|chain| chain.service.as_ref() == Some(&service.host));
            if !protocol.is_http() && !own {
                let winner = chains.iter().find_map(|chain| self.winner(chain));
                let reason = DropReason::ListenerLocked { host: service.host.clone(), port: number };
                self.hide(service, reason, winner);
            }
            return;
        }
        let mut chains: Vec<FilterChain> = Vec::new();
        if protocol.may_be_http() {
            chains.extend(self.http_chain(egress, service, number, !addresses.is_empty()));
        }
        if !protocol.is_http() {
            let port = L4Port { service, number, protocol, networks, by_name };
            let built = rules.chains(&port);
            chains.extend(built.chains);
            self.rules_dropped.extend(built.dropped);
            self.live.extend(built.live);
        }
        match place {
            Some(at) => self.merge(at, chains, service, protocol),
            None => {
                self.places.insert(key, self.entries.len());
                let bind = egress.bind.clone();
                let conditions =
                    chains.iter().enumerate().rev().map(|(at, chain)| (condition(chain), at)).collect();
                self.entries.push(Entry {
                    bind,
                    addresses,
                    port: number,
                    protocol,
                    chains,
                    conditions,
                    locked: false,
                });
            }
        }
    }

    /// The chain for plain HTTP, as far as there are routes for it.
    fn http_chain(
        &self,
        egress: &EgressListener,
        service: &Service,
        number: u32,
        own_address: bool,
    ) -> Option<FilterChain> {
        let own = own_address.then(|| domain_name(&service.host, number));
        let socket = egress.bind.clone().filter(|_| number == 0);
        let names = [own, socket, Some(number.to_string())];
        let name = names.into_iter().flatten().find(|name| self.routes.contains(name.as_str()))?;
        Some(FilterChain {
            plain_http_only: self.effective.mesh.profile.protocol_sniffing,
            ..FilterChain::new(ChainTarget::Routes(name))
        })
    }

    /// Adds the chains of a further service; HTTP and other bytes are told apart, of equal chains the first stays.
    fn merge(&mut self, at: usize, chains: Vec<FilterChain>, service: &Service, protocol: Protocol) {
        let known = self.entries[at].protocol;
        let port = self.entries[at].port;
        if protocol.is_http() && known.may_be_http() {
            return;
        }
        // Servers that speak first do not go with detection.
        let speaks_first = |protocol| matches!(protocol, Protocol::MySql | Protocol::Mongo);
        let alone = (speaks_first(known) || speaks_first(protocol)) && known != protocol;
        let detects = self.effective.mesh.profile.protocol_sniffing;
        if alone || !detects && known.is_http() != protocol.is_http() {
            let reason = DropReason::ListenerTaken { host: service.host.clone(), port };
            let winner = self.entries[at].chains.iter().find_map(|chain| self.winner(chain));
            self.hide(service, reason, winner);
            return;
        }
        for chain in chains {
            let entry = &mut self.entries[at];
            match entry.conditions.entry(condition(&chain)) {
                Slot::Vacant(slot) => {
                    slot.insert(entry.chains.len());
                    entry.chains.push(chain);
                }
                Slot::Occupied(_) if chain.plain_http_only => {}
                Slot::Occupied(slot) => {
                    let same = *slot.get();
                    let winner = self.winner(&self.entries[at].chains[same]);
                    let reason = DropReason::ListenerTaken { host: service.host.clone(), port };
                    match chain.origin {
                        Some(origin) => self.hidden.push(Dropped { origin, reason, winner }),
                        None => self.hide(service, reason, winner),
                    }
                }
            }
        }
        if known.may_be_http() || protocol.may_be_http() {
            self.entries[at].protocol = Protocol::Detected;
        }
    }

    /// The rule or service behind a chain.
    fn winner(&self, chain: &FilterChain) -> Option<Origin> {
        let mesh = &self.effective.mesh;
        let service = || {
            let id = *mesh.services_of(chain.service.as_ref()?).first()?;
            let resource = mesh.service(id).resource?;
            Some(Origin { resource, range: mesh.resource(resource).name_range })
        };
        chain.origin.or_else(service)
    }

    /// Tells that a service is hidden; one that is only assumed is no matter.
    fn hide(&mut self, service: &Service, reason: DropReason, winner: Option<Origin>) {
        if let Some(resource) = service.resource {
            let range = self.effective.mesh.resource(resource).name_range;
            self.hidden.push(Dropped { origin: Origin { resource, range }, reason, winner });
        }
    }

    fn finish(mut self, scope: &Scope) -> (Vec<Listener>, Vec<Dropped>) {
        let mesh = &self.effective.mesh;
        let rest = sidecar_unknown::chain(mesh, scope);
        let mut listeners: Vec<Listener> = self
            .entries
            .into_iter()
            .filter(|entry| !entry.chains.is_empty())
            .map(|mut entry| {
                if !entry.chains.iter().any(FilterChain::takes_everything) {
                    entry.chains.push(rest.clone());
                }
                let address =
                    entry.bind.as_ref().or(entry.addresses.first()).map_or("0.0.0.0", String::as_str);
                Listener {
                    name: format!("{address}_{}", entry.port),
                    port: entry.port,
                    refused: refusal::of_chains(&entry.chains),
                    bind: entry.bind,
                    addresses: entry.addresses,
                    chains: entry.chains,
                }
            })
            .collect();
        listeners.sort_by(|a, b| a.port.cmp(&b.port).then_with(|| a.name.cmp(&b.name)));
        listeners.push(sidecar_unknown::listener(mesh, scope));
        // What one port leaves out may have its place on another.
        let mut told = HashSet::new();
        self.rules_dropped.retain(|it| !self.live.contains(&it.origin) && told.insert(it.origin));
        self.hidden.extend(self.rules_dropped);
        (listeners, self.hidden)
    }
}

/// What a chain takes connections by: of two equal ones the later has to go.
type Condition = (bool, BTreeSet<String>, BTreeSet<Network>);

fn condition(chain: &FilterChain) -> Condition {
    let names = chain.server_names.iter().cloned().collect();
    (chain.plain_http_only, names, chain.networks.iter().copied().collect())
}

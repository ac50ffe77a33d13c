//! Which VirtualService has which hosts of a sidecar's port, and the services that no VirtualService has (SC-9,
//! SC-10).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use super::{
    super::{
        Action, ClusterRef, DropReason, Forward, Origin, PortSource, Route,
        http::{self, FoundService, HttpContext},
        retry,
        sidecar_scope::EgressListener,
    },
    Builder, RoutePlace, forward, generated,
};
use crate::{
    mesh::{HostIndex, Mesh, Resolution, Service, ServiceId, ServicePort, host, names::MESH},
    resource::ResourceId,
};

/// Hosts on a port that have the same routes.
pub(super) struct PortClaim {
    pub(super) port: u32,
    pub(super) hosts: Vec<ClaimedHost>,
    pub(super) routes: Vec<Rc<Route>>,
}

/// A host that gets a virtual host, unless it has one.
pub(super) struct ClaimedHost {
    pub(super) name: String,
    /// The service of that name.
    pub(super) service: Option<ServiceId>,
    /// The host clause of the VirtualService; none for services that none has.
    pub(super) clause: Option<Origin>,
}

/// What one VirtualService has on a port.
struct Claim {
    routes: Vec<Rc<Route>>,
    /// Hosts that are no service here.
    bare: Vec<(String, Origin)>,
    /// Services by port.
    services: BTreeMap<u32, Vec<(ServiceId, Origin)>>,
}

/// The services of one port, or of all.
struct PortServices {
    port: u32,
    list: Vec<ServiceId>,
    by_host: Rc<HashMap<String, ServiceId>>,
    /// The service that alone is meant.
    only: Option<ServiceId>,
}

impl PortServices {
    fn ports<'m>(&self, mesh: &'m Mesh, id: ServiceId) -> impl Iterator<Item = &'m ServicePort> {
        let wanted = self.port;
        mesh.service(id).ports.iter().filter(move |port| wanted == 0 || port.number == wanted)
    }
}

impl Builder<'_> {
    /// What stands in a route configuration: hosts of VirtualServices, and the services that none of them has.
    pub(super) fn claims(&mut self, egress: &EgressListener, place: &RoutePlace) -> Vec<PortClaim> {
        let mesh = self.mesh();
        let services = self.services(egress, place);
        let mut claims: Vec<PortClaim> = Vec::new();
        let mut owned: HashSet<&str> = HashSet::new();
        for id in self.concerned(egress, place) {
            let claim = self.claim(egress, id, &services, place.port);
            if claim.routes.is_empty() {
                continue;
            }
            for (&port, members) in &claim.services {
                owned.extend(members.iter().map(|(id, _)| mesh.service(*id).host.as_str()));
                let bare = claim.bare.iter().map(|(host, clause)| ClaimedHost {
                    name: host.clone(),
                    service: None,
                    clause: Some(*clause),
                });
                let known = members.iter().map(|&(id, clause)| ClaimedHost {
                    name: mesh.service(id).host.clone(),
                    service: Some(id),
                    clause: Some(clause),
                });
                let hosts = bare.chain(known).collect();
                claims.push(PortClaim { port, hosts, routes: claim.routes.clone() });
            }
        }
        for &id in &services.list {
            let service = mesh.service(id);
            if owned.contains(service.host.as_str()) {
                continue;
            }
            for port in services.ports(mesh, id).filter(|port| port.protocol.may_be_http()) {
                let host = ClaimedHost { name: service.host.clone(), service: Some(id), clause: None };
                let routes = vec![Rc::new(self.default_route(service, port.number))];
                claims.push(PortClaim { port: port.number, hosts: vec![host], routes });
            }
        }
        claims
    }

    /// The services of a port; all of them where any port is meant.
    fn services(&mut self, egress: &EgressListener, place: &RoutePlace) -> PortServices {
        let mesh = self.mesh();
        let port = place.port;
        let known = self.ports.entry((place.listener, port)).or_insert_with(|| {
            let here =
                egress.services.iter().filter(|&&id| port == 0 || mesh.service(id).port(port).is_some());
            Rc::new(here.map(|&id| (mesh.service(id).host.clone(), id)).collect())
        });
        let by_host: Rc<HashMap<String, ServiceId>> = known.clone();
        let list = match place.only {
            Some(only) => vec![only],
            None => {
                let wanted = |id: &ServiceId| {
                    let service = mesh.service(*id);
                    service.resolution != Resolution::Alias && (port == 0 || service.port(port).is_some())
                };
                egress.services.iter().copied().filter(wanted).collect()
            }
        };
        PortServices { port, list, by_host, only: place.only }
    }

    /// The VirtualServices that may have a say in a route configuration: where it is for one service, those with a
    /// host that goes with it.
    fn concerned(&mut self, egress: &EgressListener, place: &RoutePlace) -> Vec<ResourceId> {
        let mesh = self.mesh();
        let Some(only) = place.only else { return egress.virtual_services.clone() };
        let index = self.indices.entry(place.listener).or_insert_with(|| {
            let hosts = egress.virtual_services.iter().zip(0..);
            HostIndex::new(
                hosts.flat_map(|(&id, at)| mesh.hosts(id).iter().map(move |host| (host.as_str(), at, id))),
            )
        });
        index.matching([mesh.service(only).host.as_str()])
    }

    /// What a VirtualService claims: services and bare hosts (SC-9).
    fn claim(
        &mut self,
        egress: &EgressListener,
        id: ResourceId,
        services: &PortServices,
        port: u32,
    ) -> Claim {
        let mesh = self.mesh();
        let mut claim = Claim { routes: Vec::new(), bare: Vec::new(), services: BTreeMap::new() };
        claim.routes = self.routes(id, services, port);
        if claim.routes.is_empty() {
            return claim;
        }
        let written = &mesh.virtual_service(id).hosts;
        let mut found: Vec<(ServiceId, Origin)> = Vec::new();
        for (host, clause) in mesh.hosts(id).iter().zip(written) {
            let origin = Origin { resource: id, range: clause.range };
            if !host::is_wildcard(host) {
                match services
                    .by_host
                    .get(host)
                    .filter(|id| mesh.service(**id).resolution != Resolution::Alias)
                {
                    Some(service) if services.only.is_some_and(|only| only != *service) => {}
                    Some(&service) => found.push((service, origin)),
                    None => claim.bare.push((host.clone(), origin)),
                }
                continue;
            }
            let mut any = false;
            for &service in &services.list {
                let name = &mesh.service(service).host;
                if !host::matches(name, host) {
                    continue;
                }
                any = true;
                let owner = egress.owners.most_specific(name).copied().flatten();
                match owner.filter(|owner| *owner != id && mesh.profile.most_specific_virtual_service) {
                    None => found.push((service, origin)),
                    Some(owner) => {
                        let reason = DropReason::MoreSpecific { host: name.clone() };
                        let winner = Origin { resource: owner, range: mesh.resource(owner).name_range };
                        self.lost.entry(origin).or_insert((reason, Some(winner)));
                    }
                }
            }
            if !any {
                claim.bare.push((host.clone(), origin));
            }
        }
        for (service, origin) in found {
            for port in services.ports(mesh, service).filter(|port| port.protocol.may_be_http()) {
                claim.services.entry(port.number).or_default().push((service, origin));
            }
        }
        if claim.services.is_empty() && port == 80 {
            claim.services.insert(80, Vec::new());
        }
        claim
    }

    fn routes(&mut self, id: ResourceId, services: &PortServices, port: u32) -> Vec<Rc<Route>> {
        let mesh = self.mesh();
        let scope = self.scope;
        let find = |host: &str, _: ResourceId| {
            let service = mesh.service(*services.by_host.get(host)?);
            let only_port = match (&service.ports[..], port) {
                ([only], 0) => Some(only.number),
                _ => None,
            };
            Some(FoundService { service, only_port })
        };
        let policies = |host: &str| scope.service(mesh, host);
        let cx = HttpContext {
            effective: self.effective,
            proxy: self.proxy,
            port,
            gateways: &[MESH.to_owned()],
            tls: false,
            services: &find,
            policies: &policies,
        };
        let built = http::build(&cx, id);
        self.dropped.extend(built.dropped);
        built.routes
    }

    /// The route of a service that no VirtualService claims (SC-10).
    fn default_route(&self, service: &Service, port: u32) -> Route {
        let mesh = self.mesh();
        let rule = self.effective.policies.rule_for(mesh, self.proxy, service);
        let rule = rule.filter(|_| mesh.profile.default_routes_hash);
        let hash_policy = rule.and_then(|rule| rule.default_hash_policy(mesh, port)).into_iter().collect();
        let cluster = ClusterRef::outbound(&service.host, port, PortSource::Written, "");
        let retry = Some(retry::default_policy(&mesh.profile));
        let name = if mesh.profile.case_sensitive_stated { "default" } else { "" };
        generated(name, Action::Forward(Box::new(Forward { retry, hash_policy, ..forward(cluster) })))
    }
}

//! Route configurations of sidecars: one for each HTTP port, in which a VirtualService owns the hosts it claims
//! first (SC-8 to SC-13).

mod claims;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use self::claims::{ClaimedHost, PortClaim};
use super::{
    Action, ClusterRef, DropReason, Dropped, Effective, Forward, HeaderMutations, Origin, ProxyConfig, Route,
    RouteConfig, RouteEntry, RouteMatch, VirtualHost, WeightedCluster,
    gateway_routes::domain_name,
    refusal, section,
    sidecar_domains::{self as domains, Domains, Taken},
    sidecar_listeners,
    sidecar_scope::{EgressListener, Scope},
    sidecar_unknown,
};
use crate::{
    mesh::{HostIndex, Mesh, Protocol, Proxy, Registry, Resolution, ServiceId, host, names::MESH},
    resource::{Duration, ResourceId},
};

/// Everything that istiod builds for a sidecar.
pub(super) fn build(effective: &Effective, proxy: &Proxy) -> ProxyConfig {
    let scope = effective.scope(proxy);
    let mut builder = Builder::new(effective, proxy, &scope);
    let mut route_configs: Vec<RouteConfig> = builder
        .route_names()
        .into_iter()
        .filter_map(|(name, place)| builder.config(&name, &scope.listeners[place.listener], &place))
        .collect();
    route_configs.sort_by(|a, b| a.name.cmp(&b.name));
    let mut dropped = builder.finish(&route_configs);
    let (outbound, more) = sidecar_listeners::build(effective, proxy, &scope, &route_configs);
    dropped.extend(more);
    ProxyConfig { proxy: proxy.clone(), listeners: Vec::new(), outbound, route_configs, dropped }
}

/// One route configuration, as if a VirtualService were the oldest of those without a date.
pub(super) fn with_first(
    effective: &Effective,
    proxy: &Proxy,
    name: &str,
    first: ResourceId,
) -> Option<RouteConfig> {
    let scope = effective.scope(proxy);
    let mut builder = Builder::new(effective, proxy, &scope);
    let place = builder.route_names().remove(name)?;
    let egress = scope.listeners[place.listener].with_first(&effective.mesh, &proxy.namespace, first);
    builder.config(name, &egress, &place)
}

/// Where a route configuration comes from.
struct RoutePlace {
    /// The egress listener.
    listener: usize,
    /// The port of requests; 0 for all ports.
    port: u32,
    /// The service that the configuration is for alone, where its protocol is detected (SC-8).
    only: Option<ServiceId>,
}

struct Builder<'a> {
    effective: &'a Effective,
    proxy: &'a Proxy,
    scope: &'a Scope,
    dropped: Vec<Dropped>,
    /// Hosts that a VirtualService did not get: by its host clause, which one has it and for which name.
    lost: HashMap<Origin, (DropReason, Option<Origin>)>,
    /// Services by host, for each egress listener and port.
    ports: HashMap<(usize, u32), Rc<HashMap<String, ServiceId>>>,
    /// VirtualServices by host, for each egress listener.
    indices: HashMap<usize, HostIndex<ResourceId>>,
}

/// A virtual host while it is put together.
struct Draft {
    host: VirtualHost,
    port: u32,
}

impl<'a> Builder<'a> {
    fn new(effective: &'a Effective, proxy: &'a Proxy, scope: &'a Scope) -> Self {
        let (ports, indices) = (HashMap::new(), HashMap::new());
        Builder { effective, proxy, scope, dropped: Vec::new(), lost: HashMap::new(), ports, indices }
    }

    fn mesh(&self) -> &'a Mesh {
        &self.effective.mesh
    }

    /// The names of all route configurations and where each comes from (SC-8).
    fn route_names(&self) -> BTreeMap<String, RoutePlace> {
        let mesh = self.mesh();
        let mut out: BTreeMap<String, RoutePlace> = BTreeMap::new();
        let mut locked: BTreeSet<u32> = BTreeSet::new();
        for (listener, egress) in self.scope.listeners.iter().enumerate() {
            if let Some((number, protocol)) = egress.port {
                locked.insert(number);
                if !protocol.may_be_http() || egress.services.is_empty() {
                    continue;
                }
                let any_port = number == 0 || protocol == Protocol::HttpProxy || !mesh.profile.imports_cover;
                let name = match (&egress.bind, number) {
                    (Some(bind), 0) => bind.clone(),
                    _ => number.to_string(),
                };
                out.entry(name).or_insert(RoutePlace {
                    listener,
                    port: if any_port { 0 } else { number },
                    only: None,
                });
                continue;
            }
            for &id in &egress.services {
                let service = mesh.service(id);
                if service.resolution == Resolution::Alias {
                    continue;
                }
                for port in service.ports.iter().filter(|port| !locked.contains(&port.number)) {
                    let number = port.number;
                    let place = |only| RoutePlace { listener, port: number, only };
                    if port.protocol.is_http() {
                        out.entry(number.to_string()).or_insert(place(None));
                    } else if port.protocol == Protocol::Detected {
                        let address = service.addresses.iter().any(|address| !address.contains('/'));
                        let headless = service.registry == Registry::Kubernetes
                            && service.resolution == Resolution::Passthrough;
                        if address {
                            out.entry(domain_name(&service.host, number)).or_insert(place(Some(id)));
                        } else if !headless {
                            out.entry(number.to_string()).or_insert(place(None));
                        }
                    }
                }
            }
        }
        out
    }

    fn config(&mut self, name: &str, egress: &EgressListener, place: &RoutePlace) -> Option<RouteConfig> {
        let mesh = self.mesh();
        let profile = &mesh.profile;
        let claims = self.claims(egress, place);
        let mut drafts = self.virtual_hosts(claims, place.port);
        if place.port == 0 {
            // A Host header without port means port 80 here.
            for draft in drafts.iter_mut().filter(|draft| draft.port != 80) {
                draft.host.domains.retain(|domain| domain.contains(':'));
            }
            drafts.retain(|draft| !draft.host.domains.is_empty());
        } else {
            drafts.retain(|draft| draft.port == place.port);
        }
        let mut virtual_hosts: Vec<VirtualHost> = drafts.into_iter().map(|draft| draft.host).collect();
        if let Some(only) = place.only {
            let host = &mesh.service(only).host;
            let wanted = domain_name(host, place.port);
            virtual_hosts.retain(|host| host.name == wanted);
            for host in &mut virtual_hosts {
                host.domains = vec!["*".into()];
            }
        } else if profile.sidecar_catch_all {
            virtual_hosts.push(self.unknown_hosts());
        }
        virtual_hosts.sort_by(|a, b| a.name.cmp(&b.name));
        let refused = refusal::refusal(self.effective, &virtual_hosts);
        Some(RouteConfig {
            name: name.to_owned(),
            port: place.port,
            virtual_hosts,
            ignores_port: profile.host_ports_ignored && place.port != 0,
            refused,
            servers: Vec::new(),
        })
    }

    /// Virtual hosts in order of their claims: of equal names and domains the first stays (SC-9, SC-12).
    fn virtual_hosts(&mut self, claims: Vec<PortClaim>, port: u32) -> Vec<Draft> {
        let mesh = self.mesh();
        let unique = mesh.profile.sidecar_domains_unique;
        let mut taken = Taken::default();
        for claim in &claims {
            for host in claim.hosts.iter().filter(|host| host.service.is_some()) {
                taken.reserve(&host.name, claim.port);
            }
        }
        let mut by_name: HashMap<String, Option<Origin>> = HashMap::new();
        let mut out: Vec<Draft> = Vec::new();
        for PortClaim { port: own_port, hosts, routes } in claims {
            for ClaimedHost { name: host, service, clause } in hosts {
                let name = domain_name(&host, own_port);
                if let Some(first) = by_name.get(&name).filter(|_| unique) {
                    self.host_claimed(&host, clause, *first);
                    continue;
                }
                by_name.entry(name.clone()).or_insert(clause);
                let service = service.map(|id| mesh.service(id));
                let domains = match service {
                    None if port == 0 => {
                        let mut domains = domains::of_host(&host, own_port, &mesh.profile);
                        domains.add_port(&host, own_port);
                        domains
                    }
                    None => domains::of_host(&host, own_port, &mesh.profile),
                    Some(service) => domains::of_service(
                        service,
                        &self.proxy.namespace,
                        own_port,
                        port == 0,
                        &mesh.profile,
                    ),
                };
                let holder = domains.names.first().and_then(|name| taken.holder(name));
                let domains = if unique { taken.take(domains, clause) } else { all(domains) };
                if domains.is_empty() {
                    self.host_claimed(&host, clause, holder);
                    continue;
                }
                let routes = routes.iter().map(|route| RouteEntry {
                    route: route.clone(),
                    via: None,
                    moved_from: None,
                });
                let host = VirtualHost {
                    name,
                    domains,
                    require_tls: None,
                    routes: routes.collect(),
                    origins: clause.into_iter().collect(),
                    service: service.map(|service| service.host.clone()),
                };
                out.push(Draft { host, port: own_port });
            }
        }
        out
    }

    /// A host of a VirtualService that another one has, or whose name stands for another one's service (SC-9, SC-12).
    fn host_claimed(&mut self, host: &str, clause: Option<Origin>, winner: Option<Origin>) {
        if let Some(origin) = clause {
            let reason = DropReason::HostClaimed { host: host.to_owned() };
            self.lost.entry(origin).or_insert((reason, winner));
        }
    }

    /// The virtual host of all other hosts (SC-13).
    fn unknown_hosts(&self) -> VirtualHost {
        let mesh = self.mesh();
        let (name, action) = match sidecar_unknown::cluster(mesh, self.scope) {
            None => ("block_all", Action::Respond { status: 502, body: None, bytes: None }),
            Some(cluster) => ("allow_any", Action::Forward(Box::new(forward(cluster)))),
        };
        let entry = RouteEntry { route: Rc::new(generated(name, action)), via: None, moved_from: None };
        VirtualHost {
            name: name.into(),
            domains: vec!["*".into()],
            require_tls: None,
            routes: vec![entry],
            origins: Vec::new(),
            service: None,
        }
    }

    /// What has no part anywhere: VirtualServices that are not seen or imported, hosts that another one has, and
    /// conditions that hold on no port.
    fn finish(self, configs: &[RouteConfig]) -> Vec<Dropped> {
        let mesh = self.mesh();
        let mut out = Vec::new();
        let imported: HashSet<ResourceId> = self
            .scope
            .listeners
            .iter()
            .flat_map(|listener| listener.virtual_services.iter().copied())
            .collect();
        for &id in mesh.bound_to(MESH) {
            let origin = Origin { resource: id, range: mesh.resource(id).name_range };
            let reason = if !mesh.visibility(id).to(&self.proxy.namespace) {
                DropReason::NotVisible { namespace: self.proxy.namespace.clone() }
            } else if !imported.contains(&id) {
                DropReason::NotImported
            } else {
                continue;
            };
            let winner = self.scope.sidecar.filter(|_| reason == DropReason::NotImported);
            let winner = winner.map(|id| Origin { resource: id, range: mesh.resource(id).name_range });
            out.push(Dropped { origin, reason, winner });
        }
        let shown: HashSet<Origin> = configs
            .iter()
            .flat_map(|config| &config.virtual_hosts)
            .flat_map(|host| host.origins.iter().copied())
            .collect();
        let mut lost: Vec<_> = self.lost.into_iter().filter(|(origin, _)| !shown.contains(origin)).collect();
        lost.sort_by_key(|(origin, _)| *origin);
        out.extend(lost.into_iter().map(|(origin, (reason, winner))| Dropped { origin, reason, winner }));
        out.extend(super::without_live(self.dropped, configs));
        let imported: Vec<ResourceId> =
            mesh.bound_to(MESH).iter().copied().filter(|id| imported.contains(id)).collect();
        out.extend(section::without_port(mesh, self.scope, &host::unique(imported), configs));
        out
    }
}

fn all(domains: Domains) -> Vec<String> {
    host::unique(domains.names)
}

fn generated(name: &str, action: Action) -> Route {
    Route {
        name: name.to_owned(),
        matcher: RouteMatch::any(),
        action,
        request_headers: HeaderMutations::default(),
        response_headers: HeaderMutations::default(),
        cors: None,
        fault: None,
        origin: None,
    }
}

fn forward(cluster: ClusterRef) -> Forward {
    Forward {
        clusters: vec![WeightedCluster::plain(cluster, 0)],
        weighted: false,
        timeout: Duration::ZERO,
        prefix_rewrite: None,
        regex_rewrite: None,
        host_rewrite: None,
        retry: None,
        mirrors: Vec::new(),
        hash_policy: Vec::new(),
    }
}

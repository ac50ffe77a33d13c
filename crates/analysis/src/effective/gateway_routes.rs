//! Route configurations of gateways: the VirtualServices of each server, merged by host (RDS).

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use super::{
    Action, ChainTarget, DropReason, Dropped, Effective, HeaderMutations, Listener, Origin, Route,
    RouteConfig, RouteEntry, RouteMatch, ServerRef, VirtualHost,
    gateway::{MergedGateways, MergedServer},
    http::{self, FoundService, HttpContext, HttpRoutes},
    matching::is_catch_all,
    refusal,
};
use crate::{
    mesh::{Mesh, Proxy, host},
    resource::ResourceId,
};

/// The route configurations that listeners name.
pub(super) fn build(
    effective: &Effective,
    proxy: &Proxy,
    merged: &MergedGateways<'_>,
    listeners: &[Listener],
) -> (Vec<RouteConfig>, Vec<Dropped>) {
    let mut servers: BTreeMap<&str, Vec<&MergedServer<'_>>> = BTreeMap::new();
    for server in merged.servers.iter().filter(|server| !server.route_name.is_empty()) {
        servers.entry(&server.route_name).or_default().push(server);
    }
    let named: Vec<&str> = listeners
        .iter()
        .flat_map(|listener| &listener.chains)
        .filter_map(|chain| match &chain.target {
            ChainTarget::Routes(name) => Some(name.as_str()),
            ChainTarget::Clusters { .. } => None,
        })
        .collect();
    let mut builder = Builder { effective, proxy, merged, cache: HashMap::new(), dropped: Vec::new() };
    let configs = servers
        .into_iter()
        .filter(|(name, _)| named.contains(name))
        .map(|(name, servers)| builder.config(name, &servers))
        .collect();
    (configs, builder.dropped)
}

struct Builder<'a> {
    effective: &'a Effective,
    proxy: &'a Proxy,
    merged: &'a MergedGateways<'a>,
    /// Routes by Gateway and VirtualService, built once for each route configuration (RDS-2).
    cache: HashMap<(String, ResourceId), Rc<Vec<Rc<Route>>>>,
    dropped: Vec<Dropped>,
}

/// A virtual host while it is put together.
struct Draft {
    host: VirtualHost,
    /// What its routes are, for telling equal lists apart (RDS-14).
    parts: Vec<*const Vec<Rc<Route>>>,
}

impl Builder<'_> {
    fn config(&mut self, name: &str, servers: &[&MergedServer<'_>]) -> RouteConfig {
        self.cache.clear();
        let profile = &self.effective.mesh.profile;
        let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
        if profile.virtual_services_bound_per_gateway {
            for server in servers {
                self.server(server, &mut drafts);
                redirect_only_hosts(server, &mut drafts);
            }
        } else {
            self.all_servers(servers, &mut drafts);
        }
        let port = servers[0].port.number.value;
        let virtual_hosts = if drafts.is_empty() {
            vec![blackhole(port, profile.empty_blackhole)]
        } else {
            self.finish(drafts)
        };
        RouteConfig {
            name: name.to_owned(),
            port,
            refused: refusal::refusal(self.effective, &virtual_hosts),
            virtual_hosts,
            ignores_port: profile.host_ports_ignored,
            servers: servers.iter().map(|server| server.reference).collect(),
        }
    }

    fn server(&mut self, server: &MergedServer<'_>, drafts: &mut BTreeMap<String, Draft>) {
        for virtual_service in self.candidates(server) {
            let hosts = self.common_hosts(server, virtual_service);
            if hosts.is_empty() {
                continue;
            }
            let routes = self.routes(server, virtual_service);
            if routes.is_empty() {
                continue;
            }
            for (host, origin) in hosts {
                self.add(drafts, host, origin, server, &routes, https_redirect(server));
            }
        }
    }

    /// 1.1.0: every VirtualService of the workload once, over the hosts of all servers of the route configuration;
    /// a host that any of them redirects is redirected (BIND-11, RDS-4, RDS-10).
    fn all_servers(&mut self, servers: &[&MergedServer<'_>], drafts: &mut BTreeMap<String, Draft>) {
        for virtual_service in self.candidates(servers[0]) {
            let mut hosts: Vec<(String, Origin, &MergedServer<'_>)> = Vec::new();
            for server in servers {
                for (host, origin) in self.common_hosts(server, virtual_service) {
                    if hosts.iter().all(|(known, ..)| *known != host) {
                        hosts.push((host, origin, server));
                    }
                }
            }
            if hosts.is_empty() {
                continue;
            }
            let routes = self.routes(servers[0], virtual_service);
            if routes.is_empty() {
                continue;
            }
            for (host, origin, server) in hosts {
                let matched = server.hosts.iter().find(|theirs| host::matches(&host, theirs));
                let same =
                    servers.iter().filter(|server| matched.is_some_and(|it| server.hosts.contains(it)));
                let redirect = same.filter_map(|server| https_redirect(server)).next();
                self.add(drafts, host, origin, server, &routes, redirect);
            }
        }
    }

    /// Appends the routes of a VirtualService to a host's (RDS-3, RDS-4).
    fn add(
        &self,
        drafts: &mut BTreeMap<String, Draft>,
        host: String,
        origin: Origin,
        server: &MergedServer<'_>,
        routes: &Rc<Vec<Rc<Route>>>,
        redirect: Option<Origin>,
    ) {
        let mesh = &self.effective.mesh;
        let port = server.port.number.value;
        let key = if mesh.profile.virtual_hosts_fold_case { host.to_lowercase() } else { host };
        let draft = drafts.entry(key.clone()).or_insert_with(|| Draft {
            host: VirtualHost {
                name: domain_name(&key, port),
                domains: domains(mesh, &key, port),
                require_tls: None,
                routes: Vec::new(),
                origins: Vec::new(),
                service: None,
            },
            parts: Vec::new(),
        });
        draft.host.require_tls = draft.host.require_tls.or(redirect);
        draft.host.origins.push(origin);
        draft.parts.push(Rc::as_ptr(routes));
        let via = Some(server.reference);
        draft.host.routes.extend(routes.iter().map(|route| RouteEntry {
            route: route.clone(),
            via,
            moved_from: None,
        }));
    }

    /// The VirtualServices that may have a host on a server, in the order of BIND-5.
    fn candidates(&self, server: &MergedServer<'_>) -> Vec<ResourceId> {
        let mesh = &self.effective.mesh;
        let names =
            server.hosts.iter().map(|host| host.split_once('/').map_or(host.as_str(), |(_, name)| name));
        if mesh.profile.virtual_services_bound_per_gateway {
            let fitting = mesh.host_index(&server.gateway).matching(names);
            return mesh.in_buckets(fitting, &self.proxy.namespace);
        }
        // 1.1.0 offers every server what is bound to any Gateway of the workload (BIND-11).
        let gateways = host::unique(self.merged.servers.iter().map(|server| server.gateway.as_str()));
        let bound = |id: &ResourceId| gateways.iter().any(|gateway| mesh.bound_to(gateway).contains(id));
        mesh.in_buckets(mesh.virtual_services.iter().copied().filter(bound), &self.proxy.namespace)
    }

    /// The hosts that a server and a VirtualService have in common, with where the latter says so (BIND-7).
    fn common_hosts(&self, server: &MergedServer<'_>, virtual_service: ResourceId) -> Vec<(String, Origin)> {
        let mesh = &self.effective.mesh;
        let resource = mesh.resource(virtual_service);
        let ours: Vec<&str> = mesh.hosts(virtual_service).iter().map(String::as_str).collect();
        let theirs = host::for_namespace(&server.hosts, &resource.key.namespace);
        let common = if mesh.profile.hosts_are_intersected {
            host::intersection(&theirs, &ours)
        } else {
            ours.iter()
                .copied()
                .filter(|ours| theirs.iter().any(|theirs| host::matches(ours, theirs)))
                .collect()
        };
        let written = &mesh.virtual_service(virtual_service).hosts;
        let origin = |common: &str| {
            let place = ours.iter().position(|ours| *ours == common || host::subset_of(common, ours));
            let range = place.and_then(|place| written.get(place)).map_or(resource.name_range, |it| it.range);
            Origin { resource: virtual_service, range }
        };
        common.into_iter().map(|host| (host.to_owned(), origin(host))).collect()
    }

    /// The routes of a VirtualService for a server, built for the first server of its Gateway that asks.
    fn routes(&mut self, server: &MergedServer<'_>, virtual_service: ResourceId) -> Rc<Vec<Rc<Route>>> {
        let key = (server.gateway.clone(), virtual_service);
        if let Some(routes) = self.cache.get(&key) {
            return routes.clone();
        }
        let mesh = &self.effective.mesh;
        let gateways: Vec<String> = if mesh.profile.virtual_services_bound_per_gateway {
            vec![server.gateway.clone()]
        } else {
            host::unique(self.merged.servers.iter().map(|server| server.gateway.clone()))
        };
        let namespace = &self.proxy.namespace;
        let policies = |host: &str| mesh.visible_service(host, namespace).map(|id| mesh.service(id));
        let services = |host: &str, id: ResourceId| {
            find_service(mesh, host, &mesh.resource(id).key.namespace, namespace)
        };
        let cx = HttpContext {
            effective: self.effective,
            proxy: self.proxy,
            port: server.port.number.value,
            gateways: &gateways,
            tls: server.server.tls.is_some(),
            services: &services,
            policies: &policies,
        };
        let HttpRoutes { routes, dropped } = http::build(&cx, virtual_service);
        for drop in dropped {
            if !self.dropped.contains(&drop) {
                self.dropped.push(drop);
            }
        }
        let routes = Rc::new(routes);
        // A VirtualService without routes here is asked again for the next server, which may have another port.
        if !routes.is_empty() {
            self.cache.insert(key, routes.clone());
        }
        routes
    }

    /// Equal virtual hosts become one, catch-alls go to the end (RDS-5, RDS-14).
    fn finish(&self, drafts: BTreeMap<String, Draft>) -> Vec<VirtualHost> {
        let profile = &self.effective.mesh.profile;
        let mut names: Vec<String> = drafts.keys().cloned().collect();
        names.sort_by(|a, b| host::by_specificity(a, b));
        let mut drafts = drafts;
        let mut out: Vec<Draft> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        for name in names {
            let Some(draft) = drafts.remove(&name) else { continue };
            let key = (draft.parts.clone(), draft.host.require_tls.is_some());
            match known.get(&key).filter(|_| profile.host_ports_ignored) {
                Some(&at) => {
                    out[at].host.domains.extend(draft.host.domains);
                    out[at].host.origins.extend(draft.host.origins);
                }
                None => {
                    known.insert(key, out.len());
                    out.push(draft);
                }
            }
        }
        let mut hosts: Vec<VirtualHost> = out
            .into_iter()
            .map(|draft| {
                let mut host = draft.host;
                // Before 1.22 a lone VirtualService is left as it is, which comes to the same.
                host.routes =
                    catch_alls_last(host.routes, |entry| is_catch_all(&entry.route.matcher, profile));
                host
            })
            .collect();
        hosts.sort_by(|a, b| a.name.cmp(&b.name));
        hosts
    }
}

/// Stable: what is no catch-all first (RDS-5).
fn catch_alls_last(entries: Vec<RouteEntry>, is_catch_all: impl Fn(&RouteEntry) -> bool) -> Vec<RouteEntry> {
    let last_plain = entries.iter().rposition(|entry| !is_catch_all(entry));
    let (mut first, mut last) = (Vec::with_capacity(entries.len()), Vec::new());
    for (at, mut entry) in entries.into_iter().enumerate() {
        if is_catch_all(&entry) {
            entry.moved_from = last_plain.is_some_and(|plain| at < plain).then_some(at);
            last.push(entry);
        } else {
            first.push(entry);
        }
    }
    first.extend(last);
    first
}

/// A server that redirects makes an empty virtual host for every host that has none (RDS-10).
fn redirect_only_hosts(server: &MergedServer<'_>, drafts: &mut BTreeMap<String, Draft>) {
    let Some(redirect) = https_redirect(server) else { return };
    for host in &server.hosts {
        // The host with its namespace, by a quirk of istiod.
        let host = host.to_lowercase();
        let draft = drafts.entry(host.clone()).or_insert_with(|| Draft {
            host: VirtualHost {
                name: domain_name(&host, server.port.number.value),
                domains: vec![host.clone()],
                require_tls: None,
                routes: Vec::new(),
                origins: Vec::new(),
                service: None,
            },
            parts: Vec::new(),
        });
        draft.host.require_tls = draft.host.require_tls.or(Some(redirect));
    }
}

fn https_redirect(server: &MergedServer<'_>) -> Option<Origin> {
    let redirect = server.server.tls.as_ref()?.https_redirect.as_ref()?;
    redirect.value.then_some(Origin { resource: server.reference.gateway, range: redirect.range })
}

/// The service that a gateway means by a destination's host: one of the VirtualService's namespace first (SUB-2).
pub(super) fn find_service<'m>(
    mesh: &'m Mesh,
    host: &str,
    owner: &str,
    client: &str,
) -> Option<FoundService<'m>> {
    let visible = |id: &crate::mesh::ServiceId| mesh.service(*id).visibility.to(client);
    let id = mesh.service_in(host, owner).filter(visible).or_else(|| mesh.visible_service(host, client))?;
    let service = mesh.service(id);
    let only_port = match &service.ports[..] {
        [only] => Some(only.number),
        _ => None,
    };
    Some(FoundService { service, only_port })
}

/// `host:port`, with an IPv6 address in brackets.
pub(super) fn domain_name(host: &str, port: u32) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn domains(mesh: &Mesh, host: &str, port: u32) -> Vec<String> {
    let mut domains = vec![host.to_owned()];
    if !mesh.profile.host_ports_ignored {
        domains.push(domain_name(host, port));
    }
    domains
}

/// The virtual host of a port that nothing is bound to (RDS-11).
fn blackhole(port: u32, empty: bool) -> VirtualHost {
    let answer = Route {
        name: String::new(),
        matcher: RouteMatch::any(),
        action: Action::Respond { status: 404, body: None, bytes: None },
        request_headers: HeaderMutations::default(),
        response_headers: HeaderMutations::default(),
        cors: None,
        fault: None,
        origin: None,
    };
    let entry = RouteEntry { route: Rc::new(answer), via: None, moved_from: None };
    VirtualHost {
        name: format!("blackhole:{port}"),
        domains: vec!["*".into()],
        require_tls: None,
        routes: if empty { Vec::new() } else { vec![entry] },
        origins: Vec::new(),
        service: None,
    }
}

/// Why a VirtualService that is bound to a Gateway has no host on any of its servers.
pub(super) fn unplaced(effective: &Effective, proxy: &Proxy, merged: &MergedGateways<'_>) -> Vec<Dropped> {
    let mesh = &effective.mesh;
    let mut by_gateway: BTreeMap<&str, Vec<ServerRef>> = BTreeMap::new();
    for server in &merged.servers {
        by_gateway.entry(&server.gateway).or_default().push(server.reference);
    }
    let mut out = Vec::new();
    for (gateway, _) in by_gateway {
        for &id in mesh.bound_to(gateway) {
            let origin = Origin { resource: id, range: mesh.resource(id).name_range };
            if !mesh.visibility(id).to(&proxy.namespace) {
                let reason = DropReason::NotVisible { namespace: proxy.namespace.clone() };
                out.push(Dropped { origin, reason, winner: None });
                continue;
            }
            let namespace = &mesh.resource(id).key.namespace;
            let fits = merged.servers.iter().filter(|server| server.gateway == gateway).any(|server| {
                let theirs = host::for_namespace(&server.hosts, namespace);
                theirs.iter().any(|theirs| mesh.hosts(id).iter().any(|ours| host::matches(ours, theirs)))
            });
            if !fits {
                out.push(Dropped { origin, reason: DropReason::NoCommonHost, winner: None });
            }
        }
    }
    out
}

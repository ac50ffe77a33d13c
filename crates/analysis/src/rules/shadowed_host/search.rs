//! Requests that reach the virtual host of a more specific name, find no route there, and would find one in that of
//! the wildcard around it.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    slice,
};

use crate::{
    Analysis, Request,
    effective::{
        Action, Client, Effective, Origin, ProxyConfig, Route, RouteConfig, VirtualHost,
        cluster::ClusterState,
    },
    mesh::{
        Mesh, Proxy,
        host::{HostMap, is_wildcard, matches},
        names::MESH,
    },
    resource::ResourceId,
    rules::{
        sidecars::{Sidecars, hosts_lost},
        site::Site,
    },
    space::{Answer, Hosts, RequestFacts, Space, Witness},
    trace,
};

/// So many routes of a wildcard are tried, the last first: they tend to ask for least.
const TRIES: usize = 16;

/// A request that nobody answers, though the VirtualService of a wildcard would.
#[derive(Clone, Debug)]
pub(super) struct Loss {
    pub(super) proxy: Proxy,
    /// The more specific host, and the clauses that name it.
    pub(super) domain: String,
    pub(super) narrow: Vec<Origin>,
    /// The wildcard, and the clause that names it.
    pub(super) wide_domain: String,
    pub(super) wide: Option<Origin>,
    /// The route that would take the request.
    pub(super) taker: Rc<Route>,
    pub(super) request: Request,
}

/// All of them on gateways.
pub(super) fn on_gateways(analysis: &Analysis) -> Vec<Loss> {
    let mut out = Vec::new();
    let mut last: Option<(*const RouteConfig, HostMap<usize>)> = None;
    for site in Site::all(analysis) {
        let (config, routes) = (&site.config, site.routes());
        if answers_everything(&analysis.effective, site.host()) {
            continue;
        }
        if last.as_ref().is_none_or(|(known, _)| !std::ptr::eq(*known, routes)) {
            last = Some((routes, wildcards(routes)));
        }
        let Some((_, wildcards)) = &last else { continue };
        for domain in &site.host().domains {
            let Some(wide) = wildcards.wider(&domain.to_lowercase()).map(|&at| &routes.virtual_hosts[at])
            else {
                continue;
            };
            if wide.require_tls.is_some() && !routes.is_https() {
                continue;
            }
            let reach = site.reach(analysis);
            let send = |witness: &Witness| Request {
                host: witness.authority.clone(),
                ..reach.request(witness, config, routes, site.place())
            };
            let wide_routes: Vec<Rc<Route>> = wide.routes.iter().map(|entry| entry.route.clone()).collect();
            let spot = Spot { analysis, config, routes, host: site.place(), domain };
            out.extend(spot.loss(&wide_routes, send).map(|(taker, request)| Loss {
                wide_domain: wide.domains.first().cloned().unwrap_or_default(),
                wide: clause_of(wide, &taker),
                ..spot.told(taker, request)
            }));
        }
    }
    out
}

/// All of them on sidecars, each pair of VirtualServices once.
pub(super) fn on_sidecars(analysis: &Analysis) -> Vec<Loss> {
    let mesh = &analysis.effective.mesh;
    if !mesh.profile.most_specific_virtual_service || !may_lose(&analysis.effective) {
        return Vec::new();
    }
    let sidecars = Sidecars::new(analysis);
    let mut settled = HashSet::new();
    let mut out = Vec::new();
    for config in sidecars.all().map_while(|proxy| sidecars.config(proxy)) {
        let claims = wildcard_claims(mesh, &config);
        // Tables of one service alone, whose protocol is detected, have the domain `*`.
        let tables = config.route_configs.iter().filter(|it| it.refused.is_none() && !it.name.contains(':'));
        for routes in tables.filter(|routes| routes.port != 0) {
            let bare = wildcards(routes);
            for (at, host) in routes.virtual_hosts.iter().enumerate() {
                let (Some(&clause), Some(domain)) = (host.origins.first(), host.domains.first()) else {
                    continue;
                };
                if answers_everything(&analysis.effective, host) {
                    continue;
                }
                let wide = match &host.service {
                    Some(_) => claims.wider(claimed(mesh, clause).unwrap_or(domain)).copied().flatten(),
                    None => bare
                        .wider(&domain.to_lowercase())
                        .and_then(|&at| routes.virtual_hosts[at].origins.first().copied()),
                };
                let Some(wide) = wide.filter(|wide| wide.resource != clause.resource) else { continue };
                if !settled.insert((clause, wide)) {
                    continue;
                }
                let client = Client::sidecar(config.proxy.clone(), routes.port);
                let (wide_routes, _) = analysis.effective.routes_alone(wide.resource, &client);
                let spot = Spot { analysis, config: &config, routes, host: at, domain };
                let found = spot.loss(&wide_routes, |witness| witness.request("http", routes.port));
                match found {
                    Some((taker, request)) => out.push(Loss {
                        wide_domain: claimed(mesh, wide).unwrap_or_default().to_owned(),
                        wide: Some(wide),
                        ..spot.told(taker, request)
                    }),
                    // On another port, or for another client, there may be one.
                    None => {
                        settled.remove(&(clause, wide));
                    }
                }
            }
        }
    }
    out
}

/// Whether a VirtualService on the mesh has a host inside the wildcard of another and does not end with a rule for the
/// rest: most do, and no sidecar needs to be built.
fn may_lose(effective: &Effective) -> bool {
    let mesh = &effective.mesh;
    let mut wildcards: HostMap<()> = HostMap::default();
    for &id in mesh.bound_to(MESH) {
        mesh.hosts(id).iter().filter(|host| is_wildcard(host)).for_each(|host| *wildcards.entry(host) = ());
    }
    mesh.bound_to(MESH).iter().any(|&id| {
        mesh.hosts(id).iter().any(|host| wildcards.wider(host).is_some())
            && !effective.rules(id).iter().any(|rule| rule.http.matches.is_empty())
    })
}

/// Whether a virtual host leaves nothing without an answer, by the look of it.
fn answers_everything(effective: &Effective, host: &VirtualHost) -> bool {
    let made_up = |route: &Route| route.origin.is_none();
    host.routes.iter().any(|entry| effective.takes_everything(&entry.route) || made_up(&entry.route))
}

/// The virtual hosts with routes of VirtualServices by their wildcard domains.
fn wildcards(routes: &RouteConfig) -> HostMap<usize> {
    let mut out = HostMap::default();
    for (at, host) in routes.virtual_hosts.iter().enumerate() {
        if host.routes.iter().any(|entry| entry.route.origin.is_some()) {
            for domain in host.domains.iter().filter(|domain| is_wildcard(domain)) {
                *out.entry(&domain.to_lowercase()) = at;
            }
        }
    }
    out
}

/// The wildcard hosts of the VirtualServices that a sidecar imports, each with the first clause that names it (SC-9).
fn wildcard_claims(mesh: &Mesh, config: &ProxyConfig) -> HostMap<Option<Origin>> {
    let lost: HashMap<ResourceId, usize> = hosts_lost(config);
    let mut out: HostMap<Option<Origin>> = HostMap::default();
    let all = mesh.virtual_services_for(&config.proxy.namespace, MESH);
    for id in all.into_iter().filter(|id| lost.get(id) != Some(&usize::MAX)) {
        let clauses = mesh.hosts(id).iter().zip(&mesh.virtual_service(id).hosts);
        for (host, clause) in clauses.filter(|(host, _)| is_wildcard(host)) {
            out.entry(host).get_or_insert(Origin { resource: id, range: clause.range });
        }
    }
    out
}

/// The full host that a clause of a VirtualService names.
fn claimed(mesh: &Mesh, clause: Origin) -> Option<&str> {
    let at =
        mesh.virtual_service(clause.resource).hosts.iter().position(|host| host.range == clause.range)?;
    mesh.hosts(clause.resource).get(at).map(String::as_str)
}

/// The clause by which the VirtualService of a route has a part in a virtual host.
fn clause_of(host: &VirtualHost, route: &Route) -> Option<Origin> {
    let owner = route.origin?.virtual_service;
    host.origins.iter().copied().find(|clause| clause.resource == owner)
}

/// A domain of a virtual host.
#[derive(Clone, Copy)]
struct Spot<'a> {
    analysis: &'a Analysis,
    config: &'a ProxyConfig,
    routes: &'a RouteConfig,
    host: usize,
    domain: &'a String,
}

impl Spot<'_> {
    /// A request that finds no route here and would find one among `wide`; sent, to see that it gets 404.
    fn loss(&self, wide: &[Rc<Route>], send: impl Fn(&Witness) -> Request) -> Option<(Rc<Route>, Request)> {
        let effective = &self.analysis.effective;
        let own = &self.routes.virtual_hosts[self.host].routes;
        let own = own.iter().map(|entry| &entry.route);
        let (taken, tried) = (own.len(), wide.iter().rev().take(TRIES));
        let matches: Vec<_> = own.chain(tried).map(|route| &route.matcher).collect();
        let scheme = if self.routes.is_https() { "https" } else { "http" };
        let space = Space::new(&matches)
            .to_hosts(&Hosts::of_domains(self.routes, self.host, slice::from_ref(self.domain)))
            .with_scheme(scheme);
        (taken..matches.len()).find_map(|route| {
            let Answer::Witness(witness) = space.outside(&[route], |other| other < taken) else {
                return None;
            };
            let request = send(&witness);
            let facts = RequestFacts::new(&request)?;
            let taker = wide.iter().find(|route| effective.matcher(route).check(&facts).is_ok())?;
            let lost = self.answers(taker) && self.gets_404(&request);
            lost.then(|| (taker.clone(), request))
        })
    }

    /// Whether a route gives an answer that is worth having.
    fn answers(&self, route: &Route) -> bool {
        let there = |cluster| {
            let state = self.analysis.effective.cluster_state(&self.config.proxy, cluster);
            !matches!(state, ClusterState::Missing(_))
        };
        match &route.action {
            Action::Forward(forward) => forward.clusters.iter().any(|entry| there(&entry.cluster)),
            Action::Redirect(_) => true,
            Action::Respond { status, .. } => *status != 404,
            Action::None => false,
        }
    }

    fn gets_404(&self, request: &Request) -> bool {
        let trace = self.analysis.trace(&self.config.proxy, request);
        let here = trace.route_config().is_some_and(|it| it.name == self.routes.name)
            && trace.virtual_host.is_some_and(|choice| choice.host == self.host);
        here && trace.answer == trace::Answer::NoRoute
    }

    /// The clauses that name the domain; those of other domains with the same routes share the virtual host (RDS-14).
    fn clauses(&self) -> Vec<Origin> {
        let mesh = &self.analysis.effective.mesh;
        let names = |clause: &Origin| {
            claimed(mesh, *clause)
                .is_some_and(|host| matches(&host.to_lowercase(), &self.domain.to_lowercase()))
        };
        self.routes.virtual_hosts[self.host].origins.iter().copied().filter(names).collect()
    }

    fn told(&self, taker: Rc<Route>, request: Request) -> Loss {
        Loss {
            proxy: self.config.proxy.clone(),
            domain: self.domain.clone(),
            narrow: self.clauses(),
            wide_domain: String::new(),
            wide: None,
            taker,
            request,
        }
    }
}

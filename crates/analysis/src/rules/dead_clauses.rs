//! Clauses of VirtualServices that no request reaches, wherever they take part: on all gateways, or on all sidecars.

use std::{
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use super::routes;
use crate::{
    Analysis, Request,
    effective::{DropReason, Dropped, Origin, ProxyConfig, Reach, Reached, Route, RouteOrigin, Rule},
    mesh::{Mesh, Proxy, ProxyKind, host, names::MESH},
    resource::ResourceId,
    space::Witness,
};

/// A clause that no request reaches.
#[derive(Clone, Debug)]
pub(super) struct DeadClause {
    /// The VirtualService that is bound, which may have left the rule to a delegate.
    pub(super) virtual_service: ResourceId,
    /// The rule, by the resource it is written in and its place there.
    pub(super) rule: (ResourceId, usize),
    /// Where the rule stands.
    pub(super) rule_origin: Origin,
    /// Where the clause stands: a condition, or the rule.
    pub(super) origin: Origin,
    /// The condition's place in its rule, where other conditions of it live.
    pub(super) block: Option<usize>,
    /// What always stands in front and takes all of its requests; nothing where no request meets its conditions.
    pub(super) fronts: Vec<Front>,
    /// The route, where one was built.
    pub(super) route: Option<Rc<Route>>,
    /// A request that it asks for, with the route that takes it.
    instead: Option<(Rc<Route>, Witness)>,
    site: Site,
    /// Whether it was seen on a gateway.
    pub(super) on_gateway: bool,
}

/// Where a clause was seen.
#[derive(Clone, Debug)]
enum Site {
    /// In a virtual host of a gateway, by the places of the route configuration and the virtual host.
    Gateway(Rc<ProxyConfig>, usize, usize),
    /// Among the routes that a VirtualService has for a sidecar and port.
    Sidecar(Proxy, u32),
}

impl DeadClause {
    /// The proxy on which it was seen.
    pub(super) fn proxy(&self) -> &Proxy {
        match &self.site {
            Site::Gateway(config, ..) => &config.proxy,
            Site::Sidecar(proxy, _) => proxy,
        }
    }

    /// A request that it asks for, with the route that takes it.
    pub(super) fn instead(&self, analysis: &Analysis) -> Option<(&Route, Request)> {
        let effective = &analysis.effective;
        let (taker, witness) = self.instead.as_ref()?;
        let request = match &self.site {
            Site::Gateway(config, routes, host) => {
                let routes = &config.route_configs[*routes];
                effective.reach(&config.proxy, routes, *host).request(witness, config, routes, *host)
            }
            Site::Sidecar(_, port) => {
                let host = example(&effective.mesh, self.virtual_service)?;
                Request { host, ..witness.request("http", *port) }
            }
        };
        Some((taker, request))
    }
}

/// A clause that takes requests away from another.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub(super) virtual_service: ResourceId,
    pub(super) rule: (ResourceId, usize),
    pub(super) origin: Origin,
    /// What it asks for, in words.
    pub(super) asks: String,
}

/// Every clause that is dead and whose requests come to another end than it says.
pub(super) fn dead_clauses(analysis: &Analysis) -> Vec<DeadClause> {
    let mut gateways = Search::new(analysis, true);
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        gateways.gateway(&analysis.effective.proxy(&binding.proxy));
    }
    let mut sidecars = Search::new(analysis, false);
    let mut seen = HashSet::new();
    for &id in analysis.effective.mesh.bound_to(MESH).iter().filter(|id| seen.insert(**id)) {
        sidecars.mesh_virtual_service(id);
    }
    let mut alive = gateways.alive;
    let mut dead: Vec<DeadClause> =
        gateways.dead.into_values().filter(|it| !alive.contains(&it.origin)).collect();
    dead.extend(sidecars.dead.into_values().filter(|it| !sidecars.alive.contains(&it.origin)));
    alive.extend(sidecars.alive);
    // A rule is named as a whole where nothing of it lives.
    for clause in &mut dead {
        clause.block = clause.block.filter(|_| alive.contains(&clause.rule_origin));
    }
    dead
}

/// Looks at the routes of one sort of proxies.
struct Search<'a> {
    analysis: &'a Analysis,
    on_gateway: bool,
    /// Clauses and rules that requests reach somewhere, or may reach.
    alive: HashSet<Origin>,
    dead: BTreeMap<Origin, DeadClause>,
}

impl<'a> Search<'a> {
    fn new(analysis: &'a Analysis, on_gateway: bool) -> Self {
        Search { analysis, on_gateway, alive: HashSet::new(), dead: BTreeMap::new() }
    }

    fn gateway(&mut self, config: &Rc<ProxyConfig>) {
        let usable = config.route_configs.iter().enumerate().filter(|(_, routes)| routes.refused.is_none());
        for (place, routes) in usable {
            for host in 0..routes.virtual_hosts.len() {
                let reach = self.analysis.effective.reach(&config.proxy, routes, host);
                self.routes(&reach, &Site::Gateway(config.clone(), place, host));
            }
        }
        self.behind_catch_alls(&config.dropped, &Site::Gateway(config.clone(), 0, 0));
    }

    fn mesh_virtual_service(&mut self, id: ResourceId) {
        let effective = &self.analysis.effective;
        if effective.plainly_reached(id) {
            return;
        }
        for (proxy, port) in effective.mesh_clients(id) {
            let (routes, dropped) = effective.mesh_routes(&proxy, id, port);
            let site = Site::Sidecar(proxy, port);
            self.routes(&Reach::of_one(routes), &site);
            self.behind_catch_alls(&dropped, &site);
        }
    }

    /// Notes which routes are reached and which never are.
    fn routes(&mut self, reach: &Reach, site: &Site) {
        let everything = |route: &Route| self.analysis.effective.takes_everything(route);
        for (at, route) in reach.members.iter().enumerate() {
            let Some(origin) = route.origin else { continue };
            let behind = match &reach.routes[at] {
                Reached::Yes | Reached::Unknown => {
                    self.alive.extend([origin.match_origin, origin.rule()]);
                    continue;
                }
                Reached::Never(behind) => behind.as_slice(),
                Reached::Nothing => &[],
            };
            if self.dead.contains_key(&origin.match_origin) {
                continue;
            }
            // Of several catch-alls all but one are dead, which is a finding of its own.
            if everything(route) && behind.iter().any(|&other| everything(&reach.members[other])) {
                continue;
            }
            let taker = reach.taker(at);
            if taker.is_none() && !behind.is_empty() {
                continue;
            }
            let instead = taker.map(|(other, witness)| (reach.members[other].clone(), witness));
            let clause = DeadClause {
                virtual_service: origin.virtual_service,
                rule: (origin.written_in, origin.rule),
                rule_origin: origin.rule(),
                origin: origin.match_origin,
                block: origin.block,
                fronts: behind.iter().filter_map(|&other| Front::new(&reach.members[other])).collect(),
                route: Some(route.clone()),
                instead,
                site: site.clone(),
                on_gateway: self.on_gateway,
            };
            self.dead.insert(origin.match_origin, clause);
        }
    }

    /// Rules and conditions for which no route is built, as one before them takes everything (HM-4).
    fn behind_catch_alls(&mut self, dropped: &[Dropped], site: &Site) {
        let effective = &self.analysis.effective;
        for dropped in dropped.iter().filter(|it| it.reason == DropReason::BehindCatchAll) {
            let (origin, Some(winner)) = (dropped.origin, dropped.winner) else { continue };
            if self.dead.contains_key(&origin) {
                continue;
            }
            let owner = self.owner(origin.resource);
            let rules = effective.rules(owner);
            let find = |place: Origin| {
                let holds = |rule: &&Rule| {
                    rule.origin.written_in == place.resource && rule.origin.range.contains(place.range)
                };
                rules.iter().find(holds)
            };
            let (Some(lost), Some(kept)) = (find(origin), find(winner)) else { continue };
            let same_rule = lost.origin == kept.origin;
            if same_rule
                || effective.rule_outcome(owner, lost).same_outcome(&effective.rule_outcome(owner, kept))
            {
                continue;
            }
            let front = Front {
                virtual_service: owner,
                rule: (kept.origin.written_in, kept.origin.index),
                origin: winner,
                asks: "no condition".into(),
            };
            let clause = DeadClause {
                virtual_service: owner,
                rule: (lost.origin.written_in, lost.origin.index),
                rule_origin: Origin { resource: lost.origin.written_in, range: lost.origin.range },
                origin,
                block: lost.conditions.iter().position(|condition| *condition == origin),
                fronts: vec![front],
                route: None,
                instead: None,
                site: site.clone(),
                on_gateway: self.on_gateway,
            };
            self.dead.insert(origin, clause);
        }
    }

    /// The VirtualService that is bound: the one a rule is written in, or the first that delegates to it.
    fn owner(&self, written_in: ResourceId) -> ResourceId {
        let effective = &self.analysis.effective;
        let mesh = &effective.mesh;
        if !mesh.hosts(written_in).is_empty() {
            return written_in;
        }
        let delegates =
            |id: &&ResourceId| effective.rules(**id).iter().any(|it| it.origin.written_in == written_in);
        mesh.virtual_services.iter().find(delegates).copied().unwrap_or(written_in)
    }
}

impl Front {
    fn new(route: &Route) -> Option<Front> {
        let RouteOrigin { virtual_service, written_in, rule, match_origin, .. } = route.origin?;
        let asks = routes::asks(&route.matcher);
        Some(Front { virtual_service, rule: (written_in, rule), origin: match_origin, asks })
    }
}

/// A host that a VirtualService is for.
fn example(mesh: &Mesh, id: ResourceId) -> Option<String> {
    let hosts = mesh.hosts(id);
    let exact = hosts.iter().find(|name| !host::is_wildcard(name)).cloned();
    exact.or_else(|| Some(format!("www{}", hosts.first()?.trim_start_matches('*'))))
}

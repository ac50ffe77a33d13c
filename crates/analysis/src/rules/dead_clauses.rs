//! Clauses of VirtualServices that no request reaches, wherever they take part: on all gateways, or on all sidecars.

use std::{
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use super::{routes, sidecars::Sidecars, site::Site};
use crate::{
    Analysis, Request,
    effective::{DropReason, Dropped, Origin, PathMatch, Reach, Reached, Route, RouteOrigin, Rule},
    mesh::{Mesh, Proxy, ProxyKind, names::MESH},
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
    place: Place,
    /// Whether it was seen on a gateway.
    pub(super) on_gateway: bool,
}

/// Where a clause was seen.
#[derive(Clone, Debug)]
enum Place {
    /// In a virtual host of a gateway.
    Gateway(Site),
    /// On a proxy for which no route is built for it.
    Unbuilt(Proxy),
    /// On gateways that the input does not hold.
    UnknownGateway,
    /// Among the routes that a VirtualService has for a sidecar and port.
    Sidecar(Proxy, u32),
}

impl DeadClause {
    /// The proxy on which it was seen, if the input holds it.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        match &self.place {
            Place::Gateway(site) => Some(&site.config.proxy),
            Place::Sidecar(proxy, _) | Place::Unbuilt(proxy) => Some(proxy),
            Place::UnknownGateway => None,
        }
    }

    /// A request that it asks for, with the route that takes it; sent, to see that it gets there.
    pub(super) fn instead(&self, analysis: &Analysis, sidecars: &Sidecars<'_>) -> Option<(&Route, Request)> {
        let (taker, witness) = self.instead.as_ref()?;
        let request = match &self.place {
            Place::Gateway(site) => site.request(analysis, witness)?,
            Place::Sidecar(proxy, port) => {
                sidecars.config(proxy)?;
                let origin = taker.origin?.match_origin;
                let mut requests = examples(&analysis.effective.mesh, self.virtual_service)
                    .map(|host| Request { host, ..witness.request("http", *port) });
                requests.find(|request| {
                    let trace = analysis.trace(proxy, request);
                    trace
                        .matched_route()
                        .and_then(|route| route.origin)
                        .is_some_and(|it| it.match_origin == origin)
                })?
            }
            Place::Unbuilt(_) | Place::UnknownGateway => return None,
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
    /// The prefix of paths that it asks for; none where it asks for something else.
    pub(super) prefix: Option<String>,
}

/// Every clause that is dead and whose requests come to another end than it says.
pub(super) fn dead_clauses(analysis: &Analysis) -> Vec<DeadClause> {
    let mut gateways = Search::new(analysis, true);
    for site in Site::all(analysis) {
        gateways.gateway(site);
    }
    for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Gateway) {
        gateways.behind_catch_alls(&analysis.effective.proxy(proxy).dropped, &Place::Unbuilt(proxy.clone()));
    }
    for &id in &analysis.effective.mesh.virtual_services {
        gateways.unknown_gateways(id);
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

    fn gateway(&mut self, site: Site) {
        let reach = site.reach(self.analysis);
        self.routes(&reach, &Place::Gateway(site));
    }

    fn mesh_virtual_service(&mut self, id: ResourceId) {
        let effective = &self.analysis.effective;
        if !effective.plainly_reached(id) {
            for client in effective.mesh_clients(id) {
                let (routes, dropped) = effective.routes_alone(id, &client);
                self.behind_catch_alls(&dropped, &Place::Unbuilt(client.proxy.clone()));
                self.routes(&Reach::of_one(routes), &Place::Sidecar(client.proxy, client.port));
            }
        }
    }

    fn unknown_gateways(&mut self, id: ResourceId) {
        let effective = &self.analysis.effective;
        let clients = effective.unknown_gateway_clients(id);
        if clients.is_empty() || effective.plainly_reached(id) {
            return;
        }
        for client in clients {
            let (routes, dropped) = effective.routes_alone(id, &client);
            self.behind_catch_alls(&dropped, &Place::UnknownGateway);
            self.routes(&Reach::of_one(routes), &Place::UnknownGateway);
        }
    }

    /// Notes which routes are reached and which never are.
    fn routes(&mut self, reach: &Reach, place: &Place) {
        let everything = |route: &Route| self.analysis.effective.takes_everything(route);
        let mut served: Option<bool> = None;
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
            // Where connections for the host end elsewhere, nothing is said of its routes.
            if let (Place::Gateway(site), Some((_, witness))) = (place, &taker)
                && !*served.get_or_insert_with(|| site.request(self.analysis, witness).is_some())
            {
                continue;
            }
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
                place: place.clone(),
                on_gateway: self.on_gateway,
            };
            self.dead.insert(origin.match_origin, clause);
        }
    }

    /// Rules and conditions for which no route is built, as one before them takes everything (HM-4).
    fn behind_catch_alls(&mut self, dropped: &[Dropped], place: &Place) {
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
                prefix: None,
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
                place: place.clone(),
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
        let prefix = match &route.matcher.path {
            PathMatch::Prefix(prefix) => Some(prefix.clone()),
            PathMatch::Exact(_) | PathMatch::Regex(_) => None,
        };
        Some(Front { virtual_service, rule: (written_in, rule), origin: match_origin, asks, prefix })
    }
}

/// Hosts that a VirtualService is for.
fn examples(mesh: &Mesh, id: ResourceId) -> impl Iterator<Item = String> {
    mesh.hosts(id).iter().map(|name| match name.strip_prefix('*') {
        Some(rest) => format!("www{rest}"),
        None => name.clone(),
    })
}

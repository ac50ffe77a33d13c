//! What istiod builds: listeners, route configurations and clusters in Envoy's terms, each value with its origins,
//! everything dropped with a reason.
//!
//! The one model that the Envoy view, the trace, the request sets, the page and the rules all read.

mod action;
mod address;
mod alone;
pub mod cluster;
mod delegate;
mod gateway;
mod gateway_routes;
mod http;
mod l4;
mod matching;
pub mod model;
pub mod order;
mod outcome;
mod plain;
pub mod policy;
mod reach;
mod refusal;
mod retry;
mod rules;
mod section;
mod sidecar;
mod sidecar_domains;
mod sidecar_l4;
mod sidecar_listeners;
mod sidecar_scope;
mod sidecar_unknown;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

pub use address::Address;
pub(crate) use alone::Client;
pub(crate) use gateway::own_hosts;
pub(crate) use matching::route_match;
pub use model::*;
pub use policy::{MergedRule, Policies};
pub use reach::{Contest, Reach, Reached};
pub use retry::default_policy as default_retry;
pub use rules::{Rule, RuleOrigin};
pub(crate) use sidecar_scope::sidecar_for;

use crate::{
    mesh::{Mesh, Proxy, ProxyKind},
    resource::ResourceId,
    space::{Matcher, Patterns},
};

/// The cluster that connections to unknown hosts go to: where they wanted to go.
pub const PASSTHROUGH: &str = "PassthroughCluster";

/// The cluster that connections go to which are not let out: it has no endpoints.
pub const BLACKHOLE: &str = "BlackHoleCluster";

/// Leaves out what is dropped in one place and lives in another, and what is told twice.
fn without_live(dropped: Vec<Dropped>, configs: &[RouteConfig]) -> Vec<Dropped> {
    let live: HashSet<Origin> = configs
        .iter()
        .flat_map(|config| &config.virtual_hosts)
        .flat_map(|host| &host.routes)
        .filter_map(|entry| Some(entry.route.origin?.match_origin))
        .collect();
    let mut seen = HashSet::new();
    dropped.into_iter().filter(|it| !live.contains(&it.origin) && seen.insert(it.origin)).collect()
}

/// What sidecars import, by namespace and Sidecar resource.
type Scopes = HashMap<(String, Option<ResourceId>), Rc<sidecar_scope::Scope>>;

/// Matches prepared for requests, by the place of the route, which is kept alive beside it.
type Matchers = HashMap<*const Route, (Rc<Route>, Rc<Matcher>)>;

/// The configuration of every proxy, built when it is asked for.
#[derive(Debug)]
pub struct Effective {
    /// The resources behind it.
    pub mesh: Mesh,
    /// The merged DestinationRules.
    pub policies: Policies,
    /// HTTP rules of each VirtualService, delegates merged in.
    rules: HashMap<ResourceId, Rc<[Rule]>>,
    /// What became of delegates, whatever proxy asks.
    pub dropped: Vec<Dropped>,
    built: RefCell<HashMap<Proxy, Rc<ProxyConfig>>>,
    scopes: RefCell<Scopes>,
    /// Regular expressions that were read.
    pub patterns: Patterns,
    matchers: RefCell<Matchers>,
    /// What becomes of routes, by proxy, route configuration and virtual host.
    reaches: RefCell<HashMap<(Proxy, String, usize), Rc<Reach>>>,
}

impl Effective {
    /// Prepares what all proxies share.
    pub fn new(mesh: Mesh) -> Effective {
        let policies = Policies::new(&mesh);
        let (rules, dropped) = rules::collect(&mesh);
        Effective {
            mesh,
            policies,
            rules,
            dropped,
            built: RefCell::default(),
            scopes: RefCell::default(),
            patterns: Patterns::default(),
            matchers: RefCell::default(),
            reaches: RefCell::default(),
        }
    }

    /// The HTTP rules of a VirtualService, delegates merged in (DEL-2).
    pub fn rules(&self, virtual_service: ResourceId) -> Rc<[Rule]> {
        self.rules.get(&virtual_service).cloned().unwrap_or_default()
    }

    /// Whether a route takes every request, so that it stands behind those that do not (RDS-6).
    pub fn takes_everything(&self, route: &Route) -> bool {
        matching::is_catch_all(&route.matcher, &self.mesh.profile)
    }

    /// A route configuration of a sidecar as it were if one VirtualService were the oldest of those without a date.
    pub(crate) fn sidecar_routes_with_first(
        &self,
        proxy: &Proxy,
        name: &str,
        first: ResourceId,
    ) -> Option<RouteConfig> {
        sidecar::with_first(self, proxy, name, first)
    }

    /// The match of a route, ready for requests.
    pub fn matcher(&self, route: &Rc<Route>) -> Rc<Matcher> {
        let mut matchers = self.matchers.borrow_mut();
        let known = matchers.entry(Rc::as_ptr(route));
        let prepared = || (route.clone(), Rc::new(Matcher::new(&route.matcher, &self.patterns)));
        known.or_insert_with(prepared).1.clone()
    }

    /// What istiod builds for a proxy.
    pub fn proxy(&self, proxy: &Proxy) -> Rc<ProxyConfig> {
        if let Some(config) = self.built.borrow().get(proxy) {
            return config.clone();
        }
        let config = Rc::new(match proxy.kind {
            ProxyKind::Gateway => gateway::build(self, proxy),
            ProxyKind::Sidecar => sidecar::build(self, proxy),
        });
        self.built.borrow_mut().insert(proxy.clone(), config.clone());
        config
    }

    /// Frees what was built for proxies: those of a large mesh take more memory together than there may be.
    pub fn forget(&self) {
        self.built.borrow_mut().clear();
        self.reaches.borrow_mut().clear();
        self.matchers.borrow_mut().clear();
    }
}

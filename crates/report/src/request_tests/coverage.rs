//! The routes that the input writes, and which of them tests reach.

use std::{collections::BTreeMap, rc::Rc};

use pilothouse_analysis::{
    Analysis,
    effective::{Origin, ProxyConfig},
    trace::Trace,
};

use super::{Coverage, UncoveredRoute};
use crate::{conditions, places::Places, words};

/// Where a route stands in the configuration of a proxy.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) config: Rc<ProxyConfig>,
    pub(super) routes: usize,
    pub(super) host: usize,
    pub(super) route: usize,
}

/// Every route that is written in the input and that some proxy has, by where its match is written: all the spots at
/// which it stands, those of gateways first.
pub(super) struct Routes {
    pub(super) spots: BTreeMap<Key, Vec<Spot>>,
    reached: std::collections::BTreeSet<Key>,
}

/// The resource, and where the match begins and ends.
type Key = (u32, u32, u32);

/// A route stands at so many places at most: more of the same say nothing new.
const SPOTS: usize = 8;

impl Routes {
    pub(super) fn of(analysis: &Analysis) -> Routes {
        let mut spots: BTreeMap<Key, Vec<Spot>> = BTreeMap::new();
        let mut bindings: Vec<_> = analysis.bindings.iter().map(|binding| &binding.proxy).collect();
        bindings.sort_by_key(|proxy| proxy.kind != pilothouse_analysis::mesh::ProxyKind::Gateway);
        for proxy in bindings {
            let config = analysis.effective.proxy(proxy);
            for (routes, table) in config.route_configs.iter().enumerate() {
                for (host, virtual_host) in table.virtual_hosts.iter().enumerate() {
                    for (route, entry) in virtual_host.routes.iter().enumerate() {
                        let Some(origin) = entry.route.origin else { continue };
                        let all = spots.entry(key(origin.match_origin)).or_default();
                        if all.len() < SPOTS {
                            all.push(Spot { config: config.clone(), routes, host, route });
                        }
                    }
                }
            }
        }
        Routes { spots, reached: Default::default() }
    }

    /// Counts the route that takes a request as reached.
    pub(super) fn reach(&mut self, trace: &Trace) {
        let origin = trace.matched_route().and_then(|route| route.origin);
        self.reached.extend(origin.map(|origin| key(origin.match_origin)));
    }

    /// The spots of routes that nothing reaches, in the order of the texts.
    pub(super) fn unreached(&self) -> impl Iterator<Item = &[Spot]> {
        self.spots.iter().filter(|(key, _)| !self.reached.contains(key)).map(|(_, spots)| spots.as_slice())
    }

    pub(super) fn is_reached(&self, spots: &[Spot]) -> bool {
        let origin = spots.first().and_then(|spot| spot.entry().route.origin);
        origin.is_some_and(|origin| self.reached.contains(&key(origin.match_origin)))
    }

    pub(super) fn coverage(&self, places: &Places<'_>) -> Coverage {
        let uncovered = self.unreached().filter_map(|spots| row(places, spots.first()?));
        Coverage { routes: self.spots.len() as u32, uncovered: uncovered.collect() }
    }
}

impl Spot {
    pub(super) fn entry(&self) -> &pilothouse_analysis::effective::RouteEntry {
        &self.virtual_host().routes[self.route]
    }

    pub(super) fn table(&self) -> &pilothouse_analysis::effective::RouteConfig {
        &self.config.route_configs[self.routes]
    }

    pub(super) fn virtual_host(&self) -> &pilothouse_analysis::effective::VirtualHost {
        &self.table().virtual_hosts[self.host]
    }
}

/// A route in words.
pub(super) fn row(places: &Places<'_>, spot: &Spot) -> Option<UncoveredRoute> {
    let route = &spot.entry().route;
    let origin = route.origin?.match_origin;
    let file = places.mesh().resource(origin.resource).file;
    let conditions = conditions::conditions(&route.matcher);
    let words: Vec<String> = conditions
        .into_iter()
        .map(|it| if it.value.is_empty() { it.subject } else { format!("{} `{}`", it.subject, it.value) })
        .collect();
    Some(UncoveredRoute {
        resource: places.key(origin.resource),
        host: spot.virtual_host().domains.first().cloned().unwrap_or_default(),
        conditions: if words.is_empty() { "every request".to_owned() } else { words::list(&words, "and") },
        file: places.file_name(file),
        range: places.range(file, origin.range),
    })
}

fn key(origin: Origin) -> Key {
    (origin.resource.0, origin.range.start, origin.range.end)
}

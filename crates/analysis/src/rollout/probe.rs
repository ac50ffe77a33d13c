//! Requests to try: one for every part of what two revisions take in different ways.

use std::collections::{BTreeMap, HashSet};

use super::concern::{Concern, Extent};
use crate::{
    Analysis, Request,
    effective::{ChainTarget, RouteMatch},
    mesh::Proxy,
    space::{Answer, Space},
};

/// A request to a proxy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Probe {
    pub(super) proxy: Proxy,
    pub(super) request: Request,
}

/// The most pairs of routes of one host, one of each revision, whose common requests are looked for.
const MAX_PAIRS: usize = 4_096;

/// Where requests go: proxy, scheme, port and host.
type Entrance = (Proxy, &'static str, u32, String);

/// One request for each part of the requests that the routes of both revisions tell apart, to what is concerned.
pub(super) fn probes(ends: [&Analysis; 2], concern: &Concern) -> Vec<Probe> {
    let mut entrances: BTreeMap<Entrance, (Extent, [Vec<RouteMatch>; 2])> = BTreeMap::new();
    for (revision, end) in ends.into_iter().enumerate() {
        for proxy in &concern.proxies {
            for (entrance, extent, matches) in hosts(end, proxy, concern) {
                let entry = entrances.entry(entrance).or_default();
                entry.0 = entry.0.max(extent);
                entry.1[revision] = matches;
            }
        }
    }
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for ((proxy, scheme, port, host), (extent, [before, after])) in entrances {
        let mut add = |path: &str, method: &str, headers: &[(String, String)]| {
            let request = Request {
                method: method.to_owned(),
                scheme: scheme.to_owned(),
                host: host.clone(),
                path: path.to_owned(),
                port,
                headers: headers.to_vec(),
            };
            let concerned = extent == Extent::Whole || concern.matches(&request);
            let probe = Probe { proxy: proxy.clone(), request };
            if concerned && seen.insert(probe.clone()) {
                out.push(probe);
            }
        };
        add("/", "GET", &[]);
        let all: Vec<&RouteMatch> = before.iter().chain(&after).collect();
        let space = Space::new(&all).with_scheme(scheme);
        let mut show = |answer: Answer<crate::space::Witness>| {
            if let Answer::Witness(witness) = answer {
                add(&witness.path, &witness.method, &witness.headers);
            }
        };
        let split = before.len();
        for route in 0..all.len() {
            let own = if route < split { 0..route } else { split..route };
            show(space.outside(&[route], |_| false));
            show(space.outside(&[route], |other| own.contains(&other)));
        }
        if before == after || before.len() * after.len() > MAX_PAIRS {
            continue;
        }
        for old in 0..split {
            for new in space.neighbours(old).into_iter().filter(|&new| new >= split) {
                show(space.outside(&[old, new], |other| other < old || (split..new).contains(&other)));
            }
        }
    }
    out
}

/// The concerned hosts that a proxy has routes for, with the matches of these.
fn hosts(end: &Analysis, proxy: &Proxy, concern: &Concern) -> Vec<(Entrance, Extent, Vec<RouteMatch>)> {
    let config = end.effective.proxy(proxy);
    let mut out = Vec::new();
    for routes in &config.route_configs {
        let chains = config
            .listeners
            .iter()
            .flat_map(|listener| listener.chains.iter().map(move |chain| (listener.port, chain)));
        let entrance = chains
            .filter(|(_, chain)| matches!(&chain.target, ChainTarget::Routes(name) if *name == routes.name))
            .map(|(port, chain)| (port, if chain.terminates_tls { "https" } else { "http" }))
            .next();
        let (port, scheme) = entrance.unwrap_or((routes.port, "http"));
        for host in &routes.virtual_hosts {
            // The other domains of a service are names of the same.
            let domains = if host.service.is_some() { &host.domains[..1] } else { &host.domains[..] };
            let of_service =
                host.service.as_ref().map(|service| concern.host(proxy, service)).unwrap_or_default();
            let names = domains.iter().map(|domain| match domain.strip_prefix('*') {
                Some("") => "any.example".to_owned(),
                Some(tail) => format!("any{tail}"),
                None => domain.clone(),
            });
            for name in names {
                let extent = of_service.max(concern.host(proxy, &name));
                if extent != Extent::None {
                    let matches = host.routes.iter().map(|entry| entry.route.matcher.clone()).collect();
                    out.push(((proxy.clone(), scheme, port, name), extent, matches));
                }
            }
        }
    }
    out
}

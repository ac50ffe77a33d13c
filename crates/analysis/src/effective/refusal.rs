//! Why Envoy refuses a route configuration: one domain twice, a pattern that RE2 does not take, a route without
//! action (ENV-1, HM-12, 20.3); and why a listener: two chains for the same connections (ENV-2).

use std::collections::HashMap;

use super::{
    Action, Effective, FilterChain, Origin, PathMatch, Refusal, RefusalReason, Route, ValueTest, VirtualHost,
};
use crate::mesh::{Network, host::unique};

/// The first reason, if there is one.
pub(super) fn refusal(effective: &Effective, hosts: &[VirtualHost]) -> Option<Refusal> {
    equal_domains(hosts).or_else(|| {
        // Before 1.8 patterns were those of another engine, which is not modelled.
        if !effective.mesh.profile.regexes_checked {
            return None;
        }
        let routes = hosts.iter().flat_map(|host| &host.routes).map(|entry| &*entry.route);
        routes.into_iter().find_map(|route| of_route(effective, route))
    })
}

/// A domain that stands in two virtual hosts.
fn equal_domains(hosts: &[VirtualHost]) -> Option<Refusal> {
    let mut seen: HashMap<String, &VirtualHost> = HashMap::new();
    for host in hosts {
        for domain in &host.domains {
            if let Some(first) = seen.insert(domain.to_lowercase(), host) {
                let origins = first.origins.iter().chain(&host.origins).copied().collect();
                return Some(Refusal { what: domain.clone(), reason: RefusalReason::EqualDomains, origins });
            }
        }
    }
    None
}

impl Effective {
    /// Whether Envoy refuses a route, and with it the route configuration.
    pub(crate) fn refuses(&self, route: &Route) -> bool {
        self.mesh.profile.regexes_checked && of_route(self, route).is_some()
    }
}

fn of_route(effective: &Effective, route: &Route) -> Option<Refusal> {
    let origins: Vec<Origin> = route.origin.map(|origin| origin.match_origin).into_iter().collect();
    if route.action == Action::None {
        return Some(Refusal { what: String::new(), reason: RefusalReason::NoAction, origins });
    }
    let refused = |pattern: &str| effective.patterns.get(pattern).envoy_refusal().is_some();
    let bad = patterns(route).find(|pattern| refused(pattern))?;
    Some(Refusal { what: bad.to_owned(), reason: RefusalReason::Regex, origins })
}

/// Every regular expression of a route.
fn patterns(route: &Route) -> impl Iterator<Item = &str> {
    let path = match &route.matcher.path {
        PathMatch::Regex(pattern) => Some(pattern.as_str()),
        PathMatch::Exact(_) | PathMatch::Prefix(_) => None,
    };
    let headers = route.matcher.headers.iter().map(|header| &header.test);
    let query = route.matcher.query.iter().map(|query| &query.test);
    let origins = route.cors.iter().flat_map(|cors| &cors.allow_origins);
    let tests = headers.chain(query).chain(origins).filter_map(|test| match test {
        ValueTest::Regex(pattern) => Some(pattern.as_str()),
        ValueTest::Present | ValueTest::Exact(_) | ValueTest::Prefix(_) => None,
    });
    let rewrite = match &route.action {
        Action::Forward(forward) => forward.regex_rewrite.as_ref().map(|(pattern, _)| pattern.as_str()),
        Action::Redirect(_) | Action::Respond { .. } | Action::None => None,
    };
    path.into_iter().chain(tests).chain(rewrite)
}

/// Why Envoy refuses a listener: two chains that take the same connections, or a name it cannot match (ENV-2).
pub(super) fn of_chains(chains: &[FilterChain]) -> Option<Refusal> {
    let mut seen: HashMap<(String, Option<Network>, bool, bool), Option<Origin>> = HashMap::new();
    for chain in chains {
        if let Some(name) = chain.server_names.iter().find(|name| partial_wildcard(name)) {
            let origins = chain.origin.into_iter().collect();
            return Some(Refusal { what: name.clone(), reason: RefusalReason::PartialWildcard, origins });
        }
        let names: Vec<String> = match &chain.server_names[..] {
            [] => vec![String::new()],
            names => names.iter().map(|name| name.to_lowercase()).collect(),
        };
        let networks: Vec<Option<Network>> = match &chain.networks[..] {
            [] => vec![None],
            networks => networks.iter().copied().map(Some).collect(),
        };
        for name in unique(names) {
            for network in unique(networks.iter().copied()) {
                let key = (name.clone(), network, chain.plain_http_only, chain.istio_only);
                if let Some(first) = seen.insert(key, chain.origin) {
                    let origins = first.into_iter().chain(chain.origin).collect();
                    return Some(Refusal { what: name, reason: RefusalReason::EqualChains, origins });
                }
            }
        }
    }
    None
}

fn partial_wildcard(name: &str) -> bool {
    let rest = name.strip_prefix("*.").unwrap_or(name);
    rest.contains('*')
}

//! Whether what is written means the same: it is read in the place of what it stands for, and the routes are compared.

use pilothouse_analysis::{
    Analysis, Sources,
    effective::{ProxyConfig, Route, RouteConfig, RouteMatch, VirtualHost},
    mesh::{Proxy, ProxyKind, names::MESH},
    resource::{Body, ResourceId},
};
use serde_json::Value;

use super::{Merged, source::Texts};

/// The texts with merged resources in the place of all HTTP rules.
pub fn replaced(analysis: &Analysis, merged: &[Merged]) -> Sources {
    let texts = Texts::new(analysis);
    let mut out = Sources::default();
    for (at, resource) in analysis.effective.mesh.resources.iter().enumerate().filter(|(_, it)| it.active) {
        let mut value = (*texts.resource(ResourceId(at as u32))).clone();
        if let Body::VirtualService(service) = &resource.body {
            if service.tls.is_empty() && service.tcp.is_empty() {
                continue;
            }
            if let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) {
                spec.remove("http");
            }
        }
        out.add(format!("{at}.json"), value.to_string());
    }
    for (at, one) in merged.iter().enumerate() {
        out.add(format!("merged-{at}.yaml"), one.yaml(analysis));
    }
    out
}

/// The hosts, as sentences, for which proxies do something else with the merged resources than before. `after` is what
/// is made of [`replaced`].
pub fn differences<'p>(
    before: &Analysis,
    after: &Analysis,
    merged: &[Merged],
    proxies: impl IntoIterator<Item = &'p Proxy>,
) -> Vec<String> {
    let mut out = Vec::new();
    for proxy in proxies {
        let (old, new) = (before.effective.proxy(proxy), after.effective.proxy(proxy));
        for routes in &old.route_configs {
            for host in routes.virtual_hosts.iter().filter(|host| !host.origins.is_empty()) {
                let was = live(before, host.routes.iter().map(|entry| &*entry.route));
                for domain in &host.domains {
                    if !merged.iter().any(|one| one.speaks_of(before, proxy, host, domain)) {
                        continue;
                    }
                    let now = live(after, new_routes(&new, routes, domain).into_iter());
                    if !same(&was, &now) {
                        out.push(format!("For `{domain}` on {proxy} it is not the same as before."));
                    }
                }
            }
        }
        // What was not served must not be now.
        for routes in &new.route_configs {
            let domains = routes.virtual_hosts.iter().filter(|host| !host.origins.is_empty());
            for domain in domains.flat_map(|host| &host.domains) {
                let known = !new_routes(&old, routes, domain).is_empty();
                if !known && merged.iter().any(|one| one.proxy == *proxy && one.hosts.contains(domain)) {
                    out.push(format!("`{domain}` on {proxy} was not served by `{}` before.", routes.name));
                }
            }
        }
        before.effective.forget();
        after.effective.forget();
    }
    out
}

impl Merged {
    /// Whether it stands for a virtual host of a proxy.
    fn speaks_of(&self, before: &Analysis, proxy: &Proxy, host: &VirtualHost, domain: &String) -> bool {
        let mesh = &before.effective.mesh;
        match proxy.kind {
            ProxyKind::Gateway => self.proxy == *proxy && self.hosts.contains(domain),
            ProxyKind::Sidecar => host.origins.iter().any(|origin| {
                let clauses = &mesh.virtual_service(origin.resource).hosts;
                let at = clauses.iter().position(|clause| clause.range == origin.range);
                let name = at.and_then(|at| mesh.hosts(origin.resource).get(at));
                self.gateways == [MESH]
                    && self.origins == [origin.resource]
                    && name.is_some_and(|it| self.hosts.contains(it))
            }),
        }
    }
}

fn new_routes<'c>(config: &'c ProxyConfig, routes: &RouteConfig, domain: &String) -> Vec<&'c Route> {
    let hosts = config.route_config(&routes.name).map_or(&[][..], |routes| &routes.virtual_hosts);
    let host = hosts.iter().find(|host| host.domains.contains(domain));
    host.map(|host| host.routes.iter().map(|entry| &*entry.route).collect()).unwrap_or_default()
}

/// The routes that requests may reach: each condition once, and nothing behind what takes everything.
pub(super) fn live<'r>(analysis: &Analysis, routes: impl Iterator<Item = &'r Route>) -> Vec<&'r Route> {
    let mut out: Vec<&Route> = Vec::new();
    for route in routes {
        if !out.iter().any(|known| known.matcher == route.matcher) {
            out.push(route);
        }
        if analysis.effective.takes_everything(route) {
            break;
        }
    }
    out
}

/// Whether two lists of routes do the same.
pub(super) fn same(was: &[&Route], now: &[&Route]) -> bool {
    was.len() == now.len()
        && was
            .iter()
            .zip(now)
            .all(|(was, now)| plain(&was.matcher) == plain(&now.matcher) && was.same_outcome(now))
}

/// A match with its parts in one order, and without what goes without saying.
fn plain(matcher: &RouteMatch) -> RouteMatch {
    let mut out = matcher.clone();
    out.case_sensitive = out.case_sensitive.filter(|sensitive| !sensitive);
    out.query.sort_by(|a, b| a.name.cmp(&b.name));
    out.headers.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

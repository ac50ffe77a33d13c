//! What routes come to, wherever they are written: whether two of them do the same with a request.

use super::{Action, Forward, PathMatch, Route, WeightedCluster};

impl Route {
    /// Whether a request that both routes take ends the same way: destinations with their shares, rewrites, policy,
    /// header operations, faults, redirects and responses.
    pub fn same_outcome(&self, other: &Route) -> bool {
        self.request_headers == other.request_headers
            && self.response_headers == other.response_headers
            && self.cors == other.cors
            && self.fault == other.fault
            && same_action(self, other)
    }
}

fn same_action(a: &Route, b: &Route) -> bool {
    match (&a.action, &b.action) {
        (Action::Forward(x), Action::Forward(y)) => {
            same_forward(x, y) && (x.prefix_rewrite.is_none() || same_replacement(a, b))
        }
        (Action::Redirect(x), Action::Redirect(y)) => {
            x == y && (x.prefix_rewrite.is_none() || same_replacement(a, b))
        }
        (x, y) => x == y,
    }
}

/// Whether a prefix rewrite replaces the same part of the path: what the route matched.
fn same_replacement(a: &Route, b: &Route) -> bool {
    let replaced = |route: &Route| match &route.matcher.path {
        PathMatch::Prefix(prefix) => Some(prefix.len()),
        // The whole path (HM-16).
        PathMatch::Exact(_) | PathMatch::Regex(_) => None,
    };
    replaced(a) == replaced(b)
}

fn same_forward(a: &Forward, b: &Forward) -> bool {
    let same_mirrors = a.mirrors.len() == b.mirrors.len()
        && a.mirrors
            .iter()
            .zip(&b.mirrors)
            .all(|(x, y)| x.cluster.name == y.cluster.name && x.fraction == y.fraction);
    same_clusters(&a.clusters, &b.clusters)
        && a.timeout == b.timeout
        && a.prefix_rewrite == b.prefix_rewrite
        && a.regex_rewrite == b.regex_rewrite
        && a.host_rewrite == b.host_rewrite
        && a.retry == b.retry
        && same_mirrors
        && a.hash_policy == b.hash_policy
}

/// Equal destinations with equal shares; of a lone one the weight means nothing (HM-14).
fn same_clusters(a: &[WeightedCluster], b: &[WeightedCluster]) -> bool {
    let total = |clusters: &[WeightedCluster]| clusters.iter().map(|it| u64::from(it.weight)).sum::<u64>();
    let (all_a, all_b) = (total(a), total(b));
    a.len() == b.len()
        && a.iter().zip(b).all(|(x, y)| {
            let same_share = u64::from(x.weight) * all_b == u64::from(y.weight) * all_a;
            x.cluster.name == y.cluster.name
                && (a.len() == 1 || same_share)
                && x.request_headers == y.request_headers
                && x.response_headers == y.response_headers
                && x.host_rewrite == y.host_rewrite
        })
}

#[cfg(test)]
mod tests {
    use crate::{Analysis, Profile, Sources, analyze, effective::Route};

    /// Two rules of one VirtualService as routes.
    fn same(first: &str, second: &str) -> bool {
        let yaml = format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: g}}\nspec:\n  servers:\n  \
             - {{port: {{number: 80, name: http, protocol: HTTP}}, hosts: ['*']}}\n---\n\
             apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\nspec:\n  \
             hosts: [a.example.com]\n  gateways: [g]\n  http:\n  - {{{first}}}\n  - {{{second}}}\n"
        );
        let analysis: Analysis = analyze(Sources::single("t", yaml), Profile::current());
        let config = analysis.effective.proxy(&analysis.bindings[0].proxy);
        let routes: Vec<&Route> =
            config.route_configs[0].virtual_hosts[0].routes.iter().map(|entry| &*entry.route).collect();
        assert_eq!(routes.len(), 2, "{:?}", analysis.problems);
        routes[0].same_outcome(routes[1]) && routes[1].same_outcome(routes[0])
    }

    #[test]
    fn destinations_and_shares() {
        let a = "match: [{uri: {prefix: /a}}], route: [{destination: {host: web}}]";
        assert!(same(
            a,
            "match: [{uri: {prefix: /b}}], name: first, route: [{destination: {host: web}, weight: 7}]"
        ));
        assert!(!same(a, "match: [{uri: {prefix: /b}}], route: [{destination: {host: api}}]"));
        assert!(!same(a, "match: [{uri: {prefix: /b}}], route: [{destination: {host: x, subset: v1}}]"));
        assert!(!same(a, "match: [{uri: {prefix: /b}}], timeout: 3s, route: [{destination: {host: web}}]"));
        let halves = |one: u32, other: u32| {
            format!(
                "match: [{{uri: {{prefix: /a}}}}], route: [{{destination: {{host: web}}, weight: {one}}}, \
                 {{destination: {{host: api}}, weight: {other}}}]"
            )
        };
        assert!(same(&halves(1, 1), &halves(50, 50)));
        assert!(!same(&halves(1, 2), &halves(50, 50)));
    }

    #[test]
    fn rewrites_replace_what_matched() {
        let rewrite = |uri: &str| {
            format!("match: [{{uri: {uri}}}], rewrite: {{uri: /}}, route: [{{destination: {{host: web}}}}]")
        };
        assert!(same(&rewrite("{prefix: /a}"), &rewrite("{prefix: /b}")));
        assert!(!same(&rewrite("{prefix: /a}"), &rewrite("{prefix: /ab}")));
        assert!(!same(&rewrite("{prefix: /a}"), &rewrite("{exact: /a}")));
        assert!(same(&rewrite("{regex: /a.*}"), &rewrite("{exact: /a}")));
    }

    #[test]
    fn answers() {
        let gone = "match: [{uri: {prefix: /a}}], directResponse: {status: 410}";
        assert!(same(gone, "match: [{uri: {prefix: /b}}], directResponse: {status: 410}"));
        assert!(!same(gone, "match: [{uri: {prefix: /b}}], directResponse: {status: 404}"));
        assert!(!same(gone, "match: [{uri: {prefix: /b}}], redirect: {uri: /gone}"));
    }
}

//! What another Istio makes of the same texts, in one line.

use std::collections::BTreeSet;

use pilothouse_analysis::{Analysis, effective::Route, mesh::Proxy};

use crate::words;

/// What differs between the same texts read by two profiles, as a sentence for a person who has just switched from
/// the first to the second.
pub fn profile_difference(from: &Analysis, to: &Analysis) -> String {
    let mut parts = Vec::new();
    let tables = |analysis: &Analysis| -> BTreeSet<String> {
        analysis.bindings.iter().flat_map(|binding| hosts(analysis, &binding.proxy)).collect()
    };
    let (old, new) = (tables(from), tables(to));
    let changed: BTreeSet<&str> =
        old.symmetric_difference(&new).filter_map(|table| table.split('\n').next()).collect();
    if !changed.is_empty() {
        let names: Vec<String> = changed.iter().take(3).map(|name| format!("`{name}`")).collect();
        let more = changed.len() - names.len();
        let mut names = names;
        if more > 0 {
            names.push(format!("{more} more"));
        }
        parts.push(format!("other routes for {}", words::list(&names, "and")));
    }
    let codes = |analysis: &Analysis| -> Vec<&'static str> {
        analysis.findings().iter().map(|finding| finding.rule.code).collect()
    };
    let (old, new) = (codes(from), codes(to));
    let only = |these: &[&'static str], those: &[&'static str]| -> Vec<String> {
        let count = |list: &[&str], code: &str| list.iter().filter(|it| **it == code).count();
        let all: BTreeSet<&str> = these.iter().copied().collect();
        all.into_iter()
            .filter(|code| count(these, code) > count(those, code))
            .map(|code| format!("`{code}`"))
            .collect()
    };
    let (gone, come) = (only(&old, &new), only(&new, &old));
    if !come.is_empty() {
        parts.push(format!("new findings {}", words::list(&come, "and")));
    }
    if !gone.is_empty() {
        parts.push(format!("no longer {}", words::list(&gone, "and")));
    }
    let name = &to.effective.mesh.profile.istio;
    match parts.as_slice() {
        [] => format!("Istio {name} makes the same of this."),
        parts => format!("Istio {name}: {}.", parts.join("; ")),
    }
}

/// The hosts of a proxy, each with what becomes of its requests.
fn hosts(analysis: &Analysis, proxy: &Proxy) -> Vec<String> {
    let config = analysis.effective.proxy(proxy);
    let listens: Vec<u32> =
        config.listeners.iter().filter(|it| it.refused.is_none()).map(|it| it.port).collect();
    config
        .route_configs
        .iter()
        .flat_map(|routes| routes.virtual_hosts.iter().map(move |host| (routes, host)))
        .filter(|(_, host)| host.routes.iter().any(|entry| entry.route.origin.is_some()))
        .flat_map(|(routes, host)| {
            let refused = routes.refused.is_some()
                || !config.listeners.is_empty() && !listens.contains(&routes.port) && routes.port != 0;
            let content: Vec<String> = host.routes.iter().map(|entry| content(&entry.route)).collect();
            let require = host.require_tls.is_some();
            // A service goes by its name; other hosts by each domain, without the port that older proxies add.
            let names: BTreeSet<&str> = match &host.service {
                Some(service) => BTreeSet::from([service.as_str()]),
                None => host.domains.iter().map(|domain| bare(domain, routes.port)).collect(),
            };
            let row = |name| format!("{name}\n{proxy} {} {refused} {require} {content:?}", routes.port);
            names.into_iter().map(row).collect::<Vec<_>>()
        })
        .collect()
}

/// A domain without the port behind it.
fn bare(domain: &str, port: u32) -> &str {
    domain.strip_suffix(&format!(":{port}")).unwrap_or(domain)
}

/// What a route takes and does, without what both do by default in their own ways.
fn content(route: &Route) -> String {
    let from = route.origin.map(|origin| (origin.virtual_service, origin.rule, origin.block));
    format!("{from:?} {:?} {:?}", route.matcher.path, route.matcher.headers)
}

#[cfg(test)]
mod tests {
    use pilothouse_analysis::{Profile, Sources, analyze};

    fn flip(text: &str) -> String {
        let read = |profile| analyze(Sources::single("a.yaml", text), profile);
        super::profile_difference(&read(Profile::current()), &read(Profile::v1_1()))
    }

    const GATEWAY: &str = "apiVersion: networking.istio.io/v1alpha3\nkind: Gateway\nmetadata: {name: NAME}\nspec:\n  \
        selector: {istio: ingressgateway}\n  servers:\n  - hosts: [HOST]\n    \
        port: {number: 443, name: https, protocol: HTTPS}\n    tls: {mode: SIMPLE, credentialName: NAME}\n---\n\
        apiVersion: networking.istio.io/v1alpha3\nkind: VirtualService\nmetadata: {name: NAME}\nspec:\n  \
        hosts: [HOST]\n  gateways: [NAME]\n  http: [{route: [{destination: {host: NAME}}]}]\n---\n";

    #[test]
    fn gw_8_a_dropped_server_is_told() {
        let one = GATEWAY.replace("NAME", "a").replace("HOST", "a.example.com");
        let two = GATEWAY.replace("NAME", "b").replace("HOST", "b.example.com");
        assert_eq!(flip(&one), "Istio 1.1 makes the same of this.");
        let both = flip(&(one + &two));
        assert!(both.contains("`b.example.com`") && both.contains("`duplicate-https-port-name`"), "{both}");
    }
}

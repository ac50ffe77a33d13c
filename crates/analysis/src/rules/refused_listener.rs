use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, sidecars::Sidecars, words};
use crate::{
    Analysis,
    effective::{
        ChainTarget, Listener, Origin, ProxyConfig, Refusal, RefusalReason, RouteConfig, VirtualHost,
    },
    mesh::{Proxy, ProxyKind, names::MESH},
    resource::virtual_service::{HttpRoute, Pattern, StringMatch},
};

pub(super) static RULE: Rule = Rule {
    code: "refused-listener",
    severity: Severity::Error,
    aliases: &["IST0145"],
    docs: include_str!("refused_listener.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mut found = Found::new();
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        look(&analysis.effective.proxy(&binding.proxy), &mut found);
    }
    let unique = analysis.effective.mesh.profile.sidecar_domains_unique;
    if !unique && analysis.effective.mesh.bound_to(MESH).len() > 1 || any_refused_on_mesh(analysis) {
        let sidecars = Sidecars::new(analysis);
        for config in sidecars.all().map_while(|proxy| sidecars.config(proxy)) {
            look(&config, &mut found);
        }
    }
    for ((port, _), what) in &found {
        report(analysis, cx, *port, what);
    }
}

/// What Envoy refuses, by port and the clauses at fault, however many proxies it is refused on.
type Found = BTreeMap<(u32, Vec<Origin>), What>;

struct What {
    refusal: Refusal,
    /// The hosts of the port.
    hosts: BTreeSet<String>,
    proxies: BTreeSet<Proxy>,
}

fn look(config: &ProxyConfig, found: &mut Found) {
    let mut add = |port: u32, refusal: &Option<Refusal>, hosts: &dyn Fn() -> BTreeSet<String>| {
        let Some(refusal) = refusal else { return };
        let new = || What { refusal: refusal.clone(), hosts: BTreeSet::new(), proxies: BTreeSet::new() };
        let what = found.entry((port, refusal.origins.clone())).or_insert_with(new);
        what.hosts.extend(hosts());
        what.proxies.insert(config.proxy.clone());
    };
    for listener in &config.listeners {
        add(listener.port, &listener.refused, &|| listener_hosts(listener, config));
    }
    for routes in &config.route_configs {
        add(routes.port, &routes.refused, &|| route_hosts(routes));
    }
}

/// Whether a route for sidecars is one that Envoy refuses by itself.
fn any_refused_on_mesh(analysis: &Analysis) -> bool {
    let effective = &analysis.effective;
    effective.mesh.bound_to(MESH).iter().any(|&id| {
        effective.rules(id).iter().any(|rule| may_be_refused(&rule.http))
            && effective.mesh_clients(id).iter().any(|client| {
                effective.routes_alone(id, client).0.iter().any(|route| effective.refuses(route))
            })
    })
}

/// Whether a rule has a pattern, or a status of its own for a redirect.
fn may_be_refused(rule: &HttpRoute) -> bool {
    let is_regex =
        |test: &StringMatch| test.pattern.as_ref().is_some_and(|it| matches!(it.value, Pattern::Regex(_)));
    let tests = rule.matches.iter().flat_map(|block| {
        let parts = block.uri.iter().chain(&block.scheme).chain(&block.method).chain(&block.authority);
        let named = block.headers.values().chain(block.without_headers.values());
        parts.chain(named.chain(block.query_params.iter().map(|(_, test)| test)).map(|test| &test.value))
    });
    let origins = rule.cors_policy.iter().flat_map(|policy| &policy.allow_origins);
    tests.chain(origins).any(is_regex)
        || rule.redirect.as_ref().is_some_and(|redirect| redirect.redirect_code.is_some())
        || rule.rewrite.as_ref().is_some_and(|rewrite| rewrite.uri_regex.is_some())
}

/// The server names of a listener, and where it takes any the hosts behind it.
fn listener_hosts(listener: &Listener, config: &ProxyConfig) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for chain in &listener.chains {
        out.extend(chain.server_names.iter().cloned());
        if let (true, ChainTarget::Routes(name)) = (chain.server_names.is_empty(), &chain.target) {
            out.extend(config.route_config(name).into_iter().flat_map(route_hosts));
        }
    }
    out
}

fn route_hosts(routes: &RouteConfig) -> BTreeSet<String> {
    let written = |host: &&VirtualHost| host.service.is_some() || !host.origins.is_empty();
    let hosts = routes.virtual_hosts.iter().filter(written);
    hosts.filter_map(|host| host.service.clone().or_else(|| host.domains.first().cloned())).collect()
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, port: u32, found: &What) {
    let What { refusal, hosts, proxies } = found;
    let mesh = &analysis.effective.mesh;
    let ([others @ .., last], Some(proxy)) = (&refusal.origins[..], proxies.first()) else { return };
    let both = words::and(
        words::distinct(refusal.origins.iter().map(|origin| origin.resource))
            .into_iter()
            .map(|id| words::called(mesh.resource(id))),
    );
    let what = &refusal.what;
    let (reason, help) = match refusal.reason {
        RefusalReason::EqualChains if what.is_empty() => (
            format!("two servers take every connection there ({both})"),
            "Leave one of the two, or name the hosts that each of them serves.".to_owned(),
        ),
        RefusalReason::EqualChains => (
            format!("`{what}` is served twice there ({both})"),
            format!("Let one server alone have `{what}`."),
        ),
        RefusalReason::PartialWildcard => (
            format!("it has no match for the server name `{what}` ({both})"),
            "A `*` can only stand for whole labels in front: `*.example.com`.".to_owned(),
        ),
        RefusalReason::EqualDomains => (
            format!("`{what}` stands there twice ({both})"),
            "Put the rules of both into one VirtualService.".to_owned(),
        ),
        RefusalReason::Regex => (
            format!("the pattern `{}` is none that it can read ({both})", words::shortened(what)),
            "Write the pattern in RE2's syntax.".to_owned(),
        ),
        RefusalReason::NoAction => (
            format!("a redirect has a status that it does not know ({both})"),
            "Use 301, 302, 303, 307 or 308.".to_owned(),
        ),
    };
    let place = words::proxies(proxies);
    let down = words::quoted(hosts.iter().map(String::as_str));
    let lost =
        if hosts.is_empty() { String::new() } else { format!(", so nothing answers there for {down}") };
    let message = format!(
        "Envoy refuses everything on port {port} of {place}{lost}. The reason is that {reason}. A proxy that runs \
         keeps what it had until it restarts."
    );
    let finding = cx.report(Label::at(analysis, *last, ""), message);
    finding.related = others.iter().map(|origin| Label::at(analysis, *origin, "takes part")).collect();
    finding.help = Some(help);
    finding.ids = vec![match refusal.reason {
        RefusalReason::EqualChains | RefusalReason::PartialWildcard => "ENV-2",
        RefusalReason::EqualDomains => "SC-9",
        RefusalReason::Regex => "HM-6",
        RefusalReason::NoAction => "HM-12",
    }];
    finding.proxy = Some(proxy.to_string());
}

use std::collections::BTreeSet;

use super::{Label, Rule, RuleContext, Severity, sidecars::Sidecars, words};
use crate::{
    Analysis,
    effective::{ChainTarget, Listener, ProxyConfig, Refusal, RefusalReason, RouteConfig},
    mesh::{Proxy, ProxyKind},
};

pub(super) static RULE: Rule = Rule {
    code: "refused-listener",
    severity: Severity::Error,
    aliases: &["IST0145"],
    docs: include_str!("refused_listener.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mut seen = BTreeSet::new();
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(&binding.proxy);
        look(analysis, cx, &config, &mut seen);
    }
    // On sidecars only 1.1 makes route configurations that Envoy refuses.
    if !analysis.effective.mesh.profile.sidecar_domains_unique {
        let sidecars = Sidecars::new(analysis);
        for config in sidecars.all().map_while(|proxy| sidecars.config(proxy)) {
            look(analysis, cx, &config, &mut seen);
        }
    }
}

fn look(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    config: &ProxyConfig,
    seen: &mut BTreeSet<(u32, Vec<crate::effective::Origin>)>,
) {
    for listener in &config.listeners {
        if let Some(refusal) = &listener.refused
            && seen.insert((listener.port, refusal.origins.clone()))
        {
            report(analysis, cx, &config.proxy, listener.port, refusal, listener_hosts(listener, config));
        }
    }
    for routes in &config.route_configs {
        if let Some(refusal) = &routes.refused
            && seen.insert((routes.port, refusal.origins.clone()))
        {
            report(analysis, cx, &config.proxy, routes.port, refusal, route_hosts(routes));
        }
    }
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
    let hosts = routes.virtual_hosts.iter().filter(|host| !host.routes.is_empty());
    hosts.filter_map(|host| host.service.clone().or_else(|| host.domains.first().cloned())).collect()
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    proxy: &Proxy,
    port: u32,
    refusal: &Refusal,
    hosts: BTreeSet<String>,
) {
    let mesh = &analysis.effective.mesh;
    let [others @ .., last] = &refusal.origins[..] else { return };
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
            format!("a redirect has the status {what} ({both})"),
            "Use 301, 302, 303, 307 or 308.".to_owned(),
        ),
    };
    let place = words::proxy(proxy);
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

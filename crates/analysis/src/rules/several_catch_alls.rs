use std::collections::{BTreeMap, BTreeSet};

use super::{Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::{Origin, ProxyConfig, Reached, RouteConfig, RouteEntry},
    mesh::{Mesh, ProxyKind},
};

pub(super) static RULE: Rule = Rule {
    code: "several-catch-alls",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("several_catch_alls.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // The same rules may meet in several virtual hosts and on several gateways.
    let mut groups: BTreeMap<Vec<Origin>, Group> = BTreeMap::new();
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(&binding.proxy);
        for routes in config.route_configs.iter().filter(|routes| routes.refused.is_none()) {
            for host in 0..routes.virtual_hosts.len() {
                collect(analysis, &config, routes, host, &mut groups);
            }
        }
    }
    for group in groups.values() {
        report(analysis, cx, group);
    }
}

/// Catch-alls that meet, the one that runs first.
struct Group {
    entries: Vec<RouteEntry>,
    /// Those whose place among the others is not known.
    open: bool,
    hosts: BTreeSet<String>,
    witness: Option<crate::Request>,
    proxy: String,
}

fn collect(
    analysis: &Analysis,
    config: &ProxyConfig,
    routes: &RouteConfig,
    at: usize,
    groups: &mut BTreeMap<Vec<Origin>, Group>,
) {
    let effective = &analysis.effective;
    let host = &routes.virtual_hosts[at];
    let first = host.routes.iter().position(|entry| effective.takes_everything(&entry.route));
    let Some(first) = first.filter(|first| first + 1 < host.routes.len()) else { return };
    let reach = effective.reach(&config.proxy, routes, at);
    // Where nothing is left for any of them, what stands in front is told of.
    if reach.routes[first] != Reached::Yes {
        return;
    }
    let others = (first + 1..host.routes.len()).filter(|&other| {
        let (winner, loser) = (&host.routes[first].route, &host.routes[other].route);
        effective.takes_everything(loser) && !winner.same_outcome(loser)
    });
    let members: Vec<usize> = std::iter::once(first).chain(others).collect();
    let origins: Vec<Origin> =
        members.iter().filter_map(|&at| routes::rule_origin(&host.routes[at].route)).collect();
    if origins.len() < 2 {
        return;
    }
    let group = groups.entry(origins).or_insert_with(|| Group {
        entries: members.iter().map(|&at| host.routes[at].clone()).collect(),
        open: members[1..].iter().any(|&other| reach.order.open(first, other)),
        hosts: BTreeSet::new(),
        witness: reach.sample(first).map(|witness| reach.request(&witness, config, routes, at)),
        proxy: config.proxy.to_string(),
    });
    group.hosts.extend(host.domains.first().cloned());
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, group: &Group) {
    let mesh = &analysis.effective.mesh;
    let [winner, losers @ ..] = &group.entries[..] else { return };
    let (Some(kept), Some(lost)) = (winner.route.origin, losers.first().and_then(|it| it.route.origin))
    else {
        return;
    };
    let hosts = words::quoted(group.hosts.iter().map(String::as_str));
    let lost_rules = words::and(
        losers.iter().filter_map(|it| it.route.origin.as_ref()).map(|origin| routes::rule_of(mesh, origin)),
    );
    let runs = words::plural(losers.len(), "runs", "run");
    let shown = match &group.witness {
        Some(request) => format!(", so `{request}` {}", routes::outcome(&winner.route)),
        None => String::new(),
    };
    let message = format!(
        "Of the catch-alls for {hosts} {} is the one that runs{shown}; {lost_rules} never {runs}. The catch-alls of \
         all VirtualServices of a host go to the end, {}.",
        routes::rule_of(mesh, &kept),
        reason(mesh, group, winner, &losers[0]),
    );
    let finding = cx.report(routes::label(analysis, &lost, ""), message);
    finding.related.push(routes::label(analysis, &kept, "this catch-all runs"));
    let rest = losers[1..].iter().filter_map(|it| it.route.origin);
    finding.related.extend(rest.map(|origin| routes::label(analysis, &origin, "never runs either")));
    finding.help =
        Some(format!("Leave one catch-all for {hosts}, in the VirtualService of whoever owns the host."));
    finding.ids = vec!["RDS-5", "RDS-6"];
    finding.witness.clone_from(&group.witness);
    finding.proxy = Some(group.proxy.clone());
}

/// Why the first is the one that runs.
fn reason(mesh: &Mesh, group: &Group, winner: &RouteEntry, loser: &RouteEntry) -> String {
    let owner = |entry: &RouteEntry| entry.route.origin.map(|origin| origin.virtual_service);
    let gateways = (winner.via.map(|it| it.gateway), loser.via.map(|it| it.gateway));
    let (kind, first, second) = match gateways {
        (Some(a), Some(b)) if a != b => ("the oldest Gateway's first", Some(a), Some(b)),
        _ => ("the oldest first", owner(winner), owner(loser)),
    };
    let (Some(first), Some(second)) = (first, second) else { return kind.to_owned() };
    let name = words::name(mesh.resource(first));
    if group.open {
        return format!(
            "{kind}; none of them says its `creationTimestamp`, and {name} is first by name only"
        );
    }
    format!("{kind}, and {name} is {}", words::precedence(mesh, first, second).0)
}

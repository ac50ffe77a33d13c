use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, routes, site::Site, words};
use crate::{
    Analysis, Request,
    effective::{Origin, RouteEntry, RouteOrigin},
    fix::{Change, Fix, Spot},
    mesh::names::MESH,
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
    for site in Site::all(analysis) {
        collect(analysis, site, &mut groups);
    }
    for group in groups.values() {
        report(analysis, cx, group);
    }
}

/// Catch-alls that meet.
struct Group {
    site: Site,
    /// The one that runs, and those that never do.
    winner: usize,
    losers: Vec<usize>,
    hosts: BTreeSet<String>,
    request: Request,
}

fn collect(analysis: &Analysis, site: Site, groups: &mut BTreeMap<Vec<Origin>, Group>) {
    let effective = &analysis.effective;
    let entries = &site.host().routes;
    let everything = |at: &usize| effective.takes_everything(&entries[*at].route);
    let Some(winner) = (0..entries.len()).find(everything).filter(|first| first + 1 < entries.len()) else {
        return;
    };
    let differs = |other: &usize| !entries[winner].route.same_outcome(&entries[*other].route);
    let losers: Vec<usize> = (winner + 1..entries.len()).filter(everything).filter(differs).collect();
    if losers.is_empty() {
        return;
    }
    let members = std::iter::once(&winner).chain(&losers);
    let origins: Vec<Origin> = members.filter_map(|&at| routes::rule_origin(&entries[at].route)).collect();
    if let Some(known) = groups.get_mut(&origins) {
        known.hosts.insert(site.domain().to_owned());
        return;
    }
    // Where nothing is left for any of them, what stands in front is told of.
    let Some(witness) = site.reach(analysis).sample(winner) else { return };
    let Some(request) = site.request(analysis, &witness) else { return };
    let hosts = BTreeSet::from([site.domain().to_owned()]);
    groups.insert(origins, Group { site, winner, losers, hosts, request });
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, group: &Group) {
    let mesh = &analysis.effective.mesh;
    let entries = &group.site.host().routes;
    let winner = &entries[group.winner];
    let losers = || group.losers.iter().map(|&at| &entries[at]).filter_map(|it| it.route.origin);
    let (Some(kept), Some(lost)) = (winner.route.origin, losers().next()) else { return };
    let hosts = words::quoted(group.hosts.iter().map(String::as_str));
    let lost_rules = words::distinct(losers().map(|origin| routes::rule_of(mesh, &origin)));
    let runs = words::plural(lost_rules.len(), "runs", "run");
    let lost_rules = words::capital(&words::and(lost_rules));
    let message = format!(
        "{lost_rules} never {runs}: of the catch-alls for {hosts} only {} does, so `{}` {}. Catch-alls of all \
         VirtualServices of a host go to the end, {}.",
        routes::rule_of(mesh, &kept),
        group.request,
        routes::outcome(&winner.route),
        reason(analysis, group),
    );
    let finding = cx.report(routes::label(analysis, &lost, ""), message);
    finding.related.push(routes::label(analysis, &kept, "this catch-all runs"));
    // One rule may stand there twice, through two Gateways.
    let others = words::distinct(losers().map(|origin| origin.match_origin)).into_iter();
    let others = others.filter(|origin| *origin != lost.match_origin);
    finding.related.extend(others.map(|origin| Label::at(analysis, origin, "never runs either").same()));
    finding.help =
        Some(format!("Leave one catch-all for {hosts}, in the VirtualService of whoever owns the host."));
    finding.fixes.extend(deletion(analysis, group));
    finding.ids = vec!["RDS-5", "RDS-6"];
    finding.witness = Some(group.request.clone());
    finding.proxy = Some(group.site.config.proxy.to_string());
}

/// Deletes catch-alls that never run, where it is known that they do not, here or anywhere.
fn deletion(analysis: &Analysis, group: &Group) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let entries = &group.site.host().routes;
    let order = group.site.reach(analysis);
    if group.losers.iter().any(|&other| order.order.open(group.winner, other)) {
        return None;
    }
    let lost: Vec<RouteOrigin> = group.losers.iter().filter_map(|&at| entries[at].route.origin).collect();
    let first = lost.first()?;
    let plain = lost.iter().all(|origin| {
        let service = mesh.virtual_service(origin.virtual_service);
        let only_here = service.gateways.len() == 1 && service.gateways[0].value != MESH;
        let whole = service.http.get(origin.rule).is_some_and(|rule| rule.matches.len() < 2);
        // All that the VirtualService has for its hosts is seen here.
        only_here && whole && service.hosts.len() == 1 && origin.written_in == first.written_in
    });
    let rules = words::and(words::distinct(lost.iter().map(|origin| routes::rule_of(mesh, origin))));
    let items = words::distinct(lost.iter().map(RouteOrigin::rule));
    let items = items.into_iter().map(|origin| Spot::of(analysis, origin)).collect();
    plain.then(|| Fix::new(format!("Delete {rules}"), vec![Change::Remove { items }]))
}

/// In which order they are, and why the one that runs is the first.
fn reason(analysis: &Analysis, group: &Group) -> String {
    let mesh = &analysis.effective.mesh;
    let entries = &group.site.host().routes;
    let (winner, loser) = (&entries[group.winner], &entries[group.losers[0]]);
    let owner = |entry: &RouteEntry| entry.route.origin.map(|origin| origin.virtual_service);
    let namespace = &group.site.config.proxy.namespace;
    let order = group.site.reach(analysis);
    let open = group.losers.iter().any(|&other| order.order.open(group.winner, other));
    let (first, second, kind) = match (winner.via, loser.via) {
        (Some(a), Some(b)) if a.gateway != b.gateway => {
            (a.gateway, b.gateway, "those of the oldest Gateway first")
        }
        (Some(a), Some(b)) if a != b => {
            return format!(
                "and those of the first server of Gateway {} first",
                words::name(mesh.resource(a.gateway))
            );
        }
        _ => match (owner(winner), owner(loser)) {
            (Some(a), Some(b)) => (a, b, "the oldest first"),
            _ => return "the oldest first".to_owned(),
        },
    };
    let name = words::name(mesh.resource(first));
    match open {
        true => {
            format!("{kind}; none of them says its `creationTimestamp`, and {name} is first by name only")
        }
        false => format!("{kind}, and {name} is {}", words::precedence_for(mesh, first, second, namespace).0),
    }
}

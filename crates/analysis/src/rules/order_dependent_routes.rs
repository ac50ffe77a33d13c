use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, routes, site::Site, words};
use crate::{
    Analysis,
    effective::{Contest, Origin, RouteEntry},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "order-dependent-routes",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("order_dependent_routes.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mut pairs: BTreeMap<(ResourceId, ResourceId), Pair> = BTreeMap::new();
    for site in Site::all(analysis) {
        collect(analysis, &site, &mut pairs);
    }
    for pair in pairs.values() {
        report(analysis, cx, pair);
    }
    // One for each host where more meet than is worth telling.
    let incomplete: BTreeMap<&str, &Pair> = pairs
        .values()
        .filter(|pair| !pair.site.reach(analysis).complete)
        .map(|pair| (pair.site.host().name.as_str(), pair))
        .collect();
    for pair in incomplete.values() {
        report_incomplete(analysis, cx, pair);
    }
}

/// Where so many rules meet, not all pairs are told of.
fn report_incomplete(analysis: &Analysis, cx: &mut RuleContext<'_>, pair: &Pair) {
    let first = pair.site.host().routes.iter().find_map(|entry| entry.route.origin);
    let Some(first) = first else { return };
    let hosts = words::quoted(pair.hosts.iter().map(String::as_str));
    let message = format!(
        "For {hosts} more rules meet whose order only age decides than are listed: there are too many pairs to go \
         through. Each VirtualService that takes part is in one finding at least, as far as they were gone through."
    );
    let finding = cx.report(routes::label(analysis, &first, ""), message);
    finding.severity = Severity::Info;
    finding.ids = vec!["RDS-4", "ORD-5"];
}

/// Two VirtualServices with routes of which either could come first.
struct Pair {
    site: Site,
    contest: Contest,
    /// Every virtual host in which they meet so.
    hosts: BTreeSet<String>,
    /// The rules that take part.
    rules: BTreeSet<Origin>,
}

fn collect(analysis: &Analysis, site: &Site, pairs: &mut BTreeMap<(ResourceId, ResourceId), Pair>) {
    let effective = &analysis.effective;
    let host = site.host();
    if host.origins.len() < 2 {
        return;
    }
    let reach = site.reach(analysis);
    for contest in &reach.contests {
        let (first, second) = (&host.routes[contest.first], &host.routes[contest.second]);
        // Of catch-alls only one is left in any order, which is a matter of its own.
        if effective.takes_everything(&first.route) {
            continue;
        }
        let (Some(a), Some(b)) = (first.route.origin, second.route.origin) else { continue };
        let key = (a.virtual_service.min(b.virtual_service), a.virtual_service.max(b.virtual_service));
        let proven = pairs.get(&key).is_some_and(|pair| pair.contest.witness.is_some());
        // What cannot be sent proves nothing: connections for the host may end elsewhere.
        let sent = |witness| site.request(analysis, witness).is_some();
        if !proven && !contest.witness.as_ref().is_none_or(sent) {
            continue;
        }
        let new = || Pair {
            site: site.clone(),
            contest: contest.clone(),
            hosts: BTreeSet::new(),
            rules: BTreeSet::new(),
        };
        let pair = pairs.entry(key).or_insert_with(new);
        // What is proven goes before what is not.
        if !proven && contest.witness.is_some() {
            (pair.site, pair.contest) = (site.clone(), contest.clone());
        }
        pair.hosts.insert(site.domain().to_owned());
        pair.rules.extend([a.rule(), b.rule()]);
    }
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, pair: &Pair) {
    let effective = &analysis.effective;
    let mesh = &effective.mesh;
    let entries = &pair.site.host().routes;
    let Contest { first, second, .. } = pair.contest;
    let (one, other) = (&entries[first], &entries[second]);
    let (Some(a), Some(b)) = (one.route.origin, other.route.origin) else { return };
    let witness = pair.contest.witness.as_ref().and_then(|witness| pair.site.request(analysis, witness));
    let why = undecided(analysis, one, other);
    let hosts = words::quoted(pair.hosts.iter().map(String::as_str));
    let message = match &witness {
        Some(request) => {
            format!(
                "Only age decides whether `{request}` {}. {why}",
                routes::either(mesh, &one.route, &other.route)
            )
        }
        None => format!(
            "It is not known whether a request for {hosts} can match {} ({}) as well as {} ({}); that takes too long \
             to work out. If one can, only age decides what becomes of it. {why}",
            routes::rule_of(mesh, &a),
            routes::asks(&one.route.matcher),
            routes::rule_of(mesh, &b),
            routes::asks(&other.route.matcher),
        ),
    };
    let finding = cx.report(routes::label(analysis, &b, ""), message);
    if witness.is_none() {
        finding.severity = Severity::Info;
    }
    let place = format!("{} comes first as things are", routes::rule_called(mesh, (a.written_in, a.rule)));
    finding.related.push(routes::label(analysis, &a, place));
    let told = [a.rule(), b.rule()];
    let more = pair.rules.iter().filter(|rule| !told.contains(rule));
    finding.related.extend(more.map(|rule| Label::at(analysis, *rule, "takes part too")));
    if let Some((x, y)) = gateways(one, other) {
        finding.related.extend([x, y].map(|id| Label::named(analysis, id, "its age decides")));
    }
    let owners = [(a.virtual_service, a.written_in), (b.virtual_service, b.written_in)];
    let roots = owners.into_iter().filter(|(owner, written_in)| owner != written_in);
    finding.related.extend(roots.map(|(owner, _)| Label::named(analysis, owner, "its delegate takes part")));
    finding.help = Some(format!(
        "Put the rules for {hosts} into one VirtualService, the narrower first, or let their conditions exclude each \
         other."
    ));
    finding.ids = vec!["RDS-4", "ORD-5"];
    finding.proxy = Some(pair.site.config.proxy.to_string());
    finding.witness = witness;
}

/// The Gateways of two routes, where those differ.
fn gateways(one: &RouteEntry, other: &RouteEntry) -> Option<(ResourceId, ResourceId)> {
    let (one, other) = (one.via?.gateway, other.via?.gateway);
    (one != other).then_some((one, other))
}

/// Whose age decides, and that the input does not say it.
fn undecided(analysis: &Analysis, one: &RouteEntry, other: &RouteEntry) -> String {
    let mesh = &analysis.effective.mesh;
    let owner = |entry: &RouteEntry| entry.route.origin.map(|origin| origin.virtual_service);
    let decisive = gateways(one, other).or_else(|| Some((owner(one)?, owner(other)?)));
    let Some((x, y)) = decisive else { return String::new() };
    let kind = mesh.resource(x).key.kind.as_str();
    format!(
        "Neither {kind} {} nor {} has a `creationTimestamp`: in the cluster the older one comes first.",
        words::name(mesh.resource(x)),
        words::name(mesh.resource(y)),
    )
}

mod remedy;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Label, Rule, RuleContext, Severity,
    dead_clauses::{DeadClause, Front},
    dead_streams::{DeadStream, dead_streams, stream},
    routes,
    sidecars::Sidecars,
    words,
};
use crate::{
    Analysis,
    effective::{Origin, PathMatch, Route},
    mesh::{Mesh, names::MESH},
    resource::ResourceId,
    space::normalise_path,
};

pub(super) static RULE: Rule = Rule {
    code: "unreachable-route",
    severity: Severity::Warning,
    aliases: &["IST0130", "IST0131"],
    docs: include_str!("unreachable_route.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // One finding for all that one VirtualService loses to the same rules, on gateways and sidecars alike.
    let mut groups: BTreeMap<(ResourceId, BTreeSet<Origin>), Vec<&DeadClause>> = BTreeMap::new();
    let facts = cx.facts;
    for clause in facts.dead_clauses(analysis) {
        let fronts: BTreeSet<Origin> = clause.fronts.iter().map(|front| front.origin).collect();
        // Each clause that asks for the impossible is a slip of its own.
        let key = if fronts.is_empty() { BTreeSet::from([clause.origin]) } else { fronts };
        let group = groups.entry((clause.rule.0, key)).or_default();
        if !group.iter().any(|known| known.origin == clause.origin) {
            group.push(clause);
        }
    }
    let sidecars = Sidecars::new(analysis);
    for group in groups.values() {
        report(analysis, cx, &sidecars, group);
    }
    for stream in dead_streams(analysis) {
        report_stream(analysis, cx, &stream);
    }
}

fn report_stream(analysis: &Analysis, cx: &mut RuleContext<'_>, dead: &DeadStream) {
    let mesh = &analysis.effective.mesh;
    let (Some(lost), Some(kept)) = (stream(mesh, dead.origin), stream(mesh, dead.winner)) else { return };
    let (loser, winner) = (dead.origin.resource, dead.winner.resource);
    let what = match &dead.name {
        Some(name) => format!("has the server name `{}` already", words::shortened(name)),
        None => "takes every connection of the server already".to_owned(),
    };
    let why = match words::precedence_for(mesh, winner, loser, &dead.proxy.namespace) {
        _ if loser == winner => String::new(),
        (why, true) => format!(" {} is {why}.", words::name(mesh.resource(winner))),
        (why, false) => format!(
            " {} is {why}; neither has a `creationTimestamp`, and in the cluster the older one comes first.",
            words::name(mesh.resource(winner))
        ),
    };
    let message = format!(
        "No connection reaches {} rule {} of {}: {} rule {} of {} {what}.{why}",
        lost.kind,
        lost.number,
        words::called(mesh.resource(loser)),
        kept.kind,
        kept.number,
        words::name(mesh.resource(winner)),
    );
    let finding = cx.report(Label::at(analysis, dead.origin, ""), message);
    finding.related.push(Label::at(analysis, dead.winner, "stands in front"));
    finding.help = Some("Leave one rule for it, in one VirtualService.".into());
    finding.ids = vec![if dead.name.is_some() { "TLS-4" } else { "TLS-2" }];
    finding.proxy = Some(dead.proxy.to_string());
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, sidecars: &Sidecars<'_>, group: &[&DeadClause]) {
    let mesh = &analysis.effective.mesh;
    let [first, others @ ..] = group else { return };
    let resource = mesh.resource(first.rule.0);
    let clauses = words::and(words::distinct(group.iter().map(|clause| called(mesh, clause))));
    let what =
        format!("No request reaches {clauses} of {}{}", words::called(resource), whom(analysis, first));
    let shown = group.iter().find_map(|clause| clause.instead(analysis, sidecars));
    let message = match &first.fronts[..] {
        [] => format!("{what}: {}.", impossible(first.route.as_deref())),
        fronts => {
            let shown =
                shown.as_ref().map(|(taker, request)| format!(" So `{request}` {}.", routes::outcome(taker)));
            let whose = words::plural(words::distinct(group.iter().map(|it| it.rule)).len(), "its", "their");
            format!("{what}. {}{}", in_front(mesh, first, fronts, whose), shown.unwrap_or_default())
        }
    };
    let finding = cx.report(Label::at(analysis, first.origin, ""), message);
    finding.related = others
        .iter()
        .map(|clause| Label::at(analysis, clause.origin, "never reached either").same())
        .collect();
    let fronts = first.fronts.iter().map(|front| Label::at(analysis, front.origin, "stands in front"));
    finding.related.extend(fronts);
    if first.virtual_service != first.rule.0 {
        finding.related.push(Label::named(analysis, first.virtual_service, "delegates to it"));
    }
    finding.help = Some(help(first, others.is_empty()));
    finding.fixes = remedy::fixes(analysis, group);
    finding.ids = if first.route.is_some() { vec!["RDS-4", "RDS-8"] } else { vec!["HM-4"] };
    finding.proxy = first.proxy().filter(|proxy| sidecars.knows(proxy)).map(ToString::to_string);
    finding.witness = shown.map(|(_, request)| request);
}

/// The rule, or the condition of it that is dead.
fn called(mesh: &Mesh, clause: &DeadClause) -> String {
    let rule = routes::rule_called(mesh, clause.rule);
    let conditions =
        mesh.virtual_service(clause.rule.0).http.get(clause.rule.1).map_or(0, |rule| rule.matches.len());
    match clause.block.filter(|_| conditions > 1) {
        Some(block) => format!("condition {} of {rule}", block + 1),
        None => rule,
    }
}

/// Where the clause is dead, if it has a part elsewhere too.
fn whom(analysis: &Analysis, clause: &DeadClause) -> String {
    let bound = &analysis.effective.mesh.virtual_service(clause.virtual_service).gateways;
    let on_mesh = bound.iter().any(|gateway| gateway.value == MESH);
    let only_mesh = bound.iter().all(|gateway| gateway.value == MESH);
    match clause.on_gateway {
        _ if !on_mesh || only_mesh => String::new(),
        true => " on gateways".into(),
        false => " on sidecars".into(),
    }
}

/// What stands in front and why it does.
fn in_front(mesh: &Mesh, clause: &DeadClause, fronts: &[Front], whose: &str) -> String {
    let same = fronts.iter().all(|front| front.virtual_service == clause.virtual_service);
    let listed = words::and(fronts.iter().map(|front| {
        let rule = routes::rule_called(mesh, front.rule);
        let rule = match front.rule.0 == clause.rule.0 {
            true => rule,
            false => format!("{rule} of {}", words::name(mesh.resource(front.rule.0))),
        };
        format!("{rule} ({})", front.asks)
    }));
    let takes = words::plural(fronts.len(), "takes", "together take");
    let takes = format!("{takes} all of {whose} requests first");
    let listed = words::capital(&listed);
    let Some(other) = fronts.iter().find(|front| front.virtual_service != clause.virtual_service && !same)
    else {
        return format!("{listed} {takes}.");
    };
    // Gateways and buckets may decide before age does.
    let age = |id: ResourceId| mesh.resource(id).age();
    if age(other.virtual_service) >= age(clause.virtual_service) {
        return format!("{listed} {takes}.");
    }
    format!("{listed} {takes}: {} is older.", words::name(mesh.resource(other.virtual_service)))
}

/// Why no request meets the conditions of a route.
fn impossible(route: Option<&Route>) -> &'static str {
    let path = route.map(|route| match &route.matcher.path {
        PathMatch::Exact(path) | PathMatch::Prefix(path) => path.as_str(),
        PathMatch::Regex(_) => "",
    });
    match path.unwrap_or_default() {
        "" => "its conditions exclude each other, or ask for what no request has",
        path if !path.starts_with('/') => "its path does not begin with `/`, and every path does",
        path if path.contains(['?', '#']) => "the query is no part of the path that is compared",
        path if normalise_path(path).as_deref() != Some(path) => {
            "Envoy resolves `..` and joins slashes before it compares, so that no path looks like this"
        }
        _ => "its conditions exclude each other",
    }
}

/// A prefix in front that takes a path without being a part of it: `/api` takes `/apiary`.
fn cut_word(clause: &DeadClause) -> Option<(&str, &str)> {
    let [front] = &clause.fronts[..] else { return None };
    let prefix = front.prefix.as_deref()?;
    let path = match &clause.route.as_ref()?.matcher.path {
        PathMatch::Exact(path) | PathMatch::Prefix(path) => path,
        PathMatch::Regex(_) => return None,
    };
    let goes_on = path.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    (goes_on && !prefix.ends_with('/')).then_some((prefix, path))
}

fn help(clause: &DeadClause, alone: bool) -> String {
    let it = if alone { "it" } else { "them" };
    if let Some((prefix, path)) = cut_word(clause) {
        return format!(
            "A prefix may end within a word: `{prefix}` takes `{path}` too. Write `{prefix}/` and, for itself, the exact \
             path `{prefix}`, or move {it} further up."
        );
    }
    match &clause.fronts[..] {
        [] => {
            "Write the path as it arrives, from `/` on and without query, and ask for nothing twice.".into()
        }
        fronts if fronts.iter().all(|front| front.virtual_service == clause.virtual_service) => {
            format!("Move {it} further up, or delete {it}.")
        }
        _ => {
            format!("Let what stands in front ask for less, put all into one VirtualService, or delete {it}.")
        }
    }
}

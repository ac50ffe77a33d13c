mod search;

use std::collections::{BTreeMap, BTreeSet};

use search::{Loss, on_gateways, on_sidecars};

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::{Origin, RouteOrigin},
    fix::{Change, Fix, Piece, Spot},
    mesh::{ProxyKind, names},
    resource::{ResourceId, virtual_service::HttpRoute},
};

pub(super) static RULE: Rule = Rule {
    code: "shadowed-host",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("shadowed_host.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mut losses = on_gateways(analysis);
    losses.extend(on_sidecars(analysis));
    // One finding for all that the same VirtualServices lose to the same, wherever that is.
    let mut groups: BTreeMap<(BTreeSet<ResourceId>, ResourceId), Vec<Loss>> = BTreeMap::new();
    for loss in losses {
        let Some(origin) = loss.taker.origin else { continue };
        let narrow = loss.narrow.iter().map(|clause| clause.resource).collect();
        groups.entry((narrow, origin.virtual_service)).or_default().push(loss);
    }
    for group in groups.values() {
        report(analysis, cx, group);
    }
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, group: &[Loss]) {
    let Some(loss) = group.first() else { return };
    let Some(taker) = &loss.taker.origin else { return };
    let mesh = &analysis.effective.mesh;
    let owners = words::names(mesh, loss.narrow.iter().map(|clause| clause.resource));
    let domains: BTreeSet<&str> = group.iter().map(|loss| loss.domain.as_str()).collect();
    let wide = match loss.wide_domain.as_str() {
        "*" => String::new(),
        domain => format!(" of `{domain}`"),
    };
    let message = format!(
        "`{}` gets 404: {} {} rules in {owners}, and none of them takes it. On other hosts{} it {} by {}, which is \
         not asked here: Envoy looks at the most specific host alone.",
        loss.request,
        words::quoted(domains.iter().copied()),
        words::plural(domains.len(), "has", "have"),
        wide,
        routes::outcome(&loss.taker),
        routes::rule_of(mesh, taker),
    );
    let clauses: BTreeSet<Origin> = group.iter().flat_map(|loss| loss.narrow.iter().copied()).collect();
    let mut clauses = clauses.into_iter();
    let Some(first) = clauses.next() else { return };
    let finding = cx.report(Label::at(analysis, first, ""), message);
    finding.related = clauses.map(|clause| Label::at(analysis, clause, "has rules of its own too")).collect();
    let wide: BTreeSet<Origin> = group.iter().flat_map(|loss| loss.wide).collect();
    finding.related.extend(wide.into_iter().map(|clause| Label::at(analysis, clause, "is not asked")));
    finding.related.push(routes::label(analysis, taker, "would take the request"));
    finding.help = Some(format!(
        "End the rules of {owners} with one that sends the rest where {} does. If 404 is meant, say so: a last rule \
         with `directResponse: {{status: 404}}`.",
        routes::rule_of(mesh, taker),
    ));
    finding.fixes.extend(catch_all(analysis, first, loss, taker).map(Fix::guess));
    let on_gateway = loss.proxy.kind == ProxyKind::Gateway;
    finding.ids = if on_gateway { vec!["RDS-9", "ENV-1"] } else { vec!["RDS-9", "SC-9"] };
    finding.proxy = Some(loss.proxy.to_string());
    finding.witness = Some(loss.request.clone());
}

/// Ends the rules with one that sends the rest where another VirtualService sends it, where that is one destination and
/// nothing else.
fn catch_all(analysis: &Analysis, owner: Origin, loss: &Loss, taker: &RouteOrigin) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let rule = mesh.virtual_service(taker.written_in).http.get(taker.rule)?;
    let plain = HttpRoute {
        range: rule.range,
        name: rule.name.clone(),
        route: rule.route.clone(),
        ..HttpRoute::default()
    };
    let [only] = &rule.route[..] else { return None };
    let destination = only.destination.as_ref()?;
    let alone = loss.narrow.iter().all(|clause| clause.resource == owner.resource);
    if **rule != plain || only.headers.is_some() || destination.port_name.is_some() || !alone {
        return None;
    }
    let namespace = &mesh.resource(taker.written_in).key.namespace;
    let host = names::full_host(&destination.host.value, namespace, &mesh.profile).into_owned();
    let mut target = vec![("host", Piece::Text(host))];
    target.extend(destination.subset.as_ref().map(|subset| ("subset", Piece::Text(subset.value.clone()))));
    let port = destination.port.as_ref().map(|port| Piece::Map(vec![("number", Piece::Number(port.value))]));
    target.extend(port.map(|port| ("port", port)));
    let route = Piece::List(vec![Piece::Map(vec![("destination", Piece::Map(target))])]);
    let title = format!("Send the rest where {} does", routes::rule_of(mesh, taker));
    let (beside, items) = (Spot::of(analysis, owner), vec![Piece::Map(vec![("route", route)])]);
    Some(Fix::new(title, vec![Change::Add { beside, list: "http", items }]))
}

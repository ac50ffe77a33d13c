mod search;

use std::collections::{BTreeMap, BTreeSet};

use search::{Loss, on_gateways, on_sidecars};

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{Analysis, effective::Origin, mesh::ProxyKind, resource::ResourceId};

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
    let on_gateway = loss.proxy.kind == ProxyKind::Gateway;
    finding.ids = if on_gateway { vec!["RDS-9", "ENV-1"] } else { vec!["RDS-9", "SC-9"] };
    finding.proxy = Some(loss.proxy.to_string());
    finding.witness = Some(loss.request.clone());
}

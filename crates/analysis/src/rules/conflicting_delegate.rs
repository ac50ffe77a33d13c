use std::collections::BTreeMap;

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::{DropReason, Origin},
    mesh::Mesh,
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "conflicting-delegate",
    severity: Severity::Error,
    aliases: &[],
    docs: include_str!("conflicting_delegate.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // One finding for all rules that a delegate loses to one rule of a root.
    let mut groups: BTreeMap<(ResourceId, Origin), Vec<Origin>> = BTreeMap::new();
    for dropped in &analysis.effective.dropped {
        if let (DropReason::DelegateConflict, Some(root)) = (&dropped.reason, dropped.winner) {
            groups.entry((dropped.origin.resource, root)).or_default().push(dropped.origin);
        }
    }
    for ((leaf, root), rules) in groups {
        report(analysis, cx, leaf, root, &rules);
    }
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, leaf: ResourceId, root: Origin, rules: &[Origin]) {
    let mesh = &analysis.effective.mesh;
    let ([first, others @ ..], Some(root_rule)) = (rules, called(mesh, root)) else { return };
    let message = format!(
        "{} of {} {} left out: {root_rule} of {} delegates only what its own conditions take, and {}. One such \
         condition takes its whole rule with it.",
        words::capital(&words::and(rules.iter().filter_map(|rule| called(mesh, *rule)))),
        words::called(mesh.resource(leaf)),
        words::plural(rules.len(), "is", "are"),
        words::name(mesh.resource(root.resource)),
        words::plural(
            rules.len(),
            "one of the rule is not within these",
            "each has one that is not within these"
        ),
    );
    let finding = cx.report(Label::at(analysis, *first, ""), message);
    finding.related =
        others.iter().map(|rule| Label::at(analysis, *rule, "left out as well").same()).collect();
    finding.related.push(Label::at(analysis, root, "delegates only this"));
    finding.help = Some(
        "Let each condition of the delegate begin with the prefix of the root, use no pattern for what the root asks \
         for, and put what is not within it into a rule of its own."
            .to_owned(),
    );
    finding.ids = vec!["DEL-3", "DEL-4"];
}

/// The HTTP rule at a place, in words.
fn called(mesh: &Mesh, place: Origin) -> Option<String> {
    let at = mesh.virtual_service(place.resource).http.iter().position(|rule| rule.range == place.range)?;
    Some(routes::rule_called(mesh, (place.resource, at)))
}

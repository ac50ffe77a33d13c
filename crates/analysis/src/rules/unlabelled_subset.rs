use super::{Label, Rule, RuleContext, Severity, words};
use crate::{Analysis, effective::Origin, resource::destination_rule::Subset};

pub(super) static RULE: Rule = Rule {
    code: "unlabelled-subset",
    severity: Severity::Warning,
    aliases: &["KIA0209"],
    docs: include_str!("unlabelled_subset.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    for &id in &mesh.destination_rules {
        let rule = mesh.destination_rule(id);
        // A policy of its own is a reason for a subset of all endpoints, and so is a name for all beside no others.
        let bare = |subset: &&Subset| subset.labels.is_empty() && subset.traffic_policy.is_none();
        let (bare, others): (Vec<&Subset>, Vec<&Subset>) = rule.subsets.iter().partition(bare);
        let labelled: Vec<&Subset> = others.into_iter().filter(|subset| !subset.labels.is_empty()).collect();
        for subset in bare.into_iter().filter(|_| !labelled.is_empty()) {
            let message = format!(
                "Requests to subset `{}` of `{}` go to every endpoint of the service, those of {} included: the subset \
                 has no labels.",
                subset.name.value,
                rule.host.value,
                words::quoted(labelled.iter().map(|other| other.name.value.as_str())),
            );
            let origin = Origin { resource: id, range: subset.name.range };
            let finding = cx.report(Label::at(analysis, origin, ""), message);
            finding.help = Some("Give it labels; for all endpoints a route needs no subset.".into());
            finding.ids = vec!["DR-13"];
        }
    }
}

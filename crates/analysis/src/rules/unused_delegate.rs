use super::{Label, Rule, RuleContext, Severity, words};
use crate::{Analysis, effective::DropReason, resource::closest_name};

pub(super) static RULE: Rule = Rule {
    code: "unused-delegate",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("unused_delegate.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    // Without any root in the input nothing is known of who delegates.
    let delegates = |id| mesh.virtual_service(id).http.iter().any(|rule| rule.delegate.is_some());
    if !mesh.virtual_services.iter().any(|&id| delegates(id)) {
        return;
    }
    let dropped = &analysis.effective.dropped;
    let missing = dropped.iter().filter_map(|dropped| match &dropped.reason {
        DropReason::DelegateMissing { delegate } => Some(delegate.as_str()),
        _ => None,
    });
    let missing: Vec<&str> = missing.collect();
    for unused in dropped.iter().filter(|dropped| dropped.reason == DropReason::DelegateUnused) {
        let resource = mesh.resource(unused.origin.resource);
        let key = &resource.key;
        // A root that misspells it is told of by itself.
        let meant = |missing: &&str| {
            let (namespace, name) = missing.split_once('/').unwrap_or_default();
            name == key.name
                || namespace == key.namespace && closest_name(name, [key.name.as_str()]).is_some()
        };
        if missing.iter().any(meant) {
            continue;
        }
        let message = format!(
            "No request reaches the rules of {}: it has no hosts, and no VirtualService delegates to it.",
            words::called(resource)
        );
        let finding = cx.report(Label::at(analysis, unused.origin, ""), message);
        finding.help = Some("Delegate to it, give it `hosts`, or delete it.".to_owned());
        finding.ids = vec!["DEL-1"];
    }
}

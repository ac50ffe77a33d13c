use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{names::ROOT_NAMESPACE, selects},
};

pub(super) static RULE: Rule = Rule {
    code: "selective-root-sidecar",
    severity: Severity::Warning,
    aliases: &["KIA1006"],
    docs: include_str!("selective_root_sidecar.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    for &id in mesh.sidecars.get(ROOT_NAMESPACE).into_iter().flatten() {
        let Some(selector) = &mesh.sidecar(id).workload_selector else { continue };
        let selected = mesh.workloads().filter(|(_, _, it)| selects(&selector.value, &it.labels.value));
        let (own, others): (Vec<_>, Vec<_>) =
            selected.partition(|(_, resource, _)| resource.key.namespace == ROOT_NAMESPACE);
        if !own.is_empty() {
            continue;
        }
        let resource = mesh.resource(id);
        let missed = words::names(mesh, others.iter().map(|(id, ..)| *id));
        let whom = match others.len() {
            0 => format!("workloads outside `{ROOT_NAMESPACE}`"),
            _ => missed,
        };
        let message = format!(
            "Sidecar {} does not apply to {whom}: one with `workloadSelector` is for the workloads of its own \
             namespace. Only a Sidecar without it is the default of all namespaces.",
            words::name(resource),
        );
        let range = selector.range;
        let finding = cx.report(Label::at(analysis, Origin { resource: id, range }, ""), message);
        if others.is_empty() {
            finding.severity = Severity::Info;
        }
        let labels = others.iter().take(4).map(|(id, ..)| Label::named(analysis, *id, "has these labels"));
        finding.related.extend(labels);
        finding.help = Some(match others.first() {
            Some((_, resource, _)) => format!("Move it to `{}`.", resource.key.namespace),
            None => "Move it to the namespace of the workloads, or delete `workloadSelector`.".into(),
        });
        finding.ids = vec!["SC-1"];
    }
}

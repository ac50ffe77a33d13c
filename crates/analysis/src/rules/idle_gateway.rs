use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, selects},
    resource::{ResourceId, closest_name},
};

pub(super) static RULE: Rule = Rule {
    code: "idle-gateway",
    severity: Severity::Warning,
    aliases: &["IST0101", "KIA0302"],
    docs: include_str!("idle_gateway.md"),
    check,
};

/// The label that tells gateways apart by custom, and what istiod has there.
const USUAL: (&str, &str) = ("istio", "pilot");

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let known = gateways(mesh);
    if known.is_empty() {
        return;
    }
    let selectors: BTreeSet<_> = mesh.gateways.iter().map(|&id| &mesh.gateway(id).selector).collect();
    let idle: BTreeSet<_> = selectors.into_iter().filter(|selector| !is_served(mesh, selector)).collect();
    for &id in mesh.gateways.iter().filter(|id| idle.contains(&mesh.gateway(**id).selector)) {
        report(analysis, cx, id, &known);
    }
}

/// Whether a workload has the labels, or one is there by the Service in front of it.
fn is_served(mesh: &Mesh, selector: &BTreeMap<String, String>) -> bool {
    mesh.workloads().any(|(_, _, workload)| selects(selector, &workload.labels.value))
        || mesh.services.iter().any(|service| selects(selector, &service.selector))
}

/// Workloads that serve some Gateway, or are labelled as such ones are.
fn gateways(mesh: &Mesh) -> Vec<ResourceId> {
    let selectors: BTreeSet<_> = mesh.gateways.iter().map(|&id| &mesh.gateway(id).selector).collect();
    let workloads = mesh.workloads().filter(|(_, _, workload)| {
        let labels = &workload.labels.value;
        let mut selectors = selectors.iter().filter(|selector| !selector.is_empty());
        labels.get(USUAL.0).is_some_and(|value| value != USUAL.1)
            || selectors.any(|selector| selects(selector, labels))
    });
    workloads.map(|(id, ..)| id).collect()
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, id: ResourceId, known: &[ResourceId]) {
    let mesh = &analysis.effective.mesh;
    let gateway = mesh.gateway(id);
    let pair = |(key, value): (&String, &String)| format!("`{key}: {value}`");
    let asked = words::and(gateway.selector.iter().map(pair));
    let message = format!(
        "Nothing listens for {}: no workload has {} {asked} of its selector. The gateways here are {}.",
        words::called(mesh.resource(id)),
        words::plural(gateway.selector.len(), "the label", "the labels"),
        words::names(mesh, known.iter().copied()),
    );
    let range = gateway.selector_range.unwrap_or(mesh.resource(id).name_range);
    let finding = cx.report(Label::at(analysis, Origin { resource: id, range }, ""), message);
    finding.related =
        known.iter().map(|&id| Label::named(analysis, id, "a gateway with other labels")).collect();
    let labels = || {
        let workloads = mesh.workloads().filter(|(id, ..)| known.contains(id));
        workloads.map(|(_, _, workload)| &workload.labels.value)
    };
    let values = |key: &String| {
        labels().filter_map(|labels| labels.get(key)).map(String::as_str).collect::<BTreeSet<_>>()
    };
    let meant = gateway.selector.iter().find_map(|(key, value)| {
        let meant = closest_name(value, values(key))?;
        Some(format!("Did you mean `{key}: {meant}`?"))
    });
    finding.help = Some(
        meant.unwrap_or_else(|| "Write labels that the pods of the gateway have, all of them.".to_owned()),
    );
    finding.ids = vec!["BIND-12"];
}

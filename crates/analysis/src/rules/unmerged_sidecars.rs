use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    mesh::{Mesh, selects},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "unmerged-sidecars",
    severity: Severity::Error,
    aliases: &["IST0110", "IST0111", "KIA0002", "KIA0003"],
    docs: include_str!("unmerged_sidecars.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let workloads = workloads(mesh);
    for (namespace, sidecars) in &mesh.sidecars {
        let selector = |id: &ResourceId| mesh.sidecar(*id).workload_selector.as_ref().map(|it| &it.value);
        let (open, selecting): (Vec<ResourceId>, Vec<ResourceId>) =
            sidecars.iter().copied().partition(|id| selector(id).is_none());
        without_selector(analysis, cx, &open);
        let mut dead: BTreeSet<ResourceId> = BTreeSet::new();
        for (at, later) in selecting.iter().enumerate() {
            // Whatever this one selects, an earlier one selects as well.
            let takes_all = |earlier: &&ResourceId| match (selector(earlier), selector(later)) {
                (Some(wide), Some(narrow)) => selects(wide, narrow),
                _ => false,
            };
            if let Some(&winner) = selecting[..at].iter().find(takes_all) {
                dead.insert(*later);
                never(analysis, cx, winner, *later);
            }
        }
        let mut shared: BTreeMap<(ResourceId, ResourceId), Vec<ResourceId>> = BTreeMap::new();
        for &(workload, labels) in workloads.get(namespace.as_str()).into_iter().flatten() {
            let mut own = selecting.iter().filter(|id| selector(id).is_some_and(|it| selects(it, labels)));
            let Some(&winner) = own.next() else { continue };
            for &loser in own.filter(|id| !dead.contains(id)) {
                shared.entry((winner, loser)).or_default().push(workload);
            }
        }
        for ((winner, loser), workloads) in shared {
            for_workloads(analysis, cx, winner, loser, &workloads);
        }
    }
}

type Labels = BTreeMap<String, String>;

/// The workloads by namespace, without those of gateways, which heed no Sidecar.
fn workloads(mesh: &Mesh) -> BTreeMap<&str, Vec<(ResourceId, &Labels)>> {
    let mut out: BTreeMap<&str, Vec<(ResourceId, &Labels)>> = BTreeMap::new();
    let selectors: BTreeSet<&Labels> = mesh.gateways.iter().map(|&id| &mesh.gateway(id).selector).collect();
    for (id, resource, workload) in mesh.workloads() {
        let labels = &workload.labels.value;
        let gateway = selectors.iter().any(|selector| !selector.is_empty() && selects(selector, labels));
        if !gateway && mesh.sidecars.contains_key(&resource.key.namespace) {
            out.entry(&resource.key.namespace).or_default().push((id, labels));
        }
    }
    out
}

/// Of several without selector one counts: the oldest, before 1.12 the youngest (SC-1).
fn without_selector(analysis: &Analysis, cx: &mut RuleContext<'_>, open: &[ResourceId]) {
    let mesh = &analysis.effective.mesh;
    let oldest = mesh.profile.sidecar_selectors_first;
    let Some(&winner) = (if oldest { open.first() } else { open.last() }) else { return };
    for &loser in open.iter().filter(|id| **id != winner) {
        let (why, unknown) = reason(mesh, winner, loser);
        let message = format!(
            "Sidecar {} applies to nobody: of several Sidecars without `workloadSelector` in a namespace only one \
             counts, and that is {}, {why}.{unknown}",
            words::name(mesh.resource(loser)),
            words::name(mesh.resource(winner)),
        );
        report(analysis, cx, (winner, loser), message);
    }
}

fn never(analysis: &Analysis, cx: &mut RuleContext<'_>, winner: ResourceId, loser: ResourceId) {
    let mesh = &analysis.effective.mesh;
    let (why, unknown) = reason(mesh, winner, loser);
    let message = format!(
        "Sidecar {} applies to nobody: {}, {why}, selects all its workloads, and Sidecars do not merge.{unknown}",
        words::name(mesh.resource(loser)),
        words::name(mesh.resource(winner)),
    );
    report(analysis, cx, (winner, loser), message);
}

fn for_workloads(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    winner: ResourceId,
    loser: ResourceId,
    workloads: &[ResourceId],
) {
    let mesh = &analysis.effective.mesh;
    let (why, unknown) = reason(mesh, winner, loser);
    let message = format!(
        "Sidecar {} does not apply to {}: {}, {why}, selects {} as well, and Sidecars do not merge.{unknown}",
        words::name(mesh.resource(loser)),
        words::names(mesh, workloads.iter().copied()),
        words::name(mesh.resource(winner)),
        words::plural(workloads.len(), "it", "them"),
    );
    let finding = report(analysis, cx, (winner, loser), message);
    let labels = workloads.iter().take(3).map(|&id| Label::named(analysis, id, "both select this"));
    finding.related.extend(labels);
}

fn report<'c>(
    analysis: &Analysis,
    cx: &'c mut RuleContext<'_>,
    (winner, loser): (ResourceId, ResourceId),
    message: String,
) -> &'c mut super::Finding {
    let finding = cx.report(Label::named(analysis, loser, ""), message);
    finding.related.push(Label::named(analysis, winner, "this one counts"));
    finding.help = Some("Put all that a workload needs into one Sidecar and delete the other.".into());
    finding.ids = vec!["SC-1", "ORD-3"];
    finding
}

/// Why one counts, and what is to be said where that is not known.
fn reason(mesh: &Mesh, winner: ResourceId, loser: ResourceId) -> (&'static str, &'static str) {
    let older_first =
        mesh.sidecar(winner).workload_selector.is_some() || mesh.profile.sidecar_selectors_first;
    let (first, second) = if older_first { (winner, loser) } else { (loser, winner) };
    match (words::precedence(mesh, first, second), older_first) {
        (("older", _), true) => ("which is older", ""),
        (("older", _), false) => ("which is younger", ""),
        ((_, true), true) => ("which is as old and first by name", ""),
        ((_, true), false) => ("which is as old and last by name", ""),
        ((_, false), true) => (
            "which is first by name",
            " Neither has a `creationTimestamp`: in the cluster the older one counts.",
        ),
        ((_, false), false) => (
            "which is last by name",
            " Neither has a `creationTimestamp`: in the cluster the younger one counts.",
        ),
    }
}

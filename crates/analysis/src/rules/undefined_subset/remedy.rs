//! What can be done by itself about subsets that are missing.

use std::collections::BTreeSet;

use super::{Group, RulesByHost, has_subset, slip};
use crate::{
    Analysis,
    effective::{MergedRule, Origin},
    fix::{Change, Fix, Piece, Spot},
    mesh::{Mesh, selects},
    resource::ResourceId,
    rules::words,
};

/// Names the subset that is meant, exports what defines it, or defines it where the others are. Nothing where a guess
/// would be needed.
pub(super) fn fixes(
    analysis: &Analysis,
    rules: &RulesByHost,
    host: &str,
    group: &Group<'_>,
    written: &[(String, Origin)],
) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let applied = group.gaps.iter().find_map(|gap| gap.missing.first_key_value())?.1.as_deref();
    if let Some(fix) = renamed(analysis, applied, group, written) {
        return Some(fix);
    }
    let [subset] = group.subsets[..] else { return definition(analysis, host, applied?, &group.subsets) };
    let all = rules.get(host).map(Vec::as_slice).unwrap_or_default();
    match all.iter().find(|id| has_subset(mesh, **id, subset)) {
        Some(&elsewhere) => exported(analysis, elsewhere, &group.proxy.namespace),
        None => definition(analysis, host, applied?, &group.subsets),
    }
}

/// The subset that is meant, at every place that misspells it.
fn renamed(
    analysis: &Analysis,
    applied: Option<&MergedRule>,
    group: &Group<'_>,
    written: &[(String, Origin)],
) -> Option<Fix> {
    let known = applied?.subset_names(&analysis.effective.mesh);
    let [subset] = group.subsets[..] else { return None };
    let meant = slip(subset, &known)?;
    let own = written.iter().filter(|(name, _)| name == subset);
    Some(Fix::write(analysis, own.map(|(_, origin)| *origin), meant))
}

/// The rule that defines it, for the namespace that does not see it (DR-6).
fn exported(analysis: &Analysis, rule: ResourceId, namespace: &str) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let written = mesh.destination_rule(rule);
    if mesh.visibility(rule).to(namespace) || written.workload_selector.is_some() {
        return None;
    }
    Some(Fix::export(analysis, Origin { resource: rule, range: written.host.range }, namespace))
}

/// Definitions in the rule that applies, if it is known which label they need.
fn definition(analysis: &Analysis, host: &str, applied: &MergedRule, subsets: &[&str]) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let has_subsets = |id: &&ResourceId| !mesh.destination_rule(**id).subsets.is_empty();
    let home = *applied.members.iter().find(has_subsets).or(applied.members.first())?;
    let label = label(mesh, host, applied, subsets)?;
    let items = subsets.iter().map(|subset| {
        let labels = Piece::Labels(vec![(label.clone(), (*subset).to_owned())]);
        Piece::Map(vec![("name", Piece::Text((*subset).to_owned())), ("labels", labels)])
    });
    let beside = Spot::of(analysis, Origin { resource: home, range: mesh.destination_rule(home).host.range });
    let names = words::quoted(subsets.iter().copied());
    let title = format!("Define {names} in {}", words::name(mesh.resource(home)));
    Some(Fix::new(title, vec![Change::Add { beside, list: "subsets", items: items.collect() }]))
}

/// The label by which the subsets are told apart: what the workloads of the service show, or else the subsets that
/// are defined.
fn label(mesh: &Mesh, host: &str, applied: &MergedRule, subsets: &[&str]) -> Option<String> {
    let pattern = pattern(mesh, applied);
    let services = mesh.services_of(host).iter().map(|&id| mesh.service(id));
    let services: Vec<_> = services.filter(|it| !it.assumed() && !it.selector.is_empty()).collect();
    let mut candidates: Option<BTreeSet<&str>> = None;
    let pods = mesh.workloads().filter(|(_, resource, workload)| {
        services
            .iter()
            .any(|it| it.namespace == resource.key.namespace && selects(&it.selector, &workload.labels.value))
    });
    let pods: Vec<_> = pods.map(|(_, _, workload)| &workload.labels.value).collect();
    if pods.is_empty() {
        return pattern.map(str::to_owned);
    }
    for subset in subsets {
        let keys = pods.iter().flat_map(|labels| labels.iter());
        let keys = keys.filter(|(_, value)| value == subset).map(|(key, _)| key.as_str()).collect();
        candidates = Some(match candidates {
            None => keys,
            Some(known) => known.intersection(&keys).copied().collect(),
        });
    }
    let candidates = candidates?;
    let likely = pattern.or(Some("version")).filter(|key| candidates.contains(key));
    let only = candidates.first().filter(|_| candidates.len() == 1 && pattern.is_none()).copied();
    likely.or(only).map(str::to_owned)
}

/// The one label whose value is the name of each subset that is defined.
fn pattern<'m>(mesh: &'m Mesh, applied: &MergedRule) -> Option<&'m str> {
    let mut keys = applied.subsets.iter().map(|&(owner, index)| {
        let subset = mesh.destination_rule(owner).subsets.get(index)?;
        let (key, value) = subset.labels.first_key_value().filter(|_| subset.labels.len() == 1)?;
        (*value == subset.name.value).then_some(key.as_str())
    });
    let first = keys.next()??;
    keys.all(|key| key == Some(first)).then_some(first)
}

//! Merged DestinationRules as one proxy sees them.

use std::{collections::HashSet, rc::Rc};

use pilothouse_analysis::{
    effective::{MergedRule, Origin, policy::Discarded},
    mesh::Proxy,
    resource::ResourceId,
};

use crate::{
    model::{DroppedRow, Place, PolicyTable, SubsetRow},
    places::Places,
    traffic_policy, words,
};

/// The rules that apply to some service that the proxy has clusters for, by host.
pub(crate) fn tables(places: &Places<'_>, proxy: &Proxy) -> Vec<PolicyTable> {
    let effective = &places.analysis.effective;
    let mut rules: Vec<&Rc<MergedRule>> = Vec::new();
    let mut seen = HashSet::new();
    for id in effective.services_for(proxy) {
        let service = places.mesh().service(id);
        if let Some(rule) = effective.policies.rule_for(places.mesh(), proxy, service)
            && seen.insert(Rc::as_ptr(rule))
        {
            rules.push(rule);
        }
    }
    rules.sort_by(|a, b| a.host.cmp(&b.host).then(a.first.cmp(&b.first)));
    rules.into_iter().map(|rule| table(places, rule)).collect()
}

fn table(places: &Places<'_>, rule: &MergedRule) -> PolicyTable {
    let mesh = places.mesh();
    let subsets = rule.subsets.iter().filter_map(|&(owner, index)| {
        let subset = mesh.destination_rule(owner).subsets.get(index)?;
        Some(SubsetRow {
            name: subset.name.value.clone(),
            labels: words::labels(&subset.labels),
            policy: subset.traffic_policy.as_ref().map(traffic_policy::words).unwrap_or_default(),
            origin: places.place(Origin { resource: owner, range: subset.range }),
        })
    });
    let policy = rule.traffic_policy(mesh);
    PolicyTable {
        host: rule.host.clone(),
        members: rule.members.iter().map(|&id| member(places, id)).collect(),
        subsets: subsets.collect(),
        policy: policy.map(traffic_policy::words).unwrap_or_default(),
        policy_origin: rule
            .policy
            .zip(policy)
            .map(|(owner, policy)| places.place(Origin { resource: owner, range: policy.range })),
        discarded: rule.discarded.iter().map(|discarded| discarded_row(places, discarded)).collect(),
    }
}

fn member(places: &Places<'_>, id: ResourceId) -> Place {
    places.place(Origin { resource: id, range: places.mesh().resource(id).name_range })
}

fn discarded_row(places: &Places<'_>, discarded: &Discarded) -> DroppedRow {
    let winner = discarded.winner.map(|winner| places.name(winner.resource));
    let (what, reason, id) = match (&discarded.subset, winner) {
        (Some(name), Some(winner)) => (
            format!("subset {name}"),
            format!(
                "`{winner}` defines `{name}` first; a later subset of the same name is thrown away as a whole."
            ),
            "DR-3",
        ),
        (Some(name), None) => (format!("subset {name}"), "It is thrown away in merging.".to_owned(), "DR-3"),
        (None, Some(winner)) => (
            "trafficPolicy".to_owned(),
            format!(
                "`{winner}` has the first trafficPolicy of the host; a later one is thrown away as a whole."
            ),
            "DR-3",
        ),
        (None, None) => (
            "trafficPolicy".to_owned(),
            "Istio 1.1 takes over a later trafficPolicy only from a DestinationRule that has subsets."
                .to_owned(),
            "DR-14",
        ),
    };
    DroppedRow {
        what,
        origin: places.place(discarded.origin),
        reason,
        id: id.to_owned(),
        winner: discarded.winner.map(|winner| places.place(winner)),
    }
}

use std::collections::BTreeMap;

use super::{Label, Rule, RuleContext, Severity, policies, words};
use crate::{
    Analysis,
    effective::{Origin, policy::Discarded},
    fix::{Change, Fix, Spot},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "discarded-traffic-policy",
    severity: Severity::Warning,
    aliases: &["KIA0201"],
    docs: include_str!("discarded_traffic_policy.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // A policy may be lost in several merged sets, to clients of one namespace and of others: one that makes a
    // difference is told of.
    let mut lost: BTreeMap<Origin, &Discarded> = BTreeMap::new();
    let same = |discarded: &Discarded| {
        let winner = discarded.winner.map(|winner| policies::text(analysis, winner.resource));
        winner == Some(policies::text(analysis, discarded.origin.resource))
    };
    for discarded in analysis.effective.policies.entries().into_iter().flat_map(|entry| &entry.discarded) {
        if discarded.subset.is_none() {
            let known = lost.entry(discarded.origin).or_insert(discarded);
            if same(known) {
                *known = discarded;
            }
        }
    }
    for discarded in lost.into_values() {
        report(analysis, cx, discarded);
    }
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, discarded: &Discarded) {
    let mesh = &analysis.effective.mesh;
    let loser = discarded.origin.resource;
    let lost = words::name(mesh.resource(loser));
    let host = &mesh.destination_rule(loser).host.value;
    let mut same = false;
    let message = match discarded.winner {
        None => format!(
            "Clients of `{host}` go without the traffic policy of {lost}. Istio 1.1 takes the policy of a later \
             DestinationRule only if that defines a subset."
        ),
        Some(winner) => {
            let winner = winner.resource;
            let kept = words::name(mesh.resource(winner));
            let (why, known) = words::precedence(mesh, winner, loser);
            same = policies::text(analysis, loser) == policies::text(analysis, winner);
            let mut message = format!(
                "Clients of `{host}` follow the traffic policy of {kept}, which is {why}; that of {lost} is thrown \
                 away whole."
            );
            message.push_str(&match missing(analysis, loser, winner) {
                _ if same => " Both say the same, so nothing changes until one of the two is edited.".into(),
                Some(missing) => format!(" Its {missing} to nobody."),
                None => String::new(),
            });
            if !known && !same {
                message.push_str(" Neither has a `creationTimestamp`: in the cluster the older one counts.");
            }
            message
        }
    };
    let finding = cx.report(Label::at(analysis, discarded.origin, ""), message);
    if same {
        finding.severity = Severity::Info;
    }
    finding.related.extend(discarded.winner.map(|winner| Label::at(analysis, winner, "this policy counts")));
    finding.help = Some(match discarded.winner {
        Some(_) => "Put what should count into one of them; the others keep subsets only.".into(),
        None => "Put the policy into the DestinationRule that comes first.".into(),
    });
    if same {
        let at = Spot::of(analysis, discarded.origin);
        let title = format!("Delete the policy of {lost}");
        finding.fixes.push(Fix::new(title, vec![Change::Remove { items: vec![at] }]));
    }
    finding.ids = vec!["DR-3", if discarded.winner.is_some() { "DR-4" } else { "DR-14" }];
}

/// Which settings of the lost policy the other one lacks, with a verb.
fn missing(analysis: &Analysis, loser: ResourceId, winner: ResourceId) -> Option<String> {
    let policy = |id: ResourceId| analysis.effective.mesh.destination_rule(id).traffic_policy.as_ref();
    let kept = policy(winner)?.settings();
    let lost: Vec<&str> = policy(loser)?.settings().into_iter().filter(|name| !kept.contains(name)).collect();
    let verb = words::plural(lost.len(), "applies", "apply");
    (!lost.is_empty()).then(|| format!("{} {verb}", words::quoted(lost)))
}

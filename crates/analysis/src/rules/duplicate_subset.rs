use std::collections::BTreeMap;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    fix::{Change, Fix, Spot},
    resource::{ResourceId, destination_rule::Subset},
};

pub(super) static RULE: Rule = Rule {
    code: "duplicate-subset",
    severity: Severity::Warning,
    aliases: &["KIA0201"],
    docs: include_str!("duplicate_subset.md"),
    check,
};

/// A subset that is thrown away, and the definition that counts.
#[derive(Clone)]
struct Loss {
    name: String,
    lost: Origin,
    kept: Origin,
}

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // A definition may be lost in several merged sets, to clients of one namespace and of others: one that makes a
    // difference is told of.
    let mut lost: BTreeMap<Origin, Loss> = BTreeMap::new();
    for discarded in analysis.effective.policies.entries().into_iter().flat_map(|entry| &entry.discarded) {
        let (Some(name), Some(kept)) = (&discarded.subset, discarded.winner) else { continue };
        let loss = Loss { name: name.clone(), lost: discarded.origin, kept };
        let known = lost.entry(discarded.origin).or_insert_with(|| loss.clone());
        if difference(analysis, known).is_none() {
            *known = loss;
        }
    }
    // One finding for all subsets that one rule loses to another.
    let mut pairs: BTreeMap<(ResourceId, ResourceId), Vec<Loss>> = BTreeMap::new();
    for loss in lost.into_values() {
        pairs.entry((loss.lost.resource, loss.kept.resource)).or_default().push(loss);
    }
    for (pair, losses) in pairs {
        report(analysis, cx, pair, &losses);
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    (loser, winner): (ResourceId, ResourceId),
    losses: &[Loss],
) {
    let [first, others @ ..] = losses else { return };
    let mesh = &analysis.effective.mesh;
    let host = &mesh.destination_rule(loser).host.value;
    let (lost, kept) = (words::name(mesh.resource(loser)), words::name(mesh.resource(winner)));
    let names = words::quoted(losses.iter().map(|loss| loss.name.as_str()));
    let (noun, is, them) = words::plural(losses.len(), ("subset", "is", "it"), ("subsets", "are", "them"));
    let (why, known) = words::precedence(mesh, winner, loser);
    let mut message = format!(
        "The {noun} {names} that DestinationRule {lost} defines for `{host}` {is} thrown away: {kept}, which is \
         {why}, defines {them} already."
    );
    let differences: Vec<String> = losses.iter().filter_map(|loss| difference(analysis, loss)).collect();
    message.push_str(&match &differences[..] {
        [] => " Both say the same, so nothing changes until one of the two is edited.".into(),
        [difference, ..] => format!(" {difference}"),
    });
    if !known && !differences.is_empty() {
        message.push_str(" Neither has a `creationTimestamp`: in the cluster the older one counts.");
    }
    let finding = cx.report(Label::at(analysis, first.lost, ""), message);
    if differences.is_empty() {
        finding.severity = Severity::Info;
    }
    finding.related.push(Label::at(analysis, first.kept, "this definition counts"));
    for other in others {
        finding.related.push(Label::at(analysis, other.lost, "thrown away as well").same());
        finding.related.push(Label::at(analysis, other.kept, "this definition counts"));
    }
    finding.help = Some(format!("Keep one definition of {names}: delete or rename the other."));
    // What has a meaning of its own is its owner's to delete.
    if differences.is_empty() {
        let items = losses.iter().filter_map(|loss| {
            let range = subset(analysis, loss.lost)?.range;
            Some(Spot::of(analysis, Origin { range, ..loss.lost }))
        });
        let title = format!("Delete {names} from {lost}");
        finding.fixes.push(Fix::new(title, vec![Change::Remove { items: items.collect() }]));
    }
    finding.ids = vec!["DR-3", "DR-4"];
}

/// What clients get otherwise than the lost definition says.
fn difference(analysis: &Analysis, loss: &Loss) -> Option<String> {
    let (lost, kept) = (subset(analysis, loss.lost)?, subset(analysis, loss.kept)?);
    let name = &loss.name;
    if lost.labels != kept.labels {
        let (ours, theirs) = (labels(lost), labels(kept));
        return Some(format!("Requests for `{name}` go to pods {theirs}, not to those {ours}."));
    }
    let text = |subset: &Subset, origin: Origin| -> Vec<String> {
        let file = analysis.effective.mesh.resource(origin.resource).file;
        let policy = subset.traffic_policy.as_ref().zip(analysis.sources.get(file));
        let text = policy.map(|(policy, source)| policy.range.of(&source.text)).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    };
    let same = text(lost, loss.lost) == text(kept, loss.kept);
    (!same).then(|| format!("Requests for `{name}` follow the traffic policy of the one that counts."))
}

fn subset(analysis: &Analysis, name: Origin) -> Option<&Subset> {
    let rule = analysis.effective.mesh.destination_rule(name.resource);
    rule.subsets.iter().find(|subset| subset.name.range == name.range)
}

fn labels(subset: &Subset) -> String {
    if subset.labels.is_empty() {
        return "of any label".into();
    }
    let pairs: Vec<String> = subset.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("labelled {}", words::quoted(pairs.iter().map(String::as_str)))
}

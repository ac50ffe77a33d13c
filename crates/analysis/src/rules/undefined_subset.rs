mod remedy;
mod search;

use std::collections::BTreeMap;

pub(super) use search::Gaps;
use search::{Gap, RulesByHost, has_subset};

use super::{
    Label, Rule, RuleContext, Severity,
    destinations::{self, Places, Written},
    words,
};
use crate::{
    Analysis,
    effective::{MergedRule, Origin},
    mesh::{Mesh, Proxy, ProxyKind},
    resource::{ResourceId, closest_name},
};

pub(super) static RULE: Rule = Rule {
    code: "undefined-subset",
    severity: Severity::Error,
    aliases: &["IST0101", "KIA1107"],
    docs: include_str!("undefined_subset.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let Gaps { missing: gaps, rules } = cx.facts.gaps(analysis);
    // One finding for the subsets of a service that a VirtualService misses for one reason.
    let mut groups: BTreeMap<(ResourceId, &str, String), Group<'_>> = BTreeMap::new();
    for ((id, host, subset), gap) in gaps {
        let Some((proxy, applied)) = gap.missing.first_key_value() else { continue };
        let whom = if gap.defined.is_empty() { String::new() } else { words::on(gap.missing.keys()) };
        let cause = cause(mesh, rules, host, subset, proxy, applied.as_deref());
        let key = (*id, host.as_str(), format!("{whom} {}", cause.message));
        let group = groups.entry(key);
        let group =
            group.or_insert_with(|| Group { whom, proxy, cause, subsets: Vec::new(), gaps: Vec::new() });
        group.subsets.push(subset);
        group.gaps.push(gap);
    }
    let mut written = Written::default();
    for ((id, host, _), group) in &groups {
        report(analysis, cx, &mut written, rules, (*id, host), group);
    }
}

/// Subsets of one service that one VirtualService misses for one reason.
struct Group<'g> {
    /// The proxies that miss them, where others do not.
    whom: String,
    proxy: &'g Proxy,
    cause: Cause,
    subsets: Vec<&'g str>,
    gaps: Vec<&'g Gap>,
}

fn report<'a>(
    analysis: &'a Analysis,
    cx: &mut RuleContext<'_>,
    written: &mut Written<'a>,
    rules: &RulesByHost,
    (id, host): (ResourceId, &str),
    group: &Group<'_>,
) {
    let mesh = &analysis.effective.mesh;
    let places: Places =
        group.gaps.iter().flat_map(|gap| &gap.places).map(|(origin, used)| (*origin, *used)).collect();
    let Some(&first) = places.keys().next() else { return };
    let clause = written.at(mesh, first.resource, first.range);
    let called = clause.map_or(host, |destination| destination.host.value.as_str());
    let noun = words::plural(group.subsets.len(), "subset", "subsets");
    let target = format!("{noun} {} of `{called}`", words::quoted(group.subsets.iter().copied()));
    let sender = words::name(mesh.resource(id));
    let what = destinations::fate(&sender, &target, &group.whom, &places);
    let named: Vec<(String, Origin)> = places
        .keys()
        .map(|origin| {
            let subset = written.at(mesh, origin.resource, origin.range).and_then(|it| it.subset.as_ref());
            let range = subset.map_or(origin.range, |subset| subset.range);
            let name = subset.map(|subset| subset.value.clone()).unwrap_or_default();
            (name, Origin { range, ..*origin })
        })
        .collect();
    let mut labels = named
        .iter()
        .enumerate()
        .map(|(at, (_, origin))| Label::at(analysis, *origin, if at == 0 { "" } else { "here as well" }));
    let Some(primary) = labels.next() else { return };
    let others: Vec<Label> = labels.map(Label::same).collect();
    let finding = cx.report(primary, format!("{what} {}", group.cause.message));
    if destinations::only_copies(&places) {
        finding.severity = Severity::Warning;
    }
    finding.related = others;
    finding
        .related
        .extend(group.cause.rules.iter().map(|(id, message)| Label::named(analysis, *id, *message)));
    finding.help = Some(group.cause.help.clone());
    finding.fixes.extend(remedy::fixes(analysis, rules, host, group, &named));
    finding.ids = vec!["SUB-3", "DR-7"];
    // A gateway that the input does not hold is none to show.
    let known = !group.proxy.labels.is_empty() || group.proxy.kind == ProxyKind::Sidecar;
    finding.proxy = known.then(|| group.proxy.to_string());
}

/// Why a subset is not there.
struct Cause {
    message: String,
    help: String,
    rules: Vec<(ResourceId, &'static str)>,
}

fn cause(
    mesh: &Mesh,
    rules: &RulesByHost,
    host: &str,
    subset: &str,
    proxy: &Proxy,
    applied: Option<&MergedRule>,
) -> Cause {
    let all = rules.get(host).map(Vec::as_slice).unwrap_or_default();
    if let Some(&elsewhere) = all.iter().find(|id| has_subset(mesh, **id, subset)) {
        return defined_elsewhere(mesh, elsewhere, subset, proxy, applied);
    }
    let known = applied.map(|rule| rule.subset_names(mesh)).unwrap_or_default();
    let help = match slip(subset, &known) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "Define it in a DestinationRule and apply that before the route; take it out only after the last route \
                 is gone."
            .to_owned(),
    };
    let Some(rule) = applied else {
        let (message, found) = match all {
            [] => ("No DestinationRule defines subsets of that host.".to_owned(), &[][..]),
            all => {
                let (noun, does) =
                    words::plural(all.len(), ("DestinationRule", "does"), ("DestinationRules", "do"));
                let names = words::names(mesh, all.iter().copied());
                (format!("{noun} {names} {does} not define it."), all)
            }
        };
        return Cause { message, help, rules: found.iter().map(|&id| (id, "does not define it")).collect() };
    };
    let members = words::names(mesh, rule.members.iter().copied());
    let (noun, define) =
        words::plural(rule.members.len(), ("DestinationRule", "defines"), ("DestinationRules", "define"));
    let message = match known.is_empty() {
        true => format!("{noun} {members} {define} no subset."),
        false => format!("{noun} {members} {define} {} only.", words::quoted(known)),
    };
    Cause {
        message,
        help,
        rules: rule.members.iter().map(|&id| (id, "applies and does not define it")).collect(),
    }
}

/// The subset that is meant by a name that nothing defines; of short names such as `v1` another one is no slip.
fn slip<'k>(subset: &str, known: &[&'k str]) -> Option<&'k str> {
    closest_name(subset, known.iter().copied()).filter(|_| subset.len() > 3)
}

/// A rule defines the subset, but not for this proxy (DR-6 to DR-9).
fn defined_elsewhere(
    mesh: &Mesh,
    elsewhere: ResourceId,
    subset: &str,
    proxy: &Proxy,
    applied: Option<&MergedRule>,
) -> Cause {
    let resource = mesh.resource(elsewhere);
    let (name, home) = (words::name(resource), &resource.key.namespace);
    let selector =
        mesh.destination_rule(elsewhere).workload_selector.as_ref().filter(|it| !it.labels.is_empty());
    let (message, help) = if let Some(selector) = selector {
        let labels: Vec<String> =
            selector.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let labels = words::quoted(labels.iter().map(String::as_str));
        let message = format!("{name} defines it for clients labelled {labels} in `{home}` only.");
        (message, format!("Define `{subset}` in a DestinationRule without `workloadSelector`."))
    } else if !mesh.visibility(elsewhere).to(&proxy.namespace) {
        let message = format!("{name} defines it but is not exported to `{}`.", proxy.namespace);
        (message, format!("Add `{}` to its `exportTo`.", proxy.namespace))
    } else {
        let message = match applied.map(|rule| words::name(mesh.resource(rule.first))) {
            Some(first) => format!("{name} defines it, but there {first} is found first."),
            None => format!("{name} defines it, but it stands in `{home}`, where others do not look."),
        };
        (message, format!("Define `{subset}` in a DestinationRule of the service's own namespace."))
    };
    let mut rules = vec![(elsewhere, "defines it")];
    rules.extend(applied.filter(|rule| rule.first != elsewhere).map(|rule| (rule.first, "applies instead")));
    Cause { message: format!("DestinationRule {message}"), help, rules }
}

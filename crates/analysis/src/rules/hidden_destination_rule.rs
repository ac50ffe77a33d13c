mod search;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    rc::Rc,
};

use search::{Found, Hidden, Lost, Reason, search};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, Proxy, ProxyKind, ServiceId, host::is_wildcard, names::ROOT_NAMESPACE},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "hidden-destination-rule",
    severity: Severity::Warning,
    aliases: &["KIA0204"],
    docs: include_str!("hidden_destination_rule.md"),
    check,
};

/// What one finding is about; none where it is about several.
type Key<'a> = (Option<ResourceId>, Option<ResourceId>, Reason, bool, Whom<'a>, Lost);

/// Clients: some by name, and perhaps all sidecars outside certain namespaces and those with rules for many hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Whom<'a> {
    named: BTreeSet<&'a Proxy>,
    outside: Option<Rc<BTreeSet<&'a str>>>,
}

impl<'a> Whom<'a> {
    fn all(&self, analysis: &'a Analysis) -> Vec<&'a Proxy> {
        let mut all = self.named.clone();
        if let Some(outside) = &self.outside {
            let mesh = &analysis.effective.mesh;
            let rules = mesh.destination_rules.iter().filter(|id| wide(mesh, **id));
            let wide: HashSet<&str> = rules.map(|&id| mesh.resource(id).key.namespace.as_str()).collect();
            let bindings = analysis.bindings.iter().map(|binding| &binding.proxy);
            all.extend(bindings.filter(|proxy| {
                let namespace = proxy.namespace.as_str();
                proxy.kind == ProxyKind::Sidecar && !outside.contains(namespace) && !wide.contains(namespace)
            }));
        }
        all.into_iter().collect()
    }
}

/// The rules and services that are hidden from the same clients in the same way.
#[derive(Default)]
struct Group {
    rules: BTreeSet<ResourceId>,
    instead: BTreeSet<ResourceId>,
    services: BTreeSet<ServiceId>,
}

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let told = cx.facts.gaps(analysis).blamed(mesh);
    let Found { hidden, alive } = search(analysis, &told);
    let mut whom: BTreeMap<_, Whom<'_>> = BTreeMap::new();
    for Hidden { rule, service, proxy, outside, reason, instead, applied, lost } in hidden {
        let whom = whom.entry((rule, service, reason, instead, applied, lost)).or_default();
        match outside {
            Some(outside) => whom.outside = Some(outside),
            None => {
                whom.named.insert(proxy);
            }
        }
    }
    // A rule for many hosts hides or is hidden many times: one finding for all.
    let mut groups: BTreeMap<Key<'_>, Group> = BTreeMap::new();
    for ((rule, service, reason, instead, applied, lost), whom) in whom {
        let wide_instead = instead.is_some_and(|id| wide(mesh, id));
        let key = match (wide(mesh, rule), wide_instead) {
            // Where something else is found is said by what is found.
            (true, _) if applied && matches!(reason, Reason::Earlier | Reason::Specific) => {
                (Some(rule), None, Reason::Earlier, applied, Whom::default(), lost)
            }
            (true, _) => (Some(rule), None, reason, applied, whom, lost),
            (false, true) => (None, instead, reason, applied, whom, lost),
            (false, false) => (Some(rule), instead, reason, applied, whom, lost),
        };
        let group = groups.entry(key).or_default();
        group.rules.insert(rule);
        group.instead.extend(instead);
        group.services.insert(service);
    }
    for ((_, _, reason, applied, whom, lost), group) in &groups {
        let nobody = group.rules.iter().all(|rule| !wide(mesh, *rule) && !alive.contains(rule));
        report(analysis, cx, (*reason, *applied, nobody), &whom.all(analysis), lost, group);
    }
}

fn wide(mesh: &Mesh, rule: ResourceId) -> bool {
    is_wildcard(&mesh.destination_rule(rule).host.value)
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    (reason, applied, nobody): (Reason, bool, bool),
    proxies: &[&Proxy],
    lost: &Lost,
    group: &Group,
) {
    let mesh = &analysis.effective.mesh;
    let Some(&rule) = group.rules.first() else { return };
    let several = group.rules.len() > 1;
    let noun = words::plural(group.rules.len(), "DestinationRule", "DestinationRules");
    let hidden = words::names(mesh, group.rules.iter().copied());
    let lost = self::lost(lost, several);
    let message = if proxies.is_empty() {
        let found = words::names(mesh, group.instead.iter().copied());
        let is = words::plural(group.instead.len(), "is", "are");
        format!("{noun} {hidden} does not apply where {found} {is} found: {lost} missing there.")
    } else if nobody && !matches!(reason, Reason::OutOfSight) {
        format!(
            "{noun} {hidden} {} to nobody: {lost} lost.",
            words::plural(group.rules.len(), "applies", "apply")
        )
    } else {
        let does = words::plural(group.rules.len(), "does", "do");
        let whom = words::proxies(proxies.iter().copied());
        let what = if wide(mesh, rule) { format!(" for {}", services(mesh, group)) } else { String::new() };
        format!("{noun} {hidden} {does} not apply to {whom}{what}: {lost} missing there.")
    };
    let (why, help) = cause(mesh, (reason, applied), rule, proxies.first().copied(), group);
    let instead = group.instead.first().copied();
    // What is hidden by something broader, or by nothing that applies, is hardly hidden on purpose.
    let on_purpose = applied
        && matches!(reason, Reason::Earlier | Reason::Specific)
        && instead.is_some_and(|instead| wide(mesh, rule) || !wide(mesh, instead));
    let primary = if several { instead.unwrap_or(rule) } else { rule };
    let finding = cx.report(at_host(analysis, primary, ""), format!("{message} {why}"));
    if on_purpose {
        finding.severity = Severity::Info;
    }
    let role = if applied { "this counts" } else { "this is looked at instead" };
    let others = group.instead.iter().filter(|id| **id != primary).take(4);
    finding.related.extend(others.map(|&id| at_host(analysis, id, role)));
    if several {
        finding.related.extend(group.rules.iter().take(4).map(|&id| at_host(analysis, id, "this does not")));
    }
    finding.help = Some(help);
    finding.ids = match reason {
        Reason::Earlier | Reason::Specific | Reason::NotExported | Reason::OutOfSight => vec!["DR-7"],
        Reason::Beside => vec!["DR-6", "DR-8"],
        Reason::Selected => vec!["DR-9"],
        Reason::Absorbed => vec!["DR-6"],
    };
    finding.proxy = proxies.first().map(|proxy| proxy.to_string());
}

fn at_host(analysis: &Analysis, rule: ResourceId, message: &str) -> Label {
    let range = analysis.effective.mesh.destination_rule(rule).host.range;
    Label::at(analysis, Origin { resource: rule, range }, message)
}

/// What is lost, with a verb.
fn lost(lost: &Lost, several: bool) -> String {
    let settings = words::quoted(lost.settings.iter().copied());
    let names = words::quoted(lost.subsets.iter().map(String::as_str));
    let noun = words::plural(lost.subsets.len(), "subset", "subsets");
    let parts: Vec<String> = [(settings.is_empty(), settings), (names.is_empty(), format!("{noun} {names}"))]
        .into_iter()
        .filter(|(empty, _)| !empty)
        .map(|(_, text)| text)
        .collect();
    let whose = if several { "their" } else { "its" };
    let is = words::plural(lost.settings.len() + lost.subsets.len(), "is", "are");
    format!("{whose} {} {is}", words::and(parts))
}

/// The services by the names that people call them, namespace included.
fn services(mesh: &Mesh, group: &Group) -> String {
    let hosts = group.services.iter().map(|&id| mesh.service(id).host.as_str());
    let short = hosts.map(|host| host.split_once(".svc.").map_or(host, |(short, _)| short));
    words::quoted(short)
}

/// Why the rules of a group do not apply to a client, and what to do.
fn cause(
    mesh: &Mesh,
    (reason, applied): (Reason, bool),
    rule: ResourceId,
    proxy: Option<&Proxy>,
    group: &Group,
) -> (String, String) {
    let instead = words::names(mesh, group.instead.iter().copied());
    let first = group.instead.first().copied();
    let home = &mesh.resource(rule).key.namespace;
    let owner = group.services.first().map(|&id| mesh.service(id).namespace.as_str()).unwrap_or_default();
    let is = words::plural(group.instead.len(), "is", "are");
    let runs = proxy.map_or("", |proxy| proxy.namespace.as_str());
    match reason {
        Reason::Earlier | Reason::Specific if proxy.is_none() => (
            "Rules of several namespaces or hosts do not merge.".into(),
            "Repeat there what is missing.".into(),
        ),
        Reason::Earlier if applied => (
            format!("{instead} {is} found before it, and rules of several namespaces do not merge."),
            format!("Repeat in {instead} what is missing."),
        ),
        Reason::Earlier => {
            let place = first.map_or("", |id| mesh.resource(id).key.namespace.as_str());
            (
                format!(
                    "`{place}` is looked at first and has {instead}, which {is} for other workloads, so no rule \
                     applies at all."
                ),
                format!("Add a DestinationRule without `workloadSelector` in `{place}`."),
            )
        }
        Reason::Specific if applied => (
            format!("{instead} {is} for a more specific host, and rules of several hosts do not merge."),
            format!("Repeat in {instead} what is missing."),
        ),
        Reason::Specific => (
            format!(
                "{instead} {is} for a more specific host but not exported there, so no rule applies at all."
            ),
            format!("Add `{runs}` to the `exportTo` of {instead}."),
        ),
        Reason::Beside => {
            let (age, dated) = match first.map(|first| words::precedence(mesh, rule, first)) {
                Some(("older", true)) => ("which is younger", true),
                Some((_, true)) => ("which is as old and last by name", true),
                _ => ("which is last by name", false),
            };
            let unknown = match dated {
                true => "",
                false => " Neither has a `creationTimestamp`: in the cluster the younger one counts.",
            };
            (
                format!(
                    "Istio keeps the two apart for their `exportTo`, and then {instead} counts, {age}.{unknown}"
                ),
                "Write the same `exportTo` in both, so that they merge.".into(),
            )
        }
        Reason::Selected => (
            format!("{instead} selects these workloads and counts alone."),
            format!("Repeat in {instead} what is missing."),
        ),
        Reason::Absorbed => {
            let selector = first.is_some_and(|id| mesh.destination_rule(id).workload_selector.is_some());
            let (field, help) = match selector {
                true => ("workloadSelector", "Leave out its `exportTo`, so that the two are kept apart."),
                false => ("exportTo", "Write the same `exportTo` in both."),
            };
            (format!("It merged into {instead}, and the `{field}` of that one counts for both."), help.into())
        }
        Reason::NotExported => (
            format!("It is not exported to `{runs}`, where the gateway runs."),
            format!("Add `{runs}` to its `exportTo`."),
        ),
        Reason::OutOfSight => {
            let whose = match proxy.map(|proxy| proxy.kind) {
                Some(ProxyKind::Gateway) => "the gateway's own namespace",
                _ => "the client's own namespace",
            };
            let others =
                words::distinct([owner, ROOT_NAMESPACE]).into_iter().map(|place| format!("in `{place}`"));
            let places = words::and(std::iter::once(format!("in {whose}")).chain(others));
            (
                format!("Rules are looked for {places}, not in `{home}`."),
                format!("Move it to `{owner}`, the namespace of the service."),
            )
        }
    }
}

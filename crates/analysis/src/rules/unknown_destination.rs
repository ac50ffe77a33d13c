use std::collections::{BTreeMap, BTreeSet};

use super::{
    Label, Rule, RuleContext, Severity,
    destinations::{self, Written},
    lost_destinations::{Lost, LostDestination},
    words,
};
use crate::{
    Analysis,
    effective::Origin,
    fix::Fix,
    mesh::{
        Mesh, Registry,
        host::HostMap,
        names::{service_host, service_parts},
    },
    resource::{ResourceId, closest_name, virtual_service::Destination},
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-destination",
    severity: Severity::Error,
    aliases: &["IST0101", "KIA1101"],
    docs: include_str!("unknown_destination.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let facts = cx.facts;
    let mut lost =
        facts.lost_destinations(analysis).iter().filter(|it| matches!(it.lost, Lost::Host | Lost::Hidden));
    let Some(first) = lost.next() else { return };
    let names = Names::new(&analysis.effective.mesh);
    let mut written = Written::default();
    for lost in std::iter::once(first).chain(lost) {
        report(analysis, cx, &names, &mut written, lost);
    }
}

fn report<'a>(
    analysis: &'a Analysis,
    cx: &mut RuleContext<'_>,
    names: &Names<'_>,
    written: &mut Written<'a>,
    lost: &LostDestination,
) {
    let mesh = &analysis.effective.mesh;
    let mut clauses =
        lost.places.keys().map(|origin| (*origin, written.at(mesh, origin.resource, origin.range)));
    let Some((first, clause)) = clauses.next() else { return };
    let called = clause.map_or(lost.host.as_str(), |destination| destination.host.value.as_str());
    let place = |origin: Origin, clause: Option<&Destination>| Origin {
        range: clause.map_or(origin.range, |clause| clause.host.range),
        ..origin
    };
    let Cause { message, help, related, meant } = match lost.lost {
        Lost::Hidden => hidden(mesh, lost),
        _ => missing(mesh, names, lost, called),
    };
    let whom = if lost.lost == Lost::Hidden { words::on(lost.proxies.iter()) } else { String::new() };
    let sender = words::name(mesh.resource(lost.id));
    let target = format!("`{}`", words::shortened(called));
    let what = destinations::fate(&sender, &target, &whom, &lost.places);
    let clauses: Vec<(Origin, Option<&Destination>)> = clauses.collect();
    let all = std::iter::once((first, clause)).chain(clauses.iter().copied());
    let fix = meant.map(|meant| {
        let fix = Fix::write(analysis, all.map(|(origin, clause)| place(origin, clause)), &meant);
        let namespace = |host: &str| service_parts(host).map(|(_, namespace)| namespace.to_owned());
        // A service of the same name in another namespace may be quite another one.
        let other = namespace(&lost.host).zip(namespace(&meant)).is_some_and(|(own, other)| own != other);
        if other { fix.guess() } else { fix }
    });
    let others: Vec<Label> = clauses
        .into_iter()
        .map(|(origin, clause)| Label::at(analysis, place(origin, clause), "here as well").same())
        .collect();
    let finding = cx.report(Label::at(analysis, place(first, clause), ""), format!("{what} {message}"));
    if destinations::only_copies(&lost.places) {
        finding.severity = Severity::Warning;
    }
    finding.related = others;
    finding.related.extend(related.into_iter().map(|(id, message)| Label::named(analysis, id, message)));
    finding.help = Some(help);
    finding.fixes.extend(fix);
    finding.ids = vec!["SUB-3", if lost.lost == Lost::Hidden { "SC-15" } else { "HOST-8" }];
    finding.proxy = lost.shown_on(analysis);
}

/// Why a destination is not there, and what to do.
struct Cause {
    message: String,
    help: String,
    related: Vec<(ResourceId, &'static str)>,
    /// The host that is meant, where only one can be.
    meant: Option<String>,
}

fn hidden(mesh: &Mesh, lost: &LostDestination) -> Cause {
    let owners: Vec<ResourceId> =
        mesh.services_of(&lost.host).iter().filter_map(|&id| mesh.service(id).resource).collect();
    let called = words::and(owners.iter().map(|&id| words::called(mesh.resource(id))));
    let namespaces: BTreeSet<&str> = lost.proxies.iter().map(|proxy| proxy.namespace.as_str()).collect();
    let namespaces = words::quoted(namespaces.iter().copied());
    let exported = words::plural(owners.len(), "is", "are");
    Cause {
        message: format!("{called} {exported} not exported to {namespaces}."),
        help: format!(
            "Add {namespaces} to its `exportTo`; a Service has it as annotation `networking.istio.io/exportTo`."
        ),
        related: owners.into_iter().map(|id| (id, "has the host")).collect(),
        meant: None,
    }
}

fn missing(mesh: &Mesh, names: &Names<'_>, lost: &LostDestination, called: &str) -> Cause {
    let related = Vec::new();
    if let Some(meant) = mesh.misread(&lost.host) {
        let message = format!("A host with a dot is taken as it is, and nothing is called `{}`.", lost.host);
        return Cause { message, help: format!("Write `{meant}`."), related, meant: Some(meant.to_owned()) };
    }
    let Some((name, namespace)) = service_parts(&lost.host) else {
        return match names.wildcard(&lost.host) {
            Some((wildcard, id)) => Cause {
                message: format!(
                    "{} has `{wildcard}`, but names below a wildcard are no destinations of their own.",
                    words::called(mesh.resource(id))
                ),
                help: format!("Give a ServiceEntry the host `{}`.", lost.host),
                related: vec![(id, "has the wildcard alone")],
                meant: None,
            },
            None => Cause {
                message: "No ServiceEntry has the host.".to_owned(),
                help: "Add a ServiceEntry for it, or mend the name.".to_owned(),
                related,
                meant: None,
            },
        };
    };
    let elsewhere = names.namespaces.get(name).into_iter().flatten().copied();
    let elsewhere: Vec<String> = elsewhere.map(|namespace| service_host(name, namespace)).collect();
    let short = !called.contains('.');
    let own = if short { ", the namespace of the VirtualService" } else { "" };
    let message = format!("There is no Service `{name}` in `{namespace}`{own}.");
    let similar = closest_name(name, names.in_namespace(namespace));
    let meant = match (&elsewhere[..], similar) {
        ([], Some(similar)) if short => Some(similar.to_owned()),
        ([], Some(similar)) => Some(service_host(similar, namespace)),
        ([only], _) => Some(only.clone()),
        _ => None,
    };
    let help = match &meant {
        _ if elsewhere.len() > 1 => {
            format!("Did you mean {}?", words::or(elsewhere.iter().map(|host| format!("`{host}`"))))
        }
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "Apply the Service before what routes to it, or mend the name.".to_owned(),
    };
    Cause { message, help, related, meant }
}

/// The services that the input holds, for telling what was meant.
struct Names<'m> {
    /// Kubernetes Services by namespace, and their namespaces by name.
    names: BTreeMap<&'m str, BTreeSet<&'m str>>,
    namespaces: BTreeMap<&'m str, BTreeSet<&'m str>>,
    /// The wildcards of ServiceEntries.
    wildcards: HostMap<Option<(&'m str, ResourceId)>>,
}

impl<'m> Names<'m> {
    fn new(mesh: &'m Mesh) -> Self {
        let (names, namespaces) = (BTreeMap::new(), BTreeMap::new());
        let mut out = Names { names, namespaces, wildcards: HostMap::default() };
        for service in &mesh.services {
            let Some(resource) = service.resource else { continue };
            match (service.registry, service_parts(&service.host)) {
                (Registry::Kubernetes, Some((name, namespace))) => {
                    out.names.entry(namespace).or_default().insert(name);
                    out.namespaces.entry(name).or_default().insert(namespace);
                }
                _ if service.host.starts_with('*') => {
                    out.wildcards.entry(&service.host).get_or_insert((&service.host, resource));
                }
                _ => {}
            }
        }
        out
    }

    /// Some of the names in a namespace; of very many not all are compared.
    fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &'m str> + '_ {
        const COMPARED: usize = 500;
        self.names.get(namespace).into_iter().flatten().copied().take(COMPARED)
    }

    fn wildcard(&self, host: &str) -> Option<(&'m str, ResourceId)> {
        self.wildcards.most_specific(host).copied().flatten()
    }
}

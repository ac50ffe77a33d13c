use std::collections::BTreeSet;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Age, Mesh, Registry, Resolution, Service, Visibility},
    resource::{Body, ResourceId},
};

pub(super) static RULE: Rule = Rule {
    code: "conflicting-service-entries",
    severity: Severity::Warning,
    aliases: &["IST0177", "KIA1211", "KIA1212"],
    docs: include_str!("conflicting_service_entries.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let external = |service: &&Service| service.registry == Registry::External && !service.assumed();
    let mut done: BTreeSet<(ResourceId, ResourceId)> = BTreeSet::new();
    for loser in mesh.services.iter().filter(external) {
        // Oldest first: the first that some namespace sees beside it goes before it there.
        let same = mesh.services_of(&loser.host).iter().map(|&id| mesh.service(id));
        let mut before = same.filter(external).take_while(|it| !std::ptr::eq(*it, loser));
        let Some(winner) = before.find(|winner| overlap(&winner.visibility, &loser.visibility)) else {
            continue;
        };
        let Some(differences) = differences(winner, loser) else { continue };
        let (Some(kept), Some(lost)) = (winner.resource, loser.resource) else { continue };
        if done.insert((kept, lost)) {
            report(analysis, cx, (winner, kept), (loser, lost), &differences);
        }
    }
}

/// Whether some namespace sees both.
fn overlap(a: &Visibility, b: &Visibility) -> bool {
    match (a, b) {
        (Visibility::Public, Visibility::Public) => true,
        (Visibility::Public, Visibility::Namespaces(names))
        | (Visibility::Namespaces(names), Visibility::Public) => !names.is_empty(),
        (Visibility::Namespaces(a), Visibility::Namespaces(b)) => !a.is_disjoint(b),
    }
}

/// What clients of the first find otherwise than the second says.
fn differences(winner: &Service, loser: &Service) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut missing = Vec::new();
    for port in &loser.ports {
        match winner.port(port.number) {
            Some(kept) if kept.protocol != port.protocol => {
                out.push(format!(
                    "port {} is {}, not {}",
                    port.number,
                    kept.protocol.as_str(),
                    port.protocol.as_str()
                ));
            }
            // Of one namespace the ports may well be put together.
            None if winner.namespace != loser.namespace => missing.push(port.number.to_string()),
            _ => {}
        }
    }
    if !missing.is_empty() {
        let (noun, is) = words::plural(missing.len(), ("port", "is"), ("ports", "are"));
        out.push(format!("{noun} {} {is} not known", words::and(missing)));
    }
    if winner.resolution != loser.resolution {
        out.push(format!("endpoints are found by {}, not {}", resolution(winner), resolution(loser)));
    }
    (!out.is_empty()).then_some(out)
}

fn resolution(service: &Service) -> &'static str {
    match service.resolution {
        Resolution::Endpoints => "`STATIC`",
        Resolution::Dns => "`DNS`",
        Resolution::Passthrough => "`NONE`",
        Resolution::Alias => "another name",
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    (winner, kept): (&Service, ResourceId),
    (loser, lost): (&Service, ResourceId),
    differences: &[String],
) {
    let mesh = &analysis.effective.mesh;
    let (first, second) = (mesh.resource(kept), mesh.resource(lost));
    let undated = first.age() == Age::Undated && second.age() == Age::Undated;
    let why = match () {
        () if first.age() < second.age() => "which is older",
        () if winner.namespace == loser.namespace => "which is first by name",
        () => "which is first by namespace",
    };
    let whom = match winner.namespace == loser.namespace {
        true => "Clients".to_owned(),
        false => format!("Clients outside `{}`", loser.namespace),
    };
    let unknown = match undated {
        true => " Neither has a `creationTimestamp`: in the cluster the older one counts.",
        false => "",
    };
    let message = format!(
        "{whom} take `{}` from ServiceEntry {}, {why}, and not from {}: {}.{unknown}",
        loser.host,
        words::name(first),
        words::name(second),
        words::and(differences.iter().cloned()),
    );
    let finding = cx.report(Label::at(analysis, host(mesh, lost, &loser.host), ""), message);
    finding.related.push(Label::at(analysis, host(mesh, kept, &loser.host), "this counts"));
    finding.help = Some(match winner.namespace == loser.namespace {
        true => "Put all ports of the host into one ServiceEntry.".into(),
        false => "Keep one ServiceEntry for all, or set `exportTo: [\".\"]` in both.".to_owned(),
    });
    finding.ids = vec!["SC-4", "ORD-4"];
}

/// Where a ServiceEntry names a host.
fn host(mesh: &Mesh, id: ResourceId, host: &str) -> Origin {
    let resource = mesh.resource(id);
    let range = match &resource.body {
        Body::ServiceEntry(spec) => spec.hosts.iter().find(|it| it.value == host).map(|it| it.range),
        _ => None,
    };
    Origin { resource: id, range: range.unwrap_or(resource.name_range) }
}

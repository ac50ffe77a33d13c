use std::{cell::LazyCell, collections::HashSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    fix::Fix,
    mesh::{Absence, Absent, Mesh, Registry, names},
    resource::{Body, ResourceId, closest_name},
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-destination-rule-host",
    severity: Severity::Warning,
    aliases: &["KIA0202"],
    docs: include_str!("unknown_destination_rule_host.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let absence = Absence::new(mesh);
    let called = LazyCell::new(|| destinations_called(mesh));
    for &id in &mesh.destination_rules {
        let rule = mesh.destination_rule(id);
        let namespace = &mesh.resource(id).key.namespace;
        let full = names::full_host(&rule.host.value, namespace, &mesh.profile);
        match absence.of(&full) {
            // That a service is missing is told where requests go to it.
            Some(Absent::Unknown) if !called.contains(&*full) => unknown(analysis, cx, id, &full),
            Some(Absent::Misread { full, exists }) => misread(analysis, cx, id, &full, exists),
            _ => {}
        }
    }
}

/// The hosts that VirtualServices send to.
fn destinations_called(mesh: &Mesh) -> HashSet<String> {
    let mut out = HashSet::new();
    for resource in mesh.resources.iter().filter(|resource| resource.active) {
        let Body::VirtualService(service) = &resource.body else { continue };
        for destination in service.destinations() {
            let host = names::full_host(&destination.host.value, &resource.key.namespace, &mesh.profile);
            out.insert(host.into_owned());
        }
    }
    out
}

fn unknown(analysis: &Analysis, cx: &mut RuleContext<'_>, id: ResourceId, full: &str) {
    let mesh = &analysis.effective.mesh;
    let written = &mesh.destination_rule(id).host.value;
    let called = words::called(mesh.resource(id));
    let short = full.split_once(".svc.").map(|(short, _)| short);
    let held = match short.and_then(|short| short.split_once('.')) {
        Some((name, namespace)) => format!("namespace `{namespace}` has no service `{name}`"),
        None => format!("no ServiceEntry has the host `{full}`"),
    };
    let message = format!("{called} applies to nothing: {held}.");
    let label = host(analysis, id);
    let finding = cx.report(label, message);
    if let Some((short, whole)) = meant(mesh, full) {
        // A short name is enough where it is the rule's own namespace.
        let own = names::service_host(&short, &mesh.resource(id).key.namespace) == whole;
        let name = if own && !written.contains('.') { &short } else { &whole };
        finding.help = Some(format!("Did you mean `{name}`?"));
        let place = Origin { resource: id, range: mesh.destination_rule(id).host.range };
        let fix = Fix::write(analysis, [place], name);
        let rest = |host: &str| host.split_once('.').map(|(_, rest)| rest.to_owned());
        finding.fixes.push(if rest(&whole) == rest(full) { fix } else { fix.guess() });
    }
    finding.ids = vec!["HOST-8", "DR-1"];
}

/// The service of nearly the same name, or of the same name elsewhere: its own name and its host.
fn meant(mesh: &Mesh, full: &str) -> Option<(String, String)> {
    let short = |host: &str| host.split('.').next().unwrap_or_default().to_owned();
    let held = || mesh.services.iter().filter(|service| !service.assumed());
    if !full.ends_with(names::CLUSTER_DOMAIN) {
        let hosts = held().filter(|it| it.registry == Registry::External).map(|it| it.host.as_str());
        return closest_name(full, hosts).map(|host| (host.to_owned(), host.to_owned()));
    }
    let (name, namespace) = full.split_once(".svc.")?.0.split_once('.')?;
    let own: Vec<String> = held()
        .filter(|it| it.namespace == namespace && it.registry == Registry::Kubernetes)
        .map(|it| short(&it.host))
        .collect();
    if let Some(name) = closest_name(name, own.iter().map(String::as_str)) {
        return Some((name.to_owned(), names::service_host(name, namespace)));
    }
    let mut same = held().filter(|it| it.registry == Registry::Kubernetes && short(&it.host) == name);
    let host = same.next()?.host.clone();
    same.next().is_none().then(|| (name.to_owned(), host))
}

fn misread(analysis: &Analysis, cx: &mut RuleContext<'_>, id: ResourceId, full: &str, exists: bool) {
    let mesh = &analysis.effective.mesh;
    let called = words::called(mesh.resource(id));
    let written = &mesh.destination_rule(id).host.value;
    let rest = if exists { "" } else { " There is no such service either." };
    let message = format!(
        "{called} applies to nothing: only a name without a dot is completed, so `{written}` is a host of its own and \
         not the service `{full}`.{rest}"
    );
    let label = host(analysis, id);
    let finding = cx.report(label, message);
    finding.help = exists.then(|| format!("Write `{full}`."));
    finding.ids = vec!["HOST-8"];
}

fn host(analysis: &Analysis, id: ResourceId) -> Label {
    let range = analysis.effective.mesh.destination_rule(id).host.range;
    Label::at(analysis, Origin { resource: id, range }, "")
}

use pilothouse_syntax::Spanned;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Absence, Absent, Mesh, host::is_wildcard, names},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-egress-host",
    severity: Severity::Warning,
    aliases: &["KIA1004"],
    docs: include_str!("unknown_egress_host.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let absence = Absence::new(mesh);
    for &id in mesh.sidecars.values().flatten() {
        let namespace = mesh.resource(id).key.namespace.as_str();
        for entry in mesh.sidecar(id).egress.iter().flat_map(|egress| &egress.hosts) {
            let Some((place, host)) = entry.value.split_once('/') else { continue };
            let place = if place == "." { namespace } else { place };
            if is_wildcard(host) || place.starts_with('~') {
                continue;
            }
            match nothing(mesh, &absence, place, host) {
                Some(cause) if !brings_rules(mesh, place, host) => report(analysis, cx, id, entry, cause),
                _ => {}
            }
        }
    }
}

/// Whether an import brings a VirtualService, which needs no service (SC-5).
fn brings_rules(mesh: &Mesh, place: &str, host: &str) -> bool {
    let found = mesh.host_index(names::MESH).matching([host]);
    found.iter().any(|&id| place == "*" || mesh.resource(id).key.namespace == place)
}

/// Why an import brings no service, where that is certain, and what to write.
fn nothing(mesh: &Mesh, absence: &Absence<'_>, place: &str, host: &str) -> Option<(String, Option<String>)> {
    let there = mesh.services_of(host);
    if !there.is_empty() {
        // A service is imported from its own namespace (SC-4).
        let homes: Vec<&str> = there.iter().map(|&id| mesh.service(id).namespace.as_str()).collect();
        let assumed = there.iter().any(|&id| mesh.service(id).assumed());
        return (place != "*" && !homes.contains(&place) && !assumed).then(|| {
            let why = format!(
                "services are imported from their own namespaces, and this one is in {}",
                words::quoted(homes.iter().copied())
            );
            (why, homes.first().map(|home| format!("Write `{home}/{host}`.")))
        });
    }
    match absence.of(host)? {
        Absent::Misread { full, exists } => {
            let home = full.split('.').nth(1).unwrap_or_default();
            let why = "names of services are not completed here".to_owned();
            Some((why, exists.then(|| format!("Write `{home}/{full}`."))))
        }
        Absent::Unknown => Some((format!("no service has the host `{host}`"), None)),
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    id: ResourceId,
    entry: &Spanned<String>,
    (why, help): (String, Option<String>),
) {
    let message = format!(
        "`{}` brings nothing to the workloads of Sidecar {}: {why}.",
        entry.value,
        words::name(analysis.effective.mesh.resource(id)),
    );
    let label = Label::at(analysis, Origin { resource: id, range: entry.range }, "");
    let finding = cx.report(label, message);
    finding.help = help;
    finding.ids = vec!["SC-3", "SC-4"];
}

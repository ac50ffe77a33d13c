use std::collections::BTreeSet;

use pilothouse_syntax::Spanned;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    fix::Fix,
    mesh::names::ROOT_NAMESPACE,
    resource::{Body, Kind, ResourceId, closest_name},
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-export-namespace",
    severity: Severity::Warning,
    aliases: &["KIA0005"],
    docs: include_str!("unknown_export_namespace.md"),
    check,
};

/// Namespaces that every cluster has, and whose objects hardly anybody writes down.
const USUAL: [&str; 4] = [ROOT_NAMESPACE, "default", "kube-system", "kube-public"];

/// So many objects of namespaces make a list of them.
const LISTED: usize = 2;

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let written: BTreeSet<&str> = mesh
        .resources
        .iter()
        .filter(|resource| resource.key.kind == Kind::Namespace)
        .map(|resource| resource.key.name.as_str())
        .collect();
    if written.len() < LISTED {
        return;
    }
    let whole = USUAL.iter().any(|usual| written.contains(usual));
    for (at, resource) in mesh.resources.iter().enumerate().filter(|(_, resource)| resource.active) {
        let entries: &[Spanned<String>] = match &resource.body {
            Body::VirtualService(spec) => &spec.export_to,
            Body::DestinationRule(spec) => &spec.export_to,
            Body::ServiceEntry(spec) => &spec.export_to,
            _ => continue,
        };
        for entry in entries {
            let name = entry.value.as_str();
            let known =
                mesh.namespaces.contains(name) || USUAL.contains(&name) || ["*", ".", "~"].contains(&name);
            if known {
                continue;
            }
            let meant = closest_name(name, written.iter().copied());
            // A team's own objects say nothing of the namespaces of others.
            if meant.is_none() && !whole {
                continue;
            }
            let message = format!(
                "{} is exported to `{name}`, and there is no such namespace: nobody sees it by that entry.",
                words::called(resource)
            );
            let origin = Origin { resource: ResourceId(at as u32), range: entry.range };
            let finding = cx.report(Label::at(analysis, origin, ""), message);
            if let Some(meant) = meant {
                finding.help = Some(format!("Did you mean `{meant}`?"));
                finding.fixes.push(Fix::write(analysis, [origin], meant));
            }
            finding.ids = vec!["BIND-4"];
        }
    }
}

use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::{DropReason, Dropped, Origin},
    fix::Fix,
    mesh::{Mesh, Visibility},
    resource::{Body, Kind, ResourceId, closest_name},
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-delegate",
    severity: Severity::Error,
    aliases: &[],
    docs: include_str!("unknown_delegate.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut delegates = None;
    for dropped in &analysis.effective.dropped {
        let (name, exists) = match &dropped.reason {
            DropReason::DelegateMissing { delegate } => (delegate, false),
            DropReason::DelegateHidden { delegate } => (delegate, true),
            _ => continue,
        };
        let delegates = delegates.get_or_insert_with(|| Delegates::new(mesh));
        let cause =
            if exists { hidden(mesh, dropped, name) } else { missing(mesh, delegates, dropped, name) };
        if let Some(cause) = cause {
            report(analysis, cx, dropped, cause);
        }
    }
}

/// Why a rule has no delegate, and what to do.
struct Cause {
    message: String,
    help: String,
    /// The VirtualService that is there but cannot be used, with what it is.
    there: Option<(ResourceId, &'static str)>,
    /// The name that is meant, where only one can be.
    meant: Option<String>,
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, dropped: &Dropped, cause: Cause) {
    let mesh = &analysis.effective.mesh;
    let root = dropped.origin.resource;
    let service = mesh.virtual_service(root);
    let Some(at) = service.http.iter().position(|rule| rule.range == dropped.origin.range) else { return };
    let Some(delegate) = &service.http[at].delegate else { return };
    let rest = match at + 1 < service.http.len() {
        true => "its requests go on to the rules below it",
        false => "no rule below it takes its requests",
    };
    let message = format!(
        "{} of {} is left out without a word, and {rest}. {}",
        words::capital(&routes::rule_called(mesh, (root, at))),
        words::called(mesh.resource(root)),
        cause.message,
    );
    let place = Origin { resource: root, range: delegate.range };
    let finding = cx.report(Label::at(analysis, place, ""), message);
    finding.related.extend(cause.there.map(|(id, message)| Label::named(analysis, id, message)));
    finding.help = Some(cause.help);
    if let Some((meant, name)) = cause.meant.zip(delegate.name.as_ref()) {
        finding.fixes.push(Fix::write(analysis, [Origin { resource: root, range: name.range }], &meant));
    }
    finding.ids = vec!["DEL-2"];
}

fn hidden(mesh: &Mesh, dropped: &Dropped, name: &str) -> Option<Cause> {
    let key = name.split_once('/')?;
    let id = *mesh.delegates.get(&(key.0.to_owned(), key.1.to_owned()))?;
    let own = &mesh.resource(dropped.origin.resource).key.namespace;
    let to = match mesh.visibility(id) {
        Visibility::Namespaces(all) if !all.is_empty() => {
            format!("to {} only", words::quoted(all.iter().map(String::as_str)))
        }
        _ => "to nobody".to_owned(),
    };
    Some(Cause {
        message: format!("It delegates to {}, which is exported {to}.", words::called(mesh.resource(id))),
        help: format!("Add `{own}` to the `exportTo` of the delegate."),
        there: Some((id, "is not exported to the root")),
        meant: None,
    })
}

fn missing(mesh: &Mesh, delegates: &Delegates<'_>, dropped: &Dropped, name: &str) -> Option<Cause> {
    let (namespace, bare) = name.split_once('/')?;
    if let Some((id, active)) = delegates.others.get(&(namespace, bare)) {
        // What goes with a refused delegate is told there.
        return active.then(|| Cause {
            message: format!(
                "{} has hosts of its own, and only one without hosts can be delegated to.",
                words::called(mesh.resource(*id))
            ),
            help: "Take the `hosts` out of it, or delegate to one without.".to_owned(),
            there: Some((*id, "has hosts")),
            meant: None,
        });
    }
    // Of a namespace of its own that a name has, the input may hold nothing.
    let own = mesh.resource(dropped.origin.resource).key.namespace == namespace;
    let elsewhere = delegates.namespaces.get(bare).filter(|_| own);
    let here = delegates.names.get(namespace);
    if elsewhere.is_none() && here.is_none() {
        return None;
    }
    let message = format!("It delegates to VirtualService `{name}`, and there is none of that name.");
    let similar = closest_name(bare, here.into_iter().flatten().copied());
    let help = match (elsewhere, similar) {
        (Some(namespaces), _) => {
            let all = namespaces.iter().map(|namespace| format!("`namespace: {namespace}`"));
            format!("Did you mean {}? Without a namespace it is one of the root's.", words::or(all))
        }
        (None, Some(similar)) => format!("Did you mean `{similar}`?"),
        (None, None) => "Apply the delegate before the root, or mend the name.".to_owned(),
    };
    let meant = similar.filter(|_| elsewhere.is_none()).map(str::to_owned);
    Some(Cause { message, help, there: None, meant })
}

/// The VirtualServices of the input, as far as they could be meant.
struct Delegates<'m> {
    /// Delegates by namespace, and their namespaces by name.
    names: BTreeMap<&'m str, BTreeSet<&'m str>>,
    namespaces: BTreeMap<&'m str, BTreeSet<&'m str>>,
    /// Those that are none, by namespace and name, and whether they take part at all.
    others: BTreeMap<(&'m str, &'m str), (ResourceId, bool)>,
}

impl<'m> Delegates<'m> {
    fn new(mesh: &'m Mesh) -> Self {
        let (names, namespaces) = (BTreeMap::new(), BTreeMap::new());
        let mut out = Delegates { names, namespaces, others: BTreeMap::new() };
        for (resource, at) in mesh.resources.iter().zip(0..) {
            let key = &resource.key;
            match &resource.body {
                Body::VirtualService(service) if service.hosts.is_empty() && resource.active => {
                    out.names.entry(&key.namespace).or_default().insert(&key.name);
                    out.namespaces.entry(&key.name).or_default().insert(&key.namespace);
                }
                _ if key.kind == Kind::VirtualService => {
                    out.others.insert((&key.namespace, &key.name), (ResourceId(at), resource.active));
                }
                _ => {}
            }
        }
        out
    }
}

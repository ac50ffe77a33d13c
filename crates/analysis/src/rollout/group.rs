//! Which changes concern common requests.

use std::collections::HashMap;

use super::{Change, change::Revisions};
use crate::{
    Profile,
    mesh::{host, names},
    resource::{Body, Resource, virtual_service::Destination},
};

/// Changes by their places, in groups that have no host, gateway or delegate in common.
pub(super) fn groups(revisions: &Revisions) -> Vec<Vec<usize>> {
    let count = revisions.changes.len();
    let mut parents: Vec<usize> = (0..count).collect();
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut wildcards: Vec<(String, usize)> = Vec::new();
    let mut names: Vec<(String, usize)> = Vec::new();
    for (at, change) in revisions.changes.iter().enumerate() {
        for name in topics(change) {
            match first.get(&name) {
                Some(&other) => join(&mut parents, at, other),
                None => {
                    first.insert(name.clone(), at);
                    if host::is_wildcard(&name) {
                        wildcards.push((name, at));
                    } else {
                        names.push((name, at));
                    }
                }
            }
        }
    }
    for (at, (wildcard, change)) in wildcards.iter().enumerate() {
        for (name, other) in names.iter().chain(&wildcards[at + 1..]) {
            if host::matches(wildcard, name) {
                join(&mut parents, *change, *other);
            }
        }
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for at in 0..count {
        groups.entry(root(&mut parents, at)).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    parents[a.max(b)] = a.min(b);
}

/// What a change concerns: hosts, gateways, delegates; `*` for everything.
pub(super) fn topics(change: &Change) -> Vec<String> {
    let profile = Profile::current();
    let mut out: Vec<String> =
        change.versions().flat_map(|resource| of_resource(resource, &profile)).collect();
    out.sort();
    out.dedup();
    out
}

fn of_resource(resource: &Resource, profile: &Profile) -> Vec<String> {
    let namespace = &resource.key.namespace;
    let full = |host: &str| names::full_host(host, namespace, profile).into_owned();
    match &resource.body {
        Body::Gateway(gateway) => {
            let ports = gateway.servers.iter().filter_map(|server| server.port.as_ref());
            let ports = ports.map(|port| format!("port {}", port.number.value));
            std::iter::once(format!("gateway {namespace}/{}", resource.key.name)).chain(ports).collect()
        }
        Body::VirtualService(spec) => {
            let mut out: Vec<String> = spec.hosts.iter().map(|host| full(&host.value)).collect();
            if spec.hosts.is_empty() {
                out.push(format!("delegate {namespace}/{}", resource.key.name));
            }
            let gateways = spec.gateways.iter().map(|it| names::gateway_reference(&it.value, namespace));
            out.extend(gateways.filter(|it| it != names::MESH).map(|it| format!("gateway {it}")));
            let mut add = |destination: &Destination| out.push(full(&destination.host.value));
            for rule in &spec.http {
                rule.route.iter().filter_map(|it| it.destination.as_ref()).for_each(&mut add);
                rule.mirror.iter().for_each(&mut add);
            }
            spec.tls
                .iter()
                .flat_map(|it| &it.route)
                .filter_map(|it| it.destination.as_ref())
                .for_each(&mut add);
            spec.tcp
                .iter()
                .flat_map(|it| &it.route)
                .filter_map(|it| it.destination.as_ref())
                .for_each(&mut add);
            let delegates = spec.http.iter().filter_map(|rule| rule.delegate.as_ref());
            out.extend(delegates.map(|delegate| {
                let text = |it: &Option<pilothouse_syntax::Spanned<String>>| {
                    it.as_ref().map(|it| it.value.clone()).filter(|it| !it.is_empty())
                };
                let owner = text(&delegate.namespace).unwrap_or_else(|| namespace.clone());
                format!("delegate {owner}/{}", text(&delegate.name).unwrap_or_default())
            }));
            out
        }
        Body::DestinationRule(rule) => vec![full(&rule.host.value)],
        Body::ServiceEntry(entry) => entry.hosts.iter().map(|host| host.value.clone()).collect(),
        Body::Service(_) => vec![names::service_host(&resource.key.name, namespace)],
        // It decides what every workload of a namespace sees.
        Body::Sidecar(_) => vec!["*".to_owned()],
        Body::Workload(_) | Body::Nothing => Vec::new(),
    }
}

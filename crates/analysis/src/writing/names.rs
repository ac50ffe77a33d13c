//! The names that the input knows: hosts, subsets, ports, gateways and namespaces.

use std::collections::BTreeSet;

use pilothouse_syntax::Spanned;

use crate::{
    mesh::{Mesh, host, names},
    resource::{
        Body, DestinationRule, Gateway, ResourceId, destination_rule::Subset, virtual_service::Destination,
    },
};

/// What all resources hold, with their ids and namespaces. One that is refused, as it often is while it is being
/// written, counts too.
fn bodies(mesh: &Mesh) -> impl Iterator<Item = (ResourceId, &str, &Body)> {
    let all = mesh.resources.iter().enumerate();
    all.map(|(at, resource)| (ResourceId(at as u32), resource.key.namespace.as_str(), &resource.body))
}

/// The DestinationRules that are for a full host, those for exactly this one first.
pub(super) fn rules_for<'m>(mesh: &'m Mesh, full: &str) -> Vec<(ResourceId, &'m DestinationRule)> {
    let mut exact = Vec::new();
    let mut wide = Vec::new();
    for (id, namespace, body) in bodies(mesh) {
        let Body::DestinationRule(rule) = body else { continue };
        let own = names::full_host(&rule.host.value, namespace, &mesh.profile);
        if own == full {
            exact.push((id, &**rule));
        } else if host::subset_of(full, &own) {
            wide.push((id, &**rule));
        }
    }
    exact.extend(wide);
    exact
}

/// Every subset with the full host of its DestinationRule.
pub(super) fn subsets(mesh: &Mesh) -> impl Iterator<Item = (ResourceId, String, &Subset)> {
    bodies(mesh).flat_map(|(id, namespace, body)| {
        let Body::DestinationRule(rule) = body else { return Vec::new() };
        let own = names::full_host(&rule.host.value, namespace, &mesh.profile);
        rule.subsets.iter().map(|subset| (id, own.to_string(), subset)).collect()
    })
}

/// The full hosts whose subset of a name is the same one as that of `host`: where a rule for many hosts defines it,
/// all of them have it.
pub(super) fn subset_hosts(mesh: &Mesh, host: &str, name: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::from([host.to_owned()]);
    loop {
        let more: Vec<String> = subsets(mesh)
            .filter(|(_, own, subset)| subset.name.value == name && !out.contains(own))
            .filter(|(_, own, _)| out.iter().any(|known| host::matches(own, known)))
            .map(|(_, own, _)| own)
            .collect();
        if more.is_empty() {
            return out;
        }
        out.extend(more);
    }
}

/// Every host that can be called, as a resource of a namespace would write it, with what it is.
pub(super) fn hosts(mesh: &Mesh, namespace: &str) -> Vec<(String, String)> {
    let mut out = BTreeSet::new();
    for service in &mesh.services {
        let what = match service.resource {
            Some(id) => {
                let key = &mesh.resource(id).key;
                format!("{} {}/{}", key.kind, key.namespace, key.name)
            }
            None => "named by other resources".to_owned(),
        };
        let short = match names::service_parts(&service.host) {
            Some((name, of)) if of == namespace => name,
            _ => service.host.as_str(),
        };
        out.insert((short.to_owned(), what));
    }
    out.into_iter().collect()
}

/// The ports of a full host.
pub(super) fn ports(mesh: &Mesh, full: &str) -> Vec<(String, String)> {
    let services = mesh.services_of(full).iter().map(|&id| mesh.service(id));
    let known: BTreeSet<(u32, String)> = services
        .filter(|service| service.resource.is_some())
        .flat_map(|service| &service.ports)
        .map(|port| (port.number, port.name.clone()))
        .collect();
    known.into_iter().map(|(number, name)| (number.to_string(), name)).collect()
}

/// The Gateways.
pub(super) fn all_gateways(mesh: &Mesh) -> impl Iterator<Item = (ResourceId, &Gateway)> {
    bodies(mesh).filter_map(|(id, _, body)| match body {
        Body::Gateway(gateway) => Some((id, gateway)),
        _ => None,
    })
}

/// The gateways as a resource of a namespace would name them, with where they listen.
pub(super) fn gateways(mesh: &Mesh, namespace: &str) -> Vec<(String, String)> {
    let named = all_gateways(mesh).map(|(id, gateway)| {
        let key = &mesh.resource(id).key;
        let hosts: Vec<&str> = gateway
            .servers
            .iter()
            .flat_map(|server| &server.hosts)
            .map(|host| host.value.as_str())
            .take(3)
            .collect();
        let name = match key.namespace == namespace {
            true => key.name.clone(),
            false => format!("{}/{}", key.namespace, key.name),
        };
        (name, hosts.join(", "))
    });
    named.chain([(names::MESH.to_owned(), "all sidecars".to_owned())]).collect()
}

/// The hosts that Gateways serve, or those that VirtualServices are for.
pub(super) fn outer_hosts(mesh: &Mesh, of_gateways: bool) -> Vec<(String, String)> {
    let mut out = BTreeSet::new();
    for (id, _, body) in bodies(mesh) {
        let hosts: Vec<&Spanned<String>> = match body {
            Body::Gateway(gateway) if of_gateways => {
                gateway.servers.iter().flat_map(|server| &server.hosts).collect()
            }
            Body::VirtualService(service) if !of_gateways => service.hosts.iter().collect(),
            _ => continue,
        };
        let key = &mesh.resource(id).key;
        for host in hosts {
            let host = host.value.rsplit('/').next().unwrap_or_default();
            out.insert((host.to_owned(), format!("{} {}/{}", key.kind, key.namespace, key.name)));
        }
    }
    out.into_iter().collect()
}

/// The namespaces that the input names.
pub(super) fn namespaces(mesh: &Mesh) -> Vec<(String, String)> {
    mesh.namespaces.iter().filter(|name| !name.is_empty()).map(|name| (name.clone(), String::new())).collect()
}

/// The delegates of a namespace, or the namespaces that have some.
pub(super) fn delegates(mesh: &Mesh, namespace: Option<&str>) -> Vec<(String, String)> {
    let names = mesh.delegates.keys().filter_map(|(of, name)| match namespace {
        None => Some(of.clone()),
        Some(wanted) => (wanted == of).then(|| name.clone()),
    });
    let names: BTreeSet<String> = names.collect();
    names.into_iter().map(|name| (name, String::new())).collect()
}

/// Every place where a VirtualService names a gateway.
pub(super) fn gateway_uses(mesh: &Mesh) -> impl Iterator<Item = (ResourceId, &Spanned<String>)> {
    bodies(mesh).flat_map(|(id, _, body)| {
        let Body::VirtualService(service) = body else { return Vec::new() };
        let http = service.http.iter().flat_map(|rule| &rule.matches).flat_map(|block| &block.gateways);
        let tls = service.tls.iter().flat_map(|rule| &rule.matches).flat_map(|block| &block.gateways);
        let tcp = service.tcp.iter().flat_map(|rule| &rule.matches).flat_map(|block| &block.gateways);
        service.gateways.iter().chain(http).chain(tls).chain(tcp).map(|name| (id, name)).collect()
    })
}

/// Every place where a VirtualService names a destination.
pub(super) fn destination_uses(mesh: &Mesh) -> impl Iterator<Item = (ResourceId, &Destination)> {
    bodies(mesh).flat_map(|(id, _, body)| match body {
        Body::VirtualService(service) => service.destinations().map(|it| (id, it)).collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

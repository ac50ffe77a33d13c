//! What a resource is about: where two have nothing in common, neither makes a difference to the other's requests.

use pilothouse_syntax::Spanned;

use super::Change;
use crate::{
    Profile,
    mesh::names,
    resource::{Body, Resource},
};

/// Something that several resources may be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Topic {
    /// A host, maybe a wildcard; `*` is everything.
    Host(String),
    /// A Gateway by `namespace/name`.
    Gateway(String),
    /// A port of gateway workloads.
    Port(u32),
    /// A VirtualService without hosts by `namespace/name`.
    Delegate(String),
}

/// The topics of all versions of a resource, each once.
pub(super) fn all(change: &Change, of: fn(&Resource) -> Vec<Topic>) -> Vec<Topic> {
    let mut out: Vec<Topic> = change.versions().flat_map(of).collect();
    out.sort();
    out.dedup();
    out
}

/// What a resource is itself, or says something of.
pub(super) fn own(resource: &Resource) -> Vec<Topic> {
    let namespace = &resource.key.namespace;
    let name = || format!("{namespace}/{}", resource.key.name);
    match &resource.body {
        Body::Gateway(gateway) => {
            let ports = gateway.servers.iter().filter_map(|server| server.port.as_ref());
            let ports = ports.map(|port| Topic::Port(port.number.value));
            std::iter::once(Topic::Gateway(name())).chain(ports).collect()
        }
        Body::VirtualService(spec) if spec.hosts.is_empty() => vec![Topic::Delegate(name())],
        Body::VirtualService(spec) => spec.hosts.iter().map(|host| full(host, namespace)).collect(),
        Body::DestinationRule(rule) => vec![full(&rule.host, namespace)],
        Body::ServiceEntry(entry) => entry.hosts.iter().map(|host| Topic::Host(host.value.clone())).collect(),
        Body::Service(_) => vec![Topic::Host(names::service_host(&resource.key.name, namespace))],
        // It decides what every workload of a namespace sees.
        Body::Sidecar(_) => vec![Topic::Host("*".to_owned())],
        Body::Workload(_) | Body::Nothing => Vec::new(),
    }
}

/// What a VirtualService is bound to, where it sends to, and what it takes rules from.
pub(super) fn used(resource: &Resource) -> Vec<Topic> {
    let Body::VirtualService(spec) = &resource.body else { return Vec::new() };
    let namespace = &resource.key.namespace;
    let gateways = spec.gateways.iter().map(|it| names::gateway_reference(&it.value, namespace));
    let gateways = gateways.filter(|it| it != names::MESH).map(|it| Topic::Gateway(it.into_owned()));
    let destinations = spec.destinations().map(|destination| full(&destination.host, namespace));
    let delegates = spec.http.iter().filter_map(|rule| rule.delegate.as_ref()).map(|delegate| {
        let (owner, name) = delegate.target(namespace);
        Topic::Delegate(format!("{owner}/{name}"))
    });
    gateways.chain(destinations).chain(delegates).collect()
}

fn full(host: &Spanned<String>, namespace: &str) -> Topic {
    Topic::Host(names::full_host(&host.value, namespace, &Profile::current()).into_owned())
}

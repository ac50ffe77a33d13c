//! Services that the input does not hold but that its routes need: assumed where nothing in it says otherwise.
//!
//! As soon as the input holds a service of a namespace, it is taken to hold all of them, and one that is missing is
//! missing. Hosts outside the cluster are assumed as long as there is no public ServiceEntry for
//! the outside.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    Mesh, Protocol, Registry, ServicePort, Visibility, host,
    names::{MESH, full_host, service_host, service_parts},
    service,
};
use crate::resource::{
    Body, ResourceId,
    kubernetes::TargetPort,
    virtual_service::{Destination, VirtualService},
};

/// The port of an assumed service when nothing names one.
const USUAL_PORT: u32 = 80;

/// Of which services the input is not silent.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The namespaces of Kubernetes Services.
    namespaces: BTreeSet<String>,
    /// Whether there is any ServiceEntry for the outside that everybody sees.
    entries: bool,
}

impl Told {
    pub(super) fn by(services: &[service::Service]) -> Told {
        let known = |registry| move |service: &&service::Service| service.registry == registry;
        let kubernetes = services.iter().filter(known(Registry::Kubernetes));
        Told {
            namespaces: kubernetes.map(|service| service.namespace.clone()).collect(),
            entries: services.iter().any(|service| {
                service.registry == Registry::External
                    && service.external
                    && service.visibility == Visibility::Public
            }),
        }
    }
}

impl Mesh {
    /// Whether the input would hold the service of a full host if there were one.
    pub(crate) fn tells_of(&self, host: &str) -> bool {
        match service_parts(host) {
            Some((_, namespace)) => self.told.namespaces.contains(namespace),
            // In a cluster with another domain it may be a service.
            None => self.told.entries && !host.contains(".svc.") || self.misread(host).is_some(),
        }
    }

    /// The service that is meant by a name that looks like a short form of it but is taken as it is (HOST-8).
    pub(crate) fn misread(&self, host: &str) -> Option<String> {
        let parts: Vec<&str> = host.split('.').collect();
        let (name, namespace) = match parts[..] {
            [name, namespace] if self.told.namespaces.contains(namespace) => (name, namespace),
            [name, namespace, "svc"] | [name, namespace, "svc", "cluster"] => (name, namespace),
            _ => return None,
        };
        (!name.is_empty() && !namespace.is_empty()).then(|| service_host(name, namespace))
    }
}

/// Adds the services that are assumed.
pub(crate) fn assume(mesh: &mut Mesh) {
    let wanted = Wanted::collect(mesh);
    for (name, ports) in wanted.hosts {
        if !mesh.services_of(&name).is_empty() || host::is_wildcard(&name) {
            continue;
        }
        // A name with a namespace only is no service; it is told of, not assumed.
        if mesh.tells_of(&name) {
            continue;
        }
        let (namespace, registry, protocols) = match service_parts(&name) {
            Some((_, namespace)) => (namespace.to_owned(), Registry::Kubernetes, ports.numbers),
            None if !name.contains('.') || !ports.destination => continue,
            None => (ports.owner.clone(), Registry::External, ports.numbers),
        };
        let mut numbers: Vec<(u32, Protocol)> = protocols.into_iter().collect();
        if numbers.is_empty() {
            numbers.push((USUAL_PORT, Protocol::Http));
        }
        let ports = numbers.into_iter().map(|(number, protocol)| ServicePort {
            number,
            name: String::new(),
            protocol,
            target: TargetPort::Same,
        });
        let mut assumed = service::assumed(name, namespace, ports.collect());
        assumed.registry = registry;
        assumed.external = registry == Registry::External;
        mesh.assume(assumed);
    }
}

/// What is known of a service that is only spoken of.
#[derive(Default)]
struct Ports {
    numbers: BTreeMap<u32, Protocol>,
    /// The namespace of the first resource that speaks of it.
    owner: String,
    /// Whether requests are sent to it.
    destination: bool,
}

#[derive(Default)]
struct Wanted {
    hosts: BTreeMap<String, Ports>,
}

impl Wanted {
    fn collect(mesh: &Mesh) -> Wanted {
        let mut wanted = Wanted::default();
        let on_mesh: HashSet<ResourceId> = mesh.bound_to(MESH).iter().copied().collect();
        for (at, resource) in mesh.resources.iter().enumerate().filter(|(_, resource)| resource.active) {
            match &resource.body {
                Body::VirtualService(spec) => {
                    wanted.of_virtual_service(mesh, &on_mesh, ResourceId(at as u32), spec)
                }
                Body::DestinationRule(spec) => {
                    let namespace = &resource.key.namespace;
                    let host = full_host(&spec.host.value, namespace, &mesh.profile).into_owned();
                    wanted.host(host, namespace);
                }
                _ => {}
            }
        }
        wanted
    }

    fn host(&mut self, host: String, owner: &str) -> &mut Ports {
        let ports = self.hosts.entry(host).or_default();
        if ports.owner.is_empty() {
            owner.clone_into(&mut ports.owner);
        }
        ports
    }

    fn of_virtual_service(
        &mut self,
        mesh: &Mesh,
        on_mesh: &HashSet<ResourceId>,
        id: ResourceId,
        spec: &VirtualService,
    ) {
        let namespace = &mesh.resource(id).key.namespace;
        let on_mesh = on_mesh.contains(&id);
        if on_mesh {
            for host in mesh.hosts(id) {
                self.host(host.clone(), namespace);
            }
        }
        let mut add = |destination: &Destination, protocol: Protocol| {
            let host = full_host(&destination.host.value, namespace, &mesh.profile).into_owned();
            let ports = self.host(host, namespace);
            ports.destination = true;
            if let Some(port) = destination.port.as_ref().filter(|port| port.value != 0) {
                ports.numbers.entry(port.value).or_insert(protocol);
            }
        };
        let http = spec.http.iter().flat_map(|rule| rule.destinations());
        http.for_each(|it| add(it, Protocol::Http));
        let tls = spec.tls.iter().flat_map(|rule| &rule.route).filter_map(|it| it.destination.as_ref());
        tls.for_each(|it| add(it, Protocol::Tls));
        let tcp = spec.tcp.iter().flat_map(|rule| &rule.route).filter_map(|it| it.destination.as_ref());
        tcp.for_each(|it| add(it, Protocol::Tcp));
    }
}

//! Services: what Kubernetes' Services and ServiceEntries make known (SC-14, SC-15, ORD-4).

use std::{collections::BTreeMap, net::IpAddr};

use pilothouse_syntax::Spanned;

use super::{Age, Protocol, Visibility, names::service_host};
use crate::{
    Profile,
    resource::{
        Body, KubeService, Resource, ResourceId, ServiceEntry, Timestamp,
        kubernetes::{KubePort, TargetPort},
    },
};

/// One service, by its place in the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);

/// A host that can be called.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The full host name.
    pub host: String,
    /// The namespace of the resource it comes from.
    pub namespace: String,
    /// The ports.
    pub ports: Vec<ServicePort>,
    /// Addresses, without `None` and 0.0.0.0.
    pub addresses: Vec<String>,
    /// How endpoints are found.
    pub resolution: Resolution,
    /// Where it comes from.
    pub registry: Registry,
    /// Whether it is outside the mesh.
    pub external: bool,
    /// Who sees it.
    pub visibility: Visibility,
    /// Labels of its pods.
    pub selector: BTreeMap<String, String>,
    /// Whether gateways behind it translate ports (GW-2).
    pub translates_ports: bool,
    /// What an ExternalName Service stands for.
    pub alias_of: Option<String>,
    /// Hosts of ExternalName Services that stand for this one.
    pub aliases: Vec<String>,
    /// The resource; none for a service that is only assumed.
    pub resource: Option<ResourceId>,
    /// How old it is.
    pub age: Age,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its protocol.
    pub protocol: Protocol,
    /// The port of the workload.
    pub target: TargetPort,
}

/// How the endpoints of a service are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// By Kubernetes, or written down.
    Endpoints,
    /// By DNS.
    Dns,
    /// Not at all: connections go where they went.
    Passthrough,
    /// It stands for another host.
    Alias,
}

/// Where a service comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// A Kubernetes Service.
    Kubernetes,
    /// A ServiceEntry.
    External,
}

impl Service {
    /// A port by its number.
    pub fn port(&self, number: u32) -> Option<&ServicePort> {
        self.ports.iter().find(|port| port.number == number)
    }

    /// Whether the input does not hold it.
    pub fn assumed(&self) -> bool {
        self.resource.is_none()
    }
}

/// The services of Kubernetes Services and ServiceEntries, oldest first (ORD-4).
pub(super) fn read(ids: &[ResourceId], resources: &[Resource], profile: &Profile) -> Vec<Service> {
    let mut services: Vec<Service> = ids
        .iter()
        .flat_map(|&id| {
            let resource = &resources[id.0 as usize];
            match &resource.body {
                Body::Service(spec) => of_kubernetes(id, resource, spec, profile).into_iter().collect(),
                Body::ServiceEntry(spec) => of_entry(id, resource, spec, profile),
                _ => Vec::new(),
            }
        })
        .collect();
    // The name of a ServiceEntry's service is its host.
    services.sort_by(|a, b| {
        let name = |service: &Service| match service.registry {
            Registry::Kubernetes => service.host.split('.').next().unwrap_or_default().to_owned(),
            Registry::External => service.host.clone(),
        };
        a.age.cmp(&b.age).then_with(|| name(a).cmp(&name(b))).then_with(|| a.namespace.cmp(&b.namespace))
    });
    link_aliases(&mut services);
    services
}

fn of_kubernetes(
    id: ResourceId,
    resource: &Resource,
    spec: &KubeService,
    profile: &Profile,
) -> Option<Service> {
    let namespace = &resource.key.namespace;
    let headless = spec.cluster_ips.iter().any(|ip| ip == "None");
    let external_name = spec.kind.as_ref().is_some_and(|kind| kind.value == "ExternalName");
    let alias_of = spec.external_name.as_ref().filter(|_| external_name).map(|name| name.value.clone());
    let resolution = match (&alias_of, headless) {
        (Some(_), _) => Resolution::Alias,
        (None, true) => Resolution::Passthrough,
        (None, false) => Resolution::Endpoints,
    };
    let export_to = resource.annotations.get("networking.istio.io/exportTo");
    Some(Service {
        host: service_host(&resource.key.name, namespace),
        namespace: namespace.clone(),
        ports: spec.ports.iter().map(|port| kubernetes_port(port, profile)).collect(),
        addresses: addresses(spec.cluster_ips.iter().filter(|_| alias_of.is_none())),
        resolution,
        registry: Registry::Kubernetes,
        external: false,
        visibility: service_visibility(export_to, namespace, profile),
        selector: spec.selector.clone(),
        translates_ports: !resource
            .labels
            .contains_key("experimental.istio.io/disable-gateway-port-translation"),
        alias_of,
        aliases: Vec::new(),
        resource: Some(id),
        age: resource.age(),
    })
}

/// The annotation lists namespaces with commas.
fn service_visibility(export_to: Option<&Spanned<String>>, namespace: &str, profile: &Profile) -> Visibility {
    let entries = export_to.iter().flat_map(|text| text.value.split(',')).map(str::trim);
    Visibility::of(entries.filter(|entry| !entry.is_empty()), namespace, profile)
}

fn kubernetes_port(port: &KubePort, profile: &Profile) -> ServicePort {
    let name = port.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    let text = |it: &Option<Spanned<String>>| it.as_ref().map(|it| it.value.clone());
    let app_protocol = text(&port.app_protocol).filter(|_| profile.protocol_sniffing);
    let protocol = Protocol::of_kubernetes_port(
        port.number.value,
        &name,
        app_protocol.as_deref(),
        text(&port.transport).as_deref(),
    );
    ServicePort {
        number: port.number.value,
        name,
        protocol: detected(protocol, profile),
        target: port.target.clone(),
    }
}

/// Without detection an unknown protocol is TCP.
fn detected(protocol: Protocol, profile: &Profile) -> Protocol {
    match protocol {
        Protocol::Detected if !profile.protocol_sniffing => Protocol::Tcp,
        protocol => protocol,
    }
}

fn of_entry(id: ResourceId, resource: &Resource, spec: &ServiceEntry, profile: &Profile) -> Vec<Service> {
    let ports: Vec<ServicePort> = spec
        .ports
        .iter()
        .map(|port| ServicePort {
            number: port.number.value,
            name: port.name.value.clone(),
            protocol: detected(Protocol::parse(&port.protocol.value), profile),
            target: port.target_port.as_ref().map_or(TargetPort::Same, |it| TargetPort::Number(it.value)),
        })
        .collect();
    let resolution = match spec.resolution.as_ref().map(|it| it.value.as_str()) {
        Some("STATIC") => Resolution::Endpoints,
        Some("DNS" | "DNS_ROUND_ROBIN" | "DYNAMIC_DNS") => Resolution::Dns,
        _ => Resolution::Passthrough,
    };
    let export_to = spec.export_to.iter().map(|entry| entry.value.as_str());
    let visibility = Visibility::of(export_to, &resource.key.namespace, profile);
    let external = spec.location.as_ref().is_none_or(|it| it.value == "MESH_EXTERNAL");
    super::host::unique(spec.hosts.iter().map(|host| host.value.as_str()))
        .into_iter()
        .map(|host| Service {
            host: host.to_owned(),
            namespace: resource.key.namespace.clone(),
            ports: ports.clone(),
            addresses: addresses(spec.addresses.iter().map(|address| &address.value)),
            resolution,
            registry: Registry::External,
            external,
            visibility: visibility.clone(),
            selector: BTreeMap::new(),
            translates_ports: true,
            alias_of: None,
            aliases: Vec::new(),
            resource: Some(id),
            age: resource.age(),
        })
        .collect()
}

fn addresses<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    texts
        .filter(|text| !text.is_empty() && *text != "None")
        .filter(|text| text.parse::<IpAddr>().map_or(true, |ip| !ip.is_unspecified()))
        .cloned()
        .collect()
}

/// A known service takes the names of the ExternalName Services that stand for it (SC-11, SUB-2).
fn link_aliases(services: &mut [Service]) {
    let links: Vec<(String, String)> = services
        .iter()
        .filter_map(|service| Some((service.alias_of.clone()?, service.host.clone())))
        .collect();
    for (target, alias) in links {
        for service in
            services.iter_mut().filter(|service| service.host == target && service.alias_of.is_none())
        {
            service.aliases.push(alias.clone());
        }
    }
}

/// A service that the input does not hold.
pub(crate) fn assumed(host: String, namespace: String, ports: Vec<ServicePort>) -> Service {
    Service {
        host,
        namespace,
        ports,
        addresses: Vec::new(),
        resolution: Resolution::Endpoints,
        registry: Registry::Kubernetes,
        external: false,
        visibility: Visibility::Public,
        selector: BTreeMap::new(),
        translates_ports: true,
        alias_of: None,
        aliases: Vec::new(),
        resource: None,
        age: Age::Dated(Timestamp(i64::MAX)),
    }
}

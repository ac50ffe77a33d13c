//! The index: what the resources of the input are to each other, before anything is merged.
//!
//! Here are hosts and their algebra, short names, the order by age, who sees what, and the services known.

mod absence;
mod assume;
pub mod host;
mod host_index;
pub mod names;
mod network;
mod order;
mod protocol;
mod service;
mod visibility;
mod workload;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

pub(crate) use absence::{Absence, Absent, refused_hosts};
pub(crate) use assume::assume;
pub use host_index::HostIndex;
pub use network::Network;
pub use order::Age;
pub use protocol::Protocol;
pub(crate) use service::assumed as assumed_service;
pub use service::{Registry, Resolution, Service, ServiceId, ServicePort};
pub use visibility::Visibility;
pub use workload::{Proxy, ProxyKind};

use crate::{
    Profile,
    resource::{
        Body, DestinationRule, Gateway, Kind, Resource, ResourceId, Sidecar, VirtualService, Workload,
        kubernetes::TargetPort,
    },
};

/// The resources that take part, indexed.
#[derive(Debug)]
pub struct Mesh {
    /// Which Istio reads them.
    pub profile: Profile,
    /// Every resource of the input, those that take no part included.
    pub resources: Vec<Resource>,
    /// Gateways, oldest first (ORD-1).
    pub gateways: Vec<ResourceId>,
    /// Their names as `namespace/name`.
    gateway_names: HashSet<String>,
    /// VirtualServices with hosts, oldest first (ORD-1).
    pub virtual_services: Vec<ResourceId>,
    /// VirtualServices without hosts by namespace and name (DEL-1).
    pub delegates: HashMap<(String, String), ResourceId>,
    /// DestinationRules, those with a selector first, then oldest first (ORD-2).
    pub destination_rules: Vec<ResourceId>,
    /// Sidecars by namespace, those with a selector first, then oldest first (ORD-3).
    pub sidecars: BTreeMap<String, Vec<ResourceId>>,
    /// Services, oldest first (ORD-4).
    pub services: Vec<Service>,
    services_by_host: HashMap<String, Vec<ServiceId>>,
    /// What the input says of services, before any is assumed.
    told: assume::Told,
    /// Hosts of VirtualServices, with short names completed, by resource.
    full_hosts: HashMap<ResourceId, Vec<String>>,
    visibility: HashMap<ResourceId, Visibility>,
    /// VirtualServices by the gateway they are bound to, in order, as often as they name it (BIND-3).
    bound: HashMap<String, Vec<ResourceId>>,
    /// Indices of the hosts bound to a gateway, made when first asked for.
    host_indices: RefCell<HashMap<String, Rc<HostIndex<ResourceId>>>>,
    /// Every namespace that the input names by a resource in it.
    pub namespaces: BTreeSet<String>,
}

impl Mesh {
    /// Indexes the resources.
    pub fn new(resources: Vec<Resource>, profile: Profile) -> Mesh {
        let mut by_kind: BTreeMap<&Kind, Vec<ResourceId>> = BTreeMap::new();
        for (at, resource) in resources.iter().enumerate() {
            if resource.active {
                by_kind.entry(&resource.key.kind).or_default().push(ResourceId(at as u32));
            }
        }
        let mut ordered = |kind: Kind| {
            let mut ids = by_kind.remove(&kind).unwrap_or_default();
            ids.sort_by(|&a, &b| order::compare(get(&resources, a), get(&resources, b)));
            ids
        };
        let gateways = ordered(Kind::Gateway);
        let mut mesh_like = ordered(Kind::VirtualService);
        let mut destination_rules = ordered(Kind::DestinationRule);
        let all_sidecars = ordered(Kind::Sidecar);
        let mut service_ids = ordered(Kind::Service);
        service_ids.extend(ordered(Kind::ServiceEntry));

        let is_delegate = |id: &ResourceId| matches!(&get(&resources, *id).body, Body::VirtualService(it) if it.hosts.is_empty());
        let delegates = mesh_like
            .iter()
            .filter(|id| is_delegate(id))
            .map(|&id| {
                let key = &get(&resources, id).key;
                ((key.namespace.clone(), key.name.clone()), id)
            })
            .collect();
        mesh_like.retain(|id| !is_delegate(id));
        destination_rules.sort_by_key(|id| {
            matches!(&get(&resources, *id).body, Body::DestinationRule(rule) if rule.workload_selector.is_none())
        });
        let mut sidecars: BTreeMap<String, Vec<ResourceId>> = BTreeMap::new();
        for id in all_sidecars {
            sidecars.entry(get(&resources, id).key.namespace.clone()).or_default().push(id);
        }
        if profile.sidecar_selectors_first {
            for ids in sidecars.values_mut() {
                ids.sort_by_key(|id| {
                    matches!(&get(&resources, *id).body, Body::Sidecar(it) if it.workload_selector.is_none())
                });
            }
        }
        let namespaces = resources
            .iter()
            .map(|resource| match resource.key.kind {
                Kind::Namespace => resource.key.name.clone(),
                _ => resource.key.namespace.clone(),
            })
            .collect();
        let services = service::read(&service_ids, &resources, &profile);
        let name = |id: &ResourceId| {
            let key = &get(&resources, *id).key;
            format!("{}/{}", key.namespace, key.name)
        };
        let gateway_names = gateways.iter().map(name).collect();
        let mut mesh = Mesh {
            profile,
            gateways,
            gateway_names,
            virtual_services: mesh_like,
            delegates,
            destination_rules,
            sidecars,
            services: Vec::new(),
            services_by_host: HashMap::new(),
            told: assume::Told::default(),
            full_hosts: HashMap::new(),
            visibility: HashMap::new(),
            bound: HashMap::new(),
            host_indices: RefCell::default(),
            namespaces,
            resources,
        };
        mesh.index_virtual_services();
        mesh.index_services(services);
        mesh
    }

    fn index_virtual_services(&mut self) {
        for &id in &self.virtual_services {
            let resource = get(&self.resources, id);
            let Body::VirtualService(spec) = &resource.body else { continue };
            let namespace = &resource.key.namespace;
            let hosts = spec.hosts.iter().map(|host| names::full_host(&host.value, namespace, &self.profile));
            self.full_hosts.insert(id, hosts.map(|host| host.into_owned()).collect());
            let mut gateways: Vec<String> = spec
                .gateways
                .iter()
                .map(|gateway| names::gateway_reference(&gateway.value, namespace).into_owned())
                .collect();
            if gateways.is_empty() {
                gateways.push(names::MESH.to_owned());
            }
            if !self.profile.routes_once_per_gateway {
                gateways = host::unique(gateways);
            }
            for gateway in gateways {
                self.bound.entry(gateway).or_default().push(id);
            }
        }
        for (at, resource) in self.resources.iter().enumerate() {
            let export_to = match &resource.body {
                Body::VirtualService(spec) => &spec.export_to,
                Body::DestinationRule(spec) => &spec.export_to,
                _ => continue,
            };
            let entries = export_to.iter().map(|entry| entry.value.as_str());
            let visibility = Visibility::of(entries, &resource.key.namespace, &self.profile);
            self.visibility.insert(ResourceId(at as u32), visibility);
        }
    }

    fn index_services(&mut self, services: Vec<Service>) {
        self.told = assume::Told::by(&services);
        self.services = services;
        self.services_by_host.clear();
        for (at, service) in self.services.iter().enumerate() {
            self.services_by_host.entry(service.host.clone()).or_default().push(ServiceId(at as u32));
        }
    }

    /// Adds a service that the input does not hold but whose existence is assumed.
    pub(crate) fn assume(&mut self, service: Service) {
        let id = ServiceId(self.services.len() as u32);
        self.services_by_host.entry(service.host.clone()).or_default().push(id);
        self.services.push(service);
    }

    /// A resource by its id.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        get(&self.resources, id)
    }

    /// A Gateway by its id.
    pub fn gateway(&self, id: ResourceId) -> &Gateway {
        match &self.resource(id).body {
            Body::Gateway(spec) => spec,
            _ => unreachable!("the id of a Gateway"),
        }
    }

    /// Whether a Gateway, as `namespace/name`, takes part.
    pub fn has_gateway(&self, name: &str) -> bool {
        self.gateway_names.contains(name)
    }

    /// A VirtualService by its id.
    pub fn virtual_service(&self, id: ResourceId) -> &VirtualService {
        match &self.resource(id).body {
            Body::VirtualService(spec) => spec,
            _ => unreachable!("the id of a VirtualService"),
        }
    }

    /// A DestinationRule by its id.
    pub fn destination_rule(&self, id: ResourceId) -> &DestinationRule {
        match &self.resource(id).body {
            Body::DestinationRule(spec) => spec,
            _ => unreachable!("the id of a DestinationRule"),
        }
    }

    /// A Sidecar by its id.
    pub fn sidecar(&self, id: ResourceId) -> &Sidecar {
        match &self.resource(id).body {
            Body::Sidecar(spec) => spec,
            _ => unreachable!("the id of a Sidecar"),
        }
    }

    /// The hosts of a VirtualService, short names completed (BIND-10).
    pub fn hosts(&self, virtual_service: ResourceId) -> &[String] {
        self.full_hosts.get(&virtual_service).map(Vec::as_slice).unwrap_or_default()
    }

    /// Who sees a VirtualService or DestinationRule.
    pub fn visibility(&self, id: ResourceId) -> &Visibility {
        self.visibility.get(&id).unwrap_or(&Visibility::Public)
    }

    /// The gateways that VirtualServices are bound to, `mesh` included.
    pub fn bound_gateways(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.bound.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// The VirtualServices bound to a gateway, or `mesh`, whoever sees them, oldest first.
    pub fn bound_to(&self, gateway: &str) -> &[ResourceId] {
        self.bound.get(gateway).map(Vec::as_slice).unwrap_or_default()
    }

    /// The VirtualServices bound to a gateway, or `mesh`, that proxies of `namespace` see, in the order in which
    /// istiod hands them out: private, exported, public (BIND-5).
    pub fn virtual_services_for(&self, namespace: &str, gateway: &str) -> Vec<ResourceId> {
        self.in_buckets(self.bound_to(gateway).iter().copied(), namespace)
    }

    /// Orders VirtualServices by bucket, keeping their order inside each, and drops what `namespace` does not see.
    pub fn in_buckets(&self, ids: impl IntoIterator<Item = ResourceId>, namespace: &str) -> Vec<ResourceId> {
        let mut buckets: [Vec<ResourceId>; 3] = Default::default();
        for id in ids {
            if let Some(bucket) = self.bucket(id, namespace) {
                buckets[bucket].push(id);
            }
        }
        buckets.concat()
    }

    /// Which part of the list for `namespace` a VirtualService is in: 0 private, 1 exported to it, 2 public.
    pub fn bucket(&self, id: ResourceId, namespace: &str) -> Option<usize> {
        match self.visibility(id) {
            Visibility::Public => Some(2),
            seen if !seen.to(namespace) => None,
            _ if self.resource(id).key.namespace == namespace => Some(0),
            _ => Some(1),
        }
    }

    /// The hosts bound to a gateway, for finding those that fit a server's.
    pub fn host_index(&self, gateway: &str) -> Rc<HostIndex<ResourceId>> {
        if let Some(index) = self.host_indices.borrow().get(gateway) {
            return index.clone();
        }
        let hosts = self.bound_to(gateway).iter().enumerate();
        let entries =
            hosts.flat_map(|(at, &id)| self.hosts(id).iter().map(move |host| (host.as_str(), at as u32, id)));
        let index = Rc::new(HostIndex::new(entries));
        self.host_indices.borrow_mut().insert(gateway.to_owned(), index.clone());
        index
    }

    /// A service by its id.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.0 as usize]
    }

    /// Every service of a host, oldest first.
    pub fn services_of(&self, host: &str) -> &[ServiceId] {
        self.services_by_host.get(host).map(Vec::as_slice).unwrap_or_default()
    }

    /// The Service or ServiceEntry host of a namespace.
    pub fn service_in(&self, host: &str, namespace: &str) -> Option<ServiceId> {
        self.services_of(host).iter().copied().find(|&id| self.service(id).namespace == namespace)
    }

    /// The service that a proxy of `namespace` means by a host: its own namespace's, else a Kubernetes one, else
    /// the oldest (SC-4, SC-7, SUB-2).
    pub fn visible_service(&self, host: &str, namespace: &str) -> Option<ServiceId> {
        let visible = |id: &ServiceId| self.service(*id).visibility.to(namespace);
        let own = self.service_in(host, namespace).filter(visible);
        let candidates = || self.services_of(host).iter().copied().filter(visible);
        own.or_else(|| candidates().find(|&id| self.service(id).registry == Registry::Kubernetes))
            .or_else(|| candidates().next())
    }

    /// Workloads of the input: Pods, Deployments and their kin.
    pub fn workloads(&self) -> impl Iterator<Item = (ResourceId, &Resource, &Workload)> {
        self.resources.iter().enumerate().filter_map(|(at, resource)| match &resource.body {
            Body::Workload(workload) if resource.active => Some((ResourceId(at as u32), resource, workload)),
            _ => None,
        })
    }

    /// The port that a container of a workload calls `name`, where the input holds a workload with `labels`.
    pub(crate) fn container_port(
        &self,
        namespace: &str,
        selector: &BTreeMap<String, String>,
        target: &TargetPort,
        own: u32,
    ) -> u32 {
        match target {
            TargetPort::Same => own,
            TargetPort::Number(number) => *number,
            TargetPort::Name(name) => self
                .workloads()
                .filter(|(_, resource, workload)| {
                    resource.key.namespace == namespace && workload::selects(selector, &workload.labels.value)
                })
                .find_map(|(_, _, workload)| workload.ports.get(name).copied())
                .unwrap_or(own),
        }
    }
}

fn get(resources: &[Resource], id: ResourceId) -> &Resource {
    &resources[id.0 as usize]
}

/// Whether labels hold all pairs of a selector.
pub fn selects(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    workload::selects(selector, labels)
}

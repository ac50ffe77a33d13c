//! What a sidecar knows of the mesh: services and VirtualServices that its egress listeners import (SC-1 to SC-7).

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use super::Effective;
use crate::{
    mesh::{
        Age, Mesh, Protocol, Proxy, Registry, Service, ServiceId,
        host::{self, HostMap},
        names::{self, MESH, ROOT_NAMESPACE},
        selects,
    },
    resource::{ResourceId, sidecar::Egress},
};

/// What the sidecars of a namespace import, by the Sidecar resource that applies to them.
#[derive(Debug)]
pub(super) struct Scope {
    /// The Sidecar resource; none where everything is imported.
    pub(super) sidecar: Option<ResourceId>,
    /// The egress listeners in order; one without port takes all that is left.
    pub(super) listeners: Vec<EgressListener>,
    /// Every service with clusters, and the ports that have some; all where none are listed.
    services: Vec<(ServiceId, Ports)>,
    by_id: HashMap<ServiceId, usize>,
    by_host: HashMap<String, ServiceId>,
}

/// The ports of a service that are imported; all where none are listed.
type Ports = Option<BTreeSet<u32>>;

/// What one egress listener imports.
#[derive(Debug)]
pub(super) struct EgressListener {
    /// The port and protocol, where the listener is for one port.
    pub(super) port: Option<(u32, Protocol)>,
    /// The address or socket.
    pub(super) bind: Option<String>,
    /// The services, one for each host, in the order of ORD-4.
    pub(super) services: Vec<ServiceId>,
    /// The VirtualServices in the order of SC-6.
    pub(super) virtual_services: Vec<ResourceId>,
    /// The VirtualService that is most specific for a host (SC-9).
    pub(super) owners: HostMap<Option<ResourceId>>,
}

impl Scope {
    /// The scope of a proxy: that of the Sidecar resource which applies to it.
    fn build(effective: &Effective, namespace: &str, sidecar: Option<ResourceId>) -> Scope {
        let mesh = &effective.mesh;
        let egress: Vec<Egress> = sidecar.map(|id| mesh.sidecar(id).egress.clone()).unwrap_or_default();
        let builder = Builder { effective, namespace };
        let listeners: Vec<EgressListener> = if egress.is_empty() {
            vec![builder.listener(None, None, &[("*".to_owned(), "*".to_owned())])]
        } else {
            egress
                .iter()
                .map(|egress| {
                    let port =
                        egress.port.as_ref().map(|it| (it.number.value, Protocol::parse(&it.protocol.value)));
                    let bind = egress.bind.as_ref().map(|bind| bind.value.clone());
                    builder.listener(port, bind, &import_entries(egress, namespace))
                })
                .collect()
        };
        let mut scope = Scope {
            sidecar,
            listeners: Vec::new(),
            services: Vec::new(),
            by_id: HashMap::new(),
            by_host: HashMap::new(),
        };
        for listener in &listeners {
            for &id in &listener.services {
                let port = listener.port.filter(|(number, protocol)| {
                    *number != 0 && *protocol != Protocol::HttpProxy && mesh.profile.imports_cover
                });
                scope.add(mesh, id, port.map(|(number, _)| BTreeSet::from([number])));
            }
            if mesh.profile.destinations_imported {
                for &id in &listener.virtual_services {
                    for (host, ports) in builder.destinations(id) {
                        if let Some(service) = mesh.visible_service(&host, namespace) {
                            scope.add(mesh, service, (!ports.is_empty()).then_some(ports));
                        }
                    }
                }
            }
        }
        scope.listeners = listeners;
        scope
    }

    /// Adds a service or further ports of one; of services with one host the first stays.
    fn add(&mut self, mesh: &Mesh, id: ServiceId, ports: Ports) {
        if let Some(&at) = self.by_id.get(&id) {
            match (&mut self.services[at].1, ports) {
                (Some(known), Some(more)) => known.extend(more),
                (known, _) => *known = None,
            }
            return;
        }
        let host = &mesh.service(id).host;
        if !self.by_host.contains_key(host) {
            self.by_host.insert(host.clone(), id);
            self.by_id.insert(id, self.services.len());
            self.services.push((id, ports));
        }
    }

    /// Every service that has clusters.
    pub(super) fn all_services(&self) -> Vec<ServiceId> {
        self.services.iter().map(|(id, _)| *id).collect()
    }

    /// The services with the ports that have clusters; all ports where none are listed.
    pub(super) fn cluster_ports(&self) -> Vec<(ServiceId, Option<Vec<u32>>)> {
        let listed = |ports: &Ports| ports.as_ref().map(|ports| ports.iter().copied().collect());
        self.services.iter().map(|(id, ports)| (*id, listed(ports))).collect()
    }

    /// Whether a service is imported.
    pub(super) fn has(&self, id: ServiceId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Whether a port of a service is imported.
    pub(super) fn has_port(&self, id: ServiceId, port: u32) -> bool {
        let ports = self.by_id.get(&id).map(|&at| &self.services[at].1);
        ports.is_some_and(|ports| ports.as_ref().is_none_or(|ports| ports.contains(&port)))
    }

    /// The services of a host; of a wildcard those among `all` that go with it (HOST-3).
    pub(super) fn matching(&self, mesh: &Mesh, host: &str, all: &[ServiceId]) -> Vec<ServiceId> {
        if host::is_wildcard(host) {
            return all.iter().copied().filter(|&id| host::matches(&mesh.service(id).host, host)).collect();
        }
        self.by_host.get(host).copied().into_iter().collect()
    }

    /// The service of a host.
    pub(super) fn service<'m>(&self, mesh: &'m Mesh, host: &str) -> Option<&'m Service> {
        self.by_host.get(host).map(|&id| mesh.service(id))
    }
}

impl EgressListener {
    /// The listener as it were if one VirtualService were the oldest of those without a date in its bucket.
    pub(super) fn with_first(&self, mesh: &Mesh, namespace: &str, first: ResourceId) -> EgressListener {
        let same_block = |&id: &ResourceId| {
            mesh.resource(id).age() == Age::Undated
                && mesh.bucket(id, namespace) == mesh.bucket(first, namespace)
        };
        let mut virtual_services = self.virtual_services.clone();
        virtual_services.retain(|id| *id != first);
        let place = virtual_services.iter().position(same_block).unwrap_or(virtual_services.len());
        if self.virtual_services.contains(&first) {
            virtual_services.insert(place, first);
        }
        EgressListener {
            port: self.port,
            bind: self.bind.clone(),
            services: self.services.clone(),
            owners: owners(mesh, &virtual_services),
            virtual_services,
        }
    }
}

/// For each host the first VirtualService that has it (SC-9).
fn owners(mesh: &Mesh, virtual_services: &[ResourceId]) -> HostMap<Option<ResourceId>> {
    let mut owners: HostMap<Option<ResourceId>> = HostMap::default();
    for &id in virtual_services {
        for host in mesh.hosts(id) {
            owners.entry(host).get_or_insert(id);
        }
    }
    owners
}

impl Effective {
    /// What a sidecar imports, built once for each namespace and Sidecar resource.
    pub(super) fn scope(&self, proxy: &Proxy) -> Rc<Scope> {
        let sidecar = sidecar_for(&self.mesh, proxy);
        let key = (proxy.namespace.clone(), sidecar);
        if let Some(scope) = self.scopes.borrow().get(&key) {
            return scope.clone();
        }
        let scope = Rc::new(Scope::build(self, &proxy.namespace, sidecar));
        self.scopes.borrow_mut().insert(key, scope.clone());
        scope
    }
}

/// The Sidecar resource that applies to a workload (SC-1).
pub(crate) fn sidecar_for(mesh: &Mesh, proxy: &Proxy) -> Option<ResourceId> {
    let of = |namespace: &str| mesh.sidecars.get(namespace).map(Vec::as_slice).unwrap_or_default();
    let own = of(&proxy.namespace);
    let selector = |id: &ResourceId| mesh.sidecar(*id).workload_selector.as_ref();
    let open = |id: &&ResourceId| selector(id).is_none();
    let selecting = own.iter().find(|id| selector(id).is_some_and(|it| selects(&it.value, &proxy.labels)));
    let root = || of(ROOT_NAMESPACE).iter().find(open);
    if mesh.profile.sidecar_selectors_first {
        return selecting.or_else(|| own.iter().find(open)).or_else(root).copied();
    }
    // Before 1.12 the newest without selector counts, and the root's only where a namespace has none at all.
    let owns_service = || mesh.services.iter().any(|service| service.namespace == proxy.namespace);
    let root = || root().filter(|_| own.is_empty() && owns_service());
    selecting.or_else(|| own.iter().rfind(open)).or_else(root).copied()
}

/// The entries of an egress listener: namespace and host (SC-3).
fn import_entries(egress: &Egress, namespace: &str) -> Vec<(String, String)> {
    let entries = egress.hosts.iter().filter_map(|entry| entry.value.split_once('/'));
    entries
        .filter(|(_, host)| !host.contains('/'))
        .map(|(place, host)| (if place == "." { namespace } else { place }.to_owned(), host.to_owned()))
        .collect()
}

struct Builder<'a> {
    effective: &'a Effective,
    namespace: &'a str,
}

/// Imported hosts by the namespace they are imported from; `*` for any. A `~` in front excludes.
type Imports<'e> = HashMap<&'e str, HostMap<()>>;

impl Builder<'_> {
    fn listener(
        &self,
        port: Option<(u32, Protocol)>,
        bind: Option<String>,
        entries: &[(String, String)],
    ) -> EgressListener {
        let mesh = &self.effective.mesh;
        let (mut imports, mut excludes) = (Imports::new(), Imports::new());
        for (place, host) in entries {
            match place.strip_prefix('~').filter(|_| mesh.profile.egress_exclusions) {
                Some(place) => {
                    let place = if place.is_empty() { "*" } else { place };
                    excludes.entry(place).or_default().entry(host);
                }
                None => {
                    imports.entry(place).or_default().entry(host);
                }
            }
        }
        let services = self.services(port, &imports, &excludes);
        let virtual_services = self.virtual_services(&imports, &excludes);
        let owners = owners(mesh, &virtual_services);
        EgressListener { port, bind, services, virtual_services, owners }
    }

    /// The imported services: of one host the namespace's own, else Kubernetes' own, else the oldest (SC-4).
    fn services(
        &self,
        port: Option<(u32, Protocol)>,
        imports: &Imports<'_>,
        excludes: &Imports<'_>,
    ) -> Vec<ServiceId> {
        let mesh = &self.effective.mesh;
        let covered = |map: &Imports<'_>, service: &Service| {
            [service.namespace.as_str(), "*"].into_iter().filter_map(|place| map.get(place)).any(|hosts| {
                let covers = hosts.most_specific(&service.host).is_some();
                covers || !mesh.profile.imports_cover && hosts.matches(&service.host)
            })
        };
        let mut chosen: HashMap<&str, ServiceId> = HashMap::new();
        let mut out: Vec<ServiceId> = Vec::new();
        for at in 0..mesh.services.len() as u32 {
            let id = ServiceId(at);
            let service = mesh.service(id);
            let wanted = match port {
                Some((number, protocol)) if number != 0 && protocol != Protocol::HttpProxy => {
                    !mesh.profile.imports_cover || service.port(number).is_some()
                }
                _ => true,
            };
            if !wanted
                || !service.visibility.to(self.namespace)
                || !covered(imports, service)
                || covered(excludes, service)
            {
                continue;
            }
            match chosen.get(service.host.as_str()) {
                None => {
                    chosen.insert(&service.host, id);
                    out.push(id);
                }
                Some(&known) if self.precedes(service, mesh.service(known)) => {
                    chosen.insert(&service.host, id);
                    out.retain(|other| *other != known);
                    out.push(id);
                }
                Some(_) => {}
            }
        }
        out
    }

    fn precedes(&self, later: &Service, known: &Service) -> bool {
        if known.namespace == self.namespace {
            return false;
        }
        let kubernetes = |service: &Service| service.registry == Registry::Kubernetes;
        later.namespace == self.namespace || kubernetes(later) && !kubernetes(known)
    }

    /// The imported VirtualServices: those with a host that goes with an imported one (SC-5, SC-6).
    fn virtual_services(&self, imports: &Imports<'_>, excludes: &Imports<'_>) -> Vec<ResourceId> {
        let mesh = &self.effective.mesh;
        let visible = mesh.virtual_services_for(self.namespace, MESH);
        let mut out = Vec::with_capacity(visible.len());
        for id in visible {
            let namespace = mesh.resource(id).key.namespace.as_str();
            let excluded = |host: &String| {
                let places = [namespace, "*"].into_iter().filter_map(|place| excludes.get(place));
                places.into_iter().any(|hosts| hosts.most_specific(host).is_some())
            };
            let times = [namespace, "*"]
                .into_iter()
                .filter_map(|place| imports.get(place))
                .filter(|hosts| mesh.hosts(id).iter().any(|host| hosts.matches(host) && !excluded(host)))
                .count();
            // 1.1.0 adds what two entries import twice.
            let times = if mesh.profile.egress_imports_once { times.min(1) } else { times };
            out.extend(std::iter::repeat_n(id, times));
        }
        out
    }

    /// The hosts that a VirtualService sends to, with the ports it names; all ports where none is named (SC-7).
    fn destinations(&self, id: ResourceId) -> Vec<(String, BTreeSet<u32>)> {
        let mesh = &self.effective.mesh;
        let mut out: Vec<(String, BTreeSet<u32>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut whole: HashSet<String> = HashSet::new();
        let mut add = |destination: &crate::resource::virtual_service::Destination, owner: ResourceId| {
            let namespace = &mesh.resource(owner).key.namespace;
            let host = names::full_host(&destination.host.value, namespace, &mesh.profile).into_owned();
            let at = *places.entry(host.clone()).or_insert_with(|| {
                out.push((host.clone(), BTreeSet::new()));
                out.len() - 1
            });
            match &destination.port {
                Some(port) if port.value != 0 => {
                    out[at].1.insert(port.value);
                }
                _ => {
                    whole.insert(host);
                }
            }
        };
        for rule in self.effective.rules(id).iter() {
            for destination in rule.http.destinations() {
                add(destination, rule.origin.written_in);
            }
        }
        let spec = mesh.virtual_service(id);
        let l4 =
            spec.tls.iter().flat_map(|rule| &rule.route).chain(spec.tcp.iter().flat_map(|rule| &rule.route));
        for destination in l4.filter_map(|it| it.destination.as_ref()) {
            add(destination, id);
        }
        for (host, ports) in &mut out {
            if whole.contains(host) {
                ports.clear();
            }
        }
        out
    }
}

//! The hosts that Gateways serve, and for whom.

use std::collections::{HashMap, HashSet};

use crate::{
    effective::own_hosts,
    mesh::{HostIndex, Mesh},
    resource::ResourceId,
};

/// The hosts of every Gateway, by its `namespace/name`.
pub(super) struct Served {
    ids: HashMap<String, ResourceId>,
    groups: HashMap<String, Hosts>,
    /// In 1.1 a VirtualService of one Gateway is served by all of its workload, so that all are one group (BIND-11).
    apart: bool,
}

/// The hosts of Gateways that are looked at together.
#[derive(Default)]
struct Hosts {
    index: HostIndex<usize>,
    /// For each host the namespace that may use it; none stands for all.
    namespaces: Vec<Option<String>>,
    written: HashSet<String>,
}

impl Served {
    pub(super) fn by_gateways(mesh: &Mesh) -> Served {
        let apart = mesh.profile.virtual_services_bound_per_gateway;
        let mut ids = HashMap::new();
        let mut hosts: HashMap<String, Vec<String>> = HashMap::new();
        for &id in &mesh.gateways {
            let key = &mesh.resource(id).key;
            let name = format!("{}/{}", key.namespace, key.name);
            let servers = mesh.gateway(id).servers.iter();
            let group = if apart { name.clone() } else { String::new() };
            hosts
                .entry(group)
                .or_default()
                .extend(servers.flat_map(|server| own_hosts(server, &key.namespace)));
            ids.insert(name, id);
        }
        let groups = hosts.into_iter().map(|(group, hosts)| (group, Hosts::new(hosts))).collect();
        Served { ids, groups, apart }
    }

    /// A Gateway by its name.
    pub(super) fn id(&self, gateway: &str) -> Option<ResourceId> {
        self.ids.get(gateway).copied()
    }

    fn group(&self, gateway: &str) -> Option<&Hosts> {
        self.groups.get(if self.apart { gateway } else { "" })
    }

    /// The namespaces for which a Gateway serves names that a host stands for; none stands for all.
    pub(super) fn namespaces(&self, gateway: &str, host: &str) -> Vec<Option<&str>> {
        let Some(hosts) = self.group(gateway) else { return Vec::new() };
        hosts.index.matching([host]).into_iter().map(|at| hosts.namespaces[at].as_deref()).collect()
    }

    /// Whether a Gateway serves a host of a VirtualService in a namespace (BIND-7, BIND-8).
    pub(super) fn fits(&self, gateway: &str, host: &str, namespace: &str) -> bool {
        self.namespaces(gateway, host).iter().any(|it| it.is_none_or(|it| it == namespace))
    }

    /// Whether a Gateway has a host as it is written.
    pub(super) fn has(&self, gateway: &str, host: &str) -> bool {
        self.group(gateway).is_some_and(|hosts| hosts.written.contains(host))
    }
}

impl Hosts {
    fn new(hosts: Vec<String>) -> Hosts {
        let split: Vec<(Option<String>, String)> = hosts
            .into_iter()
            .map(|host| match host.split_once('/') {
                Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
                None => (None, host),
            })
            .collect();
        let entries = split.iter().enumerate().map(|(at, (_, name))| (name.as_str(), at as u32, at));
        let index = HostIndex::new(entries);
        let (namespaces, written): (Vec<_>, Vec<_>) = split.into_iter().unzip();
        Hosts { index, namespaces, written: written.into_iter().collect() }
    }
}

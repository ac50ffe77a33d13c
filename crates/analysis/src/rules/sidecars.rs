//! Sidecars to look at: few stand for many, and whole ones are built only while that is cheap.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use crate::{
    Analysis,
    effective::{DropReason, ProxyConfig},
    mesh::{Proxy, ProxyKind},
    resource::ResourceId,
};

/// The most virtual hosts that one rule has built to prove its findings.
const MAX_VIRTUAL_HOSTS: usize = 50_000;

/// The sidecars of an analysis.
pub(super) struct Sidecars<'a> {
    analysis: &'a Analysis,
    by_namespace: BTreeMap<&'a str, Vec<&'a Proxy>>,
    left: Cell<usize>,
    built: RefCell<HashSet<Proxy>>,
}

impl<'a> Sidecars<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let mut by_namespace: BTreeMap<&str, Vec<&Proxy>> = BTreeMap::new();
        for proxy in analysis.bindings.iter().map(|binding| &binding.proxy) {
            if proxy.kind == ProxyKind::Sidecar {
                by_namespace.entry(&proxy.namespace).or_default().push(proxy);
            }
        }
        Sidecars { analysis, by_namespace, left: Cell::new(MAX_VIRTUAL_HOSTS), built: RefCell::default() }
    }

    /// All of them, by namespace and labels.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Proxy> + '_ {
        self.by_namespace.values().flatten().copied()
    }

    /// Those of a namespace.
    pub(super) fn in_namespace(&self, namespace: &str) -> &[&'a Proxy] {
        self.by_namespace.get(namespace).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a proxy is one that is shown; gateways that were looked at are.
    pub(super) fn knows(&self, proxy: &Proxy) -> bool {
        proxy.kind == ProxyKind::Gateway || self.in_namespace(&proxy.namespace).contains(&proxy)
    }

    /// What istiod builds for one, unless too much has been built already.
    pub(super) fn config(&self, proxy: &Proxy) -> Option<Rc<ProxyConfig>> {
        if !self.built.borrow().contains(proxy) {
            let mesh = &self.analysis.effective.mesh;
            let cost = mesh.services.len() + mesh.virtual_services.len() + 1;
            self.left.set(self.left.get().checked_sub(cost)?);
            self.built.borrow_mut().insert(proxy.clone());
        }
        Some(self.analysis.effective.proxy(proxy))
    }

    /// Whether a VirtualService keeps a host on a sidecar, as far as is known.
    pub(super) fn owns_a_host(&self, id: ResourceId, proxy: &Proxy) -> bool {
        let Some(config) = self.config(proxy) else { return true };
        let hosts = self.analysis.effective.mesh.hosts(id).len();
        hosts_lost(&config).get(&id).is_none_or(|&lost| lost < hosts)
    }
}

/// How many hosts of each VirtualService a sidecar leaves to others, as told once for each proxy.
pub(super) fn hosts_lost(config: &ProxyConfig) -> HashMap<ResourceId, usize> {
    let mut lost = HashMap::new();
    for dropped in &config.dropped {
        match dropped.reason {
            DropReason::NotVisible { .. } | DropReason::NotImported => {
                lost.insert(dropped.origin.resource, usize::MAX);
            }
            DropReason::HostClaimed { .. } | DropReason::MoreSpecific { .. } => {
                let count = lost.entry(dropped.origin.resource).or_insert(0usize);
                *count = count.saturating_add(1);
            }
            _ => {}
        }
    }
    lost
}

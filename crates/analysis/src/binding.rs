//! The proxies worth showing: each gateway workload the input speaks of, and the sidecars of each namespace.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    mesh::{
        Mesh, Proxy,
        names::{MESH, ROOT_NAMESPACE},
        selects,
    },
    resource::{Body, Kind},
};

type Labels = BTreeMap<String, String>;

/// A proxy to show, and what had to be assumed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The proxy.
    pub proxy: Proxy,
    /// Whether the input does not say in which namespace the workload runs.
    pub namespace_assumed: bool,
}

/// The gateway workloads, then the sidecars, each by namespace and labels.
pub(crate) fn bindings(mesh: &Mesh) -> Vec<Binding> {
    let mut out = gateways(mesh);
    out.extend(sidecars(mesh).into_iter().map(|proxy| Binding { proxy, namespace_assumed: false }));
    out
}

/// One for each selector: the workload that carries it, else the Service in front of it, else one that is assumed
/// to run in `istio-system`.
fn gateways(mesh: &Mesh) -> Vec<Binding> {
    let mut selectors: BTreeSet<&Labels> = BTreeSet::new();
    for &id in &mesh.gateways {
        selectors.insert(&mesh.gateway(id).selector);
    }
    let mut known: BTreeSet<Proxy> = BTreeSet::new();
    let mut assumed: BTreeSet<Labels> = BTreeSet::new();
    for selector in selectors.iter().filter(|selector| !selector.is_empty()) {
        let before = known.len();
        for (_, resource, workload) in mesh.workloads() {
            if selects(selector, &workload.labels.value) {
                known.insert(Proxy::gateway(&resource.key.namespace, workload.labels.value.clone()));
            }
        }
        if known.len() == before {
            let behind = mesh.services.iter().filter(|service| selects(selector, &service.selector));
            known.extend(behind.map(|service| Proxy::gateway(&service.namespace, service.selector.clone())));
        }
        let covered = known.iter().any(|proxy| selects(selector, &proxy.labels));
        if !covered {
            assumed.insert((*selector).clone());
        }
    }
    let only_open = selectors.iter().all(|selector| selector.is_empty());
    if only_open && !mesh.gateways.is_empty() {
        assumed.insert(BTreeMap::from([("istio".to_owned(), "ingressgateway".to_owned())]));
    }
    // A workload with more labels also serves the Gateways that ask for fewer.
    let covered = |labels: &Labels| assumed.iter().any(|other| other != labels && selects(labels, other));
    let kept: Vec<Labels> = assumed.iter().filter(|labels| !covered(labels)).cloned().collect();
    let mut out: Vec<Binding> =
        known.into_iter().map(|proxy| Binding { proxy, namespace_assumed: false }).collect();
    out.extend(
        kept.into_iter()
            .map(|labels| Binding { proxy: Proxy::gateway(ROOT_NAMESPACE, labels), namespace_assumed: true }),
    );
    out
}

/// One for each namespace with something that sidecars use, and one for each set of labels that a selector or a
/// condition on the client singles out.
fn sidecars(mesh: &Mesh) -> BTreeSet<Proxy> {
    let gateway_workload = |labels: &Labels| {
        mesh.gateways.iter().any(|&id| {
            let selector = &mesh.gateway(id).selector;
            !selector.is_empty() && selects(selector, labels)
        })
    };
    let mut out = BTreeSet::new();
    let mut labelled: BTreeSet<(Option<&str>, Labels)> = BTreeSet::new();
    for resource in mesh.resources.iter().filter(|resource| resource.active) {
        let namespace = resource.key.namespace.as_str();
        let plain = match (&resource.key.kind, &resource.body) {
            (Kind::Service, Body::Service(service)) => !gateway_workload(&service.selector),
            (_, Body::Workload(workload)) => !gateway_workload(&workload.labels.value),
            (_, Body::VirtualService(service)) => {
                for block in service.http.iter().flat_map(|rule| &rule.matches) {
                    if !block.source_labels.is_empty() && block.gateways.is_empty() {
                        let place = block.source_namespace.as_ref().map(|it| it.value.as_str());
                        labelled.insert((place, block.source_labels.clone()));
                    }
                }
                let tls = service.tls.iter().flat_map(|rule| &rule.matches);
                for block in tls.chain(service.tcp.iter().flat_map(|rule| &rule.matches)) {
                    // Unlike for HTTP, labels count beside gateways (TLS-9).
                    let on_mesh =
                        block.gateways.is_empty() || block.gateways.iter().any(|it| it.value == MESH);
                    if !block.source_labels.is_empty() && on_mesh {
                        let place = block.source_namespace.as_ref().map(|it| it.value.as_str());
                        labelled.insert((place, block.source_labels.clone()));
                    }
                }
                !service.hosts.is_empty()
            }
            (_, Body::Sidecar(sidecar)) => {
                let selector = sidecar.workload_selector.as_ref().filter(|it| !it.value.is_empty());
                labelled.extend(selector.map(|it| (Some(namespace), it.value.clone())));
                true
            }
            (_, Body::DestinationRule(rule)) => {
                let selector = rule.workload_selector.as_ref().filter(|it| !it.labels.is_empty());
                labelled.extend(selector.map(|it| (Some(namespace), it.labels.clone())));
                selector.is_some()
            }
            _ => false,
        };
        if plain {
            out.insert(Proxy::sidecar(namespace, Labels::new()));
        }
    }
    let namespaces: Vec<String> = out.iter().map(|proxy| proxy.namespace.clone()).collect();
    for (place, labels) in labelled {
        // A condition on labels alone concerns clients wherever they run; those known by their labels come first.
        let mut places: Vec<String> = place.map(str::to_owned).into_iter().collect();
        if places.is_empty() {
            let workloads =
                mesh.workloads().filter(|(_, _, workload)| selects(&labels, &workload.labels.value));
            places.extend(workloads.map(|(_, resource, _)| resource.key.namespace.clone()));
        }
        if places.is_empty() {
            places.clone_from(&namespaces);
        }
        out.extend(places.into_iter().map(|namespace| Proxy::sidecar(namespace, labels.clone())));
    }
    out
}

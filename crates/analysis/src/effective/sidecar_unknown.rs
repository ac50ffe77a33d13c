//! What a sidecar does with traffic to hosts and addresses that it knows nothing of (SC-13).

use super::{
    BLACKHOLE, ChainTarget, ClusterRef, FilterChain, Listener, Origin, PASSTHROUGH, PortSource,
    sidecar_scope::Scope,
};
use crate::mesh::Mesh;

/// The listener that takes every connection out of the workload and looks for the one that is for its address.
const VIRTUAL_OUTBOUND: (&str, u32) = ("virtualOutbound", 15001);

/// Where unknown traffic goes: where it wants to, or to the Sidecar's proxy for it; none where it is blocked.
pub(super) fn cluster(mesh: &Mesh, scope: &Scope) -> Option<ClusterRef> {
    let policy = scope.sidecar.and_then(|id| mesh.sidecar(id).outbound_traffic_policy.as_ref());
    let mode = policy.and_then(|policy| policy.mode.as_ref()).map(|mode| mode.value.as_str());
    // A policy without mode means the first of the words, REGISTRY_ONLY.
    if policy.is_some() && matches!(mode, None | Some("REGISTRY_ONLY")) {
        return None;
    }
    let egress = policy.and_then(|policy| policy.egress_proxy.as_ref());
    let Some((egress, host)) = egress.and_then(|egress| Some((egress, egress.host.as_ref()?))) else {
        return Some(own_cluster(PASSTHROUGH));
    };
    let port = egress.port.as_ref().map_or(0, |port| port.value);
    let subset = egress.subset.as_ref().map_or("", |subset| &subset.value);
    Some(ClusterRef::outbound(&host.value, port, PortSource::Written, subset))
}

/// One of the clusters that belong to no service.
fn own_cluster(name: &str) -> ClusterRef {
    ClusterRef {
        name: name.to_owned(),
        host: String::new(),
        port: 0,
        port_source: PortSource::Listener,
        subset: String::new(),
        origin: None,
    }
}

/// The chain for connections that no other chain of a listener takes.
pub(super) fn chain(mesh: &Mesh, scope: &Scope) -> FilterChain {
    let cluster = cluster(mesh, scope).unwrap_or_else(|| own_cluster(BLACKHOLE));
    let sidecar = scope.sidecar.and_then(|id| Some((id, mesh.sidecar(id).outbound_traffic_policy.as_ref()?)));
    FilterChain {
        origin: sidecar.map(|(resource, policy)| Origin { resource, range: policy.range }),
        ..FilterChain::new(ChainTarget::generated(cluster))
    }
}

/// The listener for addresses and ports that no other listener is for.
pub(super) fn listener(mesh: &Mesh, scope: &Scope) -> Listener {
    let (name, port) = VIRTUAL_OUTBOUND;
    Listener {
        name: name.to_owned(),
        port,
        bind: None,
        addresses: Vec::new(),
        chains: vec![chain(mesh, scope)],
        refused: None,
    }
}

//! Whether an answer hangs on the age of VirtualServices that the input does not date (ORD-5).

use super::{Answer, Connection, Trace, connection};
use crate::{
    Analysis,
    effective::{DropReason, Route},
    mesh::{Age, ProxyKind, host},
    resource::ResourceId,
    space::RequestFacts,
};

/// Whether another order of undated VirtualServices would change what becomes of the request: the action, the
/// rewrite, the destination, or whose route it is.
pub(super) fn depends_on_order(analysis: &Analysis, trace: &Trace) -> bool {
    match (&trace.connection, trace.proxy.kind) {
        (Connection::Stream { .. }, _) => stream(analysis, trace),
        (_, ProxyKind::Sidecar) => sidecar(analysis, trace),
        (_, ProxyKind::Gateway) => gateway(analysis, trace),
    }
}

/// Whether nothing but their unknown age orders two VirtualServices for a proxy (BIND-5).
fn may_swap(analysis: &Analysis, trace: &Trace, a: ResourceId, b: ResourceId) -> bool {
    let mesh = &analysis.effective.mesh;
    let undated = |id| mesh.resource(id).age() == Age::Undated;
    let bucket = |id| mesh.bucket(id, &trace.proxy.namespace);
    a != b && undated(a) && undated(b) && bucket(a) == bucket(b)
}

/// On a gateway the routes of one server stand in the order of their VirtualServices, those that take everything
/// behind the rest: another VirtualService of that server with a route for the request could come first.
fn gateway(analysis: &Analysis, trace: &Trace) -> bool {
    let (Some(host), Some(at)) = (trace.chosen_host(), trace.route) else { return false };
    let entry = &host.routes[at];
    let Some(owner) = entry.route.origin.map(|origin| origin.virtual_service) else { return false };
    let Some(facts) = RequestFacts::new(&trace.request) else { return false };
    let effective = &analysis.effective;
    let last = effective.takes_everything(&entry.route);
    host.routes[at + 1..].iter().any(|other| {
        other.via == entry.via
            && effective.takes_everything(&other.route) == last
            && other
                .route
                .origin
                .is_some_and(|origin| may_swap(analysis, trace, owner, origin.virtual_service))
            && effective.matcher(&other.route).check(&facts).is_ok()
    })
}

/// A chain that took connections before another VirtualService could.
fn stream(analysis: &Analysis, trace: &Trace) -> bool {
    let Some(winner) = trace.chain().and_then(|chain| chain.origin) else { return false };
    let taken = |reason: &DropReason| {
        matches!(
            reason,
            DropReason::SniTaken { .. }
                | DropReason::TcpTaken
                | DropReason::SameConnections
                | DropReason::BehindTcp { .. }
        )
    };
    trace.config.dropped.iter().any(|dropped| {
        taken(&dropped.reason)
            && dropped.winner == Some(winner)
            && may_swap(analysis, trace, winner.resource, dropped.origin.resource)
    })
}

/// On a sidecar the first VirtualService owns a host: each that could be first is put there.
fn sidecar(analysis: &Analysis, trace: &Trace) -> bool {
    let Some(config) = trace.route_config() else { return false };
    let effective = &analysis.effective;
    let mesh = &effective.mesh;
    let asked = trace.request.hostname().to_lowercase();
    let mut names = vec![asked];
    if let Some(chosen) = trace.chosen_host() {
        names.extend(chosen.service.clone());
        names.extend(chosen.domains.iter().filter(|domain| *domain != "*").cloned());
    }
    let concerned: Vec<ResourceId> = mesh
        .virtual_services_for(&trace.proxy.namespace, crate::mesh::names::MESH)
        .into_iter()
        .filter(|&id| mesh.hosts(id).iter().any(|own| names.iter().any(|name| host::matches(own, name))))
        .collect();
    let open: Vec<ResourceId> = concerned
        .iter()
        .copied()
        .filter(|&a| concerned.iter().any(|&b| may_swap(analysis, trace, a, b)))
        .collect();
    open.into_iter().any(|first| {
        let other = effective.sidecar_routes_with_first(&trace.proxy, &config.name, first);
        let route = other.as_ref().and_then(|other| {
            let facts = RequestFacts::new(&trace.request)?;
            let (place, _) = connection::virtual_host(other, &trace.request.host)?;
            let routes = other.virtual_hosts[place].routes.iter();
            routes.map(|entry| &*entry.route).find(|route| matches(analysis, route, &facts))
        });
        trace.answer != Answer::BadPath && route != trace.matched_route()
    })
}

fn matches(analysis: &Analysis, route: &Route, facts: &RequestFacts) -> bool {
    crate::space::matches(&route.matcher, facts, &analysis.effective.patterns).is_ok()
}

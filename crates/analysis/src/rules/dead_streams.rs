//! Rules for TLS and TCP that no connection to a gateway reaches, as an earlier one has the server name or the port
//! (TLS-2, TLS-4).

use std::collections::{BTreeMap, HashSet};

use crate::{
    Analysis,
    effective::{DropReason, Origin},
    mesh::{Mesh, Proxy, ProxyKind},
    resource::virtual_service::L4Destination,
};

/// A rule or condition that no connection reaches.
pub(super) struct DeadStream {
    pub(super) origin: Origin,
    /// What connections go to instead.
    pub(super) winner: Origin,
    /// The server name that is taken; none where the whole port is.
    pub(super) name: Option<String>,
    pub(super) proxy: Proxy,
}

/// A rule for TLS or TCP.
pub(super) struct Stream<'m> {
    /// `TLS` or `TCP`.
    pub(super) kind: &'static str,
    /// Its place, from 1.
    pub(super) number: usize,
    route: &'m [L4Destination],
}

/// Every rule that is dead on all gateways that it has a part in, and whose connections end elsewhere.
pub(super) fn dead_streams(analysis: &Analysis) -> Vec<DeadStream> {
    let mesh = &analysis.effective.mesh;
    let mut alive: HashSet<Origin> = HashSet::new();
    let mut dead: BTreeMap<Origin, DeadStream> = BTreeMap::new();
    for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(proxy);
        alive
            .extend(config.listeners.iter().flat_map(|listener| &listener.chains).filter_map(|it| it.origin));
        for dropped in &config.dropped {
            let name = match &dropped.reason {
                DropReason::SniTaken { host } => Some(host.clone()),
                DropReason::TcpTaken => None,
                _ => continue,
            };
            let (origin, Some(winner)) = (dropped.origin, dropped.winner) else { continue };
            let (Some(lost), Some(kept)) = (stream(mesh, origin), stream(mesh, winner)) else { continue };
            if origin != winner && !same_end(lost.route, kept.route) {
                dead.entry(origin).or_insert_with(|| DeadStream {
                    origin,
                    winner,
                    name,
                    proxy: proxy.clone(),
                });
            }
        }
    }
    dead.into_values().filter(|it| !alive.contains(&it.origin)).collect()
}

/// The rule that a clause stands in.
pub(super) fn stream(mesh: &Mesh, clause: Origin) -> Option<Stream<'_>> {
    let service = mesh.virtual_service(clause.resource);
    let tls = service.tls.iter().position(|rule| rule.range.contains(clause.range));
    if let Some(at) = tls {
        return Some(Stream { kind: "TLS", number: at + 1, route: &service.tls[at].route });
    }
    let at = service.tcp.iter().position(|rule| rule.range.contains(clause.range))?;
    Some(Stream { kind: "TCP", number: at + 1, route: &service.tcp[at].route })
}

/// Whether connections go to the same places with the same weights, as they are written.
fn same_end(a: &[L4Destination], b: &[L4Destination]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| match (&a.destination, &b.destination) {
            (Some(x), Some(y)) => {
                x.host.value == y.host.value
                    && x.subset.as_ref().map(|it| &it.value) == y.subset.as_ref().map(|it| &it.value)
                    && x.port.as_ref().map(|it| it.value) == y.port.as_ref().map(|it| it.value)
                    && a.weight.as_ref().map(|it| it.value) == b.weight.as_ref().map(|it| it.value)
            }
            (x, y) => x.is_none() && y.is_none(),
        })
}

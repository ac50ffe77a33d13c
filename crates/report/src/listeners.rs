//! Ports that are listened on.

use pilothouse_analysis::effective::{ChainTarget, FilterChain, Listener, ProxyConfig};

use crate::{
    destinations,
    model::{ChainRow, ListenerRow},
    places::Places,
    reasons,
};

pub(crate) fn rows(places: &Places<'_>, config: &ProxyConfig) -> Vec<ListenerRow> {
    let row = |listener: &Listener| ListenerRow {
        name: listener.name.clone(),
        port: listener.port,
        refused: listener.refused.as_ref().map(|refusal| reasons::refusal(places, refusal)),
        chains: listener.chains.iter().map(|chain| chain_row(places, config, listener, chain)).collect(),
    };
    config.entrances().iter().map(row).collect()
}

fn chain_row(
    places: &Places<'_>,
    config: &ProxyConfig,
    listener: &Listener,
    chain: &FilterChain,
) -> ChainRow {
    let (protocol, routes, destinations) = match &chain.target {
        ChainTarget::Routes(name) => {
            let protocol = if chain.terminates_tls { "HTTPS" } else { "HTTP" };
            (protocol, Some(name.clone()), Vec::new())
        }
        ChainTarget::Clusters { clusters, origin, .. } => {
            let tls = !chain.server_names.is_empty() || on_a_tls_port(places, config, listener, chain);
            let protocol = match (chain.terminates_tls, tls) {
                _ if chain.takes_the_rest() => "anything else",
                (true, _) => "TCP inside TLS",
                (false, true) => "TLS passed through",
                (false, false) => "TCP",
            };
            let owner = origin.map(|id| places.mesh().resource(id).key.namespace.as_str());
            let namespace = owner.unwrap_or(&config.proxy.namespace);
            (protocol, None, destinations::cells(places, &config.proxy, namespace, clusters))
        }
    };
    ChainRow {
        server_names: chain.server_names.clone(),
        networks: chain.networks.iter().map(ToString::to_string).collect(),
        service: chain.service.clone(),
        protocol: protocol.to_owned(),
        terminates_tls: chain.terminates_tls,
        routes,
        destinations,
        origin: chain.origin.map(|origin| places.place(origin)),
    }
}

/// Whether a sidecar's chain is for a port of its service that is meant for TLS.
fn on_a_tls_port(
    places: &Places<'_>,
    config: &ProxyConfig,
    listener: &Listener,
    chain: &FilterChain,
) -> bool {
    let mesh = places.mesh();
    let host = chain.service.as_ref();
    let service = host.and_then(|host| mesh.visible_service(host, &config.proxy.namespace));
    service.and_then(|id| mesh.service(id).port(listener.port)).is_some_and(|port| port.protocol.is_tls())
}

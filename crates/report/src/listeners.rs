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
        chains: listener.chains.iter().map(|chain| chain_row(places, config, chain)).collect(),
    };
    config.entrances().iter().map(row).collect()
}

fn chain_row(places: &Places<'_>, config: &ProxyConfig, chain: &FilterChain) -> ChainRow {
    let (protocol, routes, destinations) = match &chain.target {
        ChainTarget::Routes(name) => {
            let protocol = if chain.terminates_tls { "HTTPS" } else { "HTTP" };
            (protocol, Some(name.clone()), Vec::new())
        }
        ChainTarget::Clusters { clusters, origin, .. } => {
            let protocol = match (chain.terminates_tls, chain.server_names.is_empty()) {
                _ if chain.takes_the_rest() => "anything else",
                (true, _) => "TCP inside TLS",
                (false, false) => "TLS passed through",
                (false, true) => "TCP",
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

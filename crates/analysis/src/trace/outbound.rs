//! Where a connection from a sidecar's workload ends up (ENV-2, SC-8, SC-16).

use super::connection::{self, Connection};
use crate::{
    Request,
    effective::{Address, FilterChain, Listener, ProxyConfig},
    mesh::Network,
};

/// Follows a connection to the address that the request's host stands for.
pub(super) fn connect(config: &ProxyConfig, request: &Request, address: &Address) -> Connection {
    let Some(place) = listener(config, address, request.port) else { return Connection::NoListener };
    let found = &config.outbound[place];
    if let Some(refusal) = &found.refused {
        return Connection::ListenerRefused { listener: place, refusal: refusal.clone() };
    }
    let tls = request.scheme == "https";
    match chain(found, address, tls, request.hostname()) {
        Some((chain, name)) => connection::take(config, found, (place, chain), name, tls),
        None if tls => Connection::NoChain { listener: place },
        None => Connection::PlainToTls { listener: place },
    }
}

/// The routes of a port, whatever address a plain request goes to.
pub(super) fn at_port(config: &ProxyConfig, request: &Request) -> Connection {
    let port = request.port.to_string();
    match config.route_configs.iter().position(|config| config.name == port) {
        Some(place) => connection::routes(config, place, None, None),
        None => Connection::NoListener,
    }
}

/// The listener for an address: its own, else that of the port for every address, else one that the Sidecar binds to
/// an address of its choice, which the workload has to call itself; else the one for everything else.
fn listener(config: &ProxyConfig, address: &Address, port: u32) -> Option<usize> {
    let rest = config.outbound.len().checked_sub(1)?;
    let listeners = &config.outbound[..rest];
    let of_port = |takes: &dyn Fn(&Listener) -> bool| {
        listeners.iter().position(|listener| listener.port == port && takes(listener))
    };
    let own = |listener: &Listener| {
        listener.addresses.iter().any(|own| match address {
            Address::Known(address) => Network::parse(own) == Some(*address),
            Address::Service(host) => own == host,
            Address::Inside(_) | Address::Unknown => false,
        })
    };
    let everywhere = |listener: &Listener| listener.bind.is_none() && listener.addresses.is_empty();
    of_port(&own)
        .or_else(|| of_port(&everywhere))
        .or_else(|| of_port(&|listener| listener.bind.is_some()))
        .or(Some(rest))
}

/// The filter chain for a connection, and the server name by which it was chosen: first the closest network counts,
/// then the server name, then whether it is plain HTTP (ENV-2). What no chain takes falls to the one for the rest.
fn chain(listener: &Listener, address: &Address, tls: bool, name: &str) -> Option<(usize, Option<String>)> {
    let levels: Vec<Option<u8>> = listener.chains.iter().map(|chain| level(chain, address)).collect();
    let closest = levels.iter().flatten().max().copied();
    let here = || {
        let chains = listener.chains.iter().enumerate();
        chains.filter(|(at, _)| levels[*at].is_some() && levels[*at] == closest)
    };
    let chosen = if tls {
        connection::by_server_name(|| here().filter(|(_, chain)| !chain.plain_http_only), name)
    } else {
        let plain = |http: bool| {
            here()
                .find(|(_, chain)| chain.server_names.is_empty() && chain.plain_http_only == http)
                .map(|(at, _)| at)
        };
        plain(true).or_else(|| plain(false)).map(|at| (at, None))
    };
    let rest = || listener.chains.iter().position(FilterChain::takes_the_rest).map(|at| (at, None));
    chosen.or_else(rest)
}

/// How closely a chain's networks are about an address: by the length of the longest that holds it, 0 where it names
/// none, nothing where the address is in none of them.
fn level(chain: &FilterChain, address: &Address) -> Option<u8> {
    if chain.networks.is_empty() {
        return Some(0);
    }
    let holds = |network: &&Network| match address {
        Address::Known(address) => network.covers(*address),
        Address::Inside(networks) => networks.iter().any(|inner| network.covers(*inner)),
        Address::Service(_) | Address::Unknown => false,
    };
    chain.networks.iter().filter(holds).map(|network| network.length()).max()
}

//! Where a connection ends up: listener, filter chain, route configuration; then the virtual host (ENV-1, ENV-2).

use crate::{
    Request,
    effective::{ChainTarget, FilterChain, Listener, ProxyConfig, Refusal, RouteConfig},
};

/// What becomes of a connection; places are those among [`ProxyConfig::entrances`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Nothing listens on the port.
    NoListener,
    /// Envoy refused the listener.
    ListenerRefused {
        /// The listener, by its place.
        listener: usize,
        /// Why.
        refusal: Refusal,
    },
    /// Envoy refused the route configuration.
    RoutesRefused {
        /// The route configuration, by its place.
        config: usize,
        /// Why.
        refusal: Refusal,
    },
    /// No filter chain takes the server name: the handshake fails.
    NoChain {
        /// The listener, by its place.
        listener: usize,
    },
    /// The filter chain speaks no TLS: the handshake fails.
    NotOpened {
        /// The listener, by its place.
        listener: usize,
        /// The filter chain, by its place.
        chain: usize,
    },
    /// Plain HTTP where only TLS is spoken: the connection is closed.
    PlainToTls {
        /// The listener, by its place.
        listener: usize,
    },
    /// It is handed on as a stream.
    Stream {
        /// The listener, by its place.
        listener: usize,
        /// The filter chain, by its place.
        chain: usize,
    },
    /// It reaches a route configuration.
    Routes {
        /// The listener and filter chain, by their places; none where only the port was asked for.
        chain: Option<(usize, usize)>,
        /// The route configuration, by its place.
        config: usize,
        /// The server name of the chain that took the client's, where it did not take any.
        server_name: Option<String>,
    },
}

/// Follows a connection to a gateway.
pub(super) fn connect(config: &ProxyConfig, request: &Request) -> Connection {
    let Some(listener) = config.listeners.iter().position(|listener| listener.port == request.port) else {
        return Connection::NoListener;
    };
    let found = &config.listeners[listener];
    if let Some(refusal) = &found.refused {
        return Connection::ListenerRefused { listener, refusal: refusal.clone() };
    }
    let tls = request.scheme == "https";
    let chains = || found.chains.iter().enumerate().filter(|(_, chain)| !chain.istio_only);
    let chosen = if tls { by_server_name(chains, request.hostname()) } else { plain(found) };
    let Some((chain, server_name)) = chosen else {
        return if tls { Connection::NoChain { listener } } else { Connection::PlainToTls { listener } };
    };
    take(config, found, (listener, chain), server_name, tls)
}

/// What a filter chain that was chosen does.
pub(super) fn take(
    config: &ProxyConfig,
    listener: &Listener,
    (place, chain): (usize, usize),
    server_name: Option<String>,
    tls: bool,
) -> Connection {
    let target = &listener.chains[chain];
    match &target.target {
        ChainTarget::Clusters { .. } => Connection::Stream { listener: place, chain },
        ChainTarget::Routes(_) if tls && !target.terminates_tls => {
            Connection::NotOpened { listener: place, chain }
        }
        ChainTarget::Routes(name) => {
            match config.route_configs.iter().position(|config| config.name == *name) {
                Some(routes_place) => routes(config, routes_place, Some((place, chain)), server_name),
                None => Connection::NoListener,
            }
        }
    }
}

pub(super) fn routes(
    config: &ProxyConfig,
    place: usize,
    chain: Option<(usize, usize)>,
    server_name: Option<String>,
) -> Connection {
    match &config.route_configs[place].refused {
        Some(refusal) => Connection::RoutesRefused { config: place, refusal: refusal.clone() },
        None => Connection::Routes { chain, config: place, server_name },
    }
}

/// The chain for plain connections: one that asks for no server name and speaks no TLS.
fn plain(listener: &Listener) -> Option<(usize, Option<String>)> {
    let takes =
        |chain: &FilterChain| chain.server_names.is_empty() && !chain.terminates_tls && !chain.istio_only;
    listener.chains.iter().position(takes).map(|at| (at, None))
}

/// The chain for a server name: the exact name, else the longest wildcard, else the chain for any; with it the name
/// of the chain that took it.
pub(super) fn by_server_name<'c, I>(chains: impl Fn() -> I, name: &str) -> Option<(usize, Option<String>)>
where
    I: Iterator<Item = (usize, &'c FilterChain)>,
{
    let name = name.to_lowercase();
    let names = || chains().flat_map(|(at, chain)| chain.server_names.iter().map(move |own| (at, own)));
    if let Some((at, own)) = names().find(|(_, own)| own.to_lowercase() == name) {
        return Some((at, Some(own.clone())));
    }
    let covers = |own: &str| {
        let tail = own.strip_prefix('*').map(str::to_lowercase);
        tail.is_some_and(|tail| name.len() > tail.len() && name.ends_with(&tail))
    };
    let wildcard = names().filter(|(_, own)| covers(own)).max_by_key(|(_, own)| own.len());
    if let Some((at, own)) = wildcard {
        return Some((at, Some(own.clone())));
    }
    // Chains for any server name: those that open TLS before those that take raw connections.
    let any = |tls: bool| {
        chains()
            .find(|(_, chain)| chain.server_names.is_empty() && chain.terminates_tls == tls)
            .map(|(at, _)| at)
    };
    any(true).or_else(|| any(false)).map(|at| (at, None))
}

/// The virtual host for a Host header, and the domain that took it: the exact one, else the longest wildcard, else
/// the one for all.
pub(super) fn virtual_host(config: &RouteConfig, host: &str) -> Option<(usize, String)> {
    let host = host.to_lowercase();
    let host = match host.rsplit_once(':') {
        Some((name, port))
            if config.ignores_port && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => host.as_str(),
    };
    let mut best: Option<(usize, &str)> = None;
    for (at, virtual_host) in config.virtual_hosts.iter().enumerate() {
        for domain in &virtual_host.domains {
            if domain.eq_ignore_ascii_case(host) {
                return Some((at, domain.clone()));
            }
            let covers = domain.strip_prefix('*').is_some_and(|tail| {
                tail.is_empty()
                    || host.len() > tail.len()
                        && host
                            .get(host.len() - tail.len()..)
                            .is_some_and(|end| end.eq_ignore_ascii_case(tail))
            });
            if covers && best.is_none_or(|(_, known)| domain.len() > known.len()) {
                best = Some((at, domain));
            }
        }
    }
    best.map(|(at, domain)| (at, domain.to_owned()))
}

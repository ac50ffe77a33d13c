//! One request on its way through the effective configuration of a proxy, each step with its reason (ENV-1, ENV-2).

mod connection;
mod headers;
mod order;
mod outbound;
mod rewrite;

use std::rc::Rc;

pub use connection::Connection;

use crate::{
    Analysis, Request,
    effective::{
        Action, Address, ChainTarget, FilterChain, Forward, ProxyConfig, Route, RouteConfig, VirtualHost,
        WeightedCluster,
        cluster::{ClusterState, Missing},
    },
    mesh::{Proxy, ProxyKind},
    space::{Failed, RequestFacts},
};

/// The way of one request.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The proxy that takes it.
    pub proxy: Proxy,
    /// What the proxy is configured with.
    pub config: Rc<ProxyConfig>,
    /// The request.
    pub request: Request,
    /// What the host stands for; none on gateways, and where only the port was asked for.
    pub address: Option<Address>,
    /// What becomes of the connection.
    pub connection: Connection,
    /// The virtual host, if the connection reaches a route configuration that has one for the host.
    pub virtual_host: Option<HostChoice>,
    /// The routes that were tried, in order; the last one matched if [`Trace::route`] is set.
    pub tried: Vec<Tried>,
    /// The route that takes the request, by its place in the virtual host.
    pub route: Option<usize>,
    /// What comes of it.
    pub answer: Answer,
}

/// Which virtual host a Host header chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostChoice {
    /// The route configuration, by its place in [`ProxyConfig::route_configs`].
    pub config: usize,
    /// The virtual host, by its place there.
    pub host: usize,
    /// The domain that took the header.
    pub domain: String,
}

/// A route that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its place in the virtual host.
    pub route: usize,
    /// The condition that did not hold; none for the route that takes the request.
    pub failed: Option<Failed>,
}

/// What a client gets, or who gets the request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Nothing listens on the port.
    NoListener,
    /// Envoy refused the listener or the route configuration, so that nothing is served.
    ListenerRefused,
    /// The TLS handshake fails.
    TlsRefused,
    /// The connection is closed without an answer.
    Closed,
    /// The connection is handed on as it is.
    Stream {
        /// The destinations with their shares.
        shares: Vec<Share>,
    },
    /// 404: no virtual host takes the host.
    NoVirtualHost,
    /// 404: no route of the virtual host takes the request.
    NoRoute,
    /// 400: the path cannot be read.
    BadPath,
    /// 301 to https, before any route is looked at.
    TlsRequired {
        /// Where to.
        location: String,
    },
    /// A redirect by a route.
    Redirect {
        /// The status.
        status: u32,
        /// Where to.
        location: String,
    },
    /// A fixed response by a route.
    Response {
        /// The status.
        status: u32,
    },
    /// It goes on to destinations, as far as these exist.
    Forwarded {
        /// The destinations with their shares.
        shares: Vec<Share>,
        /// What arrives there, for the destination that most requests go to.
        upstream: Upstream,
    },
}

/// A destination and how many requests it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The destination.
    pub cluster: WeightedCluster,
    /// Of all requests, in percent.
    pub percent: f64,
    /// Whether it is there.
    pub state: ClusterState,
}

impl Share {
    /// Why requests to it fail, if they do.
    pub fn missing(&self) -> Option<&Missing> {
        match &self.state {
            ClusterState::Missing(missing) => Some(missing),
            ClusterState::Exists | ClusterState::Assumed => None,
        }
    }
}

/// A request as its destination sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstream {
    /// The path with its query.
    pub path: String,
    /// The Host header.
    pub host: String,
    /// The other headers, names in small letters, sorted.
    pub headers: Vec<(String, String)>,
}

impl Trace {
    /// The route configuration that was asked, if any.
    pub fn route_config(&self) -> Option<&RouteConfig> {
        self.virtual_host.as_ref().map(|choice| &self.config.route_configs[choice.config])
    }

    /// The virtual host that was chosen, if any.
    pub fn chosen_host(&self) -> Option<&VirtualHost> {
        let choice = self.virtual_host.as_ref()?;
        Some(&self.config.route_configs[choice.config].virtual_hosts[choice.host])
    }

    /// The route that takes the request, if any.
    pub fn matched_route(&self) -> Option<&Route> {
        Some(&self.chosen_host()?.routes[self.route?].route)
    }

    /// Whether another order of VirtualServices that the input does not date would change the outcome (ORD-5).
    pub fn depends_on_order(&self, analysis: &Analysis) -> bool {
        order::depends_on_order(analysis, self)
    }

    /// The share of requests, in percent, that fail since their destination does not exist.
    pub fn failing_percent(&self) -> f64 {
        match &self.answer {
            Answer::Forwarded { shares, .. } | Answer::Stream { shares } => {
                shares.iter().filter(|share| share.missing().is_some()).map(|share| share.percent).sum()
            }
            _ => 0.0,
        }
    }
}

/// Sends a request through a proxy: from a sidecar's workload to the address that its host stands for.
pub fn trace(analysis: &Analysis, proxy: &Proxy, request: &Request) -> Trace {
    let config = analysis.effective.proxy(proxy);
    let address = match proxy.kind {
        ProxyKind::Gateway => None,
        ProxyKind::Sidecar => Some(analysis.effective.address(proxy, request.hostname())),
    };
    let connection = match &address {
        None => connection::connect(&config, request),
        Some(address) => outbound::connect(&config, request, address),
    };
    run(analysis, config, request, address, connection)
}

/// Sends a request through a proxy as `requests.json` does: plain requests of a sidecar's workload go to the port
/// alone, whatever address their host stands for.
pub fn trace_at_port(analysis: &Analysis, proxy: &Proxy, request: &Request) -> Trace {
    if proxy.kind == ProxyKind::Gateway || request.scheme == "https" {
        return trace(analysis, proxy, request);
    }
    let config = analysis.effective.proxy(proxy);
    let connection = outbound::at_port(&config, request);
    run(analysis, config, request, None, connection)
}

fn run(
    analysis: &Analysis,
    config: Rc<ProxyConfig>,
    request: &Request,
    address: Option<Address>,
    connection: Connection,
) -> Trace {
    let mut trace = Trace {
        proxy: config.proxy.clone(),
        config,
        request: request.clone(),
        address,
        connection,
        virtual_host: None,
        tried: Vec::new(),
        route: None,
        answer: Answer::NoListener,
    };
    trace.answer = trace.follow(analysis);
    trace
}

impl Trace {
    /// The destinations of a connection that is handed on as it is, whether they exist or not.
    pub fn stream(&self, analysis: &Analysis) -> Vec<Share> {
        match self.chain().map(|chain| &chain.target) {
            Some(ChainTarget::Clusters { clusters, .. }) => shares(analysis, &self.proxy, clusters),
            Some(ChainTarget::Routes(_)) | None => Vec::new(),
        }
    }

    /// The filter chain that the connection reaches, if any.
    pub fn chain(&self) -> Option<&FilterChain> {
        let (listener, chain) = match self.connection {
            Connection::Stream { listener, chain } | Connection::NotOpened { listener, chain } => {
                (listener, chain)
            }
            Connection::Routes { chain, .. } => chain?,
            _ => return None,
        };
        Some(&self.config.entrances()[listener].chains[chain])
    }

    /// Takes the steps that the connection leads to and tells what comes of them.
    fn follow(&mut self, analysis: &Analysis) -> Answer {
        match self.connection {
            Connection::NoListener => Answer::NoListener,
            Connection::ListenerRefused { .. } | Connection::RoutesRefused { .. } => Answer::ListenerRefused,
            Connection::NoChain { .. } | Connection::NotOpened { .. } => Answer::TlsRefused,
            Connection::PlainToTls { .. } => Answer::Closed,
            Connection::Stream { .. } => {
                let shares = self.stream(analysis);
                let fails = shares.iter().all(|share| share.missing().is_some());
                if fails { Answer::Closed } else { Answer::Stream { shares } }
            }
            Connection::Routes { config, .. } => self.ask(analysis, config),
        }
    }

    /// Chooses a virtual host, then the first route that takes the request.
    fn ask(&mut self, analysis: &Analysis, place: usize) -> Answer {
        let config = self.config.clone();
        let Some(facts) = RequestFacts::new(&self.request) else { return Answer::BadPath };
        let path = facts.target();
        let route_config = &config.route_configs[place];
        let Some(choice) = connection::virtual_host(route_config, &self.request.host) else {
            return Answer::NoVirtualHost;
        };
        let host = &route_config.virtual_hosts[choice.0];
        self.virtual_host = Some(HostChoice { config: place, host: choice.0, domain: choice.1 });
        if host.require_tls.is_some() && self.request.scheme != "https" {
            return Answer::TlsRequired { location: format!("https://{}{path}", self.request.host) };
        }
        for (at, entry) in host.routes.iter().enumerate() {
            let failed = analysis.effective.matcher(&entry.route).check(&facts).err();
            let matched = failed.is_none();
            self.tried.push(Tried { route: at, failed });
            if matched {
                self.route = Some(at);
                return self.act(analysis, &entry.route, &path);
            }
        }
        Answer::NoRoute
    }

    fn act(&self, analysis: &Analysis, route: &Route, path: &str) -> Answer {
        match &route.action {
            Action::Redirect(to) => Answer::Redirect {
                status: to.status,
                location: rewrite::location(to, &route.matcher, &self.request, path),
            },
            Action::Respond { status, .. } => Answer::Response { status: *status },
            // Envoy refuses such a route; its configuration is never in force.
            Action::None => Answer::ListenerRefused,
            Action::Forward(forward) => {
                let shares = shares(analysis, &self.proxy, &forward.clusters);
                let main = main_share(&shares);
                let upstream = Upstream {
                    path: rewrite::path(forward, &route.matcher, path),
                    host: upstream_host(forward, main, &self.request.host),
                    headers: headers::upstream(&self.request, route, main.map(|share| &share.cluster)),
                };
                Answer::Forwarded { shares, upstream }
            }
        }
    }
}

/// The destination that most requests go to; of equals the first.
pub fn main_share(shares: &[Share]) -> Option<&Share> {
    shares.iter().rev().max_by(|a, b| a.percent.total_cmp(&b.percent))
}

fn upstream_host(forward: &Forward, main: Option<&Share>, own: &str) -> String {
    let of_cluster = main.and_then(|share| share.cluster.host_rewrite.as_ref());
    of_cluster.or(forward.host_rewrite.as_ref()).map_or_else(|| own.to_owned(), Clone::clone)
}

fn shares(analysis: &Analysis, proxy: &Proxy, clusters: &[WeightedCluster]) -> Vec<Share> {
    let total: u32 = clusters.iter().map(|cluster| cluster.weight).sum();
    let percent = |cluster: &WeightedCluster| match (clusters.len(), total) {
        (1, _) => 100.0,
        (many, 0) => 100.0 / many as f64,
        (_, total) => 100.0 * f64::from(cluster.weight) / f64::from(total),
    };
    clusters
        .iter()
        .map(|cluster| Share {
            cluster: cluster.clone(),
            percent: percent(cluster),
            state: analysis.effective.cluster_state(proxy, &cluster.cluster),
        })
        .collect()
}

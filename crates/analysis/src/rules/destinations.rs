//! Destinations that routes and chains name, with who sends how much there.

use std::collections::{BTreeMap, HashMap};

use pilothouse_syntax::TextRange;

use crate::{
    effective::{
        Action, ChainTarget, Client, ClusterRef, Effective, Origin, PortSource, ProxyConfig, Reach, Reached,
        Route, WeightedCluster,
    },
    mesh::{Mesh, Protocol, Proxy, names, selects},
    resource::{
        Body, ResourceId,
        virtual_service::{Destination, L4Match},
    },
};

/// What happens with what goes to a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Requests, with the share of the route in hundredths of a percent.
    Requests(u64),
    /// Copies of requests.
    Copies,
    /// Connections.
    Connections,
}

/// A destination as a route or chain names it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The service's full host.
    pub(super) host: String,
    /// The subset; may be empty.
    pub(super) subset: String,
    /// The port, and where it comes from.
    pub(super) port: u32,
    pub(super) port_source: PortSource,
    /// Where it is written.
    pub(super) origin: Origin,
    /// What goes there.
    pub(super) used: Use,
    /// The rule that sends it, for requests.
    pub(super) rule: Option<Origin>,
}

impl Target {
    fn new(cluster: &ClusterRef, used: Use, rule: Option<Origin>) -> Option<Target> {
        let (host, subset) = (cluster.host.clone(), cluster.subset.clone());
        let (port, port_source) = (cluster.port, cluster.port_source);
        Some(Target { host, subset, port, port_source, origin: cluster.origin?, used, rule })
    }
}

/// The destinations of a route.
pub(super) fn of_route(route: &Route) -> Vec<Target> {
    let Action::Forward(forward) = &route.action else { return Vec::new() };
    let rule = route.origin.map(|origin| origin.rule());
    let requests = shares(&forward.clusters)
        .filter_map(|(cluster, share)| Target::new(cluster, Use::Requests(share), rule));
    let copies = forward.mirrors.iter().filter_map(|mirror| Target::new(&mirror.cluster, Use::Copies, rule));
    requests.chain(copies).collect()
}

/// The destinations of a gateway's streams.
pub(super) fn of_chains(config: &ProxyConfig) -> impl Iterator<Item = Target> {
    let chains = config.listeners.iter().flat_map(|listener| &listener.chains);
    let clusters = chains.filter_map(|chain| match &chain.target {
        ChainTarget::Clusters { clusters, origin: Some(_), .. } => Some(clusters),
        _ => None,
    });
    clusters.flatten().filter_map(|entry| Target::new(&entry.cluster, Use::Connections, None))
}

fn shares(clusters: &[WeightedCluster]) -> impl Iterator<Item = (&ClusterRef, u64)> {
    let total: u64 = clusters.iter().map(|entry| u64::from(entry.weight)).sum();
    clusters.iter().map(move |entry| {
        let share = (u64::from(entry.weight) * 10_000).checked_div(total).unwrap_or(10_000);
        (&entry.cluster, if clusters.len() == 1 { 10_000 } else { share })
    })
}

/// The destinations of VirtualServices by the place where they stand.
#[derive(Default)]
pub(super) struct Written<'a> {
    known: HashMap<ResourceId, HashMap<TextRange, &'a Destination>>,
}

impl<'a> Written<'a> {
    /// A destination as it is written.
    pub(super) fn at(&mut self, mesh: &'a Mesh, id: ResourceId, range: TextRange) -> Option<&'a Destination> {
        let known = self.known.entry(id).or_insert_with(|| {
            destinations(mesh, id).into_iter().map(|destination| (destination.range, destination)).collect()
        });
        known.get(&range).copied()
    }
}

/// Every destination of a VirtualService, mirrors included.
pub(crate) fn destinations(mesh: &Mesh, id: ResourceId) -> Vec<&Destination> {
    let Body::VirtualService(service) = &mesh.resource(id).body else { return Vec::new() };
    let http = service.http.iter().flat_map(|rule| {
        let routes = rule.route.iter().filter_map(|it| it.destination.as_ref());
        let mirrors = rule.mirrors.iter().filter_map(|it| it.destination.as_ref());
        routes.chain(&rule.mirror).chain(mirrors)
    });
    let tls = service.tls.iter().flat_map(|rule| &rule.route).filter_map(|it| it.destination.as_ref());
    let tcp = service.tcp.iter().flat_map(|rule| &rule.route).filter_map(|it| it.destination.as_ref());
    http.chain(tls).chain(tcp).collect()
}

/// The destinations to which rules for TLS and TCP send a sidecar's connections (TLS-7, TLS-9, TLS-10).
pub(super) fn of_streams(mesh: &Mesh, id: ResourceId, proxy: &Proxy) -> Vec<Target> {
    let Body::VirtualService(service) = &mesh.resource(id).body else { return Vec::new() };
    let ports: Vec<Protocol> = mesh
        .hosts(id)
        .iter()
        .flat_map(|host| mesh.services_of(host))
        .flat_map(|&id| mesh.service(id).ports.iter().map(|port| port.protocol))
        .collect();
    // Of a service that the input does not hold the rules themselves say what it speaks.
    let speaks = |wanted: fn(&Protocol) -> bool| match ports.is_empty() {
        true => service.http.is_empty(),
        false => ports.iter().any(wanted),
    };
    let here = |matches: &[L4Match]| {
        matches.is_empty()
            || matches.iter().any(|block| {
                let namespace =
                    block.source_namespace.as_ref().map(|it| it.value.as_str()).unwrap_or_default();
                (block.gateways.is_empty() || block.gateways.iter().any(|it| it.value == names::MESH))
                    && (namespace.is_empty() || namespace == proxy.namespace)
                    && selects(&block.source_labels, &proxy.labels)
            })
    };
    let tls = service.tls.iter().filter(|rule| speaks(|it| it.is_tls()) && here(&rule.matches));
    let tcp =
        service.tcp.iter().filter(|rule| speaks(|it| !it.is_tls() && !it.is_http()) && here(&rule.matches));
    let routes = tls.flat_map(|rule| &rule.route).chain(tcp.flat_map(|rule| &rule.route));
    let namespace = &mesh.resource(id).key.namespace;
    let targets = routes.filter_map(|entry| entry.destination.as_ref()).map(|destination| Target {
        host: names::full_host(&destination.host.value, namespace, &mesh.profile).into_owned(),
        subset: destination.subset.as_ref().map(|subset| subset.value.clone()).unwrap_or_default(),
        port: destination.port.as_ref().map_or(0, |port| port.value),
        port_source: match destination.port.as_ref().is_some_and(|port| port.value != 0) {
            true => PortSource::Written,
            false => PortSource::Listener,
        },
        origin: Origin { resource: id, range: destination.range },
        used: Use::Connections,
        rule: None,
    });
    targets.collect()
}

/// The destinations of the routes that requests may get to.
pub(super) fn living(effective: &Effective, id: ResourceId, client: &Client) -> Vec<Target> {
    let (routes, _) = effective.routes_alone(id, client);
    let reach = Reach::of_one(routes.clone());
    let living = routes.iter().zip(&reach.routes).filter(|(_, reached)| lives(reached));
    living.flat_map(|(route, _)| of_route(route)).collect()
}

/// Whether requests may get to a route.
pub(super) fn lives(reached: &Reached) -> bool {
    matches!(reached, Reached::Yes | Reached::Unknown)
}

/// Where a destination is named: how it is used, and in which rule.
pub(super) type Places = BTreeMap<Origin, (Use, Option<Origin>)>;

/// What becomes of all that is sent to a destination which is not there.
pub(super) fn fate(sender: &str, target: &str, whom: &str, places: &Places) -> String {
    let whom = if whom.is_empty() { String::new() } else { format!(" {whom}") };
    // A share can be told where all of it leaves one rule.
    let share: u64 =
        places.values().map(|(used, _)| if let Use::Requests(share) = used { *share } else { 0 }).sum();
    let rule = places.values().next().and_then(|(_, rule)| *rule);
    let one_rule = rule.is_some() && places.values().all(|(_, other)| *other == rule);
    match places.values().next().map(|(used, _)| used) {
        Some(Use::Requests(_)) if one_rule && share < 10_000 => format!(
            "{} of the requests that a rule of {sender} takes go to {target} and get 503{whom}.",
            percent(share)
        ),
        Some(Use::Copies) => format!("Copies that {sender} sends to {target} are lost without a word{whom}."),
        Some(Use::Connections) => format!("Connections that {sender} sends to {target} are closed{whom}."),
        _ => format!("Requests that {sender} sends to {target} get 503{whom}."),
    }
}

/// Whether nothing but copies is lost.
pub(super) fn only_copies(places: &Places) -> bool {
    places.values().all(|(used, _)| *used == Use::Copies)
}

fn percent(share: u64) -> String {
    match (share / 100, share % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) => format!("{whole}.{part:02} %").replace("0 %", " %"),
    }
}

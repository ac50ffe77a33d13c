//! Virtual hosts with their routes.

use std::collections::{BTreeSet, HashMap};

use pilothouse_analysis::effective::{ChainTarget, Origin, ProxyConfig, RouteConfig, RouteEntry};

use crate::{
    actions, conditions, marks,
    model::{HostTable, Mark, RouteRow},
    places::Places,
    reasons,
};

/// The virtual hosts of a proxy, those with VirtualServices first.
pub(crate) fn hosts(places: &Places<'_>, config: &ProxyConfig) -> Vec<HostTable> {
    let terminated: BTreeSet<&str> = config
        .listeners
        .iter()
        .flat_map(|listener| &listener.chains)
        .filter(|chain| chain.terminates_tls)
        .filter_map(|chain| match &chain.target {
            ChainTarget::Routes(name) => Some(name.as_str()),
            ChainTarget::Clusters { .. } => None,
        })
        .collect();
    let mut tables: Vec<HostTable> = Vec::new();
    let mut services: HashMap<&str, usize> = HashMap::new();
    for routes in &config.route_configs {
        let scheme = if terminated.contains(routes.name.as_str()) { "https" } else { "http" };
        for (at, host) in routes.virtual_hosts.iter().enumerate() {
            let table = table(places, config, routes, at, scheme);
            // A service whose protocol is detected is there twice: by its names, and by its own address (SC-8).
            let known = host.service.as_ref().and_then(|_| services.get(host.name.as_str()).copied());
            match known {
                Some(at) if tables[at].routes == table.routes => {
                    if tables[at].domains.len() < table.domains.len() {
                        tables[at] = table;
                    }
                }
                _ => {
                    services.insert(&host.name, tables.len());
                    tables.push(table);
                }
            }
        }
    }
    tables.sort_by_key(|table| (table.merged_from == 0, table.port, table.title == "*"));
    tables
}

fn table(
    places: &Places<'_>,
    config: &ProxyConfig,
    routes: &RouteConfig,
    at: usize,
    scheme: &str,
) -> HostTable {
    let host = &routes.virtual_hosts[at];
    // A configuration for all ports tells them apart by the names of its virtual hosts.
    let port = match routes.port {
        0 => host.name.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(0),
        port => port,
    };
    let title = match (host.domains.first(), &host.service) {
        (Some(domain), Some(service)) if domain == "*" => service,
        (Some(domain), _) => domain,
        (None, _) => &host.name,
    };
    let (marks, order_matters) = marks::of_neighbours(places, config, routes, at);
    let rows = host.routes.iter().zip(marks).enumerate();
    let owners: BTreeSet<_> = host.origins.iter().map(|origin| origin.resource).collect();
    HostTable {
        route_config: routes.name.clone(),
        port,
        scheme: scheme.to_owned(),
        name: host.name.clone(),
        title: title.clone(),
        domains: host.domains.clone(),
        merged_from: owners.len() as u32,
        require_tls: host.require_tls.map(|origin| places.place(origin)),
        refused: routes.refused.as_ref().map(|refusal| reasons::refusal(places, refusal)),
        order_matters,
        routes: rows.map(|(at, (entry, marks))| row(places, config, at, entry, marks)).collect(),
    }
}

fn row(
    places: &Places<'_>,
    config: &ProxyConfig,
    at: usize,
    entry: &RouteEntry,
    mut marks: Vec<Mark>,
) -> RouteRow {
    let route = &entry.route;
    let owner = route.origin.map(|origin| places.mesh().resource(origin.written_in).key.namespace.as_str());
    let namespace = owner.unwrap_or(&config.proxy.namespace);
    let action = actions::cell(places, &config.proxy, namespace, route);
    marks.extend(marks::of_action(&route.action, &action));
    RouteRow {
        number: at as u32 + 1,
        name: route.name.clone(),
        conditions: conditions::conditions(&route.matcher),
        action,
        origin: route.origin.map(|origin| places.place(origin.match_origin)),
        rule: route
            .origin
            .map(|origin| places.place(Origin { resource: origin.written_in, range: origin.rule_range })),
        marks,
    }
}

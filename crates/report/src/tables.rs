//! Virtual hosts with their routes.

use std::collections::{BTreeSet, HashMap};

use pilothouse_analysis::effective::{
    Action, ChainTarget, Origin, ProxyConfig, RouteConfig, RouteEntry, VirtualHost,
};

use crate::{
    actions, conditions,
    model::{ActionCell, HostTable, Mark, RouteRow},
    places::Places,
    reasons, words,
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
        for host in &routes.virtual_hosts {
            let table = table(places, config, routes, host, scheme);
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
    host: &VirtualHost,
    scheme: &str,
) -> HostTable {
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
        order_matters: false,
        routes: host.routes.iter().enumerate().map(|(at, entry)| row(places, config, at, entry)).collect(),
    }
}

fn row(places: &Places<'_>, config: &ProxyConfig, at: usize, entry: &RouteEntry) -> RouteRow {
    let route = &entry.route;
    let owner = route.origin.map(|origin| places.mesh().resource(origin.written_in).key.namespace.as_str());
    let namespace = owner.unwrap_or(&config.proxy.namespace);
    let action = actions::cell(places, &config.proxy, namespace, route);
    let mut marks = Vec::new();
    marks.extend(entry.moved_from.map(moved));
    marks.extend(missing(&action));
    if matches!(route.action, Action::None) {
        marks.push(Mark {
            kind: "missing".to_owned(),
            text: "no action".to_owned(),
            reason: "Envoy has no word for this redirect status and refuses the routes beside it.".to_owned(),
            id: "HM-12".to_owned(),
            route: None,
        });
    }
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

fn moved(from: usize) -> Mark {
    Mark {
        kind: "moved".to_owned(),
        text: "moved to the end".to_owned(),
        reason: format!(
            "It takes every request, so istiod moves it from place {} behind all routes of the host that do not.",
            from + 1
        ),
        id: "RDS-5".to_owned(),
        route: None,
    }
}

/// What requests get whose destination is not there.
fn missing(action: &ActionCell) -> Option<Mark> {
    let lost: Vec<_> = action.destinations.iter().filter(|cell| cell.state == "missing").collect();
    let first = lost.first()?;
    let share: f64 = lost.iter().map(|cell| cell.percent).sum();
    let text = if lost.len() == action.destinations.len() {
        "503".to_owned()
    } else {
        format!("{} get 503", words::percent(share))
    };
    Some(Mark {
        kind: "missing".to_owned(),
        text,
        reason: first.why.clone().unwrap_or_default(),
        id: "SUB-3".to_owned(),
        route: None,
    })
}

//! Virtual hosts with their routes.

use std::collections::BTreeSet;

use pilothouse_analysis::effective::{
    Action, ChainTarget, Origin, ProxyConfig, RouteConfig, RouteEntry, VirtualHost,
};

use crate::{
    actions, conditions,
    model::{ActionCell, HostTable, Mark, RouteRow},
    places::Places,
    words,
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
    for routes in &config.route_configs {
        let scheme = if terminated.contains(routes.name.as_str()) { "https" } else { "http" };
        tables.extend(routes.virtual_hosts.iter().map(|host| table(places, config, routes, host, scheme)));
    }
    tables.sort_by_key(|table| table.merged_from == 0);
    tables
}

fn table(
    places: &Places<'_>,
    config: &ProxyConfig,
    routes: &RouteConfig,
    host: &VirtualHost,
    scheme: &str,
) -> HostTable {
    let owners: BTreeSet<_> = host.origins.iter().map(|origin| origin.resource).collect();
    HostTable {
        route_config: routes.name.clone(),
        port: routes.port,
        scheme: scheme.to_owned(),
        name: host.name.clone(),
        title: host.domains.first().unwrap_or(&host.name).clone(),
        domains: host.domains.clone(),
        merged_from: owners.len() as u32,
        require_tls: host.require_tls.map(|origin| places.place(origin)),
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

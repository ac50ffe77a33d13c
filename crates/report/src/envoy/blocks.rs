//! The Envoy view cut where its origins change, so that each piece leads to the YAML it came from.

use pilothouse_analysis::{
    Analysis,
    effective::{Listener, VirtualHost},
    mesh::Proxy,
};
use serde_json::Value;

use super::{chain, cluster, listener, route, virtual_host};
use crate::{
    model::{EnvoyBlock, EnvoyChunk},
    places::Places,
};

/// Listeners, virtual hosts and clusters of a proxy as JSON; of each kind at most `rows`, of those whose name holds
/// `filter`.
pub fn envoy_blocks(analysis: &Analysis, proxy: &Proxy, filter: &str, rows: usize) -> Vec<EnvoyBlock> {
    let places = Places::new(analysis);
    let config = analysis.effective.proxy(proxy);
    let mut out: Vec<EnvoyBlock> = Vec::new();
    if filter.is_empty() {
        out.extend(config.listeners.iter().take(rows).map(|it| listener_block(&places, it)));
    }
    for routes in &config.route_configs {
        let hosts = routes
            .virtual_hosts
            .iter()
            .filter(|host| filter.is_empty() || host.domains.iter().any(|domain| domain.contains(filter)));
        out.extend(hosts.take(rows).map(|host| host_block(&places, &routes.name, host)));
    }
    let clusters = analysis.effective.clusters(proxy);
    let clusters: Vec<EnvoyChunk> = clusters
        .iter()
        .filter(|it| it.name.contains(filter))
        .take(rows)
        .map(|it| EnvoyChunk {
            text: pretty(&cluster(analysis, it)),
            origin: it.rule.map(|rule| {
                let range = analysis.effective.mesh.resource(rule).name_range;
                places.place(pilothouse_analysis::effective::Origin { resource: rule, range })
            }),
        })
        .collect();
    if !clusters.is_empty() {
        out.push(EnvoyBlock { title: "clusters".into(), kind: "clusters".into(), chunks: clusters });
    }
    out
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The fields of a value except one.
fn without(mut value: Value, field: &str) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(field);
    }
    value
}

fn listener_block(places: &Places<'_>, it: &Listener) -> EnvoyBlock {
    let head = EnvoyChunk { text: pretty(&without(listener(it), "filter_chains")), origin: None };
    let chains = it.chains.iter().map(|it| EnvoyChunk {
        text: pretty(&chain(it)),
        origin: it.origin.map(|origin| places.place(origin)),
    });
    let chunks = std::iter::once(head).chain(chains).collect();
    EnvoyBlock { title: it.name.clone(), kind: "listener".into(), chunks }
}

fn host_block(places: &Places<'_>, config: &str, host: &VirtualHost) -> EnvoyBlock {
    let head = EnvoyChunk {
        text: pretty(&without(virtual_host(places.analysis, host), "routes")),
        origin: host.origins.first().map(|origin| places.place(*origin)),
    };
    let routes = host.routes.iter().map(|entry| EnvoyChunk {
        text: pretty(&route::route(places.analysis, &entry.route)),
        origin: entry.route.origin.map(|origin| places.place(origin.match_origin)),
    });
    let chunks = std::iter::once(head).chain(routes).collect();
    EnvoyBlock { title: format!("{config} · {}", host.name), kind: "virtual host".into(), chunks }
}

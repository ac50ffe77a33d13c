//! The effective configuration in Envoy's own words: protobuf JSON with snake case, defaults left out.
//!
//! A printer of `effective`; nothing is computed here.

mod blocks;
mod route;

pub use blocks::envoy_blocks;

use serde_json::{Map, Value, json};

use pilothouse_analysis::{
    Analysis,
    effective::{
        ChainTarget, FilterChain, Listener, RouteConfig, VirtualHost, WeightedCluster,
        cluster::{Cluster, Limits, Outliers},
    },
    mesh::Proxy,
    resource::{Kind, ResourceId},
};

/// What istiod refuses, warns of, and builds for each proxy.
pub fn envoy(analysis: &Analysis, proxies: &[Proxy]) -> Value {
    let list = |items: Vec<(ResourceId, String)>| -> Vec<Value> {
        items
            .into_iter()
            .map(|(id, message)| {
                let key = &analysis.effective.mesh.resource(id).key;
                json!({
                    "kind": key.kind.as_str(),
                    "namespace": key.namespace,
                    "name": key.name,
                    "message": message,
                })
            })
            .collect()
    };
    json!({
        "rejected": list(analysis.rejected()),
        "warned": list(analysis.warned()),
        "proxies": proxies.iter().map(|it| proxy(analysis, it)).collect::<Vec<_>>(),
    })
}

/// What istiod builds for one proxy.
pub fn proxy(analysis: &Analysis, proxy: &Proxy) -> Value {
    let config = analysis.effective.proxy(proxy);
    json!({
        "proxy": proxy.to_string(),
        "listeners": config.listeners.iter().map(listener).collect::<Vec<_>>(),
        "route_configs": config.route_configs.iter().map(|it| route_config(analysis, it)).collect::<Vec<_>>(),
        "clusters": analysis.effective.clusters(proxy).iter().map(|it| cluster(analysis, it)).collect::<Vec<_>>(),
    })
}

/// A mapping that grows only by what is set.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    fn set_list(&mut self, name: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.set(name, values);
        }
    }

    fn set_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.set(name, text);
        }
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Value {
        Value::Object(fields.0)
    }
}

fn listener(listener: &Listener) -> Value {
    let mut out = Fields::default();
    out.set("name", listener.name.as_str());
    out.set("port", listener.port);
    out.set("filter_chains", listener.chains.iter().map(chain).collect::<Vec<_>>());
    if listener.refused.is_some() {
        out.set("refused_by_envoy", true);
    }
    out.into()
}

fn chain(chain: &FilterChain) -> Value {
    let mut out = Fields::default();
    out.set_list("server_names", chain.server_names.iter().map(|name| name.as_str().into()).collect());
    out.set("terminates_tls", chain.terminates_tls);
    match &chain.target {
        ChainTarget::Routes(name) => out.set("rds", name.as_str()),
        ChainTarget::Clusters { clusters, weighted: false, .. } => {
            out.set_some("cluster", clusters.first().map(|cluster| cluster.cluster.name.as_str()));
        }
        ChainTarget::Clusters { clusters, .. } => {
            out.set("weighted_clusters", clusters.iter().map(plain_weight).collect::<Vec<_>>());
        }
    }
    out.into()
}

fn plain_weight(cluster: &WeightedCluster) -> Value {
    json!({ "name": cluster.cluster.name, "weight": cluster.weight })
}

fn route_config(analysis: &Analysis, config: &RouteConfig) -> Value {
    let mut out = Fields::default();
    out.set("name", config.name.as_str());
    let hosts = config.virtual_hosts.iter().map(|host| virtual_host(analysis, host));
    out.set("virtual_hosts", hosts.collect::<Vec<_>>());
    if config.refused.is_some() {
        out.set("refused_by_envoy", true);
    }
    out.into()
}

fn virtual_host(analysis: &Analysis, host: &VirtualHost) -> Value {
    let mut out = Fields::default();
    out.set("name", host.name.as_str());
    out.set("domains", host.domains.clone());
    if host.require_tls.is_some() {
        out.set("require_tls", "ALL");
    }
    let routes = host.routes.iter().map(|entry| route::route(analysis, &entry.route));
    out.set("routes", routes.collect::<Vec<_>>());
    out.into()
}

fn origin(analysis: &Analysis, id: ResourceId) -> String {
    let key = &analysis.effective.mesh.resource(id).key;
    let kind = if key.kind == Kind::VirtualService { "virtual-service" } else { "destination-rule" };
    format!("{kind}/{}/{}", key.namespace, key.name)
}

fn cluster(analysis: &Analysis, cluster: &Cluster) -> Value {
    let mut out = Fields::default();
    out.set("name", cluster.name.as_str());
    out.set("lb_policy", cluster.lb_policy.as_str());
    out.set_some("origin", cluster.rule.map(|rule| origin(analysis, rule)));
    let limits = limits(&cluster.limits);
    if !limits.0.is_empty() {
        out.set("limits", limits);
    }
    out.set_some("outlier_detection", cluster.outliers.as_ref().map(outliers));
    out.into()
}

fn limits(limits: &Limits) -> Fields {
    let mut out = Fields::default();
    out.set_some("max_connections", limits.max_connections);
    out.set_some("max_pending_requests", limits.max_pending_requests);
    out.set_some("max_requests", limits.max_requests);
    out.set_some("max_retries", limits.max_retries);
    out
}

fn outliers(outliers: &Outliers) -> Value {
    let mut out = Fields::default();
    out.set_some("consecutive_5xx", outliers.consecutive_5xx);
    out.set_some("enforcing_consecutive_5xx", outliers.enforcing_consecutive_5xx);
    out.set_some("consecutive_gateway_failure", outliers.consecutive_gateway_failure);
    out.set_some("enforcing_consecutive_gateway_failure", outliers.enforcing_consecutive_gateway_failure);
    out.set_some("consecutive_local_origin_failure", outliers.consecutive_local_origin_failure);
    out.set_some(
        "enforcing_consecutive_local_origin_failure",
        outliers.enforcing_consecutive_local_origin_failure,
    );
    out.set_some("enforcing_local_origin_success_rate", outliers.enforcing_local_origin_success_rate);
    out.set_some("enforcing_success_rate", outliers.enforcing_success_rate);
    if outliers.split_external_local_origin_errors {
        out.set("split_external_local_origin_errors", true);
    }
    out.set_some("interval", outliers.interval.map(|it| it.to_proto()));
    out.set_some("base_ejection_time", outliers.base_ejection_time.map(|it| it.to_proto()));
    out.set_some("max_ejection_percent", outliers.max_ejection_percent);
    out.into()
}

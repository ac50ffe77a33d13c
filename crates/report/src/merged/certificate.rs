//! One Gateway for the servers of several that have one certificate, so that a browser that uses one connection for all
//! of their hosts finds the routes of each (H2-2, H2-3).

use std::collections::BTreeMap;

use pilothouse_analysis::{
    Analysis, Sources,
    effective::{ChainTarget, ProxyConfig, Route, ServerRef},
    mesh::{Proxy, ProxyKind, host},
    resource::{Body, ResourceId},
};
use serde_json::{Map, Value, json};

use super::{
    comment, name_for,
    proof::{live, same},
    source::{self, Texts},
};
use crate::{words, yaml};

/// A Gateway with one server that stands for several.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedGateway {
    /// The proxy on which they meet.
    pub proxy: Proxy,
    /// The Gateway.
    pub gateway: Value,
    /// The servers in whose place it stands.
    pub servers: Vec<ServerRef>,
    /// What it cannot say, as sentences.
    pub notes: Vec<String>,
}

/// The shared Gateways of some proxies; those that take the host that is wanted, or all.
pub fn shared<'p>(
    analysis: &Analysis,
    proxies: impl IntoIterator<Item = &'p Proxy>,
    wanted: Option<&str>,
) -> Vec<SharedGateway> {
    let texts = Texts::new(analysis);
    let mut out: Vec<SharedGateway> = Vec::new();
    for proxy in proxies.into_iter().filter(|proxy| proxy.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(proxy);
        for servers in groups(&texts, &config) {
            // The same servers may meet on a workload with more labels.
            if !out.iter().any(|known| known.servers == servers) {
                out.extend(gateway(&texts, proxy, servers));
            }
        }
        analysis.effective.forget();
    }
    if let Some(wanted) = wanted {
        let takes = |host: &str| host::matches(&wanted.to_ascii_lowercase(), &host.to_ascii_lowercase());
        out.retain(|one| {
            let hosts = one.gateway["spec"]["servers"][0]["hosts"].as_array().into_iter().flatten();
            hosts
                .filter_map(Value::as_str)
                .any(|host| takes(host.split_once('/').map_or(host, |(_, name)| name)))
        });
    }
    let mut names = BTreeMap::new();
    for one in &mut out {
        let name = one.gateway["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let number =
            names.entry((one.gateway["metadata"]["namespace"].to_string(), name.clone())).or_insert(0);
        *number += 1;
        if *number > 1 {
            one.gateway["metadata"]["name"] = json!(format!("{name}-{number}"));
        }
    }
    out
}

/// The servers that end TLS on one port in the same way, where they are several.
fn groups(texts: &Texts<'_>, config: &ProxyConfig) -> Vec<Vec<ServerRef>> {
    let mut groups: BTreeMap<(u32, String), Vec<ServerRef>> = BTreeMap::new();
    for listener in config.listeners.iter().filter(|listener| listener.refused.is_none()) {
        for chain in listener.chains.iter().filter(|chain| chain.terminates_tls) {
            let (Some(server), ChainTarget::Routes(_)) = (chain.server, &chain.target) else { continue };
            let Some(written) = written(texts, server) else { continue };
            let key = format!("{} {}", written["tls"], written["bind"]);
            let group = groups.entry((listener.port, key)).or_default();
            if !group.contains(&server) {
                group.push(server);
            }
        }
    }
    groups.into_values().filter(|servers| servers.len() > 1).collect()
}

fn written(texts: &Texts<'_>, server: ServerRef) -> Option<Value> {
    let resource = texts.resource(server.gateway);
    resource["spec"]["servers"].as_array()?.iter().filter(|it| !it.is_null()).nth(server.index).cloned()
}

fn gateway(texts: &Texts<'_>, proxy: &Proxy, servers: Vec<ServerRef>) -> Option<SharedGateway> {
    let mesh = &texts.analysis.effective.mesh;
    let first = *servers.first()?;
    let mut server = written(texts, first)?;
    let mut hosts: Vec<String> = Vec::new();
    let mut notes = Vec::new();
    for other in &servers {
        let own = &mesh.resource(other.gateway).key.namespace;
        for host in &mesh.gateway(other.gateway).servers[other.index].hosts {
            // `.` means the Gateway's own namespace, which is another one then.
            let host = match host.value.split_once('/') {
                Some((".", name)) => format!("{own}/{name}"),
                Some(("*", name)) => name.to_owned(),
                _ => host.value.clone(),
            };
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        if mesh.gateway(other.gateway).selector != mesh.gateway(first.gateway).selector {
            let name = source::name(texts.analysis, other.gateway);
            notes.push(format!(
                "Gateway {name} has another `selector`: where only one of them is served, this one is too."
            ));
        }
    }
    notes.dedup();
    let secret = server["tls"]["credentialName"].as_str().or(server["tls"]["serverCertificate"].as_str());
    let name = format!("shared-{}", name_for(secret.unwrap_or("certificate")));
    server["hosts"] = json!(hosts);
    // Of HTTPS servers of one port name 1.1 keeps the oldest alone (GW-8).
    server["port"]["name"] = json!(format!("https-{name}"));
    let resource = texts.resource(first.gateway);
    let mut spec = Map::new();
    if let Some(selector) = resource["spec"].get("selector") {
        spec.insert("selector".to_owned(), selector.clone());
    }
    spec.insert("servers".to_owned(), json!([server]));
    let gateway = json!({
        "apiVersion": texts.api_version(first.gateway),
        "kind": "Gateway",
        "metadata": {"name": name, "namespace": mesh.resource(first.gateway).key.namespace},
        "spec": spec,
    });
    Some(SharedGateway { proxy: proxy.clone(), gateway, servers, notes })
}

impl SharedGateway {
    /// `namespace/name`.
    fn path(&self) -> String {
        let metadata = &self.gateway["metadata"];
        let part = |key: &str| metadata[key].as_str().unwrap_or_default();
        format!("{}/{}", part("namespace"), part("name"))
    }

    /// The Gateways whose servers it takes over.
    fn gateways(&self) -> Vec<ResourceId> {
        let mut out: Vec<ResourceId> = self.servers.iter().map(|server| server.gateway).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The resource as a document of YAML with comments on what it takes over.
    pub fn yaml(&self, analysis: &Analysis) -> String {
        let servers = self.servers.iter().map(|server| {
            format!("server {} of {}", server.index + 1, source::name(analysis, server.gateway))
        });
        let servers = words::list(&servers.collect::<Vec<String>>(), "and");
        let mut out = comment(&format!("In the place of {servers}."), "");
        out += &comment("Bind the VirtualServices of these Gateways to it, then take those servers out.", "");
        for note in &self.notes {
            out += &comment(note, "");
        }
        out + &yaml::write(&self.gateway)
    }
}

/// The texts with shared Gateways in the place of servers, and VirtualServices bound to them.
pub fn with_shared(analysis: &Analysis, all: &[SharedGateway]) -> Sources {
    let texts = Texts::new(analysis);
    let mut out = Sources::default();
    for (at, resource) in analysis.effective.mesh.resources.iter().enumerate().filter(|(_, it)| it.active) {
        let id = ResourceId(at as u32);
        let mut value = (*texts.resource(id)).clone();
        match &resource.body {
            Body::Gateway(_) => {
                let Some(servers) = value["spec"]["servers"].as_array_mut() else { continue };
                servers.retain(|server| !server.is_null());
                let mut index = 0;
                servers.retain(|_| {
                    index += 1;
                    let server = ServerRef { gateway: id, index: index - 1 };
                    !all.iter().any(|one| one.servers.contains(&server))
                });
                if servers.is_empty() {
                    continue;
                }
            }
            Body::VirtualService(service) => {
                let bound = |gateway: &ResourceId| {
                    let key = &analysis.effective.mesh.resource(*gateway).key;
                    analysis.effective.mesh.bound_to(&format!("{}/{}", key.namespace, key.name)).contains(&id)
                };
                let more = all.iter().filter(|one| one.gateways().iter().any(bound)).map(SharedGateway::path);
                let gateways = service.gateways.iter().map(|gateway| gateway.value.clone());
                let gateways: Vec<String> = gateways.chain(more).collect();
                if !gateways.is_empty() {
                    value["spec"]["gateways"] = json!(gateways);
                }
            }
            _ => {}
        }
        out.add(format!("{at}.json"), value.to_string());
    }
    for (at, one) in all.iter().enumerate() {
        out.add(format!("shared-{at}.yaml"), one.yaml(analysis));
    }
    out
}

/// The hosts, as sentences, that a shared Gateway serves otherwise than the servers before it. `after` is what is made
/// of [`with_shared`].
pub fn shared_differences(before: &Analysis, after: &Analysis, all: &[SharedGateway]) -> Vec<String> {
    let mut out = Vec::new();
    for one in all {
        let (old, new) = (before.effective.proxy(&one.proxy), after.effective.proxy(&one.proxy));
        let is_new = |server: &ServerRef| {
            let key = &after.effective.mesh.resource(server.gateway).key;
            format!("{}/{}", key.namespace, key.name) == one.path()
        };
        let now: Vec<_> =
            new.route_configs.iter().filter(|routes| routes.servers.iter().any(is_new)).collect();
        for routes in
            old.route_configs.iter().filter(|it| it.servers.iter().any(|it| one.servers.contains(it)))
        {
            for host in routes.virtual_hosts.iter().filter(|host| !host.origins.is_empty()) {
                let was = live(before, host.routes.iter().map(|entry| &*entry.route));
                for domain in &host.domains {
                    let hosts = now.iter().flat_map(|routes| &routes.virtual_hosts);
                    let found =
                        hosts.filter(|host| host.domains.contains(domain)).flat_map(|host| &host.routes);
                    let found: Vec<&Route> = live(after, found.map(|entry| &*entry.route));
                    if !same(&was, &found) {
                        out.push(format!(
                            "For `{domain}` on {} Gateway `{}` is not the same.",
                            one.proxy,
                            one.path()
                        ));
                    }
                }
            }
        }
    }
    out
}

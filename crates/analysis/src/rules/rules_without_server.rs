use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::{DropReason, Origin, Section},
    mesh::{
        Mesh, Protocol, Proxy, ProxyKind, host,
        names::{MESH, gateway_reference},
    },
    resource::{ResourceId, gateway::Server},
};

pub(super) static RULE: Rule = Rule {
    code: "rules-without-server",
    severity: Severity::Error,
    aliases: &[],
    docs: include_str!("rules_without_server.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut dead: BTreeMap<(ResourceId, Section), (Origin, &Proxy)> = BTreeMap::new();
    let mut alive: BTreeSet<(ResourceId, Section)> = BTreeSet::new();
    let mut troubled: BTreeSet<ResourceId> = BTreeSet::new();
    for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(proxy);
        for dropped in &config.dropped {
            match &dropped.reason {
                DropReason::NoServerFor { section } => {
                    dead.entry((dropped.origin.resource, *section)).or_insert((dropped.origin, proxy));
                }
                // A server that is lost is told of by itself.
                DropReason::TlsHostTaken { .. }
                | DropReason::ProtocolConflict { .. }
                | DropReason::PortNameTaken { .. }
                | DropReason::PlainBehindTls { .. } => {
                    troubled.insert(dropped.origin.resource);
                }
                _ => {}
            }
        }
        let routes = config.route_configs.iter().flat_map(|it| &it.virtual_hosts).flat_map(|it| &it.routes);
        alive.extend(routes.filter_map(|it| Some((it.route.origin?.virtual_service, Section::Http))));
        let chains = config.listeners.iter().flat_map(|listener| &listener.chains);
        for resource in chains.filter_map(|chain| Some(chain.origin?.resource)) {
            alive.extend([(resource, Section::Tls), (resource, Section::Tcp)]);
        }
    }
    // One finding for all sections of a VirtualService.
    let mut unused: BTreeMap<ResourceId, Vec<(Section, Origin, &Proxy)>> = BTreeMap::new();
    for ((id, section), (origin, proxy)) in dead.into_iter().filter(|(key, _)| !alive.contains(key)) {
        unused.entry(id).or_default().push((section, origin, proxy));
    }
    for (id, mut sections) in unused {
        let Some(servers) = servers(mesh, id) else { continue };
        let asked: BTreeSet<Option<Section>> = servers.iter().map(|(_, server)| wanted(server)).collect();
        sections.retain(|(section, ..)| !asked.contains(&Some(*section)));
        let lost = servers.iter().any(|(gateway, _)| troubled.contains(gateway));
        if !lost && !servers.is_empty() {
            report(analysis, cx, id, &sections, &asked, &servers);
        }
    }
}

/// The section that a server asks for.
fn wanted(server: &Server) -> Option<Section> {
    let protocol = server.port.as_ref().map(|port| Protocol::parse(&port.protocol.value));
    Section::of_server(protocol.unwrap_or(Protocol::Detected), server)
}

/// The servers for the hosts of a VirtualService; none where it is also for sidecars, or for Gateways that the input
/// does not hold.
fn servers(mesh: &Mesh, id: ResourceId) -> Option<Vec<(ResourceId, &Server)>> {
    let spec = mesh.virtual_service(id);
    let namespace = &mesh.resource(id).key.namespace;
    let references: BTreeSet<_> =
        spec.gateways.iter().map(|gateway| gateway_reference(&gateway.value, namespace)).collect();
    let known = !references.is_empty()
        && references.iter().all(|gateway| gateway != MESH && mesh.has_gateway(gateway));
    if !known {
        return None;
    }
    let mut out = Vec::new();
    for &gateway in &mesh.gateways {
        let key = &mesh.resource(gateway).key;
        if !references.contains(format!("{}/{}", key.namespace, key.name).as_str()) {
            continue;
        }
        for server in &mesh.gateway(gateway).servers {
            let hosts = server.hosts.iter().map(|host| match host.value.split_once('/') {
                Some((".", name)) => format!("{}/{name}", key.namespace),
                _ => host.value.clone(),
            });
            let hosts: Vec<String> = hosts.collect();
            let theirs = host::for_namespace(&hosts, namespace);
            if theirs.iter().any(|theirs| mesh.hosts(id).iter().any(|ours| host::matches(ours, theirs))) {
                out.push((gateway, server));
            }
        }
    }
    Some(out)
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    id: ResourceId,
    unused: &[(Section, Origin, &Proxy)],
    asked: &BTreeSet<Option<Section>>,
    servers: &[(ResourceId, &Server)],
) {
    let [(first, origin, proxy), others @ ..] = unused else { return };
    let mesh = &analysis.effective.mesh;
    let spec = mesh.virtual_service(id);
    let rules = words::and(unused.iter().map(|(section, ..)| name(*section).0.to_owned()));
    let what = asked.iter().map(|section| match section {
        Some(Section::Http) => "take HTTP requests, for which rules under `http` count",
        Some(Section::Tls) => "hand TLS on unread, for which rules under `tls` count",
        Some(Section::Tcp) => "take streams, for which rules under `tcp` count",
        None => "hand TLS on to services by their names, for which no rules count",
    });
    let gateways = words::distinct(servers.iter().map(|(gateway, _)| *gateway));
    let message = format!(
        "The {rules} rules of {} are never used. The servers for its hosts on {} {} {}.",
        words::called(mesh.resource(id)),
        words::plural(gateways.len(), "Gateway", "Gateways"),
        words::names(mesh, gateways.iter().copied()),
        what.collect::<Vec<_>>().join(", and others "),
    );
    let finding = cx.report(Label::at(analysis, *origin, ""), message);
    let counting = asked.iter().flatten().any(|section| match section {
        Section::Http => !spec.http.is_empty(),
        Section::Tls => !spec.tls.is_empty(),
        Section::Tcp => !spec.tcp.is_empty(),
    });
    if counting {
        finding.severity = Severity::Warning;
    }
    finding
        .related
        .extend(others.iter().map(|(_, origin, _)| Label::at(analysis, *origin, "as little used")));
    for (gateway, server) in servers.iter().take(4) {
        let Some(port) = &server.port else { continue };
        let mode = server.tls.as_ref().and_then(|tls| tls.mode.as_ref());
        let range = mode.map_or(port.protocol.range, |mode| mode.range);
        finding.related.push(Label::at(
            analysis,
            Origin { resource: *gateway, range },
            "decides what counts",
        ));
    }
    finding.help = Some(match (first, asked.contains(&Some(Section::Tls))) {
        (Section::Http, true) => {
            "Let the server take TLS off, with `protocol: HTTPS` and `mode: SIMPLE`, or write \
                                  the rules under `tls`."
                .into()
        }
        _ => "Write them in the section that counts, or change the server.".into(),
    });
    finding.ids = vec!["TLS-1"];
    finding.proxy = Some(proxy.to_string());
}

/// What the rules of a section are called, and where they stand.
fn name(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Http => ("HTTP", "http"),
        Section::Tls => ("TLS", "tls"),
        Section::Tcp => ("TCP", "tcp"),
    }
}

use std::collections::{BTreeMap, HashSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::{
        ChainTarget, FilterChain, Listener, Origin, ProxyConfig, RouteConfig, ServerRef, VirtualHost,
    },
    mesh::{Mesh, ProxyKind, host},
    resource::gateway::{Server, ServerTls},
};

pub(super) static RULE: Rule = Rule {
    code: "shared-certificate",
    severity: Severity::Warning,
    aliases: &["IST0138"],
    docs: include_str!("shared_certificate.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    // Servers that a finding has told of already, on a workload with more labels for example.
    let mut told: HashSet<(String, ServerRef)> = HashSet::new();
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(&binding.proxy);
        for listener in config.listeners.iter().filter(|listener| listener.refused.is_none()) {
            for (certificate, holders) in by_certificate(&analysis.effective.mesh, listener, &config) {
                let new = holders.iter().any(|it| !told.contains(&(certificate.clone(), it.server)));
                if new && report(analysis, cx, &config, listener, &certificate, &holders).is_some() {
                    told.extend(holders.iter().map(|it| (certificate.clone(), it.server)));
                }
            }
        }
    }
}

/// A server that ends TLS with a certificate.
struct Holder<'a> {
    server: ServerRef,
    clause: &'a Server,
    /// Where the certificate is named.
    named: Origin,
    routes: &'a RouteConfig,
}

/// The servers of a listener by the certificate they present, where several do.
fn by_certificate<'a>(
    mesh: &'a Mesh,
    listener: &Listener,
    config: &'a ProxyConfig,
) -> BTreeMap<String, Vec<Holder<'a>>> {
    let mut out: BTreeMap<String, Vec<Holder<'_>>> = BTreeMap::new();
    for chain in &listener.chains {
        let Some((server, routes)) = terminating(chain, config) else { continue };
        let clause = &mesh.gateway(server.gateway).servers[server.index];
        for (certificate, named) in clause.tls.as_ref().map(certificates).unwrap_or_default() {
            let named = Origin { resource: server.gateway, range: named };
            out.entry(certificate).or_default().push(Holder { server, clause, named, routes });
        }
    }
    out.retain(|_, holders| holders.len() > 1);
    out
}

fn terminating<'a>(chain: &FilterChain, config: &'a ProxyConfig) -> Option<(ServerRef, &'a RouteConfig)> {
    match &chain.target {
        ChainTarget::Routes(name) if chain.terminates_tls => {
            Some((chain.server?, config.route_config(name)?))
        }
        _ => None,
    }
}

/// The certificates of a server by what they are called: a secret, or a path.
fn certificates(tls: &ServerTls) -> Vec<(String, pilothouse_syntax::TextRange)> {
    let secrets = tls.credential_name.iter().chain(&tls.credential_names);
    let files = tls.tls_certificates.iter().filter_map(|it| it.server_certificate.as_ref());
    let names = secrets.chain(&tls.server_certificate).chain(files);
    names.filter(|name| !name.value.is_empty()).map(|name| (name.value.clone(), name.range)).collect()
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    config: &ProxyConfig,
    listener: &Listener,
    certificate: &str,
    holders: &[Holder<'_>],
) -> Option<()> {
    let mesh = &analysis.effective.mesh;
    let [first, others @ ..] = holders else { return None };
    // Where all answer alike, a connection that is used for another host does no harm.
    let other = others.iter().find(|other| !answers_alike(first.routes, other.routes))?;
    let (here, there) =
        (hosts(first.clause).next()?, hosts(other.clause).find(|host| serves(first.routes, host).is_none()));
    let outcome = match there {
        Some(_) => "may get 404 for",
        None => "may get the wrong routes for",
    };
    let there = there.or_else(|| hosts(other.clause).next())?;
    let gateways = words::distinct(holders.iter().map(|it| it.server.gateway));
    let who = match &gateways[..] {
        [only] => format!("Servers of Gateway {}", words::name(mesh.resource(*only))),
        many => format!("Gateways {}", words::and(many.iter().map(|id| words::name(mesh.resource(*id))))),
    };
    let message = format!(
        "A browser that has {} open {outcome} {}, and the other way round. {who} have \
         one certificate, `{certificate}`, on port {}, so HTTP/2 uses one connection for all their hosts, and Envoy \
         knows only the routes of the server it was opened for.",
        called(here),
        called(there),
        listener.port
    );
    let finding = cx.report(Label::at(analysis, other.named, ""), message);
    let rest = holders.iter().filter(|it| it.server != other.server);
    finding.related = rest.map(|it| Label::at(analysis, it.named, "the same certificate")).collect();
    finding.help = Some(cure(certificate, first.clause, holders));
    finding.ids = vec!["H2-2", "H2-3", "GW-15"];
    finding.proxy = Some(config.proxy.to_string());
    Some(())
}

/// The hosts of a server without the namespaces that may use them.
fn hosts(server: &Server) -> impl Iterator<Item = &str> {
    server.hosts.iter().map(|host| host.value.split_once('/').map_or(host.value.as_str(), |(_, name)| name))
}

/// A host, or one of those that a wildcard stands for.
fn called(host: &str) -> String {
    match host {
        "*" => "any host".into(),
        host if host::is_wildcard(host) => format!("a host of `{host}`"),
        host => format!("`{host}`"),
    }
}

/// The virtual host that takes a host name, if any.
fn serves<'a>(routes: &'a RouteConfig, name: &str) -> Option<&'a VirtualHost> {
    let with_routes = routes.virtual_hosts.iter().filter(|it| !it.origins.is_empty());
    with_routes.filter(|it| it.domains.iter().any(|domain| host::subset_of(name, domain))).min_by(|a, b| {
        let best = |it: &VirtualHost| it.domains.iter().map(|domain| domain.len()).max();
        best(b).cmp(&best(a))
    })
}

/// Whether two route configurations serve the same hosts with the same routes.
fn answers_alike(a: &RouteConfig, b: &RouteConfig) -> bool {
    let served = |it: &RouteConfig| it.virtual_hosts.iter().any(|host| !host.origins.is_empty());
    served(a)
        && served(b)
        && a.virtual_hosts.len() == b.virtual_hosts.len()
        && a.virtual_hosts.iter().zip(&b.virtual_hosts).all(|(a, b)| {
            a.domains == b.domains
                && a.routes.len() == b.routes.len()
                && a.routes
                    .iter()
                    .zip(&b.routes)
                    .all(|(a, b)| a.route.matcher == b.route.matcher && a.route.same_outcome(&b.route))
        })
}

/// One server for all hosts, as YAML.
fn cure(certificate: &str, first: &Server, holders: &[Holder<'_>]) -> String {
    let all = words::distinct(holders.iter().flat_map(|it| hosts(it.clause)));
    let listed = match common_domain(&all) {
        _ if all.contains(&"*") => "*".to_owned(),
        Some(domain) => format!("*.{domain}"),
        None => all.join("\", \""),
    };
    let number = first.port.as_ref().map_or(443, |port| port.number.value);
    let tls = first.tls.as_ref();
    let mode = tls.and_then(|tls| tls.mode.as_ref()).map_or("SIMPLE", |mode| mode.value.as_str());
    let source = match tls.and_then(|tls| tls.credential_name.as_ref()) {
        Some(_) => format!("credentialName: {certificate}"),
        None => format!("serverCertificate: {certificate}"),
    };
    format!(
        "Serve all of them with one server of one Gateway, and bind the VirtualServices to that:\n- port: {{number: \
         {number}, name: https, protocol: HTTPS}}\n  tls: {{mode: {mode}, {source}}}\n  hosts: [\"{listed}\"]"
    )
}

/// The domain that all hosts are directly below.
fn common_domain<'a>(hosts: &[&'a str]) -> Option<&'a str> {
    let parent =
        |host: &'a str| host.split_once('.').map(|(_, domain)| domain).filter(|domain| domain.contains('.'));
    let first = parent(hosts.first()?)?;
    hosts.iter().all(|host| parent(host) == Some(first)).then_some(first)
}

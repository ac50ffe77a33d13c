//! HTTP rules of a VirtualService as routes for one port, gateway and proxy (HM).

use std::rc::Rc;

use super::{
    Action, ClusterRef, DropReason, Dropped, Effective, Forward, HashPolicy, MirrorPolicy, Origin,
    PortSource, Route, RouteMatch, RouteOrigin, Rule, WeightedCluster, action,
    matching::{is_catch_all, route_match},
    retry,
};
use crate::{
    mesh::{Proxy, Service, names},
    resource::{
        ResourceId,
        virtual_service::{Destination, HttpMatch, HttpRoute},
    },
};

/// For whom routes are built.
pub(super) struct HttpContext<'a> {
    pub(super) effective: &'a Effective,
    pub(super) proxy: &'a Proxy,
    /// The port that requests come to: the server's, or the service's; 0 where any port is meant (HM-1).
    pub(super) port: u32,
    /// The gateways that "this gateway" stands for, as `namespace/name`, or `mesh`.
    pub(super) gateways: &'a [String],
    /// Whether the server has a TLS block, which matters to redirects.
    pub(super) tls: bool,
    /// Finds the service of a destination of a VirtualService, and the one port that it has here.
    pub(super) services: &'a dyn Fn(&str, ResourceId) -> Option<FoundService<'a>>,
    /// Finds the service whose DestinationRules count for a host.
    pub(super) policies: &'a dyn Fn(&str) -> Option<&'a Service>,
}

/// A service as the look-up of one proxy and port knows it (SUB-1).
#[derive(Clone, Copy)]
pub(super) struct FoundService<'a> {
    pub(super) service: &'a Service,
    pub(super) only_port: Option<u32>,
}

/// The routes of one VirtualService.
#[derive(Default)]
pub(super) struct HttpRoutes {
    pub(super) routes: Vec<Rc<Route>>,
    pub(super) dropped: Vec<Dropped>,
}

/// Builds the routes; none at all means that the VirtualService does not exist here (HM-5).
pub(super) fn build(cx: &HttpContext<'_>, virtual_service: ResourceId) -> HttpRoutes {
    let profile = &cx.effective.mesh.profile;
    let mut out = HttpRoutes::default();
    // The route that takes everything; whatever follows it is left out (HM-4).
    let mut catch_all: Option<Origin> = None;
    for rule in cx.effective.rules(virtual_service).iter() {
        let rule_origin = Origin { resource: rule.origin.written_in, range: rule.origin.range };
        let blocks = &rule.http.matches;
        // What another gateway or port is asked for is not lost to the catch-all of this one.
        let elsewhere = || blocks.iter().any(|block| excluded(cx, rule, block).is_some());
        if let Some(winner) = catch_all
            && !elsewhere()
        {
            let reason = DropReason::BehindCatchAll;
            out.dropped.push(Dropped { origin: rule_origin, reason, winner: Some(winner) });
            continue;
        }
        if blocks.is_empty() {
            out.routes.push(Rc::new(route(cx, virtual_service, rule, None)));
            catch_all = Some(rule_origin);
            continue;
        }
        for (index, block) in blocks.iter().enumerate() {
            let origin = rule.conditions[index];
            if let Some(reason) = excluded(cx, rule, block) {
                out.dropped.push(Dropped { origin, reason, winner: None });
            } else if let Some(winner) = catch_all {
                let reason = DropReason::BehindCatchAll;
                out.dropped.push(Dropped { origin, reason, winner: Some(winner) });
            } else {
                let route = route(cx, virtual_service, rule, Some((index, block)));
                if is_catch_all(&route.matcher, profile) {
                    catch_all = Some(origin);
                }
                out.routes.push(Rc::new(route));
            }
        }
    }
    out
}

/// Why a condition is left out before any request is seen (HM-3).
fn excluded(cx: &HttpContext<'_>, rule: &Rule, block: &HttpMatch) -> Option<DropReason> {
    let mesh = &cx.effective.mesh;
    if let Some(port) = block.port.as_ref().map(|port| port.value).filter(|&port| port != 0)
        && port != cx.port
    {
        return Some(DropReason::OtherPort { port, listener: cx.port });
    }
    if !block.gateways.is_empty() {
        let namespace = &mesh.resource(rule.origin.written_in).key.namespace;
        let here = block.gateways.iter().any(|gateway| {
            let full = names::gateway_reference(&gateway.value, namespace);
            cx.gateways.iter().any(|name| *name == full)
        });
        // Client conditions are not looked at where gateways are listed.
        return (!here).then_some(DropReason::OtherGateway);
    }
    let labels = &cx.proxy.labels;
    let on_gateway = cx.proxy.kind == crate::mesh::ProxyKind::Gateway;
    let labels_known = mesh.profile.source_labels_on_gateways || !on_gateway;
    let labels_fit =
        block.source_labels.iter().all(|(key, value)| labels_known && labels.get(key) == Some(value));
    if !labels_fit {
        return Some(DropReason::OtherWorkload);
    }
    let namespace = block.source_namespace.as_ref().map(|it| it.value.as_str()).filter(|it| !it.is_empty());
    (namespace.is_some_and(|it| it != cx.proxy.namespace)).then_some(DropReason::OtherNamespace)
}

pub(super) fn route(
    cx: &HttpContext<'_>,
    virtual_service: ResourceId,
    rule: &Rule,
    block: Option<(usize, &HttpMatch)>,
) -> Route {
    let profile = &cx.effective.mesh.profile;
    let http = &*rule.http;
    let rule_origin = Origin { resource: rule.origin.written_in, range: rule.origin.range };
    let match_origin = block.map_or(rule_origin, |(index, _)| rule.conditions[index]);
    let (mut request_headers, mut response_headers, authority) =
        action::headers(http.headers.as_ref(), profile);
    let answer = action::answer(http, cx.port, cx.tls, profile);
    if answer.is_some() && !profile.redirect_headers {
        (request_headers, response_headers) = Default::default();
    }
    let action = answer.unwrap_or_else(|| {
        let mut forward = forward(cx, virtual_service, rule, authority);
        // Header operations of a lone destination are the route's.
        if let ([only], false) = (&mut forward.clusters[..], forward.weighted) {
            let request = std::mem::take(&mut only.request_headers);
            let response = std::mem::take(&mut only.response_headers);
            request_headers.add.extend(request.add);
            request_headers.remove.extend(request.remove);
            response_headers.add.extend(response.add);
            response_headers.remove.extend(response.remove);
            let own_host = only.host_rewrite.take();
            forward.host_rewrite = forward.host_rewrite.or(own_host);
        }
        Action::Forward(Box::new(forward))
    });
    Route {
        name: route_name(http, block.map(|(_, block)| block), profile.case_sensitive_stated),
        matcher: block.map_or_else(RouteMatch::any, |(_, block)| route_match(block, profile)),
        action,
        request_headers,
        response_headers,
        cors: http.cors_policy.as_ref().map(action::cors),
        fault: http.fault.as_ref().and_then(action::fault),
        origin: Some(RouteOrigin {
            virtual_service,
            written_in: rule.origin.written_in,
            rule: rule.origin.index,
            block: block.map(|(index, _)| index),
            rule_range: rule.origin.range,
            match_origin,
            root_rule: rule.origin.root,
        }),
    }
}

/// The rule's name, with the condition's behind a dot (HM-10).
fn route_name(rule: &HttpRoute, block: Option<&HttpMatch>, named: bool) -> String {
    if !named {
        return String::new();
    }
    let text = |name: &Option<pilothouse_syntax::Spanned<String>>| {
        name.as_ref().map(|name| name.value.clone()).unwrap_or_default()
    };
    let name = text(&rule.name);
    match block.map(|block| text(&block.name)).filter(|name| !name.is_empty()) {
        Some(inner) => format!("{name}.{inner}"),
        None => name,
    }
}

fn forward(
    cx: &HttpContext<'_>,
    virtual_service: ResourceId,
    rule: &Rule,
    authority: Option<String>,
) -> Forward {
    let profile = &cx.effective.mesh.profile;
    let http = &*rule.http;
    let mut hash_policy = Vec::new();
    let single = http.route.len() == 1;
    let mut clusters = Vec::new();
    for entry in &http.route {
        let weight = entry.weight.as_ref().map_or(0, |weight| weight.value.max(0) as u32);
        if !single && weight == 0 {
            continue;
        }
        let Some(destination) = &entry.destination else { continue };
        let cluster = cluster(cx, virtual_service, rule, destination);
        hash_policy.extend(hash(cx, rule, destination));
        let (request_headers, response_headers, host_rewrite) =
            action::headers(entry.headers.as_ref(), profile);
        clusters.push(WeightedCluster { cluster, weight, request_headers, response_headers, host_rewrite });
    }
    // In 1.1 a destination that is left alone is an ordinary one.
    let weighted = if profile.free_weights { !single } else { clusters.len() > 1 };
    let rewrite = http.rewrite.as_ref();
    let text = |it: &Option<pilothouse_syntax::Spanned<String>>| {
        it.as_ref().map(|it| it.value.clone()).filter(|it| !it.is_empty())
    };
    let regex_rewrite = rewrite.and_then(|rewrite| rewrite.uri_regex.as_ref());
    Forward {
        clusters,
        weighted,
        timeout: http.timeout.as_ref().map(|timeout| timeout.value).unwrap_or_default(),
        prefix_rewrite: rewrite.filter(|_| regex_rewrite.is_none()).and_then(|rewrite| text(&rewrite.uri)),
        regex_rewrite: regex_rewrite.map(|it| (it.pattern.value.clone(), it.rewrite.value.clone())),
        host_rewrite: rewrite.and_then(|rewrite| text(&rewrite.authority)).or(authority),
        retry: retry::policy(http.retries.as_ref(), profile),
        mirrors: mirrors(cx, virtual_service, rule),
        hash_policy,
    }
}

/// Copies of requests; an explicit share of 0 makes none (HM-20).
fn mirrors(cx: &HttpContext<'_>, virtual_service: ResourceId, rule: &Rule) -> Vec<MirrorPolicy> {
    let http = &*rule.http;
    let whole = super::Fraction { numerator: 100, million: false };
    let mut out = Vec::new();
    if let Some(mirror) = &http.mirror {
        let fraction = match (&http.mirror_percentage, &http.mirror_percent) {
            _ if !cx.effective.mesh.profile.mirror_percentages => None,
            (Some(percentage), _) => Some(action::fraction(percentage.value)),
            (None, Some(percent)) => {
                Some(super::Fraction { numerator: percent.value.max(0) as u32, million: false })
            }
            (None, None) => Some(whole),
        };
        out.push((mirror, fraction));
    }
    for mirror in &http.mirrors {
        let fraction = mirror.percentage.as_ref().map_or(whole, |it| action::fraction(it.value));
        out.extend(mirror.destination.as_ref().map(|destination| (destination, Some(fraction))));
    }
    out.into_iter()
        .filter(|(_, fraction)| fraction.is_none_or(|it| it.numerator > 0))
        .map(|(destination, fraction)| MirrorPolicy {
            cluster: cluster(cx, virtual_service, rule, destination),
            fraction,
        })
        .collect()
}

/// The cluster that a destination names (SUB-1, SUB-2).
fn cluster(
    cx: &HttpContext<'_>,
    virtual_service: ResourceId,
    rule: &Rule,
    destination: &Destination,
) -> ClusterRef {
    let mesh = &cx.effective.mesh;
    let written_in = rule.origin.written_in;
    let host =
        names::full_host(&destination.host.value, &mesh.resource(written_in).key.namespace, &mesh.profile);
    let found = (cx.services)(&host, virtual_service);
    let origin = Origin { resource: written_in, range: destination.range };
    cluster_ref(&host, found, destination, cx.port, Some(origin))
}

/// A cluster by SUB-1: the port that is written, the service's only one, or the listener's.
pub(super) fn cluster_ref(
    host: &str,
    found: Option<FoundService<'_>>,
    destination: &Destination,
    listener_port: u32,
    origin: Option<Origin>,
) -> ClusterRef {
    let (port, port_source) = match (&destination.port, found.and_then(|found| found.only_port)) {
        (Some(port), _) => (port.value, PortSource::Written),
        (None, Some(port)) => (port, PortSource::OnlyPort),
        (None, None) => (listener_port, PortSource::Listener),
    };
    let host = found.and_then(|found| found.service.alias_of.as_deref()).unwrap_or(host);
    let subset = destination.subset.as_ref().map_or("", |subset| &subset.value);
    let mut cluster = ClusterRef { origin, ..ClusterRef::outbound(host, port, port_source, subset) };
    // A port by its name, which only 1.1.0 takes, leads nowhere.
    if destination.port_name.as_ref().is_some_and(|name| port == 0 && !name.value.is_empty()) {
        cluster.name = super::BLACKHOLE.to_owned();
    }
    cluster
}

/// What is hashed for a destination: the subset's policy before the rule's, a port's before both (DR-8).
fn hash(cx: &HttpContext<'_>, rule: &Rule, destination: &Destination) -> Option<HashPolicy> {
    let mesh = &cx.effective.mesh;
    let namespace = &mesh.resource(rule.origin.written_in).key.namespace;
    let host = names::full_host(&destination.host.value, namespace, &mesh.profile);
    let service = (cx.policies)(&host)?;
    let rule = cx.effective.policies.rule_for(mesh, cx.proxy, service)?;
    let subset = destination.subset.as_ref().map_or("", |subset| &subset.value);
    rule.hash_policy(mesh, subset, destination.port.as_ref().map(|port| port.value))
}

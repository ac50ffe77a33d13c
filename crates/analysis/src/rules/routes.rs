//! How findings speak of routes: the rule, what it asks for, and what it does.

use super::{Label, words};
use crate::{
    Analysis,
    effective::{
        Action, Forward, HeaderMatch, Origin, PathMatch, Redirection, Route, RouteMatch, RouteOrigin,
        ValueTest,
    },
    mesh::Mesh,
    resource::{Body, ResourceId},
};

/// A rule by its name, or by its place from 1: `rule 2`, ``rule `canary` ``.
pub(super) fn rule_called(mesh: &Mesh, rule: (ResourceId, usize)) -> String {
    let name = match &mesh.resource(rule.0).body {
        Body::VirtualService(service) => service.http.get(rule.1).and_then(|rule| rule.name.as_ref()),
        _ => None,
    };
    match name.filter(|name| !name.value.is_empty()) {
        Some(name) => format!("rule `{}`", words::shortened(&name.value)),
        None => format!("rule {}", rule.1 + 1),
    }
}

/// The rule of a route with its VirtualService: ``rule 2 of `shop/web` ``.
pub(super) fn rule_of(mesh: &Mesh, origin: &RouteOrigin) -> String {
    let rule = rule_called(mesh, (origin.written_in, origin.rule));
    format!("{rule} of {}", words::name(mesh.resource(origin.written_in)))
}

/// The clause of a route as a place.
pub(super) fn label(analysis: &Analysis, origin: &RouteOrigin, message: impl Into<String>) -> Label {
    Label::at(analysis, origin.match_origin, message)
}

/// What a route asks for, in a few words: ``prefix `/api`, header `x-user` ``.
pub(super) fn asks(matcher: &RouteMatch) -> String {
    let mut parts = Vec::new();
    match &matcher.path {
        PathMatch::Prefix(prefix) if prefix == "/" => {}
        PathMatch::Prefix(prefix) => parts.push(format!("prefix `{}`", words::shortened(prefix))),
        PathMatch::Exact(path) => parts.push(format!("path `{}`", words::shortened(path))),
        PathMatch::Regex(regex) => parts.push(format!("pattern `{}`", words::shortened(regex))),
    }
    parts.extend(matcher.headers.iter().chain(&matcher.claims).map(header));
    parts.extend(matcher.query.iter().map(|query| format!("query parameter `{}`", query.name)));
    if parts.is_empty() { "no condition".to_owned() } else { words::and(parts) }
}

fn header(header: &HeaderMatch) -> String {
    let no = if header.invert { "not " } else { "" };
    match (header.name.strip_prefix(':'), &header.test) {
        (Some(part), ValueTest::Exact(value)) => format!("{no}{part} `{}`", words::shortened(value)),
        (Some(part), _) => format!("{no}a certain {part}"),
        (None, _) if header.invert => format!("without header `{}`", header.name),
        (None, _) => format!("header `{}`", header.name),
    }
}

/// What becomes of a request that two routes take: `goes to x by rule 1 of y or to z by rule 1 of w`.
pub(super) fn either(mesh: &Mesh, one: &Route, other: &Route) -> String {
    let rule =
        |route: &Route| route.origin.as_ref().map_or("a default".into(), |origin| rule_of(mesh, origin));
    let (first, second) = (outcome(one), outcome(other));
    if first == second {
        let differ = difference(one, other);
        return format!("{first} by {} or by {}, which differ in {differ}", rule(one), rule(other));
    }
    let both_go = first.starts_with("goes to ");
    let second = second.strip_prefix("goes ").filter(|_| both_go).unwrap_or(&second);
    format!("{first} by {} or {second} by {}", rule(one), rule(other))
}

/// Where a request goes, or what it is answered with.
pub(super) fn outcome(route: &Route) -> String {
    match &route.action {
        Action::Forward(forward) => format!("goes to {}", destinations(forward)),
        Action::Redirect(to) => format!("is redirected{}", redirect_target(to)),
        Action::Respond { status, .. } => format!("is answered with {status}"),
        Action::None => "is answered with an error".to_owned(),
    }
}

fn destinations(forward: &Forward) -> String {
    let total: u64 = forward.clusters.iter().map(|it| u64::from(it.weight)).sum();
    let share = |weight: u32| match forward.clusters.len() {
        1 => String::new(),
        _ => format!(" ({} %)", (u64::from(weight) * 100).checked_div(total).unwrap_or(100)),
    };
    let one_host = forward.clusters.windows(2).all(|pair| pair[0].cluster.host == pair[1].cluster.host);
    let all_subsets = forward.clusters.iter().all(|it| !it.cluster.subset.is_empty());
    if let ([first, _, ..], true, true) = (&forward.clusters[..], one_host, all_subsets) {
        let subsets =
            forward.clusters.iter().map(|it| format!("`{}`{}", it.cluster.subset, share(it.weight)));
        return format!("subsets {} of `{}`", words::and(subsets), short_host(&first.cluster.host));
    }
    words::and(forward.clusters.iter().map(|it| {
        let host = short_host(&it.cluster.host);
        match it.cluster.subset.as_str() {
            "" => format!("`{host}`{}", share(it.weight)),
            subset => format!("subset `{subset}` of `{host}`{}", share(it.weight)),
        }
    }))
}

/// `name.namespace` for a service of the cluster.
pub(super) fn short_host(host: &str) -> &str {
    host.strip_suffix(".svc.cluster.local").unwrap_or(host)
}

fn redirect_target(to: &Redirection) -> String {
    let (host, path) = (to.host.as_deref().unwrap_or_default(), to.path.as_deref().unwrap_or_default());
    match (&to.scheme, host.is_empty() && path.is_empty()) {
        (Some(scheme), true) => format!(" to {scheme}"),
        (None, true) => format!(" with {}", to.status),
        (Some(scheme), false) => format!(" to `{}`", words::shortened(&format!("{scheme}://{host}{path}"))),
        (None, false) => format!(" to `{}`", words::shortened(&format!("{host}{path}"))),
    }
}

/// In what two routes with the same destinations differ.
fn difference(one: &Route, other: &Route) -> &'static str {
    if one.request_headers != other.request_headers || one.response_headers != other.response_headers {
        return "header operations";
    }
    if one.fault != other.fault {
        return "faults";
    }
    if one.cors != other.cors {
        return "CORS policy";
    }
    match (&one.action, &other.action) {
        (Action::Forward(a), Action::Forward(b)) if a.timeout != b.timeout => "timeout",
        (Action::Forward(a), Action::Forward(b)) if a.retry != b.retry => "retries",
        (Action::Forward(a), Action::Forward(b)) if a.mirrors.len() != b.mirrors.len() => "mirrors",
        (Action::Forward(a), Action::Forward(b)) if a.hash_policy != b.hash_policy => "hash policy",
        (Action::Forward(a), Action::Forward(b))
            if a.prefix_rewrite.is_some()
                || b.prefix_rewrite.is_some()
                || a.regex_rewrite != b.regex_rewrite
                || a.host_rewrite != b.host_rewrite =>
        {
            "rewrite"
        }
        (Action::Forward(_), Action::Forward(_)) => "ports, shares or mirrors",
        _ => "details",
    }
}

/// The rule of a route.
pub(super) fn rule_origin(route: &Route) -> Option<Origin> {
    route.origin.as_ref().map(RouteOrigin::rule)
}

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
        (Some("method"), ValueTest::Exact(method)) => format!("{no}method `{method}`"),
        (Some("authority"), _) => format!("{no}a certain authority"),
        (Some(part), _) => format!("{no}a certain {part}"),
        (None, _) if header.invert => format!("no such header `{}`", header.name),
        (None, _) => format!("header `{}`", header.name),
    }
}

/// What becomes of a request that two routes take, by the one or by the other.
pub(super) fn either(mesh: &Mesh, one: &Route, other: &Route) -> String {
    let rule =
        |route: &Route| route.origin.as_ref().map_or("a default".into(), |origin| rule_of(mesh, origin));
    let (first, second) = (outcome(one), outcome(other));
    if first == second {
        return format!(
            "{first} by {} or by {}, which differ in {}",
            rule(one),
            rule(other),
            difference(one, other)
        );
    }
    format!("{first} by {}, or {second} by {}", rule(one), rule(other))
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
    let one = forward.clusters.len() == 1;
    let listed = forward.clusters.iter().map(|it| {
        let host = short_host(&it.cluster.host);
        let target = match it.cluster.subset.as_str() {
            "" => format!("`{host}`"),
            subset => format!("subset `{subset}` of `{host}`"),
        };
        let share = (u64::from(it.weight) * 100).checked_div(total).unwrap_or(100);
        if one { target } else { format!("{target} ({share} %)") }
    });
    words::and(listed)
}

/// `name.namespace` for a service of the cluster.
pub(super) fn short_host(host: &str) -> &str {
    host.strip_suffix(".svc.cluster.local").unwrap_or(host)
}

fn redirect_target(to: &Redirection) -> String {
    let scheme = to.scheme.as_deref().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let target = format!(
        "{scheme}{}{}",
        to.host.as_deref().unwrap_or_default(),
        to.path.as_deref().unwrap_or_default()
    );
    if target.is_empty() {
        format!(" with {}", to.status)
    } else {
        format!(" to `{}`", words::shortened(&target))
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

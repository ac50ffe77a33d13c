//! What routes do, in words.

use pilothouse_analysis::{
    Profile,
    effective::{
        AbortStatus, Action, Forward, HashPolicy, HeaderMutations, Redirection, RetryPolicy, Route,
        ValueTest, default_retry,
    },
    mesh::{Proxy, host},
    resource::Duration,
};

use crate::{
    destinations,
    model::ActionCell,
    places::Places,
    words::{excerpt, percent},
};

pub(crate) fn cell(places: &Places<'_>, proxy: &Proxy, namespace: &str, route: &Route) -> ActionCell {
    let mut cell = ActionCell::default();
    match &route.action {
        Action::Forward(forward) => {
            cell.kind = "forward".to_owned();
            cell.destinations = destinations::cells(places, proxy, namespace, &forward.clusters);
            forward_details(namespace, forward, &mut cell.details);
            // What Istio generates repeats as it likes.
            if route.origin.is_some() {
                retries(&places.mesh().profile, forward.retry.as_ref(), &mut cell.details);
            }
        }
        Action::Redirect(redirection) => {
            cell.kind = "redirect".to_owned();
            cell.text = format!("{} to {}", redirection.status, target(redirection));
        }
        Action::Respond { status, body, bytes } => {
            cell.kind = "response".to_owned();
            cell.text = status.to_string();
            cell.details.extend(body.as_ref().map(|body| format!("body {}", excerpt(body))));
            cell.details.extend(bytes.as_ref().map(|bytes| format!("body in base64 {}", excerpt(bytes))));
        }
        Action::None => {
            cell.kind = "none".to_owned();
            cell.text = "nothing: Envoy has no such redirect status".to_owned();
        }
    }
    header_details("request", &route.request_headers, &mut cell.details);
    header_details("response", &route.response_headers, &mut cell.details);
    if let Some(fault) = &route.fault {
        let share = |fraction: Option<pilothouse_analysis::effective::Fraction>| {
            percent(fraction.map_or(0.0, |fraction| fraction.percent()))
        };
        if let Some((delay, fraction)) = &fault.delay {
            cell.details.push(format!("fault: {} delayed by {delay}", share(*fraction)));
        }
        if let Some((status, fraction)) = &fault.abort {
            let status = abort_status(status);
            cell.details.push(format!("fault: {} aborted with {status}", share(*fraction)));
        }
    }
    if let Some(cors) = &route.cors {
        let origins: Vec<String> = cors.allow_origins.iter().map(origin).collect();
        cell.details.push(format!("cross-origin requests from {}", crate::words::list(&origins, "and")));
    }
    cell
}

/// What a client gets of a request that a fault aborts.
pub(crate) fn abort_status(status: &AbortStatus) -> String {
    match status {
        AbortStatus::Http(status) => status.to_string(),
        AbortStatus::Grpc(status) => format!("gRPC {status}"),
    }
}

fn origin(test: &ValueTest) -> String {
    match test {
        ValueTest::Present => "any".to_owned(),
        ValueTest::Exact(text) => text.clone(),
        ValueTest::Prefix(text) => format!("{text}…"),
        ValueTest::Regex(text) => format!("those that match {text}"),
    }
}

/// Where a redirect leads; `…` stands for what is kept of the request.
fn target(redirection: &Redirection) -> String {
    let path = match (&redirection.prefix_rewrite, &redirection.path) {
        (Some(prefix), _) => format!("{prefix}…"),
        (None, path) => path.clone().unwrap_or_default(),
    };
    let port = if redirection.port == 0 { String::new() } else { format!(":{}", redirection.port) };
    let mut out = redirection.scheme.as_ref().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    match &redirection.host {
        Some(host) => out.push_str(host),
        None if !out.is_empty() || !port.is_empty() => out.push('…'),
        None => {}
    }
    let keeps_all = out.ends_with('…') && port.is_empty();
    out.push_str(&port);
    match path.as_str() {
        "" if keeps_all => {}
        "" => out.push_str("/…"),
        path => out.push_str(path),
    }
    out
}

fn forward_details(namespace: &str, forward: &Forward, out: &mut Vec<String>) {
    out.extend(forward.prefix_rewrite.as_ref().map(|path| format!("path: what matched becomes {path}")));
    let regex = forward.regex_rewrite.as_ref();
    out.extend(regex.map(|(pattern, with)| format!("path: {pattern} becomes {with}")));
    out.extend(forward.host_rewrite.as_ref().map(|host| format!("host becomes {host}")));
    if forward.timeout != Duration::ZERO {
        out.push(format!("timeout {}", forward.timeout));
    }
    for mirror in &forward.mirrors {
        let host = destinations::short(&mirror.cluster.host, namespace);
        let subset = if mirror.cluster.subset.is_empty() {
            String::new()
        } else {
            format!(" {}", mirror.cluster.subset)
        };
        let share = mirror.fraction.map_or(100.0, |fraction| fraction.percent());
        out.push(format!("{} copied to {host}{subset}", percent(share)));
    }
    // Istio repeats the policy for each destination.
    out.extend(host::unique(forward.hash_policy.iter().filter_map(hash)));
    for weighted in &forward.clusters {
        let host = destinations::short(&weighted.cluster.host, namespace);
        let before = out.len();
        header_details("request", &weighted.request_headers, out);
        header_details("response", &weighted.response_headers, out);
        out.extend(weighted.host_rewrite.as_ref().map(|host| format!("host becomes {host}")));
        if forward.clusters.len() > 1 {
            let to = [host.as_str(), &weighted.cluster.subset].join(" ");
            for detail in &mut out[before..] {
                *detail = format!("to {}: {detail}", to.trim_end());
            }
        }
    }
}

/// Says nothing of what holds where a rule says nothing.
fn retries(profile: &Profile, retry: Option<&RetryPolicy>, out: &mut Vec<String>) {
    let Some(policy) = retry else { return out.push("no retries".to_owned()) };
    let default = default_retry(profile);
    if *policy == default {
        return;
    }
    let mut text = match policy.num_retries {
        1 => "1 retry".to_owned(),
        number => format!("{number} retries"),
    };
    if let Some(timeout) = policy.per_try_timeout {
        text.push_str(&format!(", {timeout} each"));
    }
    if let Some(backoff) = policy.backoff {
        text.push_str(&format!(", first after {backoff}"));
    }
    if policy.retry_on != default.retry_on || policy.retriable_status_codes != default.retriable_status_codes
    {
        let codes = policy.retriable_status_codes.iter().map(u32::to_string);
        let on: Vec<String> = policy.retry_on.split(',').map(str::to_owned).chain(codes).collect();
        text.push_str(&format!(", on {}", on.join(", ")));
    }
    out.push(text);
}

fn header_details(direction: &str, mutations: &HeaderMutations, out: &mut Vec<String>) {
    for header in &mutations.add {
        let verb = if header.append { "add" } else { "set" };
        out.push(format!("{verb} {direction} header {}: {}", header.name, header.value));
    }
    out.extend(mutations.remove.iter().map(|name| format!("remove {direction} header {name}")));
}

fn hash(policy: &HashPolicy) -> Option<String> {
    match policy {
        HashPolicy::Header(name) => Some(format!("same header {name}, same endpoint")),
        HashPolicy::Cookie { name, .. } => Some(format!("same cookie {name}, same endpoint")),
        HashPolicy::SourceIp(true) => Some("same client address, same endpoint".to_owned()),
        HashPolicy::SourceIp(false) => None,
        HashPolicy::QueryParameter(name) => Some(format!("same query parameter {name}, same endpoint")),
    }
}

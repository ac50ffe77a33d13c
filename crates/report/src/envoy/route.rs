//! Routes in Envoy's words.

use serde_json::{Value, json};

use pilothouse_analysis::{
    Analysis,
    effective::{
        AbortStatus, Action, Cors, FaultInjection, Forward, Fraction, HashPolicy, HeaderMatch,
        HeaderMutations, PathMatch, QueryMatch, Redirection, RetryPolicy, Route, RouteMatch, ValueTest,
        WeightedCluster,
    },
};

use super::{Fields, origin};

/// One route.
pub(super) fn route(analysis: &Analysis, route: &Route) -> Value {
    let mut out = Fields::default();
    out.set_text("name", &route.name);
    out.set("match", route_match(&route.matcher));
    match &route.action {
        Action::Forward(forward) => out.set("route", self::forward(forward)),
        Action::Redirect(to) => out.set("redirect", redirect(to)),
        Action::Respond { status, body, bytes } => {
            let mut answer = Fields::default();
            answer.set("status", *status);
            if let Some(body) = body {
                answer.set("body", json!({ "inline_string": body }));
            } else if let Some(bytes) = bytes {
                answer.set("body", json!({ "inline_bytes": bytes }));
            }
            out.set("direct_response", answer);
        }
        Action::None => {}
    }
    headers(&mut out, "request", &route.request_headers);
    headers(&mut out, "response", &route.response_headers);
    let mut filters = Fields::default();
    if analysis.effective.mesh.profile.route_filters_printed {
        filters.set_some("cors", route.cors.as_ref().map(cors));
        filters.set_some("fault", route.fault.as_ref().map(fault));
    }
    if !filters.0.is_empty() {
        out.set("filters", filters);
    }
    let from = route.origin.map(|from| origin(analysis, from.virtual_service));
    out.set_some("origin", from);
    out.into()
}

fn route_match(matcher: &RouteMatch) -> Value {
    let mut out = Fields::default();
    match &matcher.path {
        PathMatch::Exact(path) => out.set("path", path.as_str()),
        PathMatch::Prefix(prefix) => out.set("prefix", prefix.as_str()),
        PathMatch::Regex(regex) => out.set("safe_regex", json!({ "regex": regex })),
    }
    out.set_some("case_sensitive", matcher.case_sensitive);
    out.set_list("headers", matcher.headers.iter().map(header_match).collect());
    out.set_list("query_parameters", matcher.query.iter().map(query_match).collect());
    out.set_list("dynamic_metadata", matcher.claims.iter().map(claim).collect());
    out.into()
}

fn value_test(test: &ValueTest) -> Option<Value> {
    match test {
        ValueTest::Present => None,
        ValueTest::Exact(text) => Some(json!({ "exact": text })),
        ValueTest::Prefix(text) => Some(json!({ "prefix": text })),
        ValueTest::Regex(regex) => Some(json!({ "safe_regex": { "regex": regex } })),
    }
}

fn header_match(header: &HeaderMatch) -> Value {
    let mut out = Fields::default();
    out.set("name", header.name.as_str());
    match value_test(&header.test) {
        Some(test) => out.set("string_match", test),
        None => out.set("present_match", true),
    }
    if header.invert {
        out.set("invert_match", true);
    }
    if header.missing_as_empty {
        out.set("treat_missing_header_as_empty", true);
    }
    out.into()
}

fn query_match(query: &QueryMatch) -> Value {
    let mut out = Fields::default();
    out.set("name", query.name.as_str());
    match value_test(&query.test) {
        Some(test) => out.set("string_match", test),
        None => out.set("present_match", true),
    }
    out.into()
}

fn claim(claim: &HeaderMatch) -> Value {
    let mut out = Fields::default();
    out.set("claim", claim.name.as_str());
    out.set_some("value", value_test(&claim.test));
    if claim.invert {
        out.set("invert", true);
    }
    out.into()
}

fn forward(forward: &Forward) -> Value {
    let mut out = Fields::default();
    if forward.weighted {
        out.set("weighted_clusters", forward.clusters.iter().map(weighted).collect::<Vec<_>>());
    } else {
        out.set_some("cluster", forward.clusters.first().map(|it| it.cluster.name.as_str()));
    }
    out.set("timeout", forward.timeout.to_proto());
    out.set_some("prefix_rewrite", forward.prefix_rewrite.as_deref());
    if let Some((pattern, rewrite)) = &forward.regex_rewrite {
        out.set("regex_rewrite", json!({ "pattern": { "regex": pattern }, "substitution": rewrite }));
    }
    out.set_some("host_rewrite_literal", forward.host_rewrite.as_deref());
    out.set_some("retry_policy", forward.retry.as_ref().map(retry));
    let mirrors = forward.mirrors.iter().map(|mirror| {
        let mut out = Fields::default();
        out.set("cluster", mirror.cluster.name.as_str());
        out.set_some("runtime_fraction", mirror.fraction.map(fraction));
        out.into()
    });
    out.set_list("request_mirror_policies", mirrors.collect());
    out.set_list("hash_policy", forward.hash_policy.iter().map(hash).collect());
    out.into()
}

fn weighted(cluster: &WeightedCluster) -> Value {
    let mut out = Fields::default();
    out.set("name", cluster.cluster.name.as_str());
    out.set("weight", cluster.weight);
    out.set_some("host_rewrite_literal", cluster.host_rewrite.as_deref());
    headers(&mut out, "request", &cluster.request_headers);
    headers(&mut out, "response", &cluster.response_headers);
    out.into()
}

fn headers(out: &mut Fields, direction: &str, mutations: &HeaderMutations) {
    let add = mutations.add.iter().map(|header| {
        let action = if header.append { "APPEND_IF_EXISTS_OR_ADD" } else { "OVERWRITE_IF_EXISTS_OR_ADD" };
        let mut out = Fields::default();
        out.set("header", json!({ "key": header.name, "value": header.value }));
        if !header.append {
            out.set("append_action", action);
        }
        out.into()
    });
    out.set_list(&format!("{direction}_headers_to_add"), add.collect());
    let remove = mutations.remove.iter().map(|name| name.as_str().into());
    out.set_list(&format!("{direction}_headers_to_remove"), remove.collect());
}

fn redirect(to: &Redirection) -> Value {
    let mut out = Fields::default();
    out.set_some("host_redirect", to.host.as_deref());
    match &to.prefix_rewrite {
        Some(prefix) => out.set("prefix_rewrite", prefix.as_str()),
        None => out.set_some("path_redirect", to.path.as_deref()),
    }
    out.set_some("scheme_redirect", to.scheme.as_deref());
    if to.port != 0 {
        out.set("port_redirect", to.port);
    }
    let code = match to.status {
        302 => Some("FOUND"),
        303 => Some("SEE_OTHER"),
        307 => Some("TEMPORARY_REDIRECT"),
        308 => Some("PERMANENT_REDIRECT"),
        _ => None,
    };
    out.set_some("response_code", code);
    out.into()
}

fn retry(policy: &RetryPolicy) -> Value {
    let mut out = Fields::default();
    out.set("num_retries", policy.num_retries);
    out.set_text("retry_on", &policy.retry_on);
    out.set_some("per_try_timeout", policy.per_try_timeout.map(|it| it.to_proto()));
    out.set_list(
        "retriable_status_codes",
        policy.retriable_status_codes.iter().map(|&it| it.into()).collect(),
    );
    if let Some(backoff) = policy.backoff {
        out.set("retry_back_off", json!({ "base_interval": backoff.to_proto() }));
    }
    out.into()
}

fn fraction(fraction: Fraction) -> Value {
    let mut out = Fields::default();
    if fraction.numerator != 0 {
        out.set("numerator", fraction.numerator);
    }
    if fraction.million {
        out.set("denominator", "MILLION");
    }
    out.into()
}

fn hash(policy: &HashPolicy) -> Value {
    match policy {
        HashPolicy::Header(name) => json!({ "header": { "header_name": name } }),
        HashPolicy::Cookie { name, path, ttl, attributes } => {
            let mut out = Fields::default();
            out.set("name", name.as_str());
            out.set_some("ttl", ttl.map(|ttl| ttl.to_proto()));
            out.set_text("path", path);
            out.set_list("attributes", attributes.iter().map(|name| json!({ "name": name })).collect());
            json!({ "cookie": Value::from(out) })
        }
        HashPolicy::SourceIp(used) => json!({ "connection_properties": { "source_ip": used } }),
        HashPolicy::QueryParameter(name) => json!({ "query_parameter": { "name": name } }),
    }
}

fn cors(cors: &Cors) -> Value {
    let mut out = Fields::default();
    let origins = cors.allow_origins.iter().filter_map(value_test);
    out.set_list("allow_origin_string_match", origins.collect());
    out.set_text("allow_methods", &cors.allow_methods);
    out.set_text("allow_headers", &cors.allow_headers);
    out.set_text("expose_headers", &cors.expose_headers);
    out.set_some("max_age", cors.max_age.map(|age| age.to_string()));
    out.set_some("allow_credentials", cors.allow_credentials);
    out.set("filter_enabled", json!({ "default_value": { "numerator": 100 } }));
    out.set("forward_not_matching_preflights", cors.forward_unmatched);
    out.into()
}

fn fault(fault: &FaultInjection) -> Value {
    let mut out = Fields::default();
    if let Some((delay, share)) = fault.delay {
        let mut fields = Fields::default();
        fields.set("fixed_delay", delay.to_proto());
        fields.set_some("percentage", share.map(fraction));
        out.set("delay", fields);
    }
    if let Some((status, share)) = &fault.abort {
        let mut fields = Fields::default();
        match status {
            AbortStatus::Http(status) => fields.set("http_status", *status),
            AbortStatus::Grpc(status) => fields.set("grpc_status", status.as_str()),
        }
        fields.set_some("percentage", share.map(fraction));
        out.set("abort", fields);
    }
    out.into()
}

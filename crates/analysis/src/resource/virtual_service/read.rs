//! From a tree to a [`VirtualService`]. What does not fit is left out here; the check against the field tables
//! has told of it.

use pilothouse_syntax::Node;

use super::*;
use crate::resource::value::{
    bool_at, duration_at, integer_at, list_at, message, number_at, spanned_map, text_at, text_map, texts_at,
    uint_at,
};

pub(crate) fn read(spec: Node<'_>) -> VirtualService {
    VirtualService {
        hosts: texts_at(spec, "hosts"),
        gateways: texts_at(spec, "gateways"),
        http: list_at(spec, "http", |node| Rc::new(http_route(node))),
        tls: list_at(spec, "tls", tls_route),
        tcp: list_at(spec, "tcp", tcp_route),
        export_to: texts_at(spec, "exportTo"),
    }
}

fn http_route(node: Node<'_>) -> HttpRoute {
    HttpRoute {
        range: node.range(),
        name: text_at(node, "name"),
        matches: list_at(node, "match", http_match),
        route: list_at(node, "route", |node| HttpDestination {
            range: node.range(),
            destination: message(node, "destination").map(destination),
            weight: integer_at(node, "weight"),
            headers: message(node, "headers").map(headers),
        }),
        redirect: message(node, "redirect").map(redirect),
        direct_response: message(node, "directResponse").map(direct_response),
        delegate: message(node, "delegate").map(|node| Delegate {
            range: node.range(),
            name: text_at(node, "name"),
            namespace: text_at(node, "namespace"),
        }),
        rewrite: message(node, "rewrite").map(rewrite),
        timeout: duration_at(node, "timeout"),
        retries: message(node, "retries").map(retries),
        fault: message(node, "fault").map(fault),
        mirror: message(node, "mirror").map(destination),
        mirrors: list_at(node, "mirrors", |node| Mirror {
            range: node.range(),
            destination: message(node, "destination").map(destination),
            percentage: percent_at(node, "percentage"),
        }),
        mirror_percent: integer_at(node, "mirrorPercent"),
        mirror_percentage: percent_at(node, "mirrorPercentage"),
        cors_policy: message(node, "corsPolicy").map(cors_policy),
        headers: message(node, "headers").map(headers),
    }
}

/// `value` of a `Percent`; a percent without value is 0.
fn percent_at(node: Node<'_>, key: &str) -> Option<Spanned<f64>> {
    let percent = message(node, key)?;
    Some(number_at(percent, "value").unwrap_or(Spanned::new(0.0, percent.range())))
}

fn http_match(node: Node<'_>) -> HttpMatch {
    HttpMatch {
        range: node.range(),
        name: text_at(node, "name"),
        uri: message(node, "uri").map(string_match),
        scheme: message(node, "scheme").map(string_match),
        method: message(node, "method").map(string_match),
        authority: message(node, "authority").map(string_match),
        headers: named_matches(node, "headers").into_iter().collect(),
        without_headers: named_matches(node, "withoutHeaders").into_iter().collect(),
        query_params: named_matches(node, "queryParams"),
        port: uint_at(node, "port"),
        source_labels: text_map(node, "sourceLabels"),
        source_labels_range: message(node, "sourceLabels").map(Node::range),
        source_namespace: text_at(node, "sourceNamespace"),
        gateways: texts_at(node, "gateways"),
        ignore_uri_case: bool_at(node, "ignoreUriCase").is_some_and(|it| it.value),
        stat_prefix: text_at(node, "statPrefix"),
    }
}

fn named_matches(node: Node<'_>, key: &str) -> Vec<(String, NamedMatch)> {
    let entries = node.get(key).into_iter().flat_map(Node::entries);
    entries
        .map(|entry| {
            let value = string_match(entry.value);
            (entry.name().into_owned(), NamedMatch { name: entry.key.range(), value })
        })
        .collect()
}

fn string_match(node: Node<'_>) -> StringMatch {
    let pattern = |key, make: fn(String) -> Pattern| {
        text_at(node, key).map(|text| Spanned::new(make(text.value), text.range))
    };
    StringMatch {
        range: node.range(),
        pattern: pattern("exact", Pattern::Exact)
            .or_else(|| pattern("prefix", Pattern::Prefix))
            .or_else(|| pattern("regex", Pattern::Regex)),
    }
}

fn destination(node: Node<'_>) -> Destination {
    let port = message(node, "port");
    Destination {
        range: node.range(),
        host: text_at(node, "host").unwrap_or(Spanned::new(String::new(), node.range())),
        subset: text_at(node, "subset").filter(|subset| !subset.value.is_empty()),
        port: port.map(|port| uint_at(port, "number").unwrap_or(Spanned::new(0, port.range()))),
        port_name: port.and_then(|port| text_at(port, "name")),
    }
}

fn redirect(node: Node<'_>) -> Redirect {
    Redirect {
        range: node.range(),
        uri: text_at(node, "uri"),
        prefix_rewrite: text_at(node, "prefixRewrite"),
        authority: text_at(node, "authority"),
        port: uint_at(node, "port"),
        derive_port: text_at(node, "derivePort"),
        scheme: text_at(node, "scheme"),
        redirect_code: uint_at(node, "redirectCode"),
    }
}

fn direct_response(node: Node<'_>) -> DirectResponse {
    let body = message(node, "body");
    DirectResponse {
        range: node.range(),
        status: uint_at(node, "status"),
        body: body.and_then(|body| text_at(body, "string")),
        bytes: body.and_then(|body| text_at(body, "bytes")),
    }
}

fn rewrite(node: Node<'_>) -> Rewrite {
    Rewrite {
        range: node.range(),
        uri: text_at(node, "uri"),
        authority: text_at(node, "authority"),
        uri_regex: message(node, "uriRegexRewrite").map(|node| {
            let part = |key| text_at(node, key).unwrap_or(Spanned::new(String::new(), node.range()));
            UriRegexRewrite { range: node.range(), pattern: part("match"), rewrite: part("rewrite") }
        }),
    }
}

fn retries(node: Node<'_>) -> Retries {
    Retries {
        range: node.range(),
        attempts: integer_at(node, "attempts"),
        per_try_timeout: duration_at(node, "perTryTimeout"),
        retry_on: text_at(node, "retryOn"),
        retry_remote_localities: bool_at(node, "retryRemoteLocalities"),
        retry_ignore_previous_hosts: bool_at(node, "retryIgnorePreviousHosts"),
        backoff: duration_at(node, "backoff"),
    }
}

fn fault(node: Node<'_>) -> Fault {
    Fault {
        range: node.range(),
        delay: message(node, "delay").map(|node| Delay {
            range: node.range(),
            fixed_delay: duration_at(node, "fixedDelay"),
            exponential_delay: duration_at(node, "exponentialDelay"),
            percentage: percent_at(node, "percentage"),
            percent: integer_at(node, "percent"),
        }),
        abort: message(node, "abort").map(|node| Abort {
            range: node.range(),
            http_status: integer_at(node, "httpStatus"),
            grpc_status: text_at(node, "grpcStatus"),
            http2_error: text_at(node, "http2Error"),
            percentage: percent_at(node, "percentage"),
            percent: integer_at(node, "percent"),
        }),
    }
}

fn cors_policy(node: Node<'_>) -> CorsPolicy {
    CorsPolicy {
        range: node.range(),
        allow_origin: texts_at(node, "allowOrigin"),
        allow_origins: list_at(node, "allowOrigins", string_match),
        allow_methods: texts_at(node, "allowMethods"),
        allow_headers: texts_at(node, "allowHeaders"),
        expose_headers: texts_at(node, "exposeHeaders"),
        max_age: duration_at(node, "maxAge"),
        allow_credentials: bool_at(node, "allowCredentials"),
        unmatched_preflights: text_at(node, "unmatchedPreflights"),
    }
}

fn headers(node: Node<'_>) -> Headers {
    let operations = |key| {
        let node = message(node, key);
        node.map(|node| HeaderOperations {
            set: spanned_map(node, "set"),
            add: spanned_map(node, "add"),
            remove: texts_at(node, "remove"),
        })
    };
    Headers {
        range: node.range(),
        request: operations("request").unwrap_or_default(),
        response: operations("response").unwrap_or_default(),
    }
}

fn tls_route(node: Node<'_>) -> TlsRoute {
    TlsRoute {
        range: node.range(),
        matches: list_at(node, "match", l4_match),
        route: list_at(node, "route", l4_destination),
    }
}

fn tcp_route(node: Node<'_>) -> TcpRoute {
    TcpRoute {
        range: node.range(),
        matches: list_at(node, "match", l4_match),
        route: list_at(node, "route", l4_destination),
    }
}

fn l4_match(node: Node<'_>) -> L4Match {
    L4Match {
        range: node.range(),
        sni_hosts: texts_at(node, "sniHosts"),
        destination_subnets: texts_at(node, "destinationSubnets"),
        port: uint_at(node, "port"),
        source_labels: text_map(node, "sourceLabels"),
        source_labels_range: message(node, "sourceLabels").map(Node::range),
        gateways: texts_at(node, "gateways"),
        source_namespace: text_at(node, "sourceNamespace"),
        source_subnet: text_at(node, "sourceSubnet"),
    }
}

fn l4_destination(node: Node<'_>) -> L4Destination {
    L4Destination {
        range: node.range(),
        destination: message(node, "destination").map(destination),
        weight: integer_at(node, "weight"),
    }
}

//! The field tables of VirtualService.

use crate::resource::schema::{INT32, TEXT_MAP, TEXTS, Table, Type, UINT32, field, table, words};

/// `spec` of a VirtualService.
pub(crate) static VIRTUAL_SERVICE: Table = table(
    "VirtualService",
    &[
        field("hosts", TEXTS, "Host names that the rules are for; without any it is a delegate."),
        field(
            "gateways",
            TEXTS,
            "Gateways as `namespace/name`, and `mesh` for sidecars; unset means `mesh`.",
        ),
        field(
            "http",
            Type::List(&Type::Message(&HTTP_ROUTE)),
            "Rules for HTTP requests; the first that matches counts.",
        ),
        field(
            "tls",
            Type::List(&Type::Message(&TLS_ROUTE)),
            "Rules by server name for TLS that is passed through.",
        ),
        field("tcp", Type::List(&Type::Message(&TCP_ROUTE)), "Rules for opaque TCP connections."),
        field("exportTo", TEXTS, "Namespaces that see it: `.` its own, `*` all."),
    ],
);

static HTTP_ROUTE: Table = table(
    "HTTPRoute",
    &[
        field("name", Type::Text, "A name that shows up in logs and statistics.").since("1.3"),
        field(
            "match",
            Type::List(&Type::Message(&HTTP_MATCH)),
            "Conditions; one of them must hold. None takes every request.",
        ),
        field("route", Type::List(&Type::Message(&HTTP_DESTINATION)), "Where requests go, by weight."),
        field("redirect", Type::Message(&REDIRECT), "Answer with a redirect."),
        field("directResponse", Type::Message(&DIRECT_RESPONSE), "Answer with a fixed status and body.")
            .since("1.18"),
        field(
            "delegate",
            Type::Message(&DELEGATE),
            "A VirtualService without hosts that takes this rule over.",
        )
        .since("1.6"),
        field("rewrite", Type::Message(&REWRITE), "Change path or host before the request is sent on."),
        field("timeout", Type::Duration, "How long an answer may take; unset means without limit."),
        field("retries", Type::Message(&RETRIES), "How failed attempts are repeated; unset means twice."),
        field("fault", Type::Message(&FAULT), "Delays and errors to inject."),
        field("mirror", Type::Message(&DESTINATION), "A destination that gets a copy of each request."),
        field("mirrors", Type::List(&Type::Message(&MIRROR)), "Several destinations that get copies.")
            .since("1.18"),
        field("mirrorPercent", UINT32, "The share that `mirror` gets; deprecated, see `mirrorPercentage`.")
            .since("1.3"),
        field("mirrorPercentage", Type::Message(&PERCENT), "The share of requests that `mirror` gets.")
            .since("1.4"),
        field("corsPolicy", Type::Message(&CORS), "Which other origins may send requests."),
        field("headers", Type::Message(&HEADERS), "Headers to set, add or remove."),
        field("websocketUpgrade", Type::Bool, "Of no effect: WebSocket is always allowed.").gone(),
        field("appendHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("appendRequestHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("removeRequestHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("appendResponseHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("removeResponseHeaders", Type::Unmodelled, "See `headers`.").gone(),
    ],
);

static HTTP_MATCH: Table = table(
    "HTTPMatchRequest",
    &[
        field("name", Type::Text, "A name that is added to the rule's.").since("1.3"),
        field("uri", Type::Message(&STRING_MATCH), "The path, without query."),
        field("scheme", Type::Message(&STRING_MATCH), "`http` or `https`."),
        field("method", Type::Message(&STRING_MATCH), "The method, such as GET."),
        field(
            "authority",
            Type::Message(&STRING_MATCH),
            "The Host header as the client sent it, with its port.",
        ),
        field(
            "headers",
            Type::Map(&Type::Message(&STRING_MATCH)),
            "Headers by name in small letters; `{}` asks for presence.",
        ),
        field("port", UINT32, "The port of the gateway's server or of the service."),
        field("sourceLabels", TEXT_MAP, "Labels of the client workload."),
        field(
            "gateways",
            TEXTS,
            "The gateways this condition is for; replaces the rule's client conditions.",
        ),
        field(
            "queryParams",
            Type::Map(&Type::Message(&STRING_MATCH)),
            "Query parameters by name; the first value counts.",
        )
        .since("1.3"),
        field("ignoreUriCase", Type::Bool, "Compare exact and prefix paths without regard to case.")
            .since("1.3"),
        field(
            "withoutHeaders",
            Type::Map(&Type::Message(&STRING_MATCH)),
            "Headers that must not match; an absent one counts as empty.",
        )
        .since("1.6"),
        field("sourceNamespace", Type::Text, "The namespace of the client workload.").since("1.6"),
        field("statPrefix", Type::Text, "A prefix for statistics.").since("1.16"),
    ],
);

static STRING_MATCH: Table = Table {
    name: "StringMatch",
    fields: &[
        field("exact", Type::Text, "The text itself."),
        field("prefix", Type::Text, "Any text that starts so; segments of a path play no part."),
        field("regex", Type::Text, "A regular expression (RE2) that takes the whole text."),
    ],
    one_of: &[&["exact", "prefix", "regex"]],
};

static HTTP_DESTINATION: Table = table(
    "HTTPRouteDestination",
    &[
        field("destination", Type::Message(&DESTINATION), "The service that gets the requests.").required(),
        field("weight", INT32, "Its share among the rule's destinations."),
        field("headers", Type::Message(&HEADERS), "Header operations for this destination alone."),
        field("appendRequestHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("removeRequestHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("appendResponseHeaders", Type::Unmodelled, "See `headers`.").gone(),
        field("removeResponseHeaders", Type::Unmodelled, "See `headers`.").gone(),
    ],
);

static DESTINATION: Table = table(
    "Destination",
    &[
        field(
            "host",
            Type::Text,
            "The service; a name without dot is completed with this resource's namespace.",
        )
        .required(),
        field("subset", Type::Text, "A named part of the service that a DestinationRule defines."),
        field("port", Type::Message(&PORT_SELECTOR), "The port; a service with several ports needs it."),
    ],
);

static PORT_SELECTOR: Table = table(
    "PortSelector",
    &[
        field("number", UINT32, "The number of the service's port."),
        field("name", Type::Text, "The name of the service's port; leads nowhere.").gone(),
    ],
);

static REDIRECT: Table = Table {
    name: "HTTPRedirect",
    fields: &[
        field("uri", Type::Text, "The new path; the query is kept."),
        field("prefixRewrite", Type::Text, "What replaces the matched prefix.").since("1.31"),
        field("authority", Type::Text, "The new host."),
        field("port", UINT32, "The new port.").since("1.12"),
        field(
            "derivePort",
            words(&["FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"]),
            "How the port follows from the request.",
        )
        .since("1.12"),
        field("scheme", Type::Text, "The new scheme.").since("1.12"),
        field("redirectCode", UINT32, "The status; 301 unless set.").since("1.3"),
    ],
    one_of: &[&["port", "derivePort"]],
};

static DIRECT_RESPONSE: Table = table(
    "HTTPDirectResponse",
    &[
        field("status", UINT32, "The status of the response.").since("1.18").required(),
        field("body", Type::Message(&BODY), "The body of the response.").since("1.18"),
    ],
);

static BODY: Table = Table {
    name: "HTTPBody",
    fields: &[
        field("string", Type::Text, "The body as text.").since("1.18"),
        field("bytes", Type::Text, "The body as base64.").since("1.18"),
    ],
    one_of: &[&["string", "bytes"]],
};

static DELEGATE: Table = table(
    "Delegate",
    &[
        field("name", Type::Text, "The name of the delegate.").since("1.6"),
        field("namespace", Type::Text, "Its namespace; unset means this one.").since("1.6"),
    ],
);

static REWRITE: Table = table(
    "HTTPRewrite",
    &[
        field(
            "uri",
            Type::Text,
            "Replaces the matched prefix, or the whole path of an exact or regex match.",
        ),
        field("authority", Type::Text, "The new Host header."),
        field("uriRegexRewrite", Type::Message(&REGEX_REWRITE), "Rewrites the path by a regular expression.")
            .since("1.19"),
    ],
);

static REGEX_REWRITE: Table = table(
    "RegexRewrite",
    &[
        field("match", Type::Text, "The pattern (RE2).").since("1.19"),
        field("rewrite", Type::Text, "What replaces it; `\\1` is the first group.").since("1.19"),
    ],
);

static RETRIES: Table = table(
    "HTTPRetry",
    &[
        field("attempts", INT32, "How often a failed request is repeated; 0 switches it off."),
        field("perTryTimeout", Type::Duration, "How long one attempt may take."),
        field("retryOn", Type::Text, "Conditions and status codes that count as failed, with commas."),
        field("retryRemoteLocalities", Type::Bool, "Whether other localities are tried.").since("1.4"),
        field("retryIgnorePreviousHosts", Type::Bool, "Whether hosts already tried are avoided.")
            .since("1.24"),
        field("backoff", Type::Duration, "The pause before the first repetition.").since("1.26"),
    ],
);

static FAULT: Table = table(
    "HTTPFaultInjection",
    &[
        field("delay", Type::Message(&DELAY), "A delay before the request is sent on."),
        field("abort", Type::Message(&ABORT), "An error in place of an answer."),
    ],
);

static DELAY: Table = Table {
    name: "Delay",
    fields: &[
        field("percent", INT32, "The share in whole percent; deprecated, see `percentage`."),
        field("fixedDelay", Type::Duration, "How long."),
        field("exponentialDelay", Type::Duration, "Never built; refused."),
        field("percentage", Type::Message(&PERCENT), "The share of requests; unset means none."),
    ],
    one_of: &[&["fixedDelay", "exponentialDelay"]],
};

static ABORT: Table = Table {
    name: "Abort",
    fields: &[
        field("httpStatus", INT32, "The HTTP status to answer with."),
        field("grpcStatus", Type::Text, "The gRPC status to answer with, by name.").since("1.8"),
        field("http2Error", Type::Text, "Never built; refused."),
        field("percentage", Type::Message(&PERCENT), "The share of requests; unset means none."),
        field("percent", INT32, "The share in whole percent; deprecated, see `percentage`.").gone(),
    ],
    one_of: &[&["httpStatus", "grpcStatus", "http2Error"]],
};

static PERCENT: Table = table("Percent", &[field("value", Type::Number, "Percent, with fractions.")]);

static MIRROR: Table = table(
    "HTTPMirrorPolicy",
    &[
        field("destination", Type::Message(&DESTINATION), "Where the copies go.").since("1.18").required(),
        field("percentage", Type::Message(&PERCENT), "Their share; unset means all.").since("1.18"),
    ],
);

static CORS: Table = table(
    "CorsPolicy",
    &[
        field("allowOrigin", TEXTS, "Origins as exact texts; deprecated, see `allowOrigins`."),
        field("allowOrigins", Type::List(&Type::Message(&STRING_MATCH)), "Origins that may send requests.")
            .since("1.6"),
        field("allowMethods", TEXTS, "Methods they may use."),
        field("allowHeaders", TEXTS, "Headers they may send."),
        field("exposeHeaders", TEXTS, "Headers of the response that scripts may read."),
        field("maxAge", Type::Duration, "How long the answer may be kept, in whole seconds."),
        field("allowCredentials", Type::Bool, "Whether credentials may be sent."),
        field(
            "unmatchedPreflights",
            words(&["UNSPECIFIED", "FORWARD", "IGNORE"]),
            "What becomes of preflights of other origins.",
        )
        .since("1.23"),
    ],
);

static HEADERS: Table = table(
    "Headers",
    &[
        field("request", Type::Message(&HEADER_OPERATIONS), "Before the request is sent on."),
        field("response", Type::Message(&HEADER_OPERATIONS), "Before the response is given back."),
    ],
);

static HEADER_OPERATIONS: Table = table(
    "HeaderOperations",
    &[
        field("set", TEXT_MAP, "Headers to overwrite."),
        field("add", TEXT_MAP, "Headers to append."),
        field("remove", TEXTS, "Headers to remove."),
    ],
);

static TLS_ROUTE: Table = table(
    "TLSRoute",
    &[
        field("match", Type::List(&Type::Message(&TLS_MATCH)), "Conditions; one of them must hold.")
            .required(),
        field("route", Type::List(&Type::Message(&L4_DESTINATION)), "Where connections go, by weight."),
    ],
);

static TLS_MATCH: Table = table(
    "TLSMatchAttributes",
    &[
        field("sniHosts", TEXTS, "Server names; each must be covered by `hosts`.").required(),
        field("destinationSubnets", TEXTS, "Destination networks; sidecars only."),
        field("port", UINT32, "The port of the gateway's server or of the service."),
        field("sourceLabels", TEXT_MAP, "Labels of the client workload; sidecars only."),
        field("gateways", TEXTS, "The gateways this condition is for."),
        field("sourceNamespace", Type::Text, "The namespace of the client; sidecars only.").since("1.6"),
    ],
);

static TCP_ROUTE: Table = table(
    "TCPRoute",
    &[
        field(
            "match",
            Type::List(&Type::Message(&L4_MATCH)),
            "Conditions; one of them must hold. None takes every connection.",
        ),
        field("route", Type::List(&Type::Message(&L4_DESTINATION)), "Where connections go, by weight."),
    ],
);

static L4_MATCH: Table = table(
    "L4MatchAttributes",
    &[
        field("destinationSubnets", TEXTS, "Destination networks; sidecars only."),
        field("port", UINT32, "The port of the gateway's server or of the service."),
        field("sourceLabels", TEXT_MAP, "Labels of the client workload; sidecars only."),
        field("gateways", TEXTS, "The gateways this condition is for."),
        field("sourceNamespace", Type::Text, "The namespace of the client; sidecars only.").since("1.6"),
        field("sourceSubnet", Type::Text, "Of no effect.").gone(),
    ],
);

static L4_DESTINATION: Table = table(
    "RouteDestination",
    &[
        field("destination", Type::Message(&DESTINATION), "The service that gets the connections.")
            .required(),
        field("weight", INT32, "Its share among the rule's destinations."),
    ],
);

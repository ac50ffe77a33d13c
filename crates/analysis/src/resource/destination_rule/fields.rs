//! The field tables of DestinationRule.

use crate::resource::schema::{INT32, TEXT_MAP, TEXTS, Table, Type, UINT32, UINT64, field, table, words};

/// `spec` of a DestinationRule.
pub(crate) static DESTINATION_RULE: Table = table(
    "DestinationRule",
    &[
        field(
            "host",
            Type::Text,
            "The service; a name without dot is completed with this resource's namespace.",
        )
        .required(),
        field("trafficPolicy", Type::Message(&TRAFFIC_POLICY), "How connections to the service are handled."),
        field(
            "subsets",
            Type::List(&Type::Message(&SUBSET)),
            "Named parts of the service, for routes to name.",
        ),
        field("exportTo", TEXTS, "Namespaces that see it: `.` its own, `*` all."),
        field("workloadSelector", Type::Message(&SELECTOR), "The client workloads it is for.").since("1.14"),
    ],
);

static SELECTOR: Table =
    table("WorkloadSelector", &[field("matchLabels", TEXT_MAP, "Labels of the workloads.").since("1.14")]);

static SUBSET: Table = table(
    "Subset",
    &[
        field("name", Type::Text, "The name that routes use.").required(),
        field("labels", TEXT_MAP, "Labels of the endpoints that belong to it."),
        field("trafficPolicy", Type::Message(&TRAFFIC_POLICY), "What differs from the rule's own policy."),
    ],
);

static TRAFFIC_POLICY: Table = table(
    "TrafficPolicy",
    &[
        field("loadBalancer", Type::Message(&LOAD_BALANCER), "How endpoints are chosen."),
        field("connectionPool", Type::Message(&CONNECTION_POOL), "Limits on connections and requests."),
        field("outlierDetection", Type::Message(&OUTLIER_DETECTION), "When failing endpoints are left out."),
        field("tls", Type::Message(&CLIENT_TLS), "TLS towards the service."),
        field(
            "portLevelSettings",
            Type::Sized(&Type::Message(&PORT_POLICY), 0, 4096),
            "Policies for single ports; they replace, not complete.",
        ),
        field("tunnel", Type::Message(&TUNNEL), "A tunnel through a proxy.").since("1.13"),
        field("proxyProtocol", Type::Message(&PROXY_PROTOCOL), "Speak the PROXY protocol.").since("1.22"),
        field("retryBudget", Type::Message(&RETRY_BUDGET), "A limit on repetitions.").since("1.27"),
    ],
);

static PORT_POLICY: Table = table(
    "PortTrafficPolicy",
    &[
        field("port", Type::Message(&PORT_SELECTOR), "The port of the service."),
        field("loadBalancer", Type::Message(&LOAD_BALANCER), "How endpoints are chosen."),
        field("connectionPool", Type::Message(&CONNECTION_POOL), "Limits on connections and requests."),
        field("outlierDetection", Type::Message(&OUTLIER_DETECTION), "When failing endpoints are left out."),
        field("tls", Type::Message(&CLIENT_TLS), "TLS towards the service."),
    ],
);

static PORT_SELECTOR: Table =
    table("PortSelector", &[field("number", UINT32, "The number of the service's port.")]);

static LOAD_BALANCER: Table = Table {
    name: "LoadBalancerSettings",
    fields: &[
        field(
            "simple",
            Type::Enum {
                words: &[
                    "UNSPECIFIED",
                    "LEAST_CONN",
                    "RANDOM",
                    "PASSTHROUGH",
                    "ROUND_ROBIN",
                    "LEAST_REQUEST",
                ],
                later: &["UNSPECIFIED", "LEAST_REQUEST"],
            },
            "One of the simple ways; LEAST_REQUEST unless set.",
        ),
        field("consistentHash", Type::Message(&CONSISTENT_HASH), "The same endpoint for the same client."),
        field("localityLbSetting", Type::Message(&LOCALITY), "Preference by locality.").since("1.4"),
        field("backendUtilization", Type::Unmodelled, "By the load that endpoints report.").since("1.31"),
        field("zoneAwareLbSetting", Type::Unmodelled, "Preference by zone.").since("1.30"),
        field(
            "warmupDurationSecs",
            Type::Duration,
            "A slow start for new endpoints; deprecated, see `warmup`.",
        )
        .since("1.11"),
        field("warmup", Type::Message(&WARMUP), "A slow start for new endpoints.").since("1.24"),
    ],
    one_of: &[&["simple", "consistentHash", "backendUtilization"]],
};

static CONSISTENT_HASH: Table = Table {
    name: "ConsistentHashLB",
    fields: &[
        field("httpHeaderName", Type::Text, "The header to hash."),
        field("httpCookie", Type::Message(&HTTP_COOKIE), "The cookie to hash; it is set where missing."),
        field("useSourceIp", Type::Bool, "Hash the client's address."),
        field("httpQueryParameterName", Type::Text, "The query parameter to hash.").since("1.4"),
        field("minimumRingSize", UINT64, "The size of the ring; deprecated, see `ringHash`."),
        field("ringHash", Type::Message(&RING_HASH), "A ring.").since("1.17"),
        field("maglev", Type::Message(&MAGLEV), "Maglev's table.").since("1.17"),
    ],
    one_of: &[
        &["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"],
        &["ringHash", "maglev"],
    ],
};

static HTTP_COOKIE: Table = table(
    "HTTPCookie",
    &[
        field("name", Type::Text, "Its name.").required(),
        field("path", Type::Text, "Its path."),
        field("ttl", Type::Duration, "How long it lives; 0s makes a session cookie."),
        field("attributes", Type::List(&Type::Message(&COOKIE_ATTRIBUTE)), "Further attributes.")
            .since("1.27"),
    ],
);

static COOKIE_ATTRIBUTE: Table = table(
    "CookieAttribute",
    &[
        field("name", Type::Text, "Its name.").since("1.27"),
        field("value", Type::Text, "Its value.").since("1.27"),
    ],
);

static RING_HASH: Table =
    table("RingHash", &[field("minimumRingSize", UINT64, "The least size of the ring.").since("1.17")]);

static MAGLEV: Table =
    table("MagLev", &[field("tableSize", UINT64, "The size of the table; a prime.").since("1.17")]);

static WARMUP: Table = table(
    "WarmupConfiguration",
    &[
        field("duration", Type::Duration, "How long it takes.").since("1.24").required(),
        field("minimumPercent", Type::Number, "The share to begin with.").since("1.24"),
        field("aggression", Type::Number, "How steeply it grows.").since("1.24"),
    ],
);

static LOCALITY: Table = table(
    "LocalityLoadBalancerSetting",
    &[
        field("distribute", Type::List(&Type::Message(&DISTRIBUTE)), "Shares by locality.").since("1.4"),
        field("failover", Type::List(&Type::Message(&FAILOVER)), "Regions that stand in for others.")
            .since("1.4"),
        field("failoverPriority", TEXTS, "Labels by which endpoints are preferred.").since("1.12"),
        field("enabled", Type::Bool, "Whether locality is looked at.").since("1.4"),
    ],
);

static DISTRIBUTE: Table = table(
    "Distribute",
    &[
        field("from", Type::Text, "The locality of the client.").since("1.4"),
        field("to", Type::Map(&UINT32), "Localities and weights; they add up to 100.").since("1.4"),
    ],
);

static FAILOVER: Table = table(
    "Failover",
    &[
        field("from", Type::Text, "The region that fails.").since("1.4"),
        field("to", Type::Text, "The region that takes over.").since("1.4"),
    ],
);

/// `connectionPool`, which Sidecars have too.
pub(crate) static CONNECTION_POOL: Table = table(
    "ConnectionPoolSettings",
    &[
        field("tcp", Type::Message(&TCP_POOL), "Limits for every protocol."),
        field("http", Type::Message(&HTTP_POOL), "Limits for HTTP."),
    ],
);

static TCP_POOL: Table = table(
    "TCPSettings",
    &[
        field("maxConnections", INT32, "Connections at once."),
        field("connectTimeout", Type::Duration, "How long connecting may take; 10s unless set."),
        field("tcpKeepalive", Type::Message(&KEEPALIVE), "Probes on idle connections."),
        field("maxConnectionDuration", Type::Duration, "How long a connection may last.").since("1.15"),
        field("idleTimeout", Type::Duration, "How long a connection may be idle.").since("1.22"),
    ],
);

static KEEPALIVE: Table = table(
    "TcpKeepalive",
    &[
        field("probes", UINT32, "Probes without answer before the connection is dead."),
        field("time", Type::Duration, "How long it must be idle before."),
        field("interval", Type::Duration, "The time between probes."),
    ],
);

static HTTP_POOL: Table = table(
    "HTTPSettings",
    &[
        field("http1MaxPendingRequests", INT32, "Requests that wait for a connection."),
        field("http2MaxRequests", INT32, "Requests at once."),
        field("maxRequestsPerConnection", INT32, "Requests over one connection."),
        field("maxRetries", INT32, "Repetitions at once."),
        field("idleTimeout", Type::Duration, "How long a connection may be idle.").since("1.3"),
        field(
            "h2UpgradePolicy",
            words(&["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"]),
            "Whether HTTP/1.1 becomes HTTP/2.",
        )
        .since("1.4"),
        field("useClientProtocol", Type::Bool, "Keep the client's protocol.").since("1.10"),
        field("maxConcurrentStreams", INT32, "Streams over one connection.").since("1.22"),
        field("http2KeepAlive", Type::Message(&HTTP2_KEEPALIVE), "Pings on HTTP/2 connections.")
            .since("1.30"),
    ],
);

static HTTP2_KEEPALIVE: Table = table(
    "Http2KeepAlive",
    &[
        field("interval", Type::Duration, "The time between pings.").since("1.30"),
        field("timeout", Type::Duration, "How long an answer may take.").since("1.30"),
    ],
);

static OUTLIER_DETECTION: Table = table(
    "OutlierDetection",
    &[
        field("consecutiveErrors", INT32, "Failures in a row; deprecated, see `consecutive5xxErrors`."),
        field("splitExternalLocalOriginErrors", Type::Bool, "Count local failures apart.").since("1.14"),
        field("consecutiveLocalOriginFailures", UINT32, "Local failures in a row.").since("1.14"),
        field("consecutiveGatewayErrors", UINT32, "502, 503 and 504 in a row.").since("1.5"),
        field("consecutive5xxErrors", UINT32, "5xx in a row.").since("1.5"),
        field("interval", Type::Duration, "How often endpoints are looked at."),
        field("baseEjectionTime", Type::Duration, "How long an endpoint stays out."),
        field("maxEjectionPercent", INT32, "The share that may be out."),
        field("minHealthPercent", INT32, "The share that must be healthy."),
    ],
);

static CLIENT_TLS: Table = table(
    "ClientTLSSettings",
    &[
        field(
            "mode",
            words(&["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"]),
            "The mode; unset means DISABLE.",
        ),
        field("clientCertificate", Type::Text, "The client's certificate, by path."),
        field("privateKey", Type::Text, "The client's key, by path."),
        field("caCertificates", Type::Text, "What the service's certificate is checked against, by path."),
        field("credentialName", Type::Text, "The secret with the client's certificate.").since("1.7"),
        field("subjectAltNames", TEXTS, "Names that the service's certificate may carry."),
        field("sni", Type::Text, "The server name to ask for."),
        field("insecureSkipVerify", Type::Bool, "Do not check the service's certificate.").since("1.14"),
        field("caCrl", Type::Text, "A list of revoked certificates, by path.").since("1.22"),
    ],
);

static TUNNEL: Table = table(
    "TunnelSettings",
    &[
        field("protocol", Type::Text, "CONNECT or POST.").since("1.13"),
        field("targetHost", Type::Text, "Where the tunnel ends.").since("1.13").required(),
        field("targetPort", UINT32, "The port there.").since("1.13").required(),
    ],
);

static PROXY_PROTOCOL: Table =
    table("ProxyProtocol", &[field("version", words(&["V1", "V2"]), "Which version.").since("1.22")]);

static RETRY_BUDGET: Table = table(
    "RetryBudget",
    &[
        field("percent", Type::Number, "The share of requests that may be repetitions.").since("1.27"),
        field("minRetryConcurrency", UINT32, "How many repetitions are always allowed.").since("1.27"),
    ],
);

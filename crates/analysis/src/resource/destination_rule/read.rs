//! From a tree to a [`DestinationRule`].

use pilothouse_syntax::Node;

use super::*;
use crate::resource::value::{
    bool_at, duration_at, integer, integer_at, list_at, message, number_at, text_at, text_map, texts_at,
    uint_at,
};

pub(crate) fn read(spec: Node<'_>) -> DestinationRule {
    DestinationRule {
        host: text_at(spec, "host").unwrap_or(Spanned::new(String::new(), spec.range())),
        traffic_policy: message(spec, "trafficPolicy").map(traffic_policy),
        subsets: list_at(spec, "subsets", |node| Subset {
            range: node.range(),
            name: text_at(node, "name").unwrap_or(Spanned::new(String::new(), node.range())),
            labels: text_map(node, "labels"),
            labels_range: message(node, "labels").map(Node::range),
            traffic_policy: message(node, "trafficPolicy").map(traffic_policy),
        }),
        export_to: texts_at(spec, "exportTo"),
        workload_selector: message(spec, "workloadSelector")
            .map(|node| WorkloadSelector { range: node.range(), labels: text_map(node, "matchLabels") }),
    }
}

fn traffic_policy(node: Node<'_>) -> TrafficPolicy {
    TrafficPolicy {
        range: node.range(),
        load_balancer: message(node, "loadBalancer").map(load_balancer),
        connection_pool: message(node, "connectionPool").map(connection_pool),
        outlier_detection: message(node, "outlierDetection").map(outlier_detection),
        tls: message(node, "tls").map(client_tls),
        port_level_settings: list_at(node, "portLevelSettings", |node| PortPolicy {
            range: node.range(),
            port: message(node, "port")
                .map(|port| uint_at(port, "number").unwrap_or(Spanned::new(0, port.range()))),
            policy: traffic_policy(node),
        }),
        tunnel: message(node, "tunnel").map(|node| Tunnel {
            range: node.range(),
            protocol: text_at(node, "protocol"),
            target_host: text_at(node, "targetHost"),
            target_port: uint_at(node, "targetPort"),
        }),
        proxy_protocol: message(node, "proxyProtocol").map(Node::range),
        retry_budget: message(node, "retryBudget").map(Node::range),
    }
}

fn load_balancer(node: Node<'_>) -> LoadBalancer {
    LoadBalancer {
        range: node.range(),
        simple: text_at(node, "simple"),
        consistent_hash: message(node, "consistentHash").map(consistent_hash),
        locality: message(node, "localityLbSetting").map(locality),
        zone_aware: message(node, "zoneAwareLbSetting").map(Node::range),
        warmup: message(node, "warmup").map(|node| Warmup {
            range: node.range(),
            duration: duration_at(node, "duration"),
            minimum_percent: number_at(node, "minimumPercent"),
            aggression: number_at(node, "aggression"),
        }),
        warmup_duration_secs: duration_at(node, "warmupDurationSecs"),
    }
}

fn locality(node: Node<'_>) -> Locality {
    Locality {
        range: node.range(),
        distribute: list_at(node, "distribute", |node| Distribute {
            range: node.range(),
            from: text_at(node, "from").unwrap_or(Spanned::new(String::new(), node.range())),
            to: node
                .get("to")
                .into_iter()
                .flat_map(Node::entries)
                .map(|entry| {
                    let weight = integer(entry.value).unwrap_or_default();
                    (Spanned::new(entry.name().into_owned(), entry.key.range()), weight)
                })
                .collect(),
        }),
        failover: list_at(node, "failover", |node| Failover {
            range: node.range(),
            from: text_at(node, "from").unwrap_or(Spanned::new(String::new(), node.range())),
            to: text_at(node, "to").unwrap_or(Spanned::new(String::new(), node.range())),
        }),
        failover_priority: texts_at(node, "failoverPriority"),
    }
}

fn consistent_hash(node: Node<'_>) -> ConsistentHash {
    let key = text_at(node, "httpHeaderName")
        .map(HashKey::Header)
        .or_else(|| {
            message(node, "httpCookie").map(|cookie| HashKey::Cookie {
                name: text_at(cookie, "name").unwrap_or(Spanned::new(String::new(), cookie.range())),
                path: text_at(cookie, "path"),
                ttl: duration_at(cookie, "ttl"),
                attributes: list_at(cookie, "attributes", |node| {
                    text_at(node, "name").unwrap_or(Spanned::new(String::new(), node.range()))
                }),
            })
        })
        .or_else(|| bool_at(node, "useSourceIp").map(HashKey::SourceIp))
        .or_else(|| text_at(node, "httpQueryParameterName").map(HashKey::QueryParameter));
    ConsistentHash {
        range: node.range(),
        key,
        minimum_ring_size: integer_at(node, "minimumRingSize"),
        ring_hash: message(node, "ringHash").map(Node::range),
        maglev: message(node, "maglev")
            .map(|node| integer_at(node, "tableSize").unwrap_or(Spanned::new(0, node.range()))),
    }
}

pub(crate) fn connection_pool(node: Node<'_>) -> ConnectionPool {
    ConnectionPool {
        range: node.range(),
        tcp: message(node, "tcp").map(|node| TcpPool {
            range: node.range(),
            max_connections: integer_at(node, "maxConnections"),
            connect_timeout: duration_at(node, "connectTimeout"),
            max_connection_duration: duration_at(node, "maxConnectionDuration"),
            idle_timeout: duration_at(node, "idleTimeout"),
            keepalive: message(node, "tcpKeepalive").map(|node| TcpKeepalive {
                range: node.range(),
                time: duration_at(node, "time"),
                interval: duration_at(node, "interval"),
            }),
        }),
        http: message(node, "http").map(|node| HttpPool {
            range: node.range(),
            http1_max_pending_requests: integer_at(node, "http1MaxPendingRequests"),
            http2_max_requests: integer_at(node, "http2MaxRequests"),
            max_requests_per_connection: integer_at(node, "maxRequestsPerConnection"),
            max_retries: integer_at(node, "maxRetries"),
            idle_timeout: duration_at(node, "idleTimeout"),
            h2_upgrade_policy: text_at(node, "h2UpgradePolicy"),
            use_client_protocol: bool_at(node, "useClientProtocol"),
            max_concurrent_streams: integer_at(node, "maxConcurrentStreams"),
            http2_keepalive: message(node, "http2KeepAlive").map(|node| Http2Keepalive {
                range: node.range(),
                interval: duration_at(node, "interval"),
                timeout: duration_at(node, "timeout"),
            }),
        }),
    }
}

fn outlier_detection(node: Node<'_>) -> OutlierDetection {
    OutlierDetection {
        range: node.range(),
        consecutive_errors: integer_at(node, "consecutiveErrors"),
        split_external_local_origin_errors: bool_at(node, "splitExternalLocalOriginErrors"),
        consecutive_local_origin_failures: integer_at(node, "consecutiveLocalOriginFailures"),
        consecutive_gateway_errors: integer_at(node, "consecutiveGatewayErrors"),
        consecutive_5xx_errors: integer_at(node, "consecutive5xxErrors"),
        interval: duration_at(node, "interval"),
        base_ejection_time: duration_at(node, "baseEjectionTime"),
        max_ejection_percent: integer_at(node, "maxEjectionPercent"),
        min_health_percent: integer_at(node, "minHealthPercent"),
    }
}

fn client_tls(node: Node<'_>) -> ClientTls {
    let named = |key| text_at(node, key).filter(|text| !text.value.is_empty());
    ClientTls {
        range: node.range(),
        mode: text_at(node, "mode"),
        client_certificate: named("clientCertificate"),
        private_key: named("privateKey"),
        ca_certificates: named("caCertificates"),
        credential_name: named("credentialName"),
        subject_alt_names: texts_at(node, "subjectAltNames"),
        sni: named("sni"),
        insecure_skip_verify: bool_at(node, "insecureSkipVerify"),
        ca_crl: named("caCrl"),
    }
}

//! Traffic policies in words.

use std::fmt::Display;

use pilothouse_analysis::resource::destination_rule::{
    ClientTls, ConnectionPool, ConsistentHash, HashKey, LoadBalancer, OutlierDetection, TrafficPolicy,
};
use pilothouse_syntax::Spanned;

/// What a policy sets, one thing in each text.
pub(crate) fn words(policy: &TrafficPolicy) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(balancer) = &policy.load_balancer {
        load_balancer(balancer, &mut out);
    }
    if let Some(pool) = &policy.connection_pool {
        connection_pool(pool, &mut out);
    }
    out.extend(policy.outlier_detection.as_ref().map(outlier_detection));
    out.extend(policy.tls.as_ref().map(tls));
    if let Some(tunnel) = &policy.tunnel {
        let host = tunnel.target_host.as_ref().map(|host| host.value.as_str()).unwrap_or_default();
        let port = tunnel.target_port.as_ref().map(|port| format!(":{}", port.value)).unwrap_or_default();
        out.push(format!("tunnel to {host}{port}"));
    }
    out.extend(policy.proxy_protocol.as_ref().map(|_| "PROXY protocol".to_owned()));
    out.extend(policy.retry_budget.as_ref().map(|_| "retry budget".to_owned()));
    for entry in &policy.port_level_settings {
        let port =
            entry.port.as_ref().map_or_else(|| "no port".to_owned(), |port| format!("port {}", port.value));
        let words = words(&entry.policy);
        let words = if words.is_empty() { "defaults".to_owned() } else { words.join(", ") };
        out.push(format!("{port} instead: {words}"));
    }
    out
}

fn load_balancer(balancer: &LoadBalancer, out: &mut Vec<String>) {
    if let Some(simple) = &balancer.simple {
        out.push(format!("load balancing {}", simple.value));
    }
    out.extend(balancer.consistent_hash.as_ref().map(hash));
    if let Some(locality) = &balancer.locality {
        for share in &locality.distribute {
            let to: Vec<String> =
                share.to.iter().map(|(place, weight)| format!("{} {weight} %", place.value)).collect();
            out.push(format!("from {} to {}", share.from.value, to.join(", ")));
        }
        for failover in &locality.failover {
            out.push(format!("{} stands in for {}", failover.to.value, failover.from.value));
        }
        if !locality.failover_priority.is_empty() {
            let labels: Vec<&str> =
                locality.failover_priority.iter().map(|label| label.value.as_str()).collect();
            out.push(format!("endpoints preferred by {}", labels.join(", ")));
        }
    }
    out.extend(balancer.zone_aware.as_ref().map(|_| "zone-aware".to_owned()));
    let warmup = balancer.warmup.as_ref().and_then(|warmup| warmup.duration.as_ref());
    if let Some(duration) = warmup.or(balancer.warmup_duration_secs.as_ref()) {
        out.push(format!("slow start over {}", duration.value));
    }
}

fn hash(hash: &ConsistentHash) -> String {
    let key = match &hash.key {
        Some(HashKey::Header(name)) => format!("header {}", name.value),
        Some(HashKey::Cookie { name, .. }) => format!("cookie {}", name.value),
        Some(HashKey::SourceIp(_)) => "client address".to_owned(),
        Some(HashKey::QueryParameter(name)) => format!("query parameter {}", name.value),
        None => "nothing".to_owned(),
    };
    let how = if hash.maglev.is_some() { "MAGLEV" } else { "RING_HASH" };
    format!("load balancing {how} by {key}")
}

fn connection_pool(pool: &ConnectionPool, out: &mut Vec<String>) {
    if let Some(tcp) = &pool.tcp {
        set(out, &tcp.max_connections, "connections at most");
        set(out, &tcp.connect_timeout, "to connect");
        set(out, &tcp.max_connection_duration, "for a connection at most");
        set(out, &tcp.idle_timeout, "idle at most");
        out.extend(tcp.keepalive.as_ref().map(|_| "TCP keep-alive".to_owned()));
    }
    if let Some(http) = &pool.http {
        set(out, &http.http1_max_pending_requests, "waiting requests at most");
        set(out, &http.http2_max_requests, "requests at once at most");
        set(out, &http.max_requests_per_connection, "requests per connection");
        set(out, &http.max_retries, "retries at once at most");
        set(out, &http.idle_timeout, "idle at most");
        set(out, &http.max_concurrent_streams, "streams per connection at most");
        if let Some(policy) = &http.h2_upgrade_policy {
            out.push(format!("upgrade to HTTP/2 {}", policy.value));
        }
        if http.use_client_protocol.as_ref().is_some_and(|used| used.value) {
            out.push("protocol of the client".to_owned());
        }
        out.extend(http.http2_keepalive.as_ref().map(|_| "HTTP/2 keep-alive".to_owned()));
    }
}

fn set<T: Display>(out: &mut Vec<String>, value: &Option<Spanned<T>>, what: &str) {
    out.extend(value.as_ref().map(|value| format!("{} {what}", value.value)));
}

fn outlier_detection(detection: &OutlierDetection) -> String {
    let errors = [
        (&detection.consecutive_5xx_errors, "5xx errors"),
        (&detection.consecutive_gateway_errors, "gateway errors"),
        (&detection.consecutive_local_origin_failures, "connection failures"),
        (&detection.consecutive_errors, "errors"),
    ];
    let errors = errors.iter().filter_map(|(value, what)| Some(format!("{} {what}", value.as_ref()?.value)));
    let errors: Vec<String> = errors.collect();
    let mut text = "endpoints are left out".to_owned();
    if !errors.is_empty() {
        text.push_str(&format!(" after {} in a row", crate::words::list(&errors, "or")));
    }
    if let Some(time) = &detection.base_ejection_time {
        text.push_str(&format!(", for {}", time.value));
    }
    if let Some(interval) = &detection.interval {
        text.push_str(&format!(", looked at every {}", interval.value));
    }
    if let Some(share) = &detection.max_ejection_percent {
        text.push_str(&format!(", {} % of them at most", share.value));
    }
    if let Some(share) = &detection.min_health_percent {
        text.push_str(&format!(", not with fewer than {} % healthy", share.value));
    }
    text
}

fn tls(tls: &ClientTls) -> String {
    let mut text = format!("TLS {}", tls.mode.as_ref().map_or("DISABLE", |mode| &mode.value));
    if let Some(name) = &tls.credential_name {
        text.push_str(&format!(", certificate {}", name.value));
    }
    if let Some(sni) = &tls.sni {
        text.push_str(&format!(", server name {}", sni.value));
    }
    if tls.insecure_skip_verify.as_ref().is_some_and(|skip| skip.value) {
        text.push_str(", the service's certificate is not checked");
    }
    text
}

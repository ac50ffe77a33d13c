//! What is refused of traffic policies (VAL-D2, VAL-D5 to VAL-D7, VAL-D9, VAL-D10).

use super::{Admission, address::is_ip, name};
use crate::resource::{
    Duration,
    check::first_byte,
    destination_rule::{
        ClientTls, ConnectionPool, HttpPool, OutlierDetection, TcpPool, TrafficPolicy, Tunnel,
    },
};

impl Admission<'_> {
    /// The policy of a rule or a subset.
    pub(super) fn traffic_policy(&mut self, policy: &TrafficPolicy) {
        let place = first_byte(policy.range);
        let empty = policy.tunnel.is_none()
            && policy.proxy_protocol.is_none()
            && policy.retry_budget.is_none()
            && policy.port_level_settings.is_empty();
        if empty && is_empty(policy) {
            self.refuse(
                "VAL-D2",
                place,
                "This `trafficPolicy` is empty",
                "Set one of its fields, or delete it.",
            );
            return;
        }
        if let (Some(tunnel), Some(_)) = (&policy.tunnel, policy.proxy_protocol) {
            let message = "`tunnel` and `proxyProtocol` cannot stand together";
            self.refuse("VAL-D2", first_byte(tunnel.range), message, "Keep one of them.");
            return;
        }
        self.common(policy);
        for port in &policy.port_level_settings {
            let place = first_byte(port.range);
            if port.port.is_none() {
                self.refuse("VAL-D5", place, "These settings name no port", "Set `port: {number: 80}`.");
            }
            if is_empty(&port.policy) {
                let message = "These settings of a port are empty";
                let help = "Set `connectionPool`, `loadBalancer`, `outlierDetection` or `tls`.";
                self.refuse("VAL-D5", place, message, help);
            }
            // Istio loses the warnings it has here.
            self.quietly(|it| it.common(&port.policy));
        }
        if let Some(tunnel) = &policy.tunnel {
            self.tunnel(tunnel);
        }
    }

    /// The parts that ports can have too.
    fn common(&mut self, policy: &TrafficPolicy) {
        if let Some(outliers) = &policy.outlier_detection {
            self.outlier_detection(outliers);
        }
        if let Some(pool) = &policy.connection_pool {
            self.connection_pool("VAL-D7", pool);
        }
        if let Some(balancer) = &policy.load_balancer {
            self.load_balancer(balancer, policy.outlier_detection.is_some());
        }
        if let Some(tls) = &policy.tls {
            self.client_tls(tls);
        }
    }

    fn outlier_detection(&mut self, outliers: &OutlierDetection) {
        self.duration("VAL-D6", "baseEjectionTime", outliers.base_ejection_time.as_ref());
        self.duration("VAL-D6", "interval", outliers.interval.as_ref());
        self.percent("VAL-D6", "maxEjectionPercent", outliers.max_ejection_percent.as_ref());
        self.percent("VAL-D6", "minHealthPercent", outliers.min_health_percent.as_ref());
        if let Some(errors) = outliers.consecutive_errors.as_ref().filter(|errors| errors.value != 0) {
            if !self.profile.checks_of_today {
                self.not_negative("VAL-D6", "consecutiveErrors", Some(errors));
            }
            let message = "`consecutiveErrors` is deprecated";
            self.warn(
                "VAL-D6",
                errors.range,
                message,
                "Use `consecutive5xxErrors` or `consecutiveGatewayErrors`.",
            );
        }
        let split = outliers.split_external_local_origin_errors.as_ref().is_some_and(|split| split.value);
        if let Some(failures) =
            outliers.consecutive_local_origin_failures.as_ref().filter(|it| it.value > 0 && !split)
        {
            let message = "`consecutiveLocalOriginFailures` counts only if local failures are counted apart";
            self.refuse("VAL-D6", failures.range, message, "Set `splitExternalLocalOriginErrors: true`.");
        }
    }

    /// Limits on connections and requests.
    pub(super) fn connection_pool(&mut self, id: &'static str, pool: &ConnectionPool) {
        if pool.http.is_none() && pool.tcp.is_none() {
            let message = "This `connectionPool` is empty";
            self.refuse(id, first_byte(pool.range), message, "Set `tcp` or `http`, or delete it.");
        }
        if let Some(http) = &pool.http {
            self.http_pool(id, http);
        }
        if let Some(tcp) = &pool.tcp {
            self.tcp_pool(id, tcp);
        }
    }

    fn http_pool(&mut self, id: &'static str, http: &HttpPool) {
        self.not_negative(id, "http1MaxPendingRequests", http.http1_max_pending_requests.as_ref());
        self.not_negative(id, "http2MaxRequests", http.http2_max_requests.as_ref());
        self.not_negative(id, "maxRequestsPerConnection", http.max_requests_per_connection.as_ref());
        self.not_negative(id, "maxRetries", http.max_retries.as_ref());
        self.not_negative(id, "maxConcurrentStreams", http.max_concurrent_streams.as_ref());
        self.duration(id, "idleTimeout", http.idle_timeout.as_ref());
        let upgrades = http.h2_upgrade_policy.as_ref().is_some_and(|policy| policy.value == "UPGRADE");
        if let Some(keep) = http.use_client_protocol.as_ref().filter(|keep| keep.value && upgrades) {
            let message =
                "`useClientProtocol` keeps the client's protocol, and `h2UpgradePolicy: UPGRADE` changes it";
            self.refuse(id, keep.range, message, "Keep one of them.");
        }
        if let Some(keepalive) = &http.http2_keepalive {
            if keepalive.interval.is_none() || keepalive.timeout.is_none() {
                let message = "`http2KeepAlive` needs both `interval` and `timeout`";
                self.refuse(id, first_byte(keepalive.range), message, "");
            }
            self.duration(id, "interval", keepalive.interval.as_ref());
            self.duration(id, "timeout", keepalive.timeout.as_ref());
        }
    }

    fn tcp_pool(&mut self, id: &'static str, tcp: &TcpPool) {
        self.not_negative(id, "maxConnections", tcp.max_connections.as_ref());
        self.duration(id, "connectTimeout", tcp.connect_timeout.as_ref());
        self.duration(id, "maxConnectionDuration", tcp.max_connection_duration.as_ref());
        // None at all switches it off.
        let off = |idle: Duration| idle.nanos.abs() < Duration::MILLISECOND.nanos;
        self.duration(id, "idleTimeout", tcp.idle_timeout.as_ref().filter(|idle| !off(idle.value)));
        if let Some(keepalive) = tcp.keepalive.as_ref().filter(|_| self.profile.checks_of_today) {
            self.duration(id, "time", keepalive.time.as_ref());
            self.duration(id, "interval", keepalive.interval.as_ref());
        }
    }

    fn client_tls(&mut self, tls: &ClientTls) {
        let mode = tls.mode.as_ref().map_or("DISABLE", |mode| mode.value.as_str());
        let place = tls.mode.as_ref().map_or(first_byte(tls.range), |mode| mode.range);
        self.config_map(tls);
        if let Some(skip) = tls.insecure_skip_verify.as_ref().filter(|skip| skip.value)
            && matches!(mode, "SIMPLE" | "MUTUAL")
        {
            let checks = tls.ca_certificates.is_some() || !tls.subject_alt_names.is_empty();
            if checks || mode == "SIMPLE" && tls.credential_name.is_some() {
                let message = "`insecureSkipVerify` checks nothing, and yet it is said what to check";
                let help = "Delete it, or delete `caCertificates`, `subjectAltNames` and `credentialName`.";
                self.refuse("VAL-D9", skip.range, message, help);
            }
        }
        if let Some(secret) = tls.credential_name.as_ref().filter(|_| matches!(mode, "SIMPLE" | "MUTUAL")) {
            let paths = [&tls.client_certificate, &tls.ca_certificates, &tls.private_key, &tls.ca_crl];
            if paths.iter().any(|path| path.is_some()) {
                let message = "`credentialName` cannot stand beside certificates by path";
                self.refuse("VAL-D9", secret.range, message, "Keep the secret or the paths.");
            }
            return;
        }
        if mode == "MUTUAL" {
            for (what, path) in
                [("clientCertificate", &tls.client_certificate), ("privateKey", &tls.private_key)]
            {
                if path.is_none() {
                    let message = format!("Mode `MUTUAL` needs `{what}`");
                    self.refuse(
                        "VAL-D9",
                        place,
                        message,
                        "Set it, or `credentialName`; `ISTIO_MUTUAL` needs neither.",
                    );
                }
            }
        }
    }

    /// A ConfigMap with certificates must be in the rule's own namespace.
    fn config_map(&mut self, tls: &ClientTls) {
        let Some(name) = &tls.credential_name else { return };
        let Some(reference) = name.value.strip_prefix("configmap://") else { return };
        let own = match reference.split('/').collect::<Vec<_>>()[..] {
            [name] => !name.is_empty(),
            [namespace, name] => !name.is_empty() && namespace == self.namespace(),
            _ => false,
        };
        if !own {
            let message = format!("`{}` names no ConfigMap of this namespace", name.value);
            self.refuse("VAL-D9", name.range, message, "Write `configmap://name`.");
        }
    }

    fn tunnel(&mut self, tunnel: &Tunnel) {
        if let Some(protocol) = super::filled(tunnel.protocol.as_ref())
            && !matches!(protocol.value.as_str(), "CONNECT" | "POST")
        {
            let message = format!("A tunnel is opened by CONNECT or POST, not by `{}`", protocol.value);
            self.refuse("VAL-D10", protocol.range, message, "");
        }
        if let Some(host) = &tunnel.target_host
            && let Err(reason) = name::fqdn(&host.value, self.profile)
            && !is_ip(&host.value)
        {
            let message = format!("`targetHost` is neither a host nor an address: {reason}");
            self.refuse("VAL-D10", host.range, message, "");
        }
        if let Some(port) = &tunnel.target_port {
            self.port("VAL-D10", "targetPort", port.value, port.range);
        }
    }
}

/// Whether a policy has none of the parts that ports can have too.
fn is_empty(policy: &TrafficPolicy) -> bool {
    policy.load_balancer.is_none()
        && policy.connection_pool.is_none()
        && policy.outlier_detection.is_none()
        && policy.tls.is_none()
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    fn policy(fields: &str) -> String {
        destination_rule(&format!("host: a, trafficPolicy: {{{fields}}}"))
    }

    #[test]
    fn val_d2_empty_policies() {
        fine(&policy("loadBalancer: {simple: RANDOM}"));
        fine(&policy("retryBudget: {percent: 10}"));
        refused(&policy(""), &["VAL-D2"]);
        refused(&policy("portLevelSettings: []"), &["VAL-D2"]);
        refused(&destination_rule("host: a, subsets: [{name: v1, trafficPolicy: {}}]"), &["VAL-D2"]);
        let tunnel = "tunnel: {targetHost: a.com, targetPort: 443}";
        refused(&policy(&format!("{tunnel}, proxyProtocol: {{}}")), &["VAL-D2"]);
        refused_in_1_1(&policy(""), &["VAL-D2"]);
    }

    #[test]
    fn val_d5_ports() {
        let port = |fields: &str| policy(&format!("portLevelSettings: [{{{fields}}}]"));
        fine(&port("port: {number: 80}, loadBalancer: {simple: RANDOM}"));
        refused(&port("loadBalancer: {simple: RANDOM}"), &["VAL-D5"]);
        refused(&port("port: {number: 80}"), &["VAL-D5"]);
        fine(&port("port: {number: 80}, outlierDetection: {consecutiveErrors: 5}"));
        refused(&port("port: {number: 80}, connectionPool: {}"), &["VAL-D7"]);
    }

    #[test]
    fn val_d6_outliers() {
        let with = |fields: &str| policy(&format!("outlierDetection: {{{fields}}}"));
        fine(&with("consecutive5xxErrors: 5, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 100"));
        fine(&with("consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true"));
        fine(&with("consecutiveLocalOriginFailures: 0"));
        warned(&with("consecutiveErrors: 5"), &["VAL-D6"]);
        let subset =
            "host: a, subsets: [{name: v1, trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}}]";
        fine(&destination_rule(subset));
        for bad in [
            "interval: 0s",
            "baseEjectionTime: 0.1ms",
            "maxEjectionPercent: 101",
            "minHealthPercent: -1",
            "consecutiveLocalOriginFailures: 5",
        ] {
            refused(&with(bad), &["VAL-D6"]);
        }
        fine_in_1_1(&with("consecutiveErrors: 5"));
        refused_in_1_1(&with("consecutiveErrors: -1"), &["VAL-D6"]);
        refused_in_1_1(&with("maxEjectionPercent: 101"), &["VAL-D6"]);
    }

    #[test]
    fn val_d7_connection_pools() {
        let with = |fields: &str| policy(&format!("connectionPool: {{{fields}}}"));
        for good in [
            "tcp: {maxConnections: 0, connectTimeout: 1s, idleTimeout: 0s, tcpKeepalive: {time: 1s, interval: 1s}}",
            "http: {http2MaxRequests: 1, idleTimeout: 1s, h2UpgradePolicy: UPGRADE}",
            "http: {useClientProtocol: true, http2KeepAlive: {interval: 1s, timeout: 1s}}",
            "http: {}",
        ] {
            fine(&with(good));
        }
        for bad in [
            "",
            "tcp: {maxConnections: -1}",
            "tcp: {connectTimeout: 0s}",
            "tcp: {maxConnectionDuration: 0s}",
            "tcp: {idleTimeout: -1s}",
            "tcp: {tcpKeepalive: {time: 0s}}",
            "tcp: {tcpKeepalive: {interval: 0s}}",
            "http: {http1MaxPendingRequests: -1}",
            "http: {http2MaxRequests: -1}",
            "http: {maxRequestsPerConnection: -1}",
            "http: {maxRetries: -1}",
            "http: {maxConcurrentStreams: -1}",
            "http: {idleTimeout: 0s}",
            "http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}",
            "http: {http2KeepAlive: {interval: 1s}}",
        ] {
            refused(&with(bad), &["VAL-D7"]);
        }
        refused_in_1_1(&with(""), &["VAL-D7"]);
        fine_in_1_1(&with("tcp: {tcpKeepalive: {time: 0s}}"));
    }

    #[test]
    fn val_d9_tls() {
        let with = |fields: &str| policy(&format!("tls: {{{fields}}}"));
        for good in [
            "mode: SIMPLE",
            "mode: MUTUAL, clientCertificate: /a, privateKey: /b",
            "mode: MUTUAL, credentialName: a",
            "mode: ISTIO_MUTUAL",
            "mode: SIMPLE, insecureSkipVerify: true",
            "mode: MUTUAL, credentialName: a, insecureSkipVerify: true",
            "mode: SIMPLE, credentialName: 'configmap://a'",
            "mode: SIMPLE, credentialName: 'configmap://default/a'",
        ] {
            fine(&with(good));
        }
        for bad in [
            "mode: MUTUAL",
            "mode: MUTUAL, clientCertificate: /a",
            "mode: SIMPLE, credentialName: a, caCertificates: /a",
            "mode: MUTUAL, credentialName: a, privateKey: /a",
            "mode: SIMPLE, insecureSkipVerify: true, caCertificates: /a",
            "mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]",
            "mode: SIMPLE, insecureSkipVerify: true, credentialName: a",
            "mode: SIMPLE, credentialName: 'configmap://other/a'",
            "mode: SIMPLE, credentialName: 'configmap://'",
        ] {
            refused(&with(bad), &["VAL-D9"]);
        }
        refused_in_1_1(&with("mode: MUTUAL"), &["VAL-D9"]);
    }

    #[test]
    fn val_d10_tunnels() {
        let with = |fields: &str| policy(&format!("tunnel: {{{fields}}}"));
        fine(&with("protocol: POST, targetHost: a.com, targetPort: 443"));
        fine(&with("targetHost: 10.0.0.1, targetPort: 443"));
        for bad in [
            "protocol: GET, targetHost: a.com, targetPort: 443",
            "targetHost: a_b, targetPort: 443",
            "targetHost: a.com, targetPort: 0",
        ] {
            refused(&with(bad), &["VAL-D10"]);
        }
    }
}

//! What is refused of Sidecars (VAL-C1 to VAL-C5).

use std::collections::{BTreeMap, BTreeSet};

use super::{Admission, filled, listener::number_range, name};
use crate::{
    mesh::Protocol,
    resource::{
        check::first_byte,
        gateway::ServerTls,
        sidecar::{Egress, Ingress, OutboundTrafficPolicy, Sidecar},
    },
};

pub(super) fn check(admission: &mut Admission<'_>, sidecar: &Sidecar) {
    let today = admission.profile.checks_of_today;
    let place = admission.resource.name_range;
    if let Some(selector) = &sidecar.workload_selector {
        let range = first_byte(selector.range);
        if !today && selector.value.is_empty() {
            admission.refuse(
                "VAL-C1",
                range,
                "`workloadSelector` holds no labels",
                "Set labels, or delete it.",
            );
        } else if today && !admission.selector("VAL-C1", &selector.value, range) {
            return;
        }
    }
    let rest = sidecar.ingress.is_empty()
        && sidecar.outbound_traffic_policy.is_none()
        && sidecar.inbound_connection_pool.is_none();
    if sidecar.egress.is_empty() && (rest || !today) {
        let message =
            if today { "This Sidecar sets nothing" } else { "Istio 1.1 wants `egress` in a Sidecar" };
        admission.refuse("VAL-C2", place, message, "Add `egress` with hosts.");
        return;
    }
    ingress(admission, &sidecar.ingress);
    if let Some(pool) = &sidecar.inbound_connection_pool {
        admission.connection_pool("VAL-C3", pool);
    }
    egress(admission, &sidecar.egress);
    if let Some(policy) = &sidecar.outbound_traffic_policy {
        outbound(admission, policy);
    }
}

fn ingress(admission: &mut Admission<'_>, listeners: &[Ingress]) {
    let today = admission.profile.checks_of_today;
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    let mut sockets: BTreeSet<&str> = BTreeSet::new();
    for listener in listeners {
        let Some(port) = &listener.port else {
            admission.refuse(
                "VAL-C3",
                first_byte(listener.range),
                "This `ingress` has no port",
                "Set `port`.",
            );
            continue;
        };
        admission.listener_port("VAL-C3", port);
        let bind = listener.bind.as_ref();
        if port.number.value == 0 && !today {
            admission.on_socket("VAL-C3", port, bind, listener.capture_mode.as_ref());
            if !sockets.insert(bind.map_or("", |bind| &bind.value)) {
                admission.refuse("VAL-C3", number_range(port), "Two `ingress` listeners share a socket", "");
            }
        } else {
            admission.numbered("VAL-C3", port, bind);
            if !numbers.insert(port.number.value) {
                let message = format!("Two `ingress` listeners are for port {}", port.number.value);
                admission.refuse("VAL-C3", number_range(port), message, "Keep one of them.");
            }
        }
        match filled(listener.default_endpoint.as_ref()) {
            Some(endpoint) => admission.default_endpoint(endpoint),
            None if !today => {
                let message = "Istio 1.1 wants a `defaultEndpoint` in `ingress`";
                admission.refuse("VAL-C3", first_byte(listener.range), message, "Write `127.0.0.1:8080`.");
            }
            None => {}
        }
        let protocol = Protocol::parse(&port.protocol.value);
        if let Some(tls) = &listener.tls {
            ingress_tls(admission, tls, protocol);
        }
        if let Some(pool) = &listener.connection_pool {
            admission.connection_pool("VAL-C3", pool);
            if let Some(http) = pool.http.as_ref().filter(|_| !protocol.is_http()) {
                let message = "The port does not speak HTTP: only the limits under `tcp` count";
                admission.warn(
                    "VAL-C3",
                    first_byte(http.range),
                    message,
                    "Set `port.protocol`, or delete `http`.",
                );
            }
        }
    }
}

fn ingress_tls(admission: &mut Admission<'_>, tls: &ServerTls, protocol: Protocol) {
    let mode = tls.mode.as_ref();
    let unsupported = [
        ("subjectAltNames", tls.subject_alt_names.first().map(|it| it.range)),
        ("httpsRedirect", tls.https_redirect.as_ref().filter(|it| it.value).map(|it| it.range)),
        ("credentialName", tls.credential_name.as_ref().map(|it| it.range)),
        ("credentialNames", tls.credential_names.first().map(|it| it.range)),
        ("tlsCertificates", tls.tls_certificates.first().map(|it| first_byte(it.range))),
        ("mode: ISTIO_MUTUAL", mode.filter(|mode| mode.value == "ISTIO_MUTUAL").map(|it| it.range)),
        ("mode: AUTO_PASSTHROUGH", mode.filter(|mode| mode.value == "AUTO_PASSTHROUGH").map(|it| it.range)),
    ];
    for (what, range) in unsupported {
        if let Some(range) = range {
            admission.refuse("VAL-C3", range, format!("A Sidecar's `tls` does not take `{what}`"), "");
        }
    }
    if !protocol.is_tls() {
        let message = "The port does not speak TLS, so it takes no `tls`";
        admission.refuse("VAL-C3", first_byte(tls.range), message, "Set `protocol: HTTPS` or `TLS`.");
    }
    admission.server_tls(tls);
}

fn egress(admission: &mut Admission<'_>, listeners: &[Egress]) {
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    let mut sockets: BTreeSet<&str> = BTreeSet::new();
    for (at, listener) in listeners.iter().enumerate() {
        let bind = listener.bind.as_ref();
        match &listener.port {
            None if at + 1 < listeners.len() => {
                let message =
                    "The `egress` listener without port is for all other ports, and must be the last";
                admission.refuse("VAL-C4", first_byte(listener.range), message, "Move it to the end.");
            }
            None => {}
            Some(port) if port.number.value == 0 => {
                admission.listener_port("VAL-C4", port);
                admission.on_socket("VAL-C4", port, bind, listener.capture_mode.as_ref());
                if !sockets.insert(bind.map_or("", |bind| &bind.value)) {
                    admission.refuse(
                        "VAL-C4",
                        number_range(port),
                        "Two `egress` listeners share a socket",
                        "",
                    );
                }
            }
            Some(port) => {
                admission.listener_port("VAL-C4", port);
                admission.numbered("VAL-C4", port, bind);
                if !numbers.insert(port.number.value) {
                    let message = format!("Two `egress` listeners are for port {}", port.number.value);
                    admission.refuse("VAL-C4", number_range(port), message, "Put their hosts into one.");
                }
            }
        }
        if listener.hosts.is_empty() {
            let help = "Write `*/*` for all, or `./*` for this namespace.";
            admission.refuse(
                "VAL-C4",
                first_byte(listener.range),
                "This `egress` listener imports no hosts",
                help,
            );
        }
        for host in &listener.hosts {
            admission.egress_host(host);
        }
        imported_twice(admission, listener);
    }
}

/// Hosts that others of the same listener import already.
fn imported_twice(admission: &mut Admission<'_>, listener: &Egress) {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut everything = None;
    let own = admission.resource.key.namespace.as_str();
    for host in &listener.hosts {
        let Some((namespace, name)) = host.value.split_once('/') else { continue };
        // What is left out is no import.
        if namespace.starts_with('~') && admission.profile.egress_exclusions {
            continue;
        }
        let names = seen.entry(if namespace == "." { own } else { namespace }).or_default();
        let twice = if name == "*" { !names.is_empty() } else { names.contains(name) || names.contains("*") };
        names.insert(name);
        if twice {
            let message = format!("`{}` is imported already by another entry", host.value);
            admission.warn("VAL-C4", host.range, message, "Delete the narrower of the two.");
        }
        if host.value == "*/*" {
            everything = Some(host.range);
        }
    }
    if let Some(range) = everything.filter(|_| seen.len() > 1) {
        let message = "`*/*` imports everything, so the other entries add nothing";
        admission.warn("VAL-C4", range, message, "Delete the others, or `*/*`.");
    }
}

fn outbound(admission: &mut Admission<'_>, policy: &OutboundTrafficPolicy) {
    let mode = policy.mode.as_ref().map_or("REGISTRY_ONLY", |mode| mode.value.as_str());
    let place = policy.mode.as_ref().map_or(first_byte(policy.range), |mode| mode.range);
    if mode == "ALLOW_ANY_DYNAMIC_DNS" {
        let message = "`ALLOW_ANY_DYNAMIC_DNS` can be set for the whole mesh only";
        admission.refuse("VAL-C5", place, message, "Set `mode: ALLOW_ANY`.");
    }
    let Some(proxy) = &policy.egress_proxy else { return };
    if mode != "ALLOW_ANY" {
        let message = "`egressProxy` needs `mode: ALLOW_ANY`";
        admission.refuse(
            "VAL-C5",
            first_byte(proxy.range),
            message,
            "Set the mode, or delete `egressProxy`.",
        );
        return;
    }
    let host = proxy.host.as_ref().map_or("", |host| &host.value);
    let range = proxy.host.as_ref().map_or(first_byte(proxy.range), |host| host.range);
    if let Err(reason) = name::fqdn(host, admission.profile) {
        let message =
            format!("`egressProxy` needs the full name of a service, and `{host}` is none: {reason}");
        admission.refuse("VAL-C5", range, message, "");
    }
    if let Some(subset) = filled(proxy.subset.as_ref())
        && let Err(reason) = name::label(&subset.value)
    {
        admission.refuse("VAL-C5", subset.range, format!("This is no name of a subset: {reason}"), "");
    }
    match &proxy.port {
        Some(port) => admission.port("VAL-C5", "port.number", port.value, port.range),
        None => {
            let help = "Set `port: {number: 443}`.";
            admission.refuse("VAL-C5", first_byte(proxy.range), "`egressProxy` needs a port", help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const ALL: &str = "egress: [{hosts: ['*/*']}]";

    #[test]
    fn val_c1_selector() {
        let with = |labels: &str| sidecar(&format!("workloadSelector: {{labels: {labels}}}, {ALL}"));
        fine(&with("{app: a}"));
        warned(&with("{}"), &["VAL-C1"]);
        // It hides everything else.
        refused(&sidecar("workloadSelector: {labels: {app: '*'}}, egress: [{hosts: [short]}]"), &["VAL-C1"]);
        refused_in_1_1(&with("{}"), &["VAL-C1"]);
        fine_in_1_1(&with("{app: 'a*'}"));
    }

    #[test]
    fn val_c2_empty() {
        refused(&sidecar(""), &["VAL-C2"]);
        refused(&sidecar("workloadSelector: {labels: {app: a}}"), &["VAL-C2"]);
        fine(&sidecar("outboundTrafficPolicy: {mode: REGISTRY_ONLY}"));
        fine(&sidecar("inboundConnectionPool: {tcp: {maxConnections: 1}}"));
        refused(&sidecar("inboundConnectionPool: {}"), &["VAL-C3"]);
        let ingress = "ingress: [{port: {number: 80, protocol: HTTP}, defaultEndpoint: ':8080'}]";
        fine(&sidecar(ingress));
        refused_in_1_1(&sidecar(ingress), &["VAL-C2"]);
    }

    #[test]
    fn val_c3_ingress() {
        let with = |fields: &str| sidecar(&format!("ingress: [{{{fields}}}], {ALL}"));
        let port = "port: {number: 80, protocol: HTTP, name: http}";
        for good in [
            port.to_owned(),
            format!("{port}, bind: 10.0.0.1, defaultEndpoint: '127.0.0.1:8080'"),
            format!("{port}, defaultEndpoint: ':8080'"),
            format!("{port}, defaultEndpoint: '[::1]:8080'"),
            format!("{port}, defaultEndpoint: 'unix:///x'"),
            format!("{port}, defaultEndpoint: ''"),
            format!("{port}, connectionPool: {{http: {{maxRetries: 1}}}}"),
            "port: {number: 80}".to_owned(),
            "port: {number: 443, protocol: HTTPS}, tls: {mode: SIMPLE, privateKey: /a, serverCertificate: /b}".to_owned(),
        ] {
            fine(&with(&good));
        }
        for bad in [
            "port: {number: 0, protocol: HTTP}".to_owned(),
            "port: {number: 80, protocol: FOO}".to_owned(),
            "port: {number: 80, name: a_b}".to_owned(),
            "port: {number: 80, targetPort: 80}".to_owned(),
            format!("{port}, bind: localhost"),
            format!("{port}, bind: 'unix:///x'"),
            format!("{port}, defaultEndpoint: '10.0.0.1:80'"),
            format!("{port}, defaultEndpoint: '127.0.0.1'"),
            format!("{port}, defaultEndpoint: '127.0.0.1:http'"),
            format!("{port}, defaultEndpoint: '127.0.0.1:0'"),
            format!("{port}, defaultEndpoint: 'unix://x'"),
            format!("{port}, connectionPool: {{}}"),
            format!("{port}, tls: {{mode: SIMPLE, privateKey: /a, serverCertificate: /b}}"),
            "port: {number: 443, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: a}".to_owned(),
            "port: {number: 443, protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL}".to_owned(),
            "port: {number: 443, protocol: HTTPS}, tls: {httpsRedirect: true}".to_owned(),
        ] {
            refused(&with(&bad), &["VAL-C3"]);
        }
        refused(&sidecar(&format!("ingress: [{{{port}}}, {{{port}}}], {ALL}")), &["VAL-C3"]);
        refused(&with("bind: 10.0.0.1"), &["CRD-5"]);
        warned(
            &with("port: {number: 80, protocol: TCP}, connectionPool: {http: {maxRetries: 1}}"),
            &["VAL-C3"],
        );
        fine_in_1_1(&with(&format!("{port}, defaultEndpoint: '127.0.0.1:80'")));
        fine_in_1_1(&with("port: {number: 0, protocol: HTTP}, bind: 'unix:///x', defaultEndpoint: ':80'"));
        refused_in_1_1(&with(port), &["VAL-C3"]);
        refused_in_1_1(&with(&format!("{port}, defaultEndpoint: '0.0.0.0:80'")), &["VAL-C3"]);
        refused_in_1_1(&with("defaultEndpoint: ':80'"), &["VAL-C3"]);
    }

    #[test]
    fn val_c4_egress_listeners() {
        let with = |listeners: &str| sidecar(&format!("egress: [{listeners}]"));
        let hosts = "hosts: ['./*']";
        for good in [
            format!("{{port: {{number: 80, protocol: HTTP}}, {hosts}}}, {{{hosts}}}"),
            format!("{{port: {{number: 80}}, bind: 10.0.0.1, {hosts}}}"),
            format!("{{port: {{number: 0, protocol: HTTP}}, bind: 'unix:///x', captureMode: NONE, {hosts}}}"),
        ] {
            fine(&with(&good));
        }
        for bad in [
            format!("{{{hosts}}}, {{port: {{number: 80}}, {hosts}}}"),
            format!("{{{hosts}}}, {{{hosts}}}"),
            format!("{{port: {{number: 80}}, {hosts}}}, {{port: {{number: 80}}, {hosts}}}"),
            format!("{{port: {{protocol: HTTP}}, {hosts}}}"),
            format!("{{port: {{number: 0}}, bind: 'unix:///x', captureMode: IPTABLES, {hosts}}}"),
            format!("{{port: {{number: 65536}}, {hosts}}}"),
            format!("{{port: {{number: 80, protocol: FOO}}, {hosts}}}"),
            format!("{{port: {{number: 80}}, bind: a.com, {hosts}}}"),
        ] {
            refused(&with(&bad), &["VAL-C4"]);
        }
        refused(&with("{port: {number: 80}}"), &["CRD-5"]);
        refused_in_1_1(&with("{port: {number: 80, protocol: HTTP}, hosts: []}"), &["VAL-C4"]);
        refused_in_1_1(&with("{port: {number: 80}, hosts: ['*/*']}"), &["VAL-C4"]);
    }

    #[test]
    fn val_c4_hosts() {
        let with = |hosts: &str| sidecar(&format!("egress: [{{hosts: [{hosts}]}}]"));
        for good in
            ["'*/*'", "'./*', 'istio-system/*'", "'a/b.c.com'", "'~/*'", "'*/*.com'", "'a/b.com', 'a/c.com'"]
        {
            fine(&with(good));
        }
        fine(&with("'*/*', '~a/b.com', '~/c.com', '~./*'"));
        refused_in_1_1(&with("'~a/b.com'"), &["VAL-C4"]);
        for bad in [
            "'*'",
            "a.com",
            "'a/short'",
            "'/a.com'",
            "'a/'",
            "'a_b/*'",
            "'*/*foo.com'",
            "'a/1.2.3.4'",
            "'a/b_c.com'",
        ] {
            refused(&with(bad), &["VAL-C4"]);
        }
        for twice in [
            "'a/b.com', 'a/b.com'",
            "'a/*', 'a/b.com'",
            "'a/b.com', 'a/*'",
            "'./*', 'default/*'",
            "'*/*', 'a/*'",
        ] {
            warned(&with(twice), &["VAL-C4"]);
        }
        fine_in_1_1(&with("'*/*foo.com'"));
        fine_in_1_1(&with("'a/b.com', 'a/b.com'"));
    }

    #[test]
    fn val_c5_outbound() {
        let with = |fields: &str| sidecar(&format!("outboundTrafficPolicy: {{{fields}}}"));
        fine(&with("mode: ALLOW_ANY"));
        fine(&with("mode: ALLOW_ANY, egressProxy: {host: a.b.com, subset: v1, port: {number: 443}}"));
        for bad in [
            "mode: ALLOW_ANY_DYNAMIC_DNS",
            "mode: REGISTRY_ONLY, egressProxy: {host: a.com, port: {number: 443}}",
            "egressProxy: {host: a.com, port: {number: 443}}",
            "mode: ALLOW_ANY, egressProxy: {host: '*.com', port: {number: 443}}",
            "mode: ALLOW_ANY, egressProxy: {host: a.com}",
            "mode: ALLOW_ANY, egressProxy: {host: a.com, port: {number: 0}}",
        ] {
            refused(&with(bad), &["VAL-C5"]);
        }
    }
}

//! What is refused of Gateways (VAL-G1 to VAL-G9).

use std::collections::BTreeSet;

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, address::UNIX, name};
use crate::{
    mesh::Protocol,
    resource::{
        check::first_byte,
        gateway::{Gateway, Port, Server, ServerTls},
    },
};

pub(super) fn check(admission: &mut Admission<'_>, gateway: &Gateway) {
    let resource = admission.resource;
    if admission.profile.gateway_names_checked && !name::is_label(&resource.key.name) {
        let message = format!("`{}` is no name for a Gateway: dots are not allowed in it", resource.key.name);
        admission.refuse("VAL-G1", resource.name_range, message, "Use letters, digits and dashes.");
    }
    if gateway.servers.is_empty() {
        let message = "This Gateway has no servers";
        admission.refuse(
            "VAL-G2",
            resource.name_range,
            message,
            "List at least one port with its hosts under `servers`.",
        );
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for server in &gateway.servers {
        check_server(admission, server);
        let Some(port) = &server.port else { continue };
        if !names.insert(&port.name.value) {
            let message = format!("Two servers of this Gateway name their port `{}`", port.name.value);
            admission.refuse("VAL-G8", port.name.range, message, "Give each port a name of its own.");
        }
    }
}

fn check_server(admission: &mut Admission<'_>, server: &Server) {
    if server.hosts.is_empty() {
        let help = "List hosts, or `*` for all.";
        admission.refuse("VAL-G3", first_byte(server.range), "This server has no hosts", help);
    }
    for host in &server.hosts {
        admission.gateway_host(host);
    }
    let socket = server.bind.as_ref().filter(|bind| bind.value.starts_with(UNIX));
    let checked = check_port(admission, server, socket);
    if admission.profile.checks_of_today {
        check_bind(admission, server, socket);
    }
    if let Some(tls) = &server.tls {
        admission.server_tls(tls);
    }
    if let Some(port) = checked {
        check_tls_of_port(admission, server, port);
    }
}

/// The port, if nothing is wrong with it.
fn check_port<'s>(
    admission: &mut Admission<'_>,
    server: &'s Server,
    socket: Option<&Spanned<String>>,
) -> Option<&'s Port> {
    let Some(port) = &server.port else {
        let help = "Set `port` with `number`, `name` and `protocol`.";
        admission.refuse("VAL-G5", first_byte(server.range), "This server has no port", help);
        return None;
    };
    let before = admission.misfits.len();
    if !gateway_protocol(admission, &port.protocol.value) {
        let message = format!("A Gateway does not speak `{}`", port.protocol.value);
        let help = "It speaks HTTP, HTTPS, HTTP2, GRPC, TLS, TCP, MONGO, REDIS and MYSQL.";
        let range = first_byte_if(port.protocol.value.is_empty(), port.protocol.range);
        admission.refuse("VAL-G5", range, message, help);
    }
    let zero_is_fine = !admission.profile.checks_of_today || socket.is_some();
    if port.number.value != 0 || !zero_is_fine {
        admission.port(
            "VAL-G5",
            "port.number",
            port.number.value,
            first_byte_if(port.number.value == 0, port.number.range),
        );
    }
    if let Some(target) = &port.target_port {
        let message = "`targetPort` has no effect in a Gateway and is refused";
        admission.refuse(
            "VAL-G5",
            target.range,
            message,
            "Delete it: the gateway's Service says the pods' port.",
        );
    }
    if port.name.value.is_empty() {
        admission.refuse(
            "VAL-G5",
            first_byte(port.name.range),
            "The server's port has no name",
            "Set `port.name`.",
        );
    }
    (admission.misfits.len() == before).then_some(port)
}

fn gateway_protocol(admission: &Admission<'_>, name: &str) -> bool {
    match Protocol::parse(name) {
        Protocol::Detected => false,
        Protocol::HttpProxy => admission.profile.checks_of_today,
        _ => true,
    }
}

fn check_bind(admission: &mut Admission<'_>, server: &Server, socket: Option<&Spanned<String>>) {
    match (socket, &server.bind) {
        (Some(socket), _) => {
            admission.socket("VAL-G6", "bind", &socket.value, socket.range);
            if let Some(port) = server.port.as_ref().filter(|port| port.number.value != 0) {
                let message = format!(
                    "A server on a socket has no port, so its number is 0, not {}",
                    port.number.value
                );
                admission.refuse("VAL-G6", port.number.range, message, "");
            }
        }
        (None, Some(bind)) => admission.bind_address("VAL-G6", bind),
        (None, None) => {}
    }
}

/// Whether the protocol and the TLS settings fit together.
fn check_tls_of_port(admission: &mut Admission<'_>, server: &Server, port: &Port) {
    let protocol = Protocol::parse(&port.protocol.value);
    let name = &port.protocol.value;
    match &server.tls {
        None if protocol.is_tls() => {
            let message = format!("This server speaks `{name}` and has no `tls`");
            admission.refuse(
                "VAL-G7",
                port.protocol.range,
                message,
                "Add `tls` with a mode and a certificate.",
            );
        }
        Some(tls) if protocol.is_http() && !redirects_only(tls) => {
            let message = format!("This server speaks plain `{name}` and cannot use a certificate");
            admission.refuse(
                "VAL-G7",
                first_byte(tls.range),
                message,
                "Set `protocol: HTTPS`, or keep `httpsRedirect` alone.",
            );
        }
        Some(tls) if !protocol.is_tls() && !protocol.is_http() => {
            let message = format!("This server speaks `{name}`, which takes no `tls`");
            admission.refuse(
                "VAL-G7",
                first_byte(tls.range),
                message,
                "Set `protocol: TLS`, or delete `tls`.",
            );
        }
        _ => {}
    }
    if let Some(redirect) = server.tls.as_ref().and_then(|tls| tls.https_redirect.as_ref())
        && redirect.value
        && !protocol.is_http()
    {
        let message = format!("`httpsRedirect` has no effect on a server that speaks `{name}`");
        admission.warn("VAL-G9", redirect.range, message, "Move it to the server with `protocol: HTTP`.");
    }
}

/// Whether TLS settings hold nothing that a plain server could not use.
fn redirects_only(tls: &ServerTls) -> bool {
    let passes = tls
        .mode
        .as_ref()
        .is_none_or(|mode| matches!(mode.value.as_str(), "PASSTHROUGH" | "AUTO_PASSTHROUGH"));
    passes && tls.ca_certificates.is_none() && tls.private_key.is_none() && tls.server_certificate.is_none()
}

/// The range of a value; where it is missing the reader gives that of the whole port.
fn first_byte_if(missing: bool, range: TextRange) -> TextRange {
    if missing { first_byte(range) } else { range }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const PORT: &str = "port: {number: 80, name: http, protocol: HTTP}";

    fn server(fields: &str) -> String {
        gateway(&format!("servers: [{{{fields}}}]"))
    }

    #[test]
    fn val_g1_names() {
        let spec = format!("servers: [{{hosts: ['*'], {PORT}}}]");
        fine(&named("Gateway", "a-b", &spec));
        refused(&named("Gateway", "a.b", &spec), &["VAL-G1"]);
        fine_in_1_1(&named("Gateway", "a.b", &spec));
    }

    #[test]
    fn val_g2_g3_servers_and_hosts() {
        refused(&gateway("selector: {istio: x}"), &["VAL-G2"]);
        refused(&gateway("servers: []"), &["VAL-G2"]);
        refused(&gateway("servers: [null]"), &["CRD-1"]);
        refused(&server(&format!("{PORT}, hosts: []")), &["VAL-G3"]);
    }

    #[test]
    fn val_g4_hosts() {
        let with = |host: &str| server(&format!("{PORT}, hosts: ['{host}']"));
        for host in ["*", "a.com", "*.com", "ns/a.com", "./*", "*/*", "ns/*", "*/a.com", "10.0.0.1"] {
            fine(&with(host));
        }
        for host in [
            "",
            "short",
            "/a.com",
            "ns/",
            "~/a.com",
            "a_b/x.com",
            "*foo.com",
            "*-a.com",
            "a_b.com",
            "a.*.com",
        ] {
            refused(&with(host), &["VAL-G4"]);
        }
        for host in ["*foo.com", "./*", "10.0.0.1", "*"] {
            fine_in_1_1(&with(host));
        }
        for host in ["*/*", "ns/*", "short"] {
            refused_in_1_1(&with(host), &["VAL-G4"]);
        }
    }

    #[test]
    fn val_g5_ports() {
        let with = |port: &str| server(&format!("port: {{{port}}}, hosts: ['*']"));
        for protocol in
            ["http", "HTTP2", "GRPC", "GRPC-Web", "HTTP_PROXY", "MONGO", "redis", "MYSQL", "TCP", "UDP"]
        {
            fine(&with(&format!("number: 1, name: a, protocol: {protocol}")));
        }
        for port in [
            "number: 80, name: a, protocol: FOO",
            "number: 80, name: a, protocol: ''",
            "number: 0, name: a, protocol: HTTP",
            "number: 65536, name: a, protocol: HTTP",
            "number: 80, name: '', protocol: HTTP",
            "number: 80, name: a, protocol: HTTP, targetPort: 8080",
        ] {
            refused(&with(port), &["VAL-G5"]);
        }
        refused(&server("hosts: ['*']"), &["CRD-1"]);
        fine_in_1_1(&with("number: 0, name: a, protocol: HTTP"));
        refused_in_1_1(&with("number: 1, name: a, protocol: HTTP_PROXY"), &["VAL-G5"]);
        refused_in_1_1(&server("hosts: ['*']"), &["VAL-G5"]);
    }

    #[test]
    fn val_g6_bind() {
        let with = |bind: &str, number: u32| {
            server(&format!(
                "bind: '{bind}', port: {{number: {number}, name: a, protocol: HTTP}}, hosts: ['*']"
            ))
        };
        fine(&with("10.1.2.3", 80));
        fine(&with("unix:///var/run/x", 0));
        fine(&with("unix://@x", 0));
        refused(&with("localhost", 80), &["VAL-G6"]);
        refused(&with("unix://run/x", 0), &["VAL-G6"]);
        refused(&with("unix:///var/run/", 0), &["VAL-G6"]);
        refused(&with("unix:///x", 80), &["VAL-G6"]);
        fine_in_1_1(&with("localhost", 80));
    }

    #[test]
    fn val_g7_tls_and_protocols() {
        let with = |protocol: &str, tls: &str| {
            server(&format!("port: {{number: 1, name: a, protocol: {protocol}}}, hosts: ['*']{tls}"))
        };
        refused(&with("HTTPS", ""), &["VAL-G7"]);
        refused(&with("TLS", ""), &["VAL-G7"]);
        refused(&with("HTTP", ", tls: {mode: SIMPLE, credentialName: a}"), &["VAL-G7"]);
        refused(&with("TCP", ", tls: {mode: PASSTHROUGH}"), &["VAL-G7"]);
        fine(&with("HTTP", ", tls: {httpsRedirect: true}"));
        fine(&with("HTTPS", ", tls: {mode: SIMPLE, credentialName: a}"));
        fine(&with("HTTP", ", tls: {}"));
    }

    #[test]
    fn val_g8_port_names() {
        let two = |name: &str| {
            gateway(&format!(
                "servers: [{{{PORT}, hosts: [a.com]}}, {{port: {{number: 81, name: {name}, protocol: HTTP}}, hosts: [b.com]}}]"
            ))
        };
        fine(&two("http-2"));
        refused(&two("http"), &["VAL-G8"]);
        refused_in_1_1(&two("http"), &["VAL-G8"]);
    }

    #[test]
    fn val_g9_redirects() {
        let text = server(
            "port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {httpsRedirect: true, mode: SIMPLE, credentialName: a}",
        );
        warned(&text, &["VAL-G9"]);
        fine_in_1_1(&text);
    }
}

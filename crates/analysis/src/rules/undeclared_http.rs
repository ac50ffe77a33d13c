use std::collections::BTreeMap;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, Protocol, ServiceId, ServicePort, names::MESH},
    resource::{Body, ResourceId},
};

pub(super) static RULE: Rule = Rule {
    code: "undeclared-http",
    severity: Severity::Warning,
    aliases: &["IST0118", "IST0150", "KIA0601", "KIA0602"],
    docs: include_str!("undeclared_http.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    // The VirtualServices with rules for HTTP, each with its host clause, by service.
    let mut wanted: BTreeMap<ServiceId, Vec<Origin>> = BTreeMap::new();
    for &id in mesh.bound_to(MESH) {
        let spec = mesh.virtual_service(id);
        if spec.http.is_empty() {
            continue;
        }
        for (host, clause) in mesh.hosts(id).iter().zip(&spec.hosts) {
            for &service in mesh.services_of(host).iter().filter(|it| !mesh.service(**it).assumed()) {
                let clauses = wanted.entry(service).or_default();
                if clauses.last().is_none_or(|last| last.resource != id) {
                    clauses.push(Origin { resource: id, range: clause.range });
                }
            }
        }
    }
    for (id, clauses) in &wanted {
        let service = mesh.service(*id);
        let Some(resource) = service.resource else { continue };
        let tcp: Vec<&ServicePort> = service.ports.iter().filter(|it| it.protocol != Protocol::Udp).collect();
        if !tcp.is_empty() && !tcp.iter().any(|port| port.protocol.is_http()) {
            report(analysis, cx, resource, &tcp, clauses);
        }
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    resource: ResourceId,
    ports: &[&ServicePort],
    clauses: &[Origin],
) {
    let mesh = &analysis.effective.mesh;
    let ids = clauses.iter().map(|clause| clause.resource);
    let senders = words::names(mesh, ids);
    let called = words::called(mesh.resource(resource));
    let detected: Vec<&&ServicePort> =
        ports.iter().filter(|port| port.protocol == Protocol::Detected).collect();
    let (message, at) = match detected.first() {
        Some(first) => {
            let numbers = numbers(detected.iter().map(|port| port.number));
            let (noun, says) = words::plural(detected.len(), ("Port", "does"), ("Ports", "do"));
            let message = format!(
                "{noun} {numbers} of {called} {says} not say that it is HTTP, so the rules of {senders} are used only \
                 for connections that look like HTTP from their first bytes. A client that waits for the server to \
                 speak first is held up meanwhile.",
            );
            (message, first.number)
        }
        None => {
            let Some(first) = ports.first() else { return };
            let all = numbers(ports.iter().map(|port| port.number));
            let noun = words::plural(ports.len(), "port", "ports");
            let message = format!(
                "The HTTP rules of {senders} do not apply to sidecars' requests to {called}: {}.",
                match first.protocol.is_tls() {
                    true => format!(
                        "its {noun} {all} {} TLS, inside which no request can be seen",
                        words::plural(ports.len(), "carries", "carry")
                    ),
                    false => format!(
                        "its {noun} {all} {} not HTTP to Istio but {}",
                        words::plural(ports.len(), "is", "are"),
                        why(mesh, resource, first)
                    ),
                }
            );
            (message, first.number)
        }
    };
    let range = port_range(mesh, resource, at);
    let finding = cx.report(Label::at(analysis, Origin { resource, range }, ""), message);
    if !detected.is_empty() {
        finding.severity = Severity::Info;
    }
    finding
        .related
        .extend(clauses.iter().take(4).map(|&clause| Label::at(analysis, clause, "has rules for HTTP")));
    finding.help = Some(
        match (&mesh.resource(resource).body, ports.first().is_some_and(|port| port.protocol.is_tls())) {
            (_, true) => "Write the rules under `tls`, or send plain HTTP to a port that says so.".into(),
            (Body::Service(_), _) => {
                "If it is HTTP, set `appProtocol: http`, or begin the port's name with `http`.".into()
            }
            _ => "If it is HTTP, set `protocol: HTTP`.".into(),
        },
    );
    finding.ids = vec!["SC-14", "SC-8"];
}

fn numbers(ports: impl Iterator<Item = u32>) -> String {
    words::and(ports.map(|number| number.to_string()))
}

/// What a port is to Istio, and by what.
fn why(mesh: &Mesh, resource: ResourceId, port: &ServicePort) -> String {
    let protocol = port.protocol.as_str();
    let Body::Service(spec) = &mesh.resource(resource).body else { return protocol.to_owned() };
    let Some(written) = spec.ports.iter().find(|it| it.number.value == port.number) else {
        return protocol.to_owned();
    };
    let named = |text: &str| {
        let known = Protocol::of_kubernetes_port(0, text, None, None);
        known == port.protocol
    };
    let app = written.app_protocol.as_ref().filter(|_| mesh.profile.protocol_sniffing);
    match (app, &written.name) {
        (Some(app), _) if named(&app.value) => format!("{protocol} by `appProtocol: {}`", app.value),
        (None, Some(name)) if named(&name.value) => format!("{protocol} by its name `{}`", name.value),
        (None, _) if !mesh.profile.protocol_sniffing => {
            format!("{protocol}, as its name does not say otherwise")
        }
        _ => format!("{protocol} by its number"),
    }
}

/// Where a port says what it is: its name, else its number.
fn port_range(mesh: &Mesh, resource: ResourceId, number: u32) -> pilothouse_syntax::TextRange {
    let resource = mesh.resource(resource);
    let found = match &resource.body {
        Body::Service(spec) => spec.ports.iter().find(|port| port.number.value == number).map(|port| {
            let said = port.app_protocol.as_ref().or(port.name.as_ref());
            said.map_or(port.number.range, |said| said.range)
        }),
        Body::ServiceEntry(spec) => {
            spec.ports.iter().find(|port| port.number.value == number).map(|port| {
                if port.protocol.value.is_empty() { port.number.range } else { port.protocol.range }
            })
        }
        _ => None,
    };
    found.unwrap_or(resource.name_range)
}

use super::{
    Label, Rule, RuleContext, Severity,
    destinations::{self, Written},
    lost_destinations::{Lost, LostDestination},
    words,
};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Protocol, Service},
    resource::{kubernetes::TargetPort, virtual_service::Destination},
};

pub(super) static RULE: Rule = Rule {
    code: "unknown-port",
    severity: Severity::Error,
    aliases: &["IST0101", "IST0112"],
    docs: include_str!("unknown_port.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let facts = cx.facts;
    let mut written = Written::default();
    for lost in facts.lost_destinations(analysis) {
        let (port, is_written) = match lost.lost {
            Lost::Port(port) => (port, true),
            Lost::TakenPort(port) => (port, false),
            Lost::Host | Lost::Hidden => continue,
        };
        report(analysis, cx, &mut written, lost, port, is_written);
    }
}

fn report<'a>(
    analysis: &'a Analysis,
    cx: &mut RuleContext<'_>,
    written: &mut Written<'a>,
    lost: &LostDestination,
    port: u32,
    is_written: bool,
) {
    let mesh = &analysis.effective.mesh;
    let mut clauses =
        lost.places.keys().map(|origin| (*origin, written.at(mesh, origin.resource, origin.range)));
    let Some((first, clause)) = clauses.next() else { return };
    let services: Vec<&Service> = mesh.services_of(&lost.host).iter().map(|&id| mesh.service(id)).collect();
    let Some(owner) = services.iter().find_map(|service| service.resource) else { return };
    let called = clause.map_or(lost.host.as_str(), |destination| destination.host.value.as_str());
    let sender = words::name(mesh.resource(lost.id));
    let target = format!("port {port} of `{}`", words::shortened(called));
    let what = destinations::fate(&sender, &target, "", &lost.places);
    let service = words::called(mesh.resource(owner));
    let ports = ports(&services);
    let noun = words::plural(ports.len(), "port", "ports");
    let has = match &ports[..] {
        [] => format!("{service} has no ports"),
        ports => format!("{service} has {noun} {}", words::and(ports.iter().map(ToString::to_string))),
    };
    let message = match behind(&services, port) {
        _ if !is_written => {
            format!("{what} The destination names no port, so the one that was called is taken, and {has}.")
        }
        Some(front) => format!("{what} {has}: {port} is the port of the pods behind {front}."),
        None => format!("{what} {has}."),
    };
    let place = |origin: Origin, clause: Option<&Destination>| {
        let range = clause.map(|clause| clause.port.as_ref().map_or(clause.host.range, |port| port.range));
        Origin { range: range.unwrap_or(origin.range), ..origin }
    };
    let others: Vec<Label> = clauses
        .map(|(origin, clause)| Label::at(analysis, place(origin, clause), "here as well").same())
        .collect();
    let finding = cx.report(Label::at(analysis, place(first, clause), ""), message);
    if destinations::only_copies(&lost.places) {
        finding.severity = Severity::Warning;
    }
    finding.related = others;
    finding.related.push(Label::named(analysis, owner, "has other ports"));
    finding.help = Some(match (behind(&services, port), &ports[..]) {
        (Some(front), _) => format!("Write `port: {{number: {front}}}`."),
        (None, [only]) => format!("Write `port: {{number: {only}}}`, or give the port {port} to {service}."),
        (None, _) => format!("Write the number of one of its ports, or give the port {port} to {service}."),
    });
    finding.ids = vec!["SUB-1", "SUB-3"];
    finding.proxy = lost.shown_on(analysis);
}

/// The ports of services that share a host, each once.
fn ports(services: &[&Service]) -> Vec<u32> {
    let ports = services.iter().flat_map(|service| &service.ports);
    words::distinct(ports.filter(|port| port.protocol != Protocol::Udp).map(|port| port.number))
}

/// The port in front of one of the pods.
fn behind(services: &[&Service], port: u32) -> Option<u32> {
    let mut ports = services.iter().flat_map(|service| &service.ports);
    ports.find(|it| it.target == TargetPort::Number(port)).map(|it| it.number)
}

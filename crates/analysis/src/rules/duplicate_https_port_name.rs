use std::collections::BTreeSet;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::{DropReason, Dropped, Origin},
    fix::{Change, Fix, Scalar, Spot},
    mesh::{Mesh, Proxy, ProxyKind},
    resource::gateway::Server,
};

pub(super) static RULE: Rule = Rule {
    code: "duplicate-https-port-name",
    severity: Severity::Error,
    aliases: &[],
    docs: include_str!("duplicate_https_port_name.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    if analysis.effective.mesh.profile.https_routes_carry_gateway {
        return;
    }
    let mut seen = BTreeSet::new();
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        for dropped in &analysis.effective.proxy(&binding.proxy).dropped {
            if let DropReason::PortNameTaken { port, name } = &dropped.reason
                && seen.insert(dropped.origin)
            {
                report(analysis, cx, &binding.proxy, dropped, *port, name);
            }
        }
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    proxy: &Proxy,
    dropped: &Dropped,
    port: u32,
    name: &str,
) {
    let mesh = &analysis.effective.mesh;
    let Some(winner) = dropped.winner else { return };
    let servers = |origin: Origin| mesh.gateway(origin.resource).servers.iter();
    let Some(lost) = servers(dropped.origin).find(|server| server.range == dropped.origin.range) else {
        return;
    };
    let hosts = words::quoted(lost.hosts.iter().map(|host| host.value.as_str()));
    let (loser, keeper) =
        (words::name(mesh.resource(dropped.origin.resource)), words::name(mesh.resource(winner.resource)));
    let (why, known) = words::precedence(mesh, winner.resource, dropped.origin.resource);
    let chance = if known { "" } else { " Of Gateways of one age Istio 1.1 picks one at random." };
    let message = format!(
        "Nothing serves {hosts} on port {port}: the server of Gateway {loser} is dropped. Its port is called `{name}` \
         like that of Gateway {keeper}, which is {why}, and of one workload Istio 1.1 keeps one HTTPS server for each \
         name.{chance}"
    );
    let kept =
        servers(winner).find(|server| server.port.as_ref().is_some_and(|port| port.range == winner.range));
    let finding = cx.report(Label::at(analysis, port_name(dropped.origin, lost), ""), message);
    let label = "this server keeps the name";
    finding.related.push(Label::at(analysis, kept.map_or(winner, |server| port_name(winner, server)), label));
    let free = format!("{name}-{}", own_part(mesh, dropped.origin));
    finding.help = Some(format!("Give the port a name of its own, such as `{free}`."));
    if let Some(written) = lost.port.as_ref().map(|port| port.name.range) {
        let at = Spot::of(analysis, Origin { range: written, ..dropped.origin });
        let title = format!("Call the port `{free}`");
        finding.fixes.push(Fix::new(title, vec![Change::Replace { at, with: Scalar::Text(free) }]));
    }
    finding.ids = vec![dropped.reason.id(), "GW-3"];
    finding.proxy = Some(proxy.to_string());
}

fn port_name(server: Origin, clause: &Server) -> Origin {
    let name = clause.port.as_ref().map(|port| port.name.range);
    Origin { range: name.unwrap_or(server.range), ..server }
}

fn own_part(mesh: &Mesh, origin: Origin) -> String {
    mesh.resource(origin.resource).key.name.to_lowercase()
}

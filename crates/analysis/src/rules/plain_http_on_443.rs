use super::{Label, Rule, RuleContext, Severity, words};
use crate::{Analysis, effective::Origin, mesh::Protocol};

pub(super) static RULE: Rule = Rule {
    code: "plain-http-on-443",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("plain_http_on_443.md"),
    check,
};

/// The port to which browsers speak TLS.
const HTTPS: u32 = 443;

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    for &id in &mesh.gateways {
        for server in &mesh.gateway(id).servers {
            let Some(port) = &server.port else { continue };
            if port.number.value != HTTPS || !Protocol::parse(&port.protocol.value).is_http() {
                continue;
            }
            let hosts = words::quoted(
                server
                    .hosts
                    .iter()
                    .map(|host| host.value.split_once('/').map_or(host.value.as_str(), |(_, host)| host)),
            );
            let message = format!(
                "Gateway {} speaks plain HTTP on port 443 for {hosts}: browsers that open an `https` address fail there, \
                 as their TLS greeting is no HTTP request. It works only behind something that takes TLS off.",
                words::name(mesh.resource(id)),
            );
            let range = port.protocol.range;
            let finding = cx.report(Label::at(analysis, Origin { resource: id, range }, ""), message);
            finding.help = Some(
                "Set `protocol: HTTPS` with `tls` and a certificate, or move plain HTTP to port 80.".into(),
            );
            finding.ids = vec!["GW-1"];
        }
    }
}

//! What is refused of TLS and TCP rules (VAL-V21, VAL-V22).

use pilothouse_syntax::Spanned;

use super::{Admission, address::is_ip, virtual_service::Context};
use crate::resource::{
    check::first_byte,
    virtual_service::{L4Match, TcpRoute, TlsRoute},
};

pub(super) fn tls_rule(admission: &mut Admission<'_>, rule: &TlsRoute, context: &Context) {
    if rule.matches.is_empty() {
        let help = "Add `match` with `sniHosts`.";
        admission.refuse("VAL-V21", first_byte(rule.range), "A TLS rule needs at least one condition", help);
    }
    for block in &rule.matches {
        if block.sni_hosts.is_empty() {
            let message = "A TLS rule's condition needs server names";
            admission.refuse("VAL-V21", first_byte(block.range), message, "List them in `sniHosts`.");
        }
        for name in &block.sni_hosts {
            server_name(admission, name, context);
        }
        admission.l4_match("VAL-V21", block);
        admission.gateway_names("VAL-V21", &block.gateways);
    }
    if rule.route.is_empty() && admission.profile.checks_of_today {
        admission.refuse("VAL-V21", first_byte(rule.range), "This TLS rule leads nowhere", "Add `route`.");
    }
    admission.l4_destinations(&rule.route);
}

pub(super) fn tcp_rule(admission: &mut Admission<'_>, rule: &TcpRoute) {
    for block in &rule.matches {
        admission.l4_match("VAL-V22", block);
        // Istio loses the warnings it has here.
        admission.quietly(|it| it.gateway_names("VAL-V22", &block.gateways));
        if let Some(subnet) = super::filled(block.source_subnet.as_ref()) {
            admission.subnet("VAL-V22", "sourceSubnet", subnet);
        }
    }
    if rule.route.is_empty() && admission.profile.checks_of_today {
        admission.refuse("VAL-V22", first_byte(rule.range), "This TCP rule leads nowhere", "Add `route`.");
    }
    admission.l4_destinations(&rule.route);
}

fn server_name(admission: &mut Admission<'_>, name: &Spanned<String>, context: &Context) {
    if let Err(reason) = admission.domain(&name.value, context.not_mesh) {
        if !is_ip(&name.value) {
            let message = format!("`{}` is no server name: {reason}", name.value);
            admission.refuse("VAL-V21", name.range, message, "");
            return;
        }
        let message = format!("`{}` is an address, and clients send names only", name.value);
        admission.warn("VAL-V21", name.range, message, "Write the host name that clients use.");
        if admission.profile.checks_of_today {
            return;
        }
    }
    if context.hosts.most_specific(&name.value).is_none() {
        let message = format!("The server name `{}` is none of the hosts of this VirtualService", name.value);
        admission.refuse("VAL-V21", name.range, message, "Add it to `hosts`, written in the same way.");
    }
}

impl Admission<'_> {
    fn l4_match(&mut self, id: &'static str, block: &L4Match) {
        for subnet in &block.destination_subnets {
            self.subnet(id, "destinationSubnets", subnet);
        }
        if let Some(port) = block.port.as_ref().filter(|port| port.value != 0) {
            self.port(id, "port", port.value, port.range);
        }
        self.labels(id, "sourceLabels", &block.source_labels, block.source_labels_range);
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const ROUTE: &str = "route: [{destination: {host: a}}]";

    #[test]
    fn val_v21_tls_rules() {
        let rule = |fields: &str| virtual_service(&format!("hosts: [a.com, '*.b.com'], tls: [{{{fields}}}]"));
        let when = |block: &str| rule(&format!("match: [{{{block}}}], {ROUTE}"));
        for good in [
            "sniHosts: [a.com, x.b.com, '*.b.com', '*.x.b.com']",
            "sniHosts: [a.com], destinationSubnets: [10.0.0.0/8, '2001::/16', 1.2.3.4], port: 443, gateways: [mesh]",
        ] {
            fine(&when(good));
        }
        warned(&when("sniHosts: [1.2.3.4]"), &["VAL-V21"]);
        warned(&when("sniHosts: [a.com], gateways: [gw.ns]"), &["VAL-V21"]);
        for bad in [
            "sniHosts: []",
            "sniHosts: [c.com]",
            "sniHosts: [A.com]",
            "sniHosts: [b.com]",
            "sniHosts: ['*']",
            "sniHosts: [a_b]",
            "sniHosts: [a.com], destinationSubnets: [x]",
            "sniHosts: [a.com], destinationSubnets: [10.0.0.0/33]",
            "sniHosts: [a.com], port: 65536",
            "sniHosts: [a.com], sourceLabels: {'a b': c}",
            "sniHosts: [a.com], gateways: [./a]",
        ] {
            refused(&when(bad), &["VAL-V21"]);
        }
        refused(&rule(&format!("match: [], {ROUTE}")), &["VAL-V21"]);
        refused(&rule("match: [{sniHosts: [a.com]}]"), &["VAL-V21"]);
        refused(&rule(ROUTE), &["CRD-2"]);
        refused(&when(""), &["CRD-2"]);
        refused(&rule(&format!("match: [null], {ROUTE}")), &["CRD-2"]);
        refused_in_1_1(&rule(ROUTE), &["VAL-V21"]);
        refused_in_1_1(&when("sniHosts: [a.com], destinationSubnets: ['2001::/16']"), &["VAL-V21"]);
        refused_in_1_1(&when("sniHosts: [1.2.3.4]"), &["VAL-V21"]);
        fine_in_1_1(&rule("match: [{sniHosts: [a.com]}]"));
    }

    #[test]
    fn val_v22_tcp_rules() {
        let rule = |fields: &str| virtual_service(&format!("hosts: [a.com], tcp: [{{{fields}}}]"));
        fine(&rule(ROUTE));
        fine(&rule(&format!(
            "match: [{{port: 80, gateways: [gw.ns], destinationSubnets: [10.0.0.0/8]}}], {ROUTE}"
        )));
        for bad in ["port: 65536", "gateways: [./a]", "destinationSubnets: [x]", "sourceLabels: {'': c}"] {
            refused(&rule(&format!("match: [{{{bad}}}], {ROUTE}")), &["VAL-V22"]);
        }
        refused(&rule("match: [{port: 80}]"), &["VAL-V22"]);
        refused(&rule(&format!("match: [null], {ROUTE}")), &["CRD-2"]);
        fine_in_1_1(&rule("match: [{port: 80}]"));
        refused_in_1_1(&rule(&format!("match: [{{sourceSubnet: '::1'}}], {ROUTE}")), &["VAL-V22"]);
    }
}

//! What is refused of VirtualServices as a whole (VAL-V1 to VAL-V6, VAL-V23).

use std::collections::BTreeSet;

use pilothouse_syntax::Spanned;

use super::{Admission, Reason, address::is_ip, export::Export, header, http_rule, l4, name, unreachable};
use crate::{
    mesh::{
        host::{HostMap, is_wildcard, matches},
        names::MESH,
    },
    resource::virtual_service::VirtualService,
};

/// What the rules must know of the VirtualService they are in.
pub(super) struct Context {
    /// Its hosts, as far as TLS rules need them.
    pub(super) hosts: HostMap<()>,
    /// Whether it has no hosts and is a delegate.
    pub(super) delegate: bool,
    /// Whether it is bound to gateways and not to the mesh.
    pub(super) gateways_only: bool,
    /// Whether `mesh` is not among its gateways: what server names go by, also where no gateway is named at all.
    pub(super) not_mesh: bool,
}

pub(super) fn check(admission: &mut Admission<'_>, service: &VirtualService) {
    let place = admission.resource.name_range;
    let not_mesh = service.gateways.iter().all(|gateway| gateway.value != MESH);
    let mut hosts = HostMap::default();
    for host in service.hosts.iter().filter(|_| !service.tls.is_empty()) {
        hosts.entry(&host.value);
    }
    let context = Context {
        hosts,
        delegate: service.hosts.is_empty(),
        gateways_only: not_mesh && !service.gateways.is_empty(),
        not_mesh,
    };
    if context.delegate {
        delegate(admission, service);
    }
    admission.gateway_names("VAL-V2", &service.gateways);
    if !context.gateways_only {
        claims(admission, service);
    }
    check_hosts(admission, service, &context);
    if service.http.is_empty() && service.tls.is_empty() && service.tcp.is_empty() {
        let message = "This VirtualService has no rules";
        admission.refuse("VAL-V6", place, message, "Add `http`, `tls` or `tcp`.");
    }
    for rule in &service.http {
        http_rule::check(admission, rule, &context);
    }
    for rule in &service.tls {
        l4::tls_rule(admission, rule, &context);
    }
    for rule in &service.tcp {
        l4::tcp_rule(admission, rule);
    }
    admission.export_to("VAL-V23", &service.export_to, Export::Plain);
    if admission.warns {
        unreachable::check(admission, service);
    }
}

/// A VirtualService without hosts can only lend its HTTP rules (VAL-V1).
fn delegate(admission: &mut Admission<'_>, service: &VirtualService) {
    let place = admission.resource.name_range;
    if !admission.profile.delegates {
        admission.refuse(
            "VAL-V1",
            place,
            "This VirtualService has no hosts",
            "List at least one under `hosts`.",
        );
        return;
    }
    let help = "Add `hosts` if it is no delegate.";
    if let Some(gateway) = service.gateways.first() {
        let message = "Without `hosts` this is a delegate, and a delegate has no gateways of its own";
        admission.refuse("VAL-V1", gateway.range, message, help);
    }
    let l4 = service.tls.first().map(|rule| ("tls", rule.range));
    if let Some((what, _)) = l4.or(service.tcp.first().map(|rule| ("tcp", rule.range))) {
        let message =
            format!("Without `hosts` this is a delegate, and a delegate has HTTP rules only, no `{what}`");
        admission.refuse("VAL-V1", place, message, help);
    }
}

/// Claims of tokens are known at gateways only (VAL-V3).
fn claims(admission: &mut Admission<'_>, service: &VirtualService) {
    for block in service.http.iter().flat_map(|rule| &rule.matches) {
        for (name, condition) in block.headers.iter().chain(&block.without_headers) {
            if header::is_claim(name) && admission.profile.checks_of_today {
                let message = format!("`{name}` asks for a claim of a token, which only gateways know");
                let help = "Bind the VirtualService to gateways and not to `mesh`.";
                admission.refuse("VAL-V3", condition.name, message, help);
            }
        }
    }
}

fn check_hosts(admission: &mut Admission<'_>, service: &VirtualService, context: &Context) {
    let server_names = context.gateways_only
        && service.tls.iter().flat_map(|rule| &rule.matches).any(|it| !it.sni_hosts.is_empty());
    let mut all_good = true;
    for host in &service.hosts {
        if let Err(reason) = admission.domain(&host.value, server_names) {
            if !is_ip(&host.value) {
                all_good = false;
                let message = format!("`{}` is no host: {reason}", host.value);
                let help = "Write a name such as `shop.example.com`, a wildcard such as `*.example.com`, or an IP address.";
                admission.refuse("VAL-V4", host.range, message, help);
            }
        } else if host.value == "*" && !context.gateways_only {
            all_good = false;
            let message =
                "The host `*` is only possible on gateways, and this VirtualService is for the mesh";
            admission.refuse(
                "VAL-V4",
                host.range,
                message,
                "Name the hosts, or name gateways without `mesh`.",
            );
        }
    }
    if all_good {
        distinct_hosts(admission, &service.hosts);
    }
}

/// No host may stand for what another one stands for too (VAL-V5).
fn distinct_hosts(admission: &mut Admission<'_>, hosts: &[Spanned<String>]) {
    let mut exact: BTreeSet<&str> = BTreeSet::new();
    let mut wildcards: Vec<&str> = Vec::new();
    for host in hosts {
        let name = host.value.as_str();
        // Two plain names only meet when they are equal, so just wildcards are compared one by one.
        let taken = match is_wildcard(name) {
            true => exact.iter().chain(&wildcards).find(|other| matches(other, name)),
            false => exact.get(name).or_else(|| wildcards.iter().find(|other| matches(other, name))),
        };
        if let Some(other) = taken {
            let message = match *other == name {
                true => format!("The host `{name}` is listed twice"),
                false => format!("The hosts `{other}` and `{name}` of one VirtualService overlap"),
            };
            admission.refuse(
                "VAL-V5",
                host.range,
                message,
                "Move one of them to a VirtualService of its own.",
            );
        }
        if is_wildcard(name) { wildcards.push(name) } else { _ = exact.insert(name) }
    }
}

impl Admission<'_> {
    /// A name, or a wildcard; with `server_names` also the names that Istio gives to services for
    /// `AUTO_PASSTHROUGH`.
    pub(super) fn domain(&self, name: &str, server_names: bool) -> Result<(), Reason> {
        let generated = || {
            name.match_indices("outbound_")
                .filter_map(|(at, start)| name[at + start.len()..].chars().nth(1))
                .any(|digit| ('0'..='8').contains(&digit))
        };
        if server_names && self.profile.checks_of_today && name.split('.').next() == Some("outbound_") {
            return if generated() { Ok(()) } else { Err("`outbound_` must be followed by a port".into()) };
        }
        name::wildcard_domain(name, self.profile)
    }

    /// References to gateways; looking at them ends with the first that has no namespace (VAL-V2).
    pub(super) fn gateway_names(&mut self, id: &'static str, gateways: &[Spanned<String>]) {
        for Spanned { value, range } in gateways {
            let Some((namespace, gateway)) = value.split_once('/') else {
                if let Some((gateway, rest)) = value.split_once('.') {
                    let namespace = rest.split('.').next().unwrap_or_default();
                    let message = format!("`{value}` names a gateway in an outdated way");
                    self.warn(id, *range, message, &format!("Write `{namespace}/{gateway}`."));
                }
                if let Err(reason) = name::fqdn(value, self.profile) {
                    self.refuse(id, *range, format!("`{value}` is no name of a gateway: {reason}"), "");
                }
                return;
            };
            let checked = match namespace {
                "." | "*" => Err(format!("`{namespace}` cannot stand for a namespace here")),
                _ => name::label(namespace).and_then(|()| name::label(gateway)),
            };
            if let Err(reason) = checked {
                let message = format!("`{value}` names no gateway: {reason}");
                let help =
                    "Write `namespace/name`, the name alone for this namespace, or `mesh` for sidecars.";
                self.refuse(id, *range, message, help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const RULE: &str = "http: [{route: [{destination: {host: a}}]}]";

    fn with(fields: &str) -> String {
        virtual_service(&format!("{RULE}, {fields}"))
    }

    #[test]
    fn val_v1_delegates() {
        fine(&virtual_service(RULE));
        refused(&with("gateways: [a/b]"), &["VAL-V1"]);
        refused(&virtual_service("tcp: [{route: [{destination: {host: a}}]}]"), &["VAL-V1"]);
        refused(
            &with("tls: [{match: [{sniHosts: [a.com]}], route: [{destination: {host: a}}]}]"),
            &["VAL-V1", "VAL-V21"],
        );
        refused_in_1_1(&virtual_service(RULE), &["VAL-V1"]);
    }

    #[test]
    fn val_v2_gateways() {
        let gateways = |list: &str| with(&format!("hosts: [a.com], gateways: {list}"));
        for good in ["[mesh]", "[a/b, mesh]", "[gw]", "[gw, './x']"] {
            fine(&gateways(good));
        }
        for bad in
            ["[./gw]", "['*/gw']", "[a/b.c]", "[/gw]", "[a/]", "[a_b]", "['']", "[a/b/c]", "[a/b, ./gw]"]
        {
            refused(&gateways(bad), &["VAL-V2"]);
        }
        warned(&gateways("[gw.ns]"), &["VAL-V2"]);
        warned(&gateways("[gw.ns.svc.cluster.local]"), &["VAL-V2"]);
        fine_in_1_1(&gateways("[gw.ns]"));
        refused_in_1_1(&gateways("[./gw]"), &["VAL-V2"]);
    }

    #[test]
    fn val_v3_claims() {
        let rule = "http: [{match: [{headers: {'@request.auth.claims.sub': {exact: a}}}], route: [{destination: {host: a}}]}]";
        fine(&virtual_service(&format!("hosts: [a.com], gateways: [a/b], {rule}")));
        refused(&virtual_service(&format!("hosts: [a.com], {rule}")), &["VAL-V3"]);
        refused(&virtual_service(&format!("hosts: [a.com], gateways: [a/b, mesh], {rule}")), &["VAL-V3"]);
        refused(
            &virtual_service(&format!("hosts: [a.com], {}", rule.replace("headers", "withoutHeaders"))),
            &["VAL-V3"],
        );
    }

    #[test]
    fn val_v4_hosts() {
        let hosts = |list: &str| with(&format!("hosts: {list}"));
        for good in
            ["[a]", "[a.com]", "['*.com']", "['*foo.com']", "['*-x.com']", "[1.2.3.4]", "['::1']", "[a.com.]"]
        {
            fine(&hosts(good));
        }
        for bad in ["['']", "['foo.*']", "[a_b]", "[a..b]", "[foo.1]", "['*']", "['a.com:80']"] {
            refused(&hosts(bad), &["VAL-V4"]);
        }
        fine(&with("hosts: ['*'], gateways: [a/b]"));
        refused(&with("hosts: ['*'], gateways: [a/b, mesh]"), &["VAL-V4"]);
        let server_name = "outbound_.80_._.a.default.svc.cluster.local";
        let tls = format!(
            "tls: [{{match: [{{sniHosts: [{server_name}]}}], route: [{{destination: {{host: a}}}}]}}]"
        );
        fine(&virtual_service(&format!("hosts: [{server_name}], gateways: [a/b], {tls}")));
        refused(&virtual_service(&format!("hosts: [{server_name}], gateways: [a/b], {RULE}")), &["VAL-V4"]);
    }

    #[test]
    fn val_v5_overlapping_hosts() {
        let hosts = |list: &str| with(&format!("hosts: {list}, gateways: [a/b]"));
        for good in ["[a.com, b.com]", "[a.com, A.com]", "['*.foo.com', foo.com]", "[a, a.com]"] {
            fine(&hosts(good));
        }
        for bad in [
            "[a.com, a.com]",
            "['*.foo.com', a.foo.com]",
            "[a.foo.com, '*.foo.com']",
            "['*.com', '*.foo.com']",
            "['*', a.com]",
        ] {
            refused(&hosts(bad), &["VAL-V5"]);
        }
        refused(&hosts("[a.com, a.com, a_b]"), &["VAL-V4"]);
        refused_in_1_1(&hosts("[a.com, a.com]"), &["VAL-V5"]);
    }

    #[test]
    fn val_v6_rules() {
        refused(&virtual_service("hosts: [a.com]"), &["VAL-V6"]);
        refused(&virtual_service("hosts: [a.com], http: []"), &["VAL-V6"]);
        refused(&virtual_service("hosts: [a.com], http: [null]"), &["CRD-2"]);
        refused_in_1_1(&virtual_service("hosts: [a.com], http: [null]"), &["CRD-7"]);
    }

    #[test]
    fn val_v23_export_to() {
        fine(&with("hosts: [a.com], exportTo: [a, b]"));
        refused(&with("hosts: [a.com], exportTo: ['*', b]"), &["VAL-V23"]);
        refused_in_1_1(&with("hosts: [a.com], exportTo: [b]"), &["VAL-V23"]);
    }

    #[test]
    fn internal_annotations() {
        for name in
            ["istio.io/dry-run", "internal.istio.io/parents", "internal.istio.io/webhook-always-reject"]
        {
            let text = with("hosts: [a.com]")
                .replace("{name: 'a'}", &format!("{{name: a, annotations: {{{name}: x}}}}"));
            refused(&text, &[""]);
        }
    }
}

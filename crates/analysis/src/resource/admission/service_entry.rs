//! What is refused of ServiceEntries (VAL-S1 to VAL-S10).

use std::collections::BTreeSet;

use pilothouse_syntax::Spanned;

use super::{Admission, export::Export, name};
use crate::{
    mesh::Protocol,
    resource::{check::first_byte, gateway::Port, service_entry::ServiceEntry},
};

/// Labels that keep istiod from giving addresses to an entry.
const NO_ADDRESSES: &str = "networking.istio.io/enable-autoallocate-ip";

pub(super) fn check(admission: &mut Admission<'_>, entry: &ServiceEntry) {
    if let Some(selector) = &entry.workload_selector
        && !admission.selector("VAL-S1", &selector.value, first_byte(selector.range))
    {
        return;
    }
    if let (Some(endpoints), Some(_)) = (entry.endpoints_range, &entry.workload_selector) {
        let message = "`endpoints` and `workloadSelector` cannot stand together";
        admission.refuse("VAL-S1", first_byte(endpoints), message, "Keep one of them.");
    }
    let resolution = entry.resolution.as_ref().map_or("NONE", |resolution| resolution.value.as_str());
    hosts(admission, entry, resolution);
    addresses(admission, entry, resolution);
    ports(admission, entry, resolution);
    match resolution {
        "NONE" => none(admission, entry),
        "STATIC" => admission.static_endpoints(entry),
        "DYNAMIC_DNS" => dynamic(admission, entry),
        _ => admission.dns(entry, resolution),
    }
    if resolution != "NONE" && entry.hosts.len() > 1 {
        let plain = entry.ports.iter().find(|port| {
            let protocol = Protocol::parse(&port.protocol.value);
            !protocol.is_http() && !protocol.is_tls()
        });
        if let Some(port) = plain {
            let message = "Several hosts can share a port only if requests name theirs, as HTTP and TLS do";
            let help = "Make an entry of each host, or set `protocol: HTTP` or `TLS`.";
            admission.refuse("VAL-S9", first_byte(port.range), message, help);
        }
    }
    admission.export_to("VAL-S10", &entry.export_to, Export::ServiceEntry);
}

fn hosts(admission: &mut Admission<'_>, entry: &ServiceEntry, resolution: &str) {
    if entry.hosts.is_empty() {
        let place = admission.resource.name_range;
        admission.refuse(
            "VAL-S2",
            place,
            "This ServiceEntry has no hosts",
            "List at least one under `hosts`.",
        );
    }
    for host in &entry.hosts {
        let checked = match host.value.as_str() {
            "*" => Err("`*` alone stands for everything".into()),
            name => name::wildcard_domain(name, admission.profile),
        };
        if let Err(reason) = checked {
            let message = format!("A ServiceEntry cannot be for `{}`: {reason}", host.value);
            admission.refuse("VAL-S2", host.range, message, "Write a name such as `api.example.com`.");
        } else if name::is_partial_wildcard(&host.value) && resolution != "DYNAMIC_DNS" {
            let message = format!(
                "The `*` of `{}` is not a whole part of it, which Envoy does not understand",
                host.value
            );
            admission.warn("VAL-S2", host.range, message, "Write it as `*.example.com`.");
        }
    }
}

fn addresses(admission: &mut Admission<'_>, entry: &ServiceEntry, resolution: &str) {
    for address in &entry.addresses {
        admission.subnet("VAL-S3", "addresses", address);
    }
    if let Some(network) = entry.addresses.iter().find(|address| address.value.contains('/'))
        && !matches!(resolution, "NONE" | "STATIC")
    {
        let message =
            format!("The network `{}` is possible with resolution NONE or STATIC only", network.value);
        admission.refuse("VAL-S3", network.range, message, "Write single addresses, or leave them out.");
    }
}

fn ports(admission: &mut Admission<'_>, entry: &ServiceEntry, resolution: &str) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    let label = admission.resource.labels.get(NO_ADDRESSES);
    let allocated = resolution != "NONE" && label.is_none_or(|value| !value.eq_ignore_ascii_case("false"));
    for port in &entry.ports {
        let place = |range, empty: bool| if empty { first_byte(range) } else { range };
        if !names.insert(&port.name.value) {
            let message = format!("Two ports of this entry are called `{}`", port.name.value);
            admission.refuse("VAL-S4", place(port.name.range, port.name.value.is_empty()), message, "");
        }
        if !numbers.insert(port.number.value) {
            let message = format!("The port {} is listed twice", port.number.value);
            admission.refuse("VAL-S4", place(port.number.range, port.number.value == 0), message, "");
        }
        if let Some(target) = &port.target_port {
            admission.port("VAL-S4", "targetPort", target.value, target.range);
        }
        if let Err(reason) = name::label(&port.name.value) {
            let range = place(port.name.range, port.name.value.is_empty());
            admission.refuse("VAL-S4", range, format!("This is no name of a port: {reason}"), "");
        }
        admission.protocol("VAL-S4", port);
        admission.port(
            "VAL-S4",
            "number",
            port.number.value,
            place(port.number.range, port.number.value == 0),
        );
        let opaque = matches!(port.protocol.value.as_str(), "" | "TCP");
        if entry.addresses.is_empty() && !allocated && opaque {
            let message = "Without an address, connections to this port cannot be told from others";
            let range = place(port.protocol.range, port.protocol.value.is_empty());
            admission.warn("VAL-S4", range, message, "Set `addresses`, or a protocol such as HTTP or TLS.");
        }
    }
}

fn none(admission: &mut Admission<'_>, entry: &ServiceEntry) {
    if let Some(endpoint) = entry.endpoints.first() {
        let message =
            "With resolution NONE requests go where the client sends them, so endpoints have no place";
        let help = "Set `resolution: STATIC` or `DNS`, or delete `endpoints`.";
        admission.refuse("VAL-S5", first_byte(endpoint.range), message, help);
    }
    if let Some(selector) = &entry.workload_selector {
        let message =
            "With resolution NONE requests go where the client sends them: the selector has no effect";
        admission.warn("VAL-S5", first_byte(selector.range), message, "Set `resolution: STATIC`.");
    }
}

/// Hosts that are looked up as requests name them (VAL-S8).
fn dynamic(admission: &mut Admission<'_>, entry: &ServiceEntry) {
    for host in entry.hosts.iter().filter(|host| !host.value.starts_with('*')) {
        let message = format!("Resolution DYNAMIC_DNS is for wildcards, and `{}` is none", host.value);
        admission.refuse("VAL-S8", host.range, message, "Set `resolution: DNS` for it.");
    }
    let first = entry.addresses.first().map(|it| ("addresses", it.range));
    if let Some((what, range)) =
        first.or(entry.endpoints.first().map(|it| ("endpoints", first_byte(it.range))))
    {
        let message =
            format!("With resolution DYNAMIC_DNS every name is looked up, so `{what}` has no place");
        admission.refuse("VAL-S8", range, message, "Delete it.");
    }
    for port in &entry.ports {
        if !matches!(
            Protocol::parse(&port.protocol.value),
            Protocol::Http | Protocol::Http2 | Protocol::Grpc | Protocol::Tls
        ) {
            let message = "With resolution DYNAMIC_DNS a port speaks HTTP, HTTP2, GRPC or TLS";
            admission.refuse("VAL-S8", first_byte(port.range), message, "Set `protocol`.");
        }
    }
    if let Some(location) = entry.location.as_ref().filter(|location| location.value == "MESH_INTERNAL") {
        let message = "Resolution DYNAMIC_DNS is for services outside the mesh";
        admission.refuse("VAL-S8", location.range, message, "Set `location: MESH_EXTERNAL`.");
    }
}

impl Admission<'_> {
    /// The protocol of a port, which may be left open.
    pub(super) fn protocol(&mut self, id: &'static str, port: &Port) {
        let Spanned { value, range } = &port.protocol;
        if value.is_empty() {
            if !self.profile.checks_of_today {
                self.refuse(
                    id,
                    first_byte(*range),
                    "Istio 1.1 wants a protocol for the port",
                    "Set `protocol`.",
                );
            }
        } else if Protocol::parse(value) == Protocol::Detected {
            let message = format!("Istio knows no protocol `{value}`");
            self.refuse(
                id,
                *range,
                message,
                "It knows HTTP, HTTPS, HTTP2, GRPC, TLS, TCP, MONGO, REDIS and MYSQL.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const HTTP: &str = "ports: [{number: 80, name: http, protocol: HTTP}]";

    fn entry(fields: &str) -> String {
        service_entry(&format!("hosts: [a.com], {fields}"))
    }

    #[test]
    fn val_s1_selector_or_endpoints() {
        fine(&entry("resolution: STATIC, workloadSelector: {labels: {app: a}}"));
        warned(&entry("resolution: STATIC, workloadSelector: {labels: {}}"), &["VAL-S1"]);
        refused(&entry("resolution: STATIC, workloadSelector: {labels: {app: '*'}}"), &["VAL-S1"]);
        refused(
            &entry(
                "resolution: STATIC, workloadSelector: {labels: {app: a}}, endpoints: [{address: 1.2.3.4}]",
            ),
            &["VAL-S1"],
        );
    }

    #[test]
    fn val_s2_hosts() {
        let hosts = |list: &str| service_entry(&format!("hosts: {list}, resolution: NONE"));
        fine(&hosts("[a.com, '*.b.com', short]"));
        warned(&hosts("['*a.com']"), &["VAL-S2"]);
        for bad in ["['*']", "[a_b]", "[1.2.3.4]"] {
            refused(&hosts(bad), &["VAL-S2"]);
        }
        refused(&service_entry("resolution: NONE"), &["CRD-4"]);
        refused_in_1_1(&service_entry("resolution: NONE"), &["VAL-S2"]);
        fine_in_1_1(&hosts("['*a.com']"));
    }

    #[test]
    fn val_s3_addresses() {
        fine(&entry("addresses: [10.0.0.0/8, '::1'], resolution: NONE"));
        fine(&entry("addresses: [10.0.0.1], resolution: DNS"));
        refused(&entry("addresses: [a.com], resolution: NONE"), &["VAL-S3"]);
        refused(&entry("addresses: [10.0.0.0/8], resolution: DNS"), &["VAL-S3"]);
        refused_in_1_1(&entry("addresses: ['::1'], resolution: NONE"), &["VAL-S3"]);
    }

    #[test]
    fn val_s4_ports() {
        let ports = |list: &str| entry(&format!("resolution: DNS, ports: [{list}]"));
        fine(&ports("{number: 80, name: http, protocol: http}, {number: 443, name: tls}"));
        fine(&ports("{number: 80, name: a, protocol: TCP, targetPort: 8080}"));
        for bad in [
            "{number: 80, name: a}, {number: 81, name: a}",
            "{number: 80, name: a}, {number: 80, name: b}",
            "{number: 80, name: a_b}",
            "{number: 80, name: ''}",
            "{number: 80, name: a, protocol: FOO}",
            "{number: 0, name: a}",
            "{number: 65536, name: a}",
            "{number: 80, name: a, targetPort: 65536}",
        ] {
            refused(&ports(bad), &["VAL-S4"]);
        }
        refused(&ports("null"), &["CRD-4"]);
        refused(&ports("{name: a}"), &["CRD-4"]);
        let opaque = "ports: [{number: 80, name: a, protocol: TCP}]";
        warned(&entry(&format!("resolution: NONE, {opaque}")), &["VAL-S4"]);
        fine(&entry(&format!("resolution: NONE, addresses: [1.2.3.4], {opaque}")));
        fine(&entry(&format!("resolution: STATIC, {opaque}")));
        let labelled = entry(&format!("resolution: STATIC, {opaque}")).replace(
            "{name: 'a'}",
            "{name: a, labels: {networking.istio.io/enable-autoallocate-ip: 'False'}}",
        );
        warned(&labelled, &["VAL-S4"]);
        refused_in_1_1(&ports("{number: 80, name: a}"), &["VAL-S4"]);
        fine_in_1_1(&entry(&format!("resolution: NONE, {opaque}")));
    }

    #[test]
    fn val_s5_none() {
        fine(&entry(HTTP));
        refused(&entry("endpoints: [{address: 1.2.3.4}]"), &["VAL-S5"]);
        warned(&entry("workloadSelector: {labels: {app: a}}"), &["VAL-S5"]);
    }

    #[test]
    fn val_s8_dynamic_dns() {
        let with = |fields: &str| service_entry(&format!("resolution: DYNAMIC_DNS, {fields}"));
        fine(&with(&format!("hosts: ['*.a.com', '*a.com'], {HTTP}")));
        for bad in [
            format!("hosts: [a.com], {HTTP}"),
            format!("hosts: ['*.a.com'], addresses: [1.2.3.4], {HTTP}"),
            format!("hosts: ['*.a.com'], endpoints: [{{address: 1.2.3.4}}], {HTTP}"),
            format!("hosts: ['*.a.com'], location: MESH_INTERNAL, {HTTP}"),
            "hosts: ['*.a.com'], ports: [{number: 443, name: a, protocol: HTTPS}]".to_owned(),
        ] {
            refused(&with(&bad), &["VAL-S8"]);
        }
        refused_in_1_1(&with(&format!("hosts: ['*.a.com'], {HTTP}")), &["CRD-8"]);
    }

    #[test]
    fn val_s9_several_hosts() {
        let with = |resolution: &str, protocol: &str| {
            let port = format!("ports: [{{number: 80, name: a, protocol: {protocol}}}]");
            service_entry(&format!("hosts: [a.com, b.com], resolution: {resolution}, {port}"))
        };
        warned(&with("NONE", "TCP"), &["VAL-S4"]);
        fine(&with("STATIC", "HTTP"));
        fine(&with("DNS", "TLS"));
        refused(&with("STATIC", "TCP"), &["VAL-S9"]);
        refused(&with("STATIC", "''"), &["VAL-S9"]);
        refused_in_1_1(&with("DNS", "MONGO"), &["VAL-S9"]);
    }

    #[test]
    fn val_s10_export_to() {
        fine(&entry("exportTo: [~]".replace('~', "'~'").as_str()));
        refused(&entry("exportTo: [a, a]"), &["VAL-S10"]);
        refused_in_1_1(&entry("exportTo: [a]"), &["VAL-S10"]);
    }
}

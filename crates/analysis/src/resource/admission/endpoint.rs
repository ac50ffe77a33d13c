//! What is refused of a ServiceEntry's endpoints (VAL-S6, VAL-S7).

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{
    Admission,
    address::{UNIX, is_ip},
    name,
};
use crate::{
    mesh::Protocol,
    resource::{
        check::first_byte,
        service_entry::{Endpoint, ServiceEntry},
    },
};

impl Admission<'_> {
    /// Endpoints by address.
    pub(super) fn static_endpoints(&mut self, entry: &ServiceEntry) {
        let today = self.profile.checks_of_today;
        let names = port_names(entry);
        if entry.endpoints.is_empty() && !today {
            let place = self.resource.name_range;
            self.refuse(
                "VAL-S6",
                place,
                "Istio 1.1 wants endpoints with resolution STATIC",
                "Add `endpoints`.",
            );
        }
        for endpoint in &entry.endpoints {
            let place = first_byte(endpoint.range);
            let Some(address) = &endpoint.address else {
                if endpoint.network.is_none() || !today {
                    self.refuse("VAL-S6", place, "This endpoint has no address", "Set `address`.");
                } else {
                    let message = "This endpoint has a network and no address";
                    self.warn("VAL-S6", place, message, "Set `address`.");
                    self.endpoint_rest("VAL-S6", endpoint, &names);
                }
                continue;
            };
            let socket = address.value.starts_with(UNIX);
            if socket {
                self.socket("VAL-S6", "address", &address.value, address.range);
                if let Some((name, _)) = endpoint.ports.first() {
                    self.refuse(
                        "VAL-S6",
                        name.range,
                        "An endpoint that is a socket has no ports",
                        "Delete `ports`.",
                    );
                }
                if names.len() != 1 {
                    let message = "With an endpoint that is a socket, the entry has exactly one port";
                    self.refuse("VAL-S6", address.range, message, "");
                }
            } else if !(if today { is_ip(&address.value) } else { address.value.parse::<Ipv4Addr>().is_ok() })
            {
                let message =
                    format!("`{}` is no IP address, and resolution STATIC takes nothing else", address.value);
                self.refuse("VAL-S6", address.range, message, "Set `resolution: DNS` for host names.");
            }
            self.endpoint_rest("VAL-S6", endpoint, &names);
        }
    }

    /// Endpoints by name (VAL-S7).
    pub(super) fn dns(&mut self, entry: &ServiceEntry, resolution: &str) {
        if entry.endpoints.is_empty() {
            for host in &entry.hosts {
                if let Err(reason) = name::fqdn(&host.value, self.profile) {
                    let message = format!("`{}` cannot be looked up: {reason}", host.value);
                    let help = "Name `endpoints`, or set `resolution: NONE`.";
                    self.refuse("VAL-S7", host.range, message, help);
                }
            }
        }
        if let (Some(second), "DNS_ROUND_ROBIN") = (entry.endpoints.get(1), resolution) {
            let message = "Resolution DNS_ROUND_ROBIN takes one endpoint";
            self.refuse("VAL-S7", first_byte(second.range), message, "Set `resolution: DNS`.");
        }
        let names = port_names(entry);
        for endpoint in &entry.endpoints {
            let address = endpoint.address.as_ref().map_or("", |address| address.value.as_str());
            let range = endpoint.address.as_ref().map_or(first_byte(endpoint.range), |address| address.range);
            if !is_ip(address)
                && let Err(reason) = name::fqdn(address, self.profile)
            {
                let message = format!("`{address}` is neither an IP address nor a host: {reason}");
                self.refuse("VAL-S7", range, message, "");
            }
            self.endpoint_rest("VAL-S7", endpoint, &names);
        }
        let opaque = entry.ports.iter().find(|port| is_tcp(Protocol::parse(&port.protocol.value)));
        if let (Some(port), [first, ..], true) = (opaque, &entry.addresses[..], entry.hosts.len() > 1) {
            let message = format!(
                "Several hosts share the address `{}` on the TCP port {}",
                first.value, port.number.value
            );
            self.warn("VAL-S7", first.range, message, "Make an entry of each host.");
        }
    }

    fn endpoint_rest(&mut self, id: &'static str, endpoint: &Endpoint, names: &BTreeSet<&str>) {
        let socket = endpoint.address.as_ref().is_some_and(|address| address.value.starts_with(UNIX));
        for (name, number) in endpoint.ports.iter().filter(|_| !socket) {
            if !names.contains(name.value.as_str()) {
                let message = format!("The entry has no port called `{}`", name.value);
                self.refuse(id, name.range, message, "Use the name of a port under `ports`.");
            } else if id == "VAL-S7" || self.profile.checks_of_today {
                self.port(id, &name.value, *number, name.range);
            }
        }
        self.labels(id, "labels", &endpoint.labels, endpoint.labels_range);
    }
}

fn port_names(entry: &ServiceEntry) -> BTreeSet<&str> {
    entry.ports.iter().map(|port| port.name.value.as_str()).collect()
}

/// Whether a protocol is nothing but bytes to Istio.
fn is_tcp(protocol: Protocol) -> bool {
    matches!(
        protocol,
        Protocol::Tcp | Protocol::Https | Protocol::Tls | Protocol::Mongo | Protocol::Redis | Protocol::MySql
    )
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const PORTS: &str = "ports: [{number: 80, name: http, protocol: HTTP}]";

    #[test]
    fn val_s6_static() {
        let with = |endpoint: &str| {
            service_entry(&format!(
                "hosts: [a.com], resolution: STATIC, {PORTS}, endpoints: [{{{endpoint}}}]"
            ))
        };
        fine(&with("address: 1.2.3.4, ports: {http: 8080}, labels: {a: b}"));
        fine(&with("address: '::1'"));
        fine(&with("address: 'unix:///var/run/x'"));
        fine(&service_entry(&format!("hosts: [a.com], resolution: STATIC, {PORTS}")));
        warned(&with("network: n1"), &["VAL-S6"]);
        for bad in [
            "weight: 1",
            "address: a.com",
            "address: 'unix://run/x'",
            "address: 'unix:///x', ports: {http: 1}",
            "address: 1.2.3.4, ports: {grpc: 80}",
            "address: 1.2.3.4, ports: {http: 0}",
            "address: 1.2.3.4, ports: {http: 65536}",
            "address: 1.2.3.4, labels: {'a b': c}",
        ] {
            refused(&with(bad), &["VAL-S6"]);
        }
        let two = "ports: [{number: 80, name: a, protocol: HTTP}, {number: 81, name: b, protocol: HTTP}]";
        let socket =
            format!("hosts: [a.com], resolution: STATIC, {two}, endpoints: [{{address: 'unix:///x'}}]");
        refused(&service_entry(&socket), &["VAL-S6"]);
        refused_in_1_1(&service_entry(&format!("hosts: [a.com], resolution: STATIC, {PORTS}")), &["VAL-S6"]);
        refused_in_1_1(&with("address: '::1'"), &["VAL-S6"]);
    }

    #[test]
    fn val_s7_dns() {
        let with =
            |fields: &str| service_entry(&format!("hosts: [a.com], resolution: DNS, {PORTS}, {fields}"));
        fine(&with("endpoints: [{address: b.com, ports: {http: 8080}}, {address: 1.2.3.4}]"));
        for bad in [
            "endpoints: [{address: a_b}]",
            "endpoints: [{network: net}]",
            "endpoints: [{address: b.com, ports: {grpc: 80}}]",
            "endpoints: [{address: b.com, ports: {http: 0}}]",
            "endpoints: [{address: b.com, labels: {'': a}}]",
        ] {
            refused(&with(bad), &["VAL-S7"]);
        }
        refused(&service_entry(&format!("hosts: ['*.a.com'], resolution: DNS, {PORTS}")), &["VAL-S7"]);
        fine(&service_entry(&format!(
            "hosts: ['*.a.com'], resolution: DNS, {PORTS}, endpoints: [{{address: b.com}}]"
        )));
        let robin = |endpoints: &str| {
            service_entry(&format!(
                "hosts: [a.com], resolution: DNS_ROUND_ROBIN, {PORTS}, endpoints: [{endpoints}]"
            ))
        };
        fine(&robin("{address: b.com}"));
        refused(&robin("{address: b.com}, {address: c.com}"), &["VAL-S7"]);
        let tls = "ports: [{number: 443, name: tls, protocol: TLS}]";
        warned(
            &service_entry(&format!("hosts: [a.com, b.com], addresses: [1.2.3.4], resolution: DNS, {tls}")),
            &["VAL-S7"],
        );
    }
}

//! The Host headers that a sidecar's virtual host takes (SC-11, SC-12).

use std::collections::{HashMap, HashSet};

use super::{Origin, gateway_routes::domain_name};
use crate::{
    Profile,
    mesh::{Registry, Resolution, Service, names::CLUSTER_DOMAIN},
};

/// The domains of one virtual host.
#[derive(Debug, Default)]
pub(super) struct Domains {
    /// All of them, in order.
    pub(super) names: Vec<String>,
    /// Those that are short for the service's name.
    short: Vec<String>,
}

impl Domains {
    /// Adds a host with its port, as listeners of all ports need it.
    pub(super) fn add_port(&mut self, host: &str, port: u32) {
        self.names.push(domain_name(host, port));
    }
}

/// The domains of a host that is no service.
pub(super) fn of_host(host: &str, port: u32, profile: &Profile) -> Domains {
    let mut names = vec![bracketed(host)];
    if !profile.host_ports_ignored {
        names.push(domain_name(host, port));
    }
    Domains { names, short: Vec::new() }
}

/// The domains of a service for clients of a namespace. `any_port` is for listeners of all ports, where a
/// Host header's port counts.
pub(super) fn of_service(
    service: &Service,
    client: &str,
    port: u32,
    any_port: bool,
    profile: &Profile,
) -> Domains {
    let with_port = any_port || !profile.host_ports_ignored;
    let mut out = Domains::default();
    let push = |names: &mut Vec<String>, name: &str| {
        names.push(bracketed(name));
        if with_port {
            names.push(domain_name(name, port));
        }
    };
    for host in std::iter::once(&service.host).chain(&service.aliases) {
        push(&mut out.names, host);
        if profile.trailing_dot_domains {
            push(&mut out.names, &format!("{host}."));
        }
        for short in short_names(host, client, profile) {
            push(&mut out.names, &short);
            push(&mut out.short, &short);
        }
    }
    let headless = service.resolution == Resolution::Passthrough && service.registry == Registry::Kubernetes;
    if headless && profile.headless_wildcards {
        let below: Vec<String> = out.names.iter().map(|name| format!("*.{name}")).collect();
        out.names.extend(below);
    }
    for address in &service.addresses {
        push(&mut out.names, address);
    }
    out
}

/// What clients of a namespace may call a service of the cluster for short.
fn short_names(host: &str, client: &str, profile: &Profile) -> Vec<String> {
    let Some(service) = host.strip_suffix(&format!(".svc.{CLUSTER_DOMAIN}")) else { return Vec::new() };
    let Some((name, namespace)) = service.split_once('.') else { return Vec::new() };
    let mut out = Vec::new();
    if namespace == client {
        out.push(name.to_owned());
    }
    if !profile.host_ports_ignored {
        // Until 1.15 the name without the last label of the domain stood for it too.
        let shorter = CLUSTER_DOMAIN.split('.').next().unwrap_or_default();
        out.push(format!("{service}.svc.{shorter}"));
    }
    out.extend([format!("{service}.svc"), service.to_owned()]);
    out
}

fn bracketed(name: &str) -> String {
    if name.contains(':') { format!("[{name}]") } else { name.to_owned() }
}

/// Domains that are taken in a route configuration.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Each with the clause that brought it; none for services' own.
    names: HashMap<String, Option<Origin>>,
    /// The full names of all services, which nothing short may take.
    full: HashSet<String>,
}

impl Taken {
    /// Keeps a service's full name for itself.
    pub(super) fn reserve(&mut self, service: &str, port: u32) {
        self.full.insert(service.to_owned());
        self.full.insert(domain_name(service, port));
    }

    /// The clause that has a domain.
    pub(super) fn holder(&self, name: &str) -> Option<Origin> {
        self.names.get(&name.to_lowercase()).copied().flatten()
    }

    /// Takes the domains that are free and returns them (SC-12).
    pub(super) fn take(&mut self, domains: Domains, owner: Option<Origin>) -> Vec<String> {
        let Domains { mut names, short } = domains;
        names.retain(|name| {
            let foreign = self.full.contains(name) && short.contains(name);
            let free = !foreign && !self.names.contains_key(&name.to_lowercase());
            if free {
                self.names.insert(name.to_lowercase(), owner);
            }
            free
        });
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::names::service_host;

    #[test]
    fn sc_11_short_names() {
        let host = service_host("a", "shop");
        let current = Profile::current();
        assert_eq!(short_names(&host, "shop", &current), ["a", "a.shop.svc", "a.shop"]);
        assert_eq!(short_names(&host, "other", &current), ["a.shop.svc", "a.shop"]);
        assert!(short_names("api.example.com", "shop", &current).is_empty());
        let old = Profile::v1_1();
        assert_eq!(short_names(&host, "shop", &old), ["a", "a.shop.svc.cluster", "a.shop.svc", "a.shop"]);
    }
}

//! Short names and references, completed as istiod completes them.

use std::{borrow::Cow, net::IpAddr};

use crate::Profile;

/// The domain of the cluster.
pub const CLUSTER_DOMAIN: &str = "cluster.local";
/// The namespace of Istio's own workloads.
pub const ROOT_NAMESPACE: &str = "istio-system";
/// The name that stands for all sidecars where a gateway is expected.
pub const MESH: &str = "mesh";

/// Name and namespace of a service of the cluster, from its full host.
pub fn service_parts(host: &str) -> Option<(&str, &str)> {
    let service = host.strip_suffix(CLUSTER_DOMAIN)?.strip_suffix(".svc.")?;
    service.split_once('.').filter(|(_, namespace)| !namespace.contains('.'))
}

/// The full name of a Kubernetes service.
pub fn service_host(name: &str, namespace: &str) -> String {
    format!("{name}.{namespace}.svc.{CLUSTER_DOMAIN}")
}

/// A host as a resource of `namespace` means it: a name without a dot is a service of that namespace (HOST-8).
pub fn full_host<'a>(host: &'a str, namespace: &str, profile: &Profile) -> Cow<'a, str> {
    let whole = host.is_empty()
        || host == "*"
        || host.contains('.')
        || profile.ip_literals_are_hosts && host.parse::<IpAddr>().is_ok();
    if whole { host.into() } else { service_host(host, namespace).into() }
}

/// A gateway reference of a VirtualService in `namespace`, as `namespace/name`, or `mesh` (BIND-2).
pub fn gateway_reference<'a>(reference: &'a str, namespace: &str) -> Cow<'a, str> {
    if reference == MESH {
        return reference.into();
    }
    if let Some((prefix, name)) = reference.split_once('/') {
        return if prefix == "." { format!("{namespace}/{name}").into() } else { reference.into() };
    }
    match reference.split_once('.') {
        // The older spelling: `name.namespace` and what may follow.
        Some((name, rest)) => {
            let namespace = rest.split('.').next().unwrap_or_default();
            format!("{namespace}/{name}").into()
        }
        None => format!("{namespace}/{reference}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ex_43_short_names() {
        let profile = Profile::current();
        for (host, full) in [
            ("foo", "foo.default.svc.cluster.local"),
            ("foo.bar", "foo.bar"),
            ("*", "*"),
            ("42.185.131.210", "42.185.131.210"),
            ("2a00:4000::614", "2a00:4000::614"),
            ("", ""),
        ] {
            assert_eq!(full_host(host, "default", &profile), full);
        }
    }

    #[test]
    fn host_8_in_1_1_an_ipv6_address_is_a_short_name() {
        let profile = Profile::v1_1();
        assert_eq!(full_host("2a00:4000::614", "a", &profile), "2a00:4000::614.a.svc.cluster.local");
        assert_eq!(full_host("42.185.131.210", "a", &profile), "42.185.131.210");
    }

    #[test]
    fn bind_2_references() {
        for (reference, full) in [
            ("mesh", "mesh"),
            ("gw", "app/gw"),
            ("edge/gw", "edge/gw"),
            ("./gw", "app/gw"),
            ("gw.edge", "edge/gw"),
            ("gw.edge.svc.cluster.local", "edge/gw"),
        ] {
            assert_eq!(gateway_reference(reference, "app"), full);
        }
    }
}

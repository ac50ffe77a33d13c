//! Which Istio is modelled: every difference is a named field here, never a version compared elsewhere.

use std::fmt;

/// The Istio releases that can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Istio {
    /// Istio as of 2026, at its defaults.
    #[default]
    Current,
    /// Istio 1.1.0, which the guideline page documents.
    V1_1,
}

impl Istio {
    /// The name on the command line and in links.
    pub fn as_str(self) -> &'static str {
        match self {
            Istio::Current => "current",
            Istio::V1_1 => "1.1",
        }
    }
}

impl fmt::Display for Istio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! profile {
    ($($(#[doc = $doc:literal])+ $field:ident: since $since:literal, $ids:literal;)+) => {
        /// What one Istio does differently from the other. Every field is `true` for the current one.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Profile {
            /// Which Istio it is.
            pub istio: Istio,
            $($(#[doc = $doc])+ pub $field: bool,)+
        }

        impl Profile {
            /// Istio as of 2026.
            pub fn current() -> Self {
                Self { istio: Istio::Current, $($field: true,)+ }
            }

            /// Istio 1.1.0.
            pub fn v1_1() -> Self {
                Self { istio: Istio::V1_1, $($field: false,)+ }
            }

            /// Every field: its name, what it means, the release that changed it, and the semantics ids.
            pub const FIELDS: &[ProfileField] = &[
                $(ProfileField { name: stringify!($field), doc: concat!($($doc),+), since: $since, ids: $ids },)+
            ];
        }
    };
}

/// One difference between the profiles, as the documentation shows it.
#[derive(Clone, Copy, Debug)]
pub struct ProfileField {
    /// The field's name.
    pub name: &'static str,
    /// What is true of the current Istio.
    pub doc: &'static str,
    /// The release that changed it.
    pub since: &'static str,
    /// The semantics ids, with commas.
    pub ids: &'static str,
}

profile! {
    /// The API server holds resources against a schema; 1.1 refuses unknown fields as a whole instead.
    structural_schema: since "1.5", "CRD-6, CRD-7";
    /// An IP address without dots is a host of its own, not a short name.
    ip_literals_are_hosts: since "1.9", "HOST-8";
    /// All entries of `exportTo` count; 1.1 reads the first alone.
    export_to_lists: since "1.7", "BIND-5, DR-16";
    /// The route configuration of an HTTPS server carries the Gateway's name, so port names need not differ.
    https_routes_carry_gateway: since "1.1.1", "GW-3, GW-8";
    /// A TLS server whose host another server of the port has is dropped; in 1.1 Envoy refuses the listener.
    duplicate_tls_hosts_dropped: since "1.1.5", "GW-5";
    /// A VirtualService serves its own Gateways only; in 1.1 every Gateway of the workload, once for all servers.
    virtual_services_bound_per_gateway: since "1.1.3", "BIND-11, HM-1, HM-3, RDS-4, RDS-10";
    /// A virtual host is the narrower of the server's host and the VirtualService's; in 1.1 always the latter.
    hosts_are_intersected: since "1.1.3", "BIND-7";
    /// The port of a Host header plays no part; in 1.1 every domain also stands with its port.
    host_ports_ignored: since "1.16", "RDS-3, SC-11";
    /// HTTP, HTTP2 and GRPC servers share a port; in 1.1 the protocols must be the same.
    http_family_shares_port: since "1.7", "GW-7";
    /// Servers may name an address to listen on; 1.1 ignores it.
    gateway_bind: since "1.10", "GW-3, GW-7";
    /// A gateway listens on the Service's target port.
    gateway_target_ports: since "1.11", "GW-2";
    /// A plain server behind TLS servers of its port is accepted.
    plain_after_tls: since "1.29", "GW-8";
    /// The regex `.*` is a catch-all; in 1.1 `*` is.
    dot_star_is_catch_all: since "1.22", "RDS-6";
    /// Without any virtual host the answer is an empty virtual host, not a 404 route.
    empty_blackhole: since "1.8", "RDS-11";
    /// Host names are compared without regard to case when virtual hosts are merged.
    virtual_hosts_fold_case: since "1.22", "RDS-3";
    /// A VirtualService on two Gateways of one port contributes once for each.
    routes_once_per_gateway: since "1.1.1", "RDS-4, BIND-3";
    /// A passthrough server name that is taken is dropped; in 1.1 Envoy refuses the listener.
    duplicate_sni_dropped: since "1.10", "TLS-4";
    /// A TCP rule without destinations is skipped.
    empty_tcp_rules_skipped: since "1.2", "TLS-2";
    /// Routes of hosts that differ only in case of sidecars go to the first claim; in 1.1 Envoy refuses the port.
    sidecar_domains_unique: since "1.7", "SC-9, SC-12";
    /// The most specific VirtualService owns a service; in 1.1 every one that matches claims it.
    most_specific_virtual_service: since "1.21", "SC-9";
    /// Unknown hosts pass through a sidecar's route configuration.
    sidecar_catch_all: since "1.1.3", "SC-13";
    /// The protocol of a port without a name is detected, and HTTP and other protocols of several services share a
    /// port; in 1.1 such a port is TCP, and the first protocol has the port.
    protocol_sniffing: since "1.4", "SC-14, SC-16";
    /// Full service names also stand with a trailing dot.
    trailing_dot_domains: since "1.27", "SC-11";
    /// Headless services also answer for names below them.
    headless_wildcards: since "1.4", "SC-11";
    /// Destinations of imported VirtualServices are imported with them.
    destinations_imported: since "1.6", "SC-7";
    /// Sidecars with a selector go before those without, and the oldest without wins.
    sidecar_selectors_first: since "1.12", "SC-1, ORD-3";
    /// A VirtualService that two egress hosts import comes once.
    egress_imports_once: since "1.1.8", "SC-6";
    /// Services are imported where the import covers them; in 1.1 also the other way round.
    imports_cover: since "1.4", "SC-4";
    /// A `~` before the namespace of an egress host leaves out what another entry imports.
    egress_exclusions: since "1.31", "SC-3, VAL-C4";
    /// DestinationRules merge only inside one namespace and one exportTo.
    destination_rules_kept_apart: since "1.24", "DR-1, DR-6, DR-15";
    /// A policy of a later DestinationRule is adopted even if that has no subset.
    later_policy_adopted: since "1.2", "DR-14";
    /// A wildcard is never answered by a more specific rule.
    lookup_covers: since "1.9", "HOST-7";
    /// The hash of a DestinationRule also stands on the route of a service without VirtualService.
    default_routes_hash: since "1.2", "SC-10, DR-8";
    /// The default load balancer is LEAST_REQUEST; in 1.1 ROUND_ROBIN.
    least_request_default: since "1.14", "DR-11";
    /// Limits are off unless set; in 1.1 repetitions at once are limited to 1024.
    unlimited_by_default: since "1.2", "DR-11";
    /// A subset's policy for a port stands alone; in 1.1 it completes the rule's.
    subset_ports_stand_alone: since "1.10", "DR-10";
    /// Private DestinationRules of the root namespace serve its own workloads only.
    root_private_rules: since "1.8", "DR-2, DR-7";
    /// A gateway has endpoints for services that sidecars pass through to where the connection went.
    gateways_resolve_all: since "1.6", "SUB-3";
    /// A load balancer is ignored for services without endpoints of their own.
    original_destination_kept: since "1.1.3", "DR-11";
    /// 503 and exhausted resources are not repeated by default.
    retries_spare_503: since "1.24", "HM-19";
    /// Zero weights are dropped and weights need not add up to 100.
    free_weights: since "1.15", "HM-14, V12";
    /// `Host` in header operations rewrites the host.
    host_header_rewrites: since "1.3", "HM-16";
    /// A header match on `*` or nothing asks for presence.
    presence_matches: since "1.6", "HM-7";
    /// Cross-origin policies and faults are settings of a route; 1.1 spoke an older form that is not printed.
    route_filters_printed: since "1.2", "HM-21";
    /// Mirrors take a share of requests; in 1.1 every request is copied.
    mirror_percentages: since "1.3", "HM-20";
    /// Redirects also apply header operations.
    redirect_headers: since "1.3", "HM-12";
    /// Conditions on client labels hold on gateways too, with the gateway's own labels.
    source_labels_on_gateways: since "1.5", "HM-3";
    /// Case matters in paths, and the routes say so.
    case_sensitive_stated: since "1.3", "HM-6";
    /// Regular expressions are checked when a resource is applied.
    regexes_checked: since "1.8", "VAL-0.5";
    /// The admission also warns, for example of rules that no request can reach.
    admission_warns: since "1.10", "VAL-V24, AN-1, AN-2";
    /// A VirtualService without hosts is a delegate; 1.1 refuses it.
    delegates: since "1.6", "VAL-V1";
    /// Repetitions can be switched off by 0 attempts.
    zero_attempts: since "1.3", "VAL-V16";
    /// Destinations must be named: neither `*` nor a port by its name leads anywhere.
    destinations_named: since "1.1.3", "VAL-V11";
    /// Names of Gateways hold no dots.
    gateway_names_checked: since "1.1.4", "VAL-G1";
    /// A Gateway may serve every host of one or of all namespaces; 1.1 takes that of its own alone.
    gateway_namespace_wildcards: since "1.1.3", "VAL-G4";
    /// Two subsets of one name in one DestinationRule are refused.
    unique_subsets: since "1.22", "VAL-D3";
    /// What is checked today: headers, sockets, partial wildcards, routes of TCP and TLS rules. 1.1 lets these pass,
    /// and refuses instead IPv6 addresses, ports without protocol, hash cookies without lifetime, STATIC entries
    /// without endpoints, and Sidecars without egress.
    checks_of_today: since "1.2 and later", "VAL-0.1, VAL-0.4, VAL-0.6, VAL-G4, VAL-G5, VAL-G6, VAL-V8, VAL-V9, VAL-V20, VAL-V21, VAL-V22, VAL-D8, VAL-S3, VAL-S4, VAL-S6, VAL-C1, VAL-C2, VAL-C3, VAL-C4";
}

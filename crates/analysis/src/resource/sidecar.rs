//! Sidecar: what the proxies of a namespace know of the mesh.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, Spanned, TextRange};

use super::{
    destination_rule::{CONNECTION_POOL, ConnectionPool, connection_pool},
    gateway::{Port, ServerTls, port, tls},
    schema::{TEXT_MAP, Table, Type, UINT32, field, table, words},
    value::{list_at, message, text_at, text_map, texts_at, uint_at},
};

/// A Sidecar as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidecar {
    /// Labels of the workloads it is for; none means the whole namespace.
    pub workload_selector: Option<Spanned<BTreeMap<String, String>>>,
    /// What comes in.
    pub ingress: Vec<Ingress>,
    /// What goes out.
    pub egress: Vec<Egress>,
    /// What becomes of traffic to unknown hosts.
    pub outbound_traffic_policy: Option<OutboundTrafficPolicy>,
    /// Limits on what comes in.
    pub inbound_connection_pool: Option<ConnectionPool>,
}

/// A port that takes connections for the workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ingress {
    /// Where it stands.
    pub range: TextRange,
    /// The port.
    pub port: Option<Port>,
    /// The address.
    pub bind: Option<Spanned<String>>,
    /// How traffic gets there.
    pub capture_mode: Option<Spanned<String>>,
    /// Where the workload listens.
    pub default_endpoint: Option<Spanned<String>>,
    /// TLS settings.
    pub tls: Option<ServerTls>,
    /// Limits on what comes in.
    pub connection_pool: Option<ConnectionPool>,
}

/// A set of hosts that the workload can call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Egress {
    /// Where it stands.
    pub range: TextRange,
    /// The port it is for; none means all other ports.
    pub port: Option<Port>,
    /// The address or socket.
    pub bind: Option<Spanned<String>>,
    /// How traffic gets there.
    pub capture_mode: Option<Spanned<String>>,
    /// The hosts as `namespace/host`.
    pub hosts: Vec<Spanned<String>>,
}

/// What becomes of traffic to unknown hosts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutboundTrafficPolicy {
    /// Where it stands.
    pub range: TextRange,
    /// REGISTRY_ONLY or ALLOW_ANY; unset means REGISTRY_ONLY.
    pub mode: Option<Spanned<String>>,
    /// A destination for all of it: where it stands, its host, subset and port.
    pub egress_proxy: Option<EgressProxy>,
}

/// A destination for unknown traffic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EgressProxy {
    /// Where it stands.
    pub range: TextRange,
    /// The service's host.
    pub host: Option<Spanned<String>>,
    /// The subset.
    pub subset: Option<Spanned<String>>,
    /// The port.
    pub port: Option<Spanned<u32>>,
}

/// `spec` of a Sidecar.
pub(crate) static SIDECAR: Table = table(
    "Sidecar",
    &[
        field("workloadSelector", Type::Message(&SELECTOR), "Labels of the workloads it is for."),
        field(
            "ingress",
            Type::List(&Type::Message(&INGRESS)),
            "Ports that take connections for the workload.",
        ),
        field(
            "egress",
            Type::List(&Type::Message(&EGRESS)),
            "Hosts that the workload can call; unset means all.",
        ),
        field("inboundConnectionPool", Type::Message(&CONNECTION_POOL), "Limits on what comes in.")
            .since("1.22"),
        field("outboundTrafficPolicy", Type::Message(&POLICY), "What becomes of traffic to unknown hosts.")
            .since("1.3"),
    ],
);

static SELECTOR: Table = table("WorkloadSelector", &[field("labels", TEXT_MAP, "Labels of the workloads.")]);

static INGRESS: Table = table(
    "IstioIngressListener",
    &[
        field("port", Type::Message(&SIDECAR_PORT), "The port.").required(),
        field("bind", Type::Text, "The address."),
        field("captureMode", words(CAPTURE_MODES), "How traffic gets there."),
        field("defaultEndpoint", Type::Text, "Where the workload listens."),
        field("tls", Type::Unmodelled, "TLS settings.").since("1.11"),
        field("connectionPool", Type::Message(&CONNECTION_POOL), "Limits on what comes in.").since("1.22"),
    ],
);

static EGRESS: Table = table(
    "IstioEgressListener",
    &[
        field("port", Type::Message(&SIDECAR_PORT), "The port it is for; unset means all others."),
        field("bind", Type::Text, "The address or socket."),
        field("captureMode", words(CAPTURE_MODES), "How traffic gets there."),
        field(
            "hosts",
            Type::Sized(&Type::Text, 1, usize::MAX),
            "Hosts as `namespace/host`; `*` and `.` may stand for the namespace.",
        )
        .required(),
    ],
);

static SIDECAR_PORT: Table = table(
    "SidecarPort",
    &[
        field("number", UINT32, "The number."),
        field("protocol", Type::Text, "The protocol."),
        field("name", Type::Text, "A name."),
        field("targetPort", UINT32, "Of no use here; refused.").since("1.10"),
    ],
);

static POLICY: Table = table(
    "OutboundTrafficPolicy",
    &[
        field(
            "mode",
            words(&["REGISTRY_ONLY", "ALLOW_ANY", "ALLOW_ANY_DYNAMIC_DNS"]),
            "REGISTRY_ONLY or ALLOW_ANY.",
        )
        .since("1.3"),
        field("egressProxy", Type::Message(&EGRESS_PROXY), "A destination for all of it.").since("1.5"),
    ],
);

static EGRESS_PROXY: Table = table(
    "Destination",
    &[
        field("host", Type::Text, "The service.").since("1.5").required(),
        field("subset", Type::Text, "A part of it.").since("1.5"),
        field("port", Type::Message(&PORT_SELECTOR), "The port.").since("1.5"),
    ],
);

static PORT_SELECTOR: Table =
    table("PortSelector", &[field("number", UINT32, "The number of the service's port.")]);

const CAPTURE_MODES: &[&str] = &["DEFAULT", "IPTABLES", "NONE"];

pub(crate) fn read(spec: Node<'_>) -> Sidecar {
    Sidecar {
        workload_selector: message(spec, "workloadSelector")
            .map(|node| Spanned::new(text_map(node, "labels"), node.range())),
        ingress: list_at(spec, "ingress", |node| Ingress {
            range: node.range(),
            port: message(node, "port").map(port),
            bind: bind(node),
            capture_mode: text_at(node, "captureMode"),
            default_endpoint: text_at(node, "defaultEndpoint"),
            tls: message(node, "tls").map(tls),
            connection_pool: message(node, "connectionPool").map(connection_pool),
        }),
        egress: list_at(spec, "egress", |node| Egress {
            range: node.range(),
            port: message(node, "port").map(port),
            bind: bind(node),
            capture_mode: text_at(node, "captureMode"),
            hosts: texts_at(node, "hosts"),
        }),
        outbound_traffic_policy: message(spec, "outboundTrafficPolicy").map(|node| OutboundTrafficPolicy {
            range: node.range(),
            mode: text_at(node, "mode"),
            egress_proxy: message(node, "egressProxy").map(|node| EgressProxy {
                range: node.range(),
                host: text_at(node, "host"),
                subset: text_at(node, "subset"),
                port: message(node, "port").and_then(|port| uint_at(port, "number")),
            }),
        }),
        inbound_connection_pool: message(spec, "inboundConnectionPool").map(connection_pool),
    }
}

fn bind(node: Node<'_>) -> Option<Spanned<String>> {
    text_at(node, "bind").filter(|bind| !bind.value.is_empty())
}

//! ServiceEntry: services that Kubernetes does not know.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, Spanned, TextRange};

use super::{
    gateway::{Port, port},
    schema::{TEXT_MAP, TEXTS, Table, Type, UINT32, field, table, words},
    value::{integer, list_at, message, text_at, text_map, texts_at},
};

/// A ServiceEntry as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceEntry {
    /// The hosts; each becomes a service.
    pub hosts: Vec<Spanned<String>>,
    /// Addresses of the services.
    pub addresses: Vec<Spanned<String>>,
    /// Their ports.
    pub ports: Vec<Port>,
    /// Inside or outside the mesh.
    pub location: Option<Spanned<String>>,
    /// How endpoints are found; unset means NONE.
    pub resolution: Option<Spanned<String>>,
    /// Endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Where `endpoints` stands, even an empty list.
    pub endpoints_range: Option<TextRange>,
    /// Labels of the workloads that are endpoints, and where they stand.
    pub workload_selector: Option<Spanned<BTreeMap<String, String>>>,
    /// The namespaces that see it.
    pub export_to: Vec<Spanned<String>>,
}

/// One endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint {
    /// Where it stands.
    pub range: TextRange,
    /// Its address.
    pub address: Option<Spanned<String>>,
    /// Ports by the name of the service's port.
    pub ports: Vec<(Spanned<String>, u32)>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Where `labels` stands.
    pub labels_range: Option<TextRange>,
    /// Its network.
    pub network: Option<Spanned<String>>,
}

/// `spec` of a ServiceEntry.
pub(crate) static SERVICE_ENTRY: Table = table(
    "ServiceEntry",
    &[
        field("hosts", Type::Sized(&Type::Text, 1, 256), "The hosts; each becomes a service of its own.")
            .required(),
        field("addresses", Type::Sized(&Type::Text, 0, 256), "Addresses or networks of the services."),
        field("ports", Type::Sized(&Type::Message(&SERVICE_PORT), 0, 256), "Their ports."),
        field(
            "location",
            words(&["MESH_EXTERNAL", "MESH_INTERNAL"]),
            "Whether they are part of the mesh; unset means external.",
        ),
        field(
            "resolution",
            Type::Enum {
                words: &["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"],
                later: &["DNS_ROUND_ROBIN", "DYNAMIC_DNS"],
            },
            "How endpoints are found; unset means NONE.",
        ),
        field(
            "endpoints",
            Type::Sized(&Type::Message(&WORKLOAD_ENTRY), 0, 4096),
            "Endpoints of the services.",
        ),
        field("workloadSelector", Type::Message(&SELECTOR), "Labels of the workloads that are endpoints.")
            .since("1.6"),
        field("exportTo", TEXTS, "Namespaces that see it: `.` its own, `*` all."),
        field("subjectAltNames", TEXTS, "Names that the services' certificates may carry."),
    ],
);

static SERVICE_PORT: Table = table(
    "ServicePort",
    &[
        field("number", UINT32, "The number.").required(),
        field("protocol", Type::Text, "HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP, TLS; unset is detected."),
        field("name", Type::Text, "The name.").required(),
        field("targetPort", UINT32, "The port of the endpoints.").since("1.10"),
    ],
);

static WORKLOAD_ENTRY: Table = table(
    "WorkloadEntry",
    &[
        field("address", Type::Text, "Its address."),
        field("ports", Type::Map(&UINT32), "Ports by the name of the service's port."),
        field("labels", TEXT_MAP, "Its labels."),
        field("network", Type::Text, "Its network."),
        field("locality", Type::Text, "Its locality."),
        field("weight", UINT32, "Its share."),
        field("serviceAccount", Type::Text, "Its service account."),
    ],
);

static SELECTOR: Table = table("WorkloadSelector", &[field("labels", TEXT_MAP, "Labels of the workloads.")]);

pub(crate) fn read(spec: Node<'_>) -> ServiceEntry {
    ServiceEntry {
        hosts: texts_at(spec, "hosts"),
        addresses: texts_at(spec, "addresses"),
        ports: list_at(spec, "ports", port),
        location: text_at(spec, "location"),
        resolution: text_at(spec, "resolution"),
        endpoints: list_at(spec, "endpoints", |node| Endpoint {
            range: node.range(),
            address: text_at(node, "address").filter(|it| !it.value.is_empty()),
            ports: node
                .get("ports")
                .into_iter()
                .flat_map(Node::entries)
                .map(|entry| {
                    let number = integer(entry.value).and_then(|number| u32::try_from(number).ok());
                    (Spanned::new(entry.name().into_owned(), entry.key.range()), number.unwrap_or_default())
                })
                .collect(),
            labels: text_map(node, "labels"),
            labels_range: message(node, "labels").map(Node::range),
            network: text_at(node, "network").filter(|it| !it.value.is_empty()),
        }),
        endpoints_range: message(spec, "endpoints").map(Node::range),
        workload_selector: message(spec, "workloadSelector")
            .map(|node| Spanned::new(text_map(node, "labels"), node.range())),
        export_to: texts_at(spec, "exportTo"),
    }
}

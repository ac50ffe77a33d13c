//! What is read of Kubernetes' own kinds: Services, and the labels of workloads.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, Spanned, Value};

use super::{
    schema::{TEXT_MAP, TEXTS, Table, Type, field, table},
    value::{list_at, message, text_at, text_map, texts_at, uint_at},
};

/// A Service of Kubernetes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubeService {
    /// Labels of its pods.
    pub selector: BTreeMap<String, String>,
    /// Its ports.
    pub ports: Vec<KubePort>,
    /// Its addresses; `None` for a headless one.
    pub cluster_ips: Vec<String>,
    /// ExternalName and its kin; ClusterIP unless set.
    pub kind: Option<Spanned<String>>,
    /// What an ExternalName Service stands for.
    pub external_name: Option<Spanned<String>>,
}

/// A port of a Service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubePort {
    /// Its number.
    pub number: Spanned<u32>,
    /// Its name, whose first word says the protocol.
    pub name: Option<Spanned<String>>,
    /// The protocol said outright.
    pub app_protocol: Option<Spanned<String>>,
    /// TCP or UDP.
    pub transport: Option<Spanned<String>>,
    /// The port of the pods.
    pub target: TargetPort,
}

/// The port of the pods behind a Service's port.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TargetPort {
    /// The Service's own number.
    #[default]
    Same,
    /// Another number.
    Number(u32),
    /// The name of a container's port.
    Name(String),
}

/// Pods, or what makes them: their labels and container ports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// The labels of the pods.
    pub labels: Spanned<BTreeMap<String, String>>,
    /// Named ports of the containers.
    pub ports: BTreeMap<String, u32>,
}

/// What is read of a Service's `spec`.
pub(crate) static SERVICE: Table = table(
    "ServiceSpec",
    &[
        field("selector", TEXT_MAP, "Labels of the pods behind it."),
        field("ports", Type::List(&Type::Message(&SERVICE_PORT)), "Its ports."),
        field("clusterIP", Type::Text, "Its address; `None` makes it headless."),
        field("clusterIPs", TEXTS, "Its addresses."),
        field("type", Type::Text, "ClusterIP, NodePort, LoadBalancer or ExternalName."),
        field("externalName", Type::Text, "What an ExternalName Service stands for."),
    ],
);

static SERVICE_PORT: Table = table(
    "ServicePort",
    &[
        field("name", Type::Text, "Its name; the part before the first dash says the protocol."),
        field("port", Type::Integer(1, 65535), "Its number.").required(),
        field("targetPort", Type::TextOrInteger, "The port of the pods."),
        field("protocol", Type::Text, "TCP, UDP or SCTP."),
        field("appProtocol", Type::Text, "The protocol said outright."),
        field("nodePort", Type::Integer(0, 65535), "The port on every node."),
    ],
);

pub(crate) fn read_service(spec: Node<'_>) -> KubeService {
    let mut cluster_ips: Vec<String> = texts_at(spec, "clusterIPs").into_iter().map(|ip| ip.value).collect();
    if cluster_ips.is_empty() {
        cluster_ips.extend(text_at(spec, "clusterIP").map(|ip| ip.value));
    }
    KubeService {
        selector: text_map(spec, "selector"),
        ports: list_at(spec, "ports", |node| KubePort {
            number: uint_at(node, "port").unwrap_or(Spanned::new(0, node.range())),
            name: text_at(node, "name"),
            app_protocol: text_at(node, "appProtocol"),
            transport: text_at(node, "protocol"),
            target: match node.get("targetPort").map(Node::value) {
                Some(Value::Int(number)) => u32::try_from(*number)
                    .ok()
                    .filter(|&it| it != 0)
                    .map_or(TargetPort::Same, TargetPort::Number),
                _ => {
                    text_at(node, "targetPort").map_or(TargetPort::Same, |name| TargetPort::Name(name.value))
                }
            },
        }),
        cluster_ips,
        kind: text_at(spec, "type"),
        external_name: text_at(spec, "externalName"),
    }
}

/// A Pod: labels in its own metadata, containers in its spec.
pub(crate) fn read_pod(document: Node<'_>) -> Workload {
    read_template(document)
}

/// A Deployment, StatefulSet or DaemonSet: both in its template.
pub(crate) fn read_workload(document: Node<'_>) -> Workload {
    let template = message(document, "spec").and_then(|spec| message(spec, "template"));
    template.map(read_template).unwrap_or_default()
}

fn read_template(template: Node<'_>) -> Workload {
    let metadata = message(template, "metadata");
    let labels = metadata.map(|metadata| text_map(metadata, "labels")).unwrap_or_default();
    let range = metadata.and_then(|metadata| metadata.get("labels")).unwrap_or(template).range();
    let containers = message(template, "spec").and_then(|spec| spec.get("containers"));
    let ports = containers.into_iter().flat_map(Node::items).filter_map(|container| container.get("ports"));
    let ports = ports
        .flat_map(Node::items)
        .filter_map(|port| Some((text_at(port, "name")?.value, uint_at(port, "containerPort")?.value)));
    Workload { labels: Spanned::new(labels, range), ports: ports.collect() }
}

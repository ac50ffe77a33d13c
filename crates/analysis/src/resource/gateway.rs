//! Gateway: ports, hosts and certificates at the edge.

use std::collections::BTreeMap;

use pilothouse_syntax::{Node, Spanned, TextRange};

use super::{
    schema::{TEXT_MAP, TEXTS, Table, Type, UINT32, field, table, words},
    value::{bool_at, list_at, message, text_at, text_map, texts_at, uint_at},
};

/// A Gateway as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gateway {
    /// Labels of the workloads that serve it; none means every gateway workload.
    pub selector: BTreeMap<String, String>,
    /// Where `selector` stands.
    pub selector_range: Option<TextRange>,
    /// The servers, in order.
    pub servers: Vec<Server>,
}

/// A port with the hosts that are served on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Server {
    /// Where it stands.
    pub range: TextRange,
    /// The port; none where it was left out.
    pub port: Option<Port>,
    /// The address to listen on.
    pub bind: Option<Spanned<String>>,
    /// The hosts, perhaps with a namespace in front.
    pub hosts: Vec<Spanned<String>>,
    /// TLS settings.
    pub tls: Option<ServerTls>,
    /// Its name.
    pub name: Option<Spanned<String>>,
}

/// A port as Gateways, ServiceEntries and Sidecars write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Port {
    /// Where it stands.
    pub range: TextRange,
    /// Its number.
    pub number: Spanned<u32>,
    /// Its protocol as written; empty where missing.
    pub protocol: Spanned<String>,
    /// Its name; empty where missing.
    pub name: Spanned<String>,
    /// The port of the workload.
    pub target_port: Option<Spanned<u32>>,
}

/// TLS settings of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerTls {
    /// Where they stand.
    pub range: TextRange,
    /// Send plain requests to https.
    pub https_redirect: Option<Spanned<bool>>,
    /// How connections are taken; unset means PASSTHROUGH.
    pub mode: Option<Spanned<String>>,
    /// The secret with the certificate.
    pub credential_name: Option<Spanned<String>>,
    /// Several secrets.
    pub credential_names: Vec<Spanned<String>>,
    /// A certificate by path.
    pub server_certificate: Option<Spanned<String>>,
    /// The key by path.
    pub private_key: Option<Spanned<String>>,
    /// The certificates that clients are checked against, by path.
    pub ca_certificates: Option<Spanned<String>>,
    /// Revoked certificates, by path.
    pub ca_crl: Option<Spanned<String>>,
    /// Several certificates by path: certificate, key and CA of each.
    pub tls_certificates: Vec<TlsCertificate>,
    /// Names that a client's certificate may carry.
    pub subject_alt_names: Vec<Spanned<String>>,
    /// The lowest version of TLS.
    pub min_protocol_version: Option<Spanned<String>>,
    /// Ciphers.
    pub cipher_suites: Vec<Spanned<String>>,
}

/// One certificate by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsCertificate {
    /// Where it stands.
    pub range: TextRange,
    /// The certificate.
    pub server_certificate: Option<Spanned<String>>,
    /// The key.
    pub private_key: Option<Spanned<String>>,
}

/// `spec` of a Gateway.
pub(crate) static GATEWAY: Table = table(
    "Gateway",
    &[
        field(
            "servers",
            Type::List(&Type::Message(&SERVER)),
            "Ports with the hosts that are served on them.",
        ),
        field("selector", TEXT_MAP, "Labels of the pods that serve it, in whatever namespace."),
    ],
);

static SERVER: Table = table(
    "Server",
    &[
        field("port", Type::Message(&PORT), "The port to listen on.").required(),
        field("bind", Type::Text, "The address or socket to listen on."),
        field(
            "hosts",
            TEXTS,
            "Hosts, as `host` or `namespace/host`; the namespace says whose VirtualServices may attach.",
        )
        .required(),
        field(
            "tls",
            Type::Message(&SERVER_TLS),
            "How TLS is handled, or that plain requests are redirected.",
        ),
        field("defaultEndpoint", Type::Unmodelled, "Never built."),
        field("name", Type::Text, "A name for statistics.").since("1.8"),
    ],
);

static PORT: Table = table(
    "Port",
    &[
        field("number", UINT32, "The number of the gateway Service's port.").required(),
        field("protocol", Type::Text, "HTTP, HTTPS, HTTP2, GRPC, TCP, TLS, MONGO and others.").required(),
        field("name", Type::Text, "A name, unique inside the Gateway.").required(),
        field("targetPort", UINT32, "Of no use in a Gateway; refused.").since("1.10"),
    ],
);

/// A certificate source may be named in one way only.
static SERVER_TLS: Table = Table {
    name: "ServerTLSSettings",
    fields: &[
        field("httpsRedirect", Type::Bool, "Answer plain requests with a redirect to https."),
        field(
            "mode",
            Type::Enum {
                words: &[
                    "PASSTHROUGH",
                    "SIMPLE",
                    "MUTUAL",
                    "AUTO_PASSTHROUGH",
                    "ISTIO_MUTUAL",
                    "OPTIONAL_MUTUAL",
                ],
                later: &["ISTIO_MUTUAL", "OPTIONAL_MUTUAL"],
            },
            "How connections are taken; unset means PASSTHROUGH.",
        ),
        field("serverCertificate", Type::Text, "The certificate's path."),
        field("privateKey", Type::Text, "The key's path."),
        field("caCertificates", Type::Text, "The path of what client certificates are checked against."),
        field(
            "credentialName",
            Type::Text,
            "The secret with the certificate, in the gateway workload's namespace.",
        ),
        field(
            "credentialNames",
            Type::Sized(&Type::Text, 1, 2),
            "Several secrets, for example RSA and ECDSA.",
        )
        .since("1.27"),
        field(
            "tlsCertificates",
            Type::Sized(&Type::Message(&TLS_CERTIFICATE), 1, 2),
            "Several certificates by path.",
        )
        .since("1.28"),
        field("subjectAltNames", TEXTS, "Names that a client's certificate may carry."),
        field("verifyCertificateSpki", TEXTS, "Hashes of the public keys of client certificates."),
        field("verifyCertificateHash", TEXTS, "Hashes of client certificates."),
        field("minProtocolVersion", words(TLS_VERSIONS), "The lowest version of TLS."),
        field("maxProtocolVersion", words(TLS_VERSIONS), "The highest version of TLS."),
        field("cipherSuites", TEXTS, "Ciphers."),
        field("caCrl", Type::Text, "The path of a list of revoked certificates.").since("1.24"),
    ],
    one_of: &[&["credentialName", "credentialNames", "tlsCertificates"]],
};

static TLS_CERTIFICATE: Table = table(
    "TLSCertificate",
    &[
        field("serverCertificate", Type::Text, "The certificate's path.").since("1.28"),
        field("privateKey", Type::Text, "The key's path.").since("1.28"),
        field("caCertificates", Type::Text, "The path of what client certificates are checked against.")
            .since("1.28"),
    ],
);

const TLS_VERSIONS: &[&str] = &["TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"];

pub(crate) fn read(spec: Node<'_>) -> Gateway {
    Gateway {
        selector: text_map(spec, "selector"),
        selector_range: spec.get("selector").map(Node::range),
        servers: list_at(spec, "servers", |node| Server {
            range: node.range(),
            port: message(node, "port").map(port),
            bind: text_at(node, "bind").filter(|bind| !bind.value.is_empty()),
            hosts: texts_at(node, "hosts"),
            tls: message(node, "tls").map(tls),
            name: text_at(node, "name"),
        }),
    }
}

pub(crate) fn port(node: Node<'_>) -> Port {
    Port {
        range: node.range(),
        number: uint_at(node, "number").unwrap_or(Spanned::new(0, node.range())),
        protocol: text_at(node, "protocol").unwrap_or(Spanned::new(String::new(), node.range())),
        name: text_at(node, "name").unwrap_or(Spanned::new(String::new(), node.range())),
        target_port: uint_at(node, "targetPort").filter(|port| port.value != 0),
    }
}

pub(crate) fn tls(node: Node<'_>) -> ServerTls {
    ServerTls {
        range: node.range(),
        https_redirect: bool_at(node, "httpsRedirect"),
        mode: text_at(node, "mode"),
        credential_name: named(node, "credentialName"),
        credential_names: texts_at(node, "credentialNames"),
        server_certificate: named(node, "serverCertificate"),
        private_key: named(node, "privateKey"),
        ca_certificates: named(node, "caCertificates"),
        ca_crl: named(node, "caCrl"),
        tls_certificates: list_at(node, "tlsCertificates", |node| TlsCertificate {
            range: node.range(),
            server_certificate: named(node, "serverCertificate"),
            private_key: named(node, "privateKey"),
        }),
        subject_alt_names: texts_at(node, "subjectAltNames"),
        min_protocol_version: text_at(node, "minProtocolVersion"),
        cipher_suites: texts_at(node, "cipherSuites"),
    }
}

/// Text that is not empty: empty is as good as unset in Istio's API.
fn named(node: Node<'_>, key: &str) -> Option<Spanned<String>> {
    text_at(node, key).filter(|text| !text.value.is_empty())
}

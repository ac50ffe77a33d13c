//! What has no part in a proxy's configuration, and why.

use super::{Origin, Section};
use crate::mesh::Protocol;

/// Something in the input that has no part in a proxy's configuration, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropped {
    /// What was dropped.
    pub origin: Origin,
    /// Why.
    pub reason: DropReason,
    /// What took its place, if anything.
    pub winner: Option<Origin>,
}

/// Why something has no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// A server of which an older server has a TLS host (GW-5).
    TlsHostTaken {
        /// The host.
        host: String,
        /// The port.
        port: u32,
    },
    /// A server whose protocol does not go with the port's first (GW-7).
    ProtocolConflict {
        /// The port.
        port: u32,
        /// The protocol that has the port.
        holder: Protocol,
    },
    /// An HTTPS server whose route configuration has the name of an older one (GW-8).
    PortNameTaken {
        /// The port.
        port: u32,
        /// The port's name.
        name: String,
    },
    /// A plain server behind TLS servers in 1.1 (GW-8).
    PlainBehindTls {
        /// The port.
        port: u32,
    },
    /// A server for which no VirtualService has a rule: no listener for it (GW-10).
    NoRouteForServer {
        /// The port.
        port: u32,
    },
    /// A VirtualService none of whose hosts fits a server of the Gateway (BIND-7, BIND-8).
    NoCommonHost,
    /// A VirtualService that proxies of the namespace do not see (BIND-4).
    NotVisible {
        /// The namespace of the proxy.
        namespace: String,
    },
    /// A condition for another port (HM-3).
    OtherPort {
        /// The port of the condition.
        port: u32,
        /// The port of the listener.
        listener: u32,
    },
    /// A condition for other gateways (HM-3).
    OtherGateway,
    /// A condition for other client workloads (HM-3).
    OtherWorkload,
    /// A condition for another client namespace (HM-3).
    OtherNamespace,
    /// A rule or condition behind one that takes everything (HM-4).
    BehindCatchAll,
    /// A host of a VirtualService that another one claims on a sidecar (SC-9).
    HostClaimed {
        /// The host.
        host: String,
    },
    /// A wildcard host behind a more specific VirtualService on a sidecar (SC-9).
    MoreSpecific {
        /// The service.
        host: String,
    },
    /// A condition on a server name that is taken (TLS-4).
    SniTaken {
        /// The server name.
        host: String,
    },
    /// A TCP rule behind the one that serves the whole server (TLS-2).
    TcpTaken,
    /// Rules of a section that no server for these hosts asks for (TLS-1).
    NoServerFor {
        /// The section.
        section: Section,
    },
    /// Rules of a section that no port of the host's service asks for (TLS-7).
    NoPortFor {
        /// The section.
        section: Section,
        /// The host; none where none of all the hosts has such a port.
        host: Option<String>,
    },
    /// A host that is no service which sidecars import, where none of those has HTTP on port 80 either (SC-8).
    NoTableFor {
        /// The host.
        host: String,
    },
    /// A TLS condition on a sidecar that equals an earlier one (TLS-9).
    SameConnections,
    /// A TCP rule on a sidecar behind one that takes every connection (TLS-10).
    BehindTcp {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A service's connections on a sidecar that those of another service hide (SC-16).
    ListenerTaken {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A service's port that the Sidecar has a listener of its own for (SC-16).
    ListenerLocked {
        /// The service.
        host: String,
        /// Its port.
        port: u32,
    },
    /// A rule whose delegate does not exist (DEL-2).
    DelegateMissing {
        /// Its namespace and name.
        delegate: String,
    },
    /// A rule whose delegate does not see it (DEL-2).
    DelegateHidden {
        /// Its namespace and name.
        delegate: String,
    },
    /// A delegate that delegates itself: the inner one is not followed (DEL-6).
    DelegateNested,
    /// A delegate's rule with a condition outside the root's (DEL-3).
    DelegateConflict,
    /// A delegate that no root names, or that lists gateways (DEL-1).
    DelegateUnused,
    /// A VirtualService that a Sidecar does not import (SC-5).
    NotImported,
    /// A VirtualService bound to a gateway that does not exist, or that no workload serves.
    UnknownGateway {
        /// The reference, completed.
        gateway: String,
    },
}

impl DropReason {
    /// The semantics id behind it.
    pub fn id(&self) -> &'static str {
        match self {
            DropReason::TlsHostTaken { .. } => "GW-5",
            DropReason::ProtocolConflict { .. } => "GW-7",
            DropReason::PortNameTaken { .. } | DropReason::PlainBehindTls { .. } => "GW-8",
            DropReason::NoRouteForServer { .. } => "GW-10",
            DropReason::NoCommonHost => "BIND-7",
            DropReason::NotVisible { .. } => "BIND-4",
            DropReason::OtherPort { .. }
            | DropReason::OtherGateway
            | DropReason::OtherWorkload
            | DropReason::OtherNamespace => "HM-3",
            DropReason::BehindCatchAll => "HM-4",
            DropReason::HostClaimed { .. } | DropReason::MoreSpecific { .. } => "SC-9",
            DropReason::SniTaken { .. } => "TLS-4",
            DropReason::TcpTaken => "TLS-2",
            DropReason::NoServerFor { .. } => "TLS-1",
            DropReason::NoPortFor { .. } => "TLS-7",
            DropReason::NoTableFor { .. } => "SC-8",
            DropReason::SameConnections => "TLS-9",
            DropReason::BehindTcp { .. } => "TLS-10",
            DropReason::ListenerTaken { .. } | DropReason::ListenerLocked { .. } => "SC-16",
            DropReason::DelegateMissing { .. } | DropReason::DelegateHidden { .. } => "DEL-2",
            DropReason::DelegateNested => "DEL-6",
            DropReason::DelegateConflict => "DEL-3",
            DropReason::DelegateUnused => "DEL-1",
            DropReason::NotImported => "SC-5",
            DropReason::UnknownGateway { .. } => "BIND-2",
        }
    }
}

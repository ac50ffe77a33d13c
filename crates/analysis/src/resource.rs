//! The resources of the input: one kind per file, a struct in which every value knows its range, and its reader.
//!
//! Reading never stops: what does not fit its field table becomes a [`Problem`], the rest is read.

pub mod admission;
mod allowance;
mod check;
pub mod destination_rule;
mod duration;
pub mod gateway;
pub mod kubernetes;
mod read;
pub mod schema;
pub mod service_entry;
pub mod sidecar;
mod suggest;
mod time;
mod value;
pub mod virtual_service;

use std::{collections::BTreeMap, fmt};

use pilothouse_syntax::{Spanned, TextRange};

pub use allowance::{Allowance, AllowedBy};
pub use duration::Duration;
pub(crate) use read::{METADATA, is_label, known_kind, read, spec_table};
pub(crate) use suggest::closest_name;
pub use suggest::{Scalar, closest};
pub use time::Timestamp;

pub use self::{
    destination_rule::DestinationRule,
    gateway::Gateway,
    kubernetes::{KubeService, Workload},
    service_entry::ServiceEntry,
    sidecar::Sidecar,
    virtual_service::VirtualService,
};
use crate::FileId;

/// One resource, by its place among all that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// A resource of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Which resource it is.
    pub key: Key,
    /// The text it stands in.
    pub file: FileId,
    /// Where it stands there.
    pub range: TextRange,
    /// Where its name stands, or the resource where it has none.
    pub name_range: TextRange,
    /// Whether the input says the namespace.
    pub namespace_given: bool,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations, with where each stands.
    pub annotations: BTreeMap<String, Spanned<String>>,
    /// When it was created, if the input says so (ORD-5).
    pub created: Option<Timestamp>,
    /// Its place among those without a date, where a person has set one.
    pub placed: Option<u32>,
    /// What it holds.
    pub body: Body,
    /// Whether it takes part: refused resources and those another one replaces do not.
    pub active: bool,
}

/// What makes two resources the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The namespace; `default` where the input says none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Key {
    /// The resource as `Kind/namespace/name`.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.kind, self.namespace, self.name)
    }
}

/// What a person knows of the age of a resource that its text does not date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnownAge {
    /// When it was created.
    Created(Timestamp),
    /// Its place among those without a date; smaller is older.
    Place(u32),
}

impl Resource {
    /// Sets what is known of the age; a date in the text counts for more.
    fn set_age(&mut self, age: KnownAge) {
        if self.created.is_none() {
            match age {
                KnownAge::Created(created) => self.created = Some(created),
                KnownAge::Place(place) => self.placed = Some(place),
            }
        }
    }
}

/// Sets what is known of the ages of resources, each by its key as `Kind/namespace/name`.
pub(crate) fn set_ages(resources: &mut [Resource], ages: &[(String, KnownAge)]) {
    for resource in resources.iter_mut().filter(|_| !ages.is_empty()) {
        let key = resource.key.path();
        if let Some((_, age)) = ages.iter().find(|(known, _)| *known == key) {
            resource.set_age(*age);
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}/{}`", self.kind, self.namespace, self.name)
    }
}

/// The kinds that are modelled, and all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `networking.istio.io` Gateway.
    Gateway,
    /// VirtualService.
    VirtualService,
    /// DestinationRule.
    DestinationRule,
    /// ServiceEntry.
    ServiceEntry,
    /// Sidecar.
    Sidecar,
    /// Kubernetes' Service.
    Service,
    /// Namespace.
    Namespace,
    /// Pod.
    Pod,
    /// Deployment, StatefulSet, DaemonSet.
    Workload(&'static str),
    /// Anything else: `apiVersion kind`.
    Other(String),
}

impl Kind {
    /// The kind's name in YAML.
    pub fn as_str(&self) -> &str {
        match self {
            Kind::Gateway => "Gateway",
            Kind::VirtualService => "VirtualService",
            Kind::DestinationRule => "DestinationRule",
            Kind::ServiceEntry => "ServiceEntry",
            Kind::Sidecar => "Sidecar",
            Kind::Service => "Service",
            Kind::Namespace => "Namespace",
            Kind::Pod => "Pod",
            Kind::Workload(kind) => kind,
            Kind::Other(kind) => kind,
        }
    }

    /// Whether it is one of the kinds that Istio's admission looks at.
    pub fn is_istio(&self) -> bool {
        matches!(
            self,
            Kind::Gateway | Kind::VirtualService | Kind::DestinationRule | Kind::ServiceEntry | Kind::Sidecar
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a resource holds, by kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A Gateway.
    Gateway(Gateway),
    /// A VirtualService.
    VirtualService(VirtualService),
    /// A DestinationRule.
    DestinationRule(Box<DestinationRule>),
    /// A ServiceEntry.
    ServiceEntry(ServiceEntry),
    /// A Sidecar.
    Sidecar(Box<Sidecar>),
    /// A Service.
    Service(KubeService),
    /// Pods or what makes them.
    Workload(Workload),
    /// A Namespace, or a kind that is not modelled.
    Nothing,
}

/// Something about the input itself, found before anything is merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// The text it is in.
    pub file: FileId,
    /// Where.
    pub range: TextRange,
    /// The resource it is in, if any.
    pub resource: Option<ResourceId>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What is meant to stand in its place, where that can be told.
    pub meant: Option<Scalar>,
    /// Another place it is about, and what that is.
    pub related: Option<(FileId, TextRange, String)>,
    /// The semantics id behind it; empty for YAML's own rules.
    pub id: &'static str,
}

/// The sorts of [`Problem`]; each is a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// A document that Kubernetes cannot read.
    BrokenYaml,
    /// A key that is set twice.
    DuplicateKey,
    /// A merge that replaces a value written before it.
    OverridingMerge,
    /// Text that is never read.
    DroppedText,
    /// A resource that the API server or the admission refuses.
    Invalid,
    /// Something the admission only warns of.
    Warning,
    /// A field that the kind does not have.
    UnknownField,
    /// A scalar that is read as something a person would not guess.
    MisreadScalar,
    /// An API group or version that does not exist.
    UnknownKind,
    /// A resource that another one of the same name replaces.
    DuplicateResource,
    /// A kind or field that is not modelled.
    NotModelled,
    /// A comment that means to allow something and cannot be read.
    Allowance,
}

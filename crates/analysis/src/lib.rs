//! What istiod builds from Istio resources, and which guidelines they break.
//!
//! Data flows one way: texts ([`Sources`]) are read as [`resource`]s, indexed as a [`mesh`], built into the
//! [`effective`] configuration in Envoy's terms, and judged by [`rules`]. Every derived fact remembers the bytes it
//! came from.
//!
//! This crate knows Istio. It knows no files, browser, clock or JSON.

mod binding;
pub mod effective;
pub mod fix;
pub mod mesh;
mod profile;
mod request;
pub mod resource;
pub mod rollout;
pub mod rules;
mod sources;
pub mod space;
pub mod trace;
pub mod writing;

pub use binding::Binding;
pub use profile::{Istio, Profile, ProfileField};
pub use request::{Request, RequestError};
pub use resource::KnownAge;
pub use rules::{Checked, Finding, Severity};
pub use sources::{FileId, Source, Sources};

use effective::Effective;
use resource::{Allowance, Problem, ResourceId};

/// Everything that is known of some texts.
#[derive(Debug)]
pub struct Analysis {
    /// The texts.
    pub sources: Sources,
    /// What istiod builds from them.
    pub effective: Effective,
    /// The proxies worth showing.
    pub bindings: Vec<Binding>,
    /// What is to be said of the input itself.
    pub problems: Vec<Problem>,
    /// What the texts ask not to be told of.
    pub allowances: Vec<Allowance>,
}

/// Reads texts and builds what istiod would. Never fails; what cannot be read is a [`Problem`]. Services that routes
/// need and that the texts are silent about are assumed to exist.
pub fn analyze(sources: Sources, profile: Profile) -> Analysis {
    build(sources, profile, true, &[])
}

/// Like [`analyze`], with what a person knows of the age of resources that the texts do not date: each by its key as
/// `Kind/namespace/name`.
pub fn analyze_with_ages(sources: Sources, profile: Profile, ages: &[(String, KnownAge)]) -> Analysis {
    build(sources, profile, true, ages)
}

/// Like [`analyze`], but with nothing assumed: as if the texts were all that the cluster holds.
pub fn analyze_exactly(sources: Sources, profile: Profile) -> Analysis {
    build(sources, profile, false, &[])
}

fn build(sources: Sources, profile: Profile, assume: bool, ages: &[(String, KnownAge)]) -> Analysis {
    let mut read = resource::read(&sources, &profile);
    resource::set_ages(&mut read.resources, ages);
    let mut mesh = mesh::Mesh::new(read.resources, profile);
    if assume {
        mesh::assume(&mut mesh);
    }
    let bindings = binding::bindings(&mesh);
    let (problems, allowances) = (read.problems, read.allowances);
    Analysis { sources, effective: Effective::new(mesh), bindings, problems, allowances }
}

impl Analysis {
    /// What the rules find and nothing allows, sorted by place.
    pub fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    /// What the rules find, with what the texts allow apart.
    pub fn check(&self) -> Checked {
        rules::check(self)
    }

    /// Sends a request through a proxy: from a sidecar's workload to the address that its host stands for.
    pub fn trace(&self, proxy: &mesh::Proxy, request: &Request) -> trace::Trace {
        trace::trace(self, proxy, request)
    }

    /// Sends a request through a proxy as `requests.json` does: plain requests of a sidecar's workload go to the port
    /// alone, whatever address their host stands for.
    pub fn trace_at_port(&self, proxy: &mesh::Proxy, request: &Request) -> trace::Trace {
        trace::trace_at_port(self, proxy, request)
    }

    /// The resources that the admission refuses, each with the first reason.
    pub fn rejected(&self) -> Vec<(ResourceId, String)> {
        resource::admission::rejected(&self.effective.mesh.resources, &self.problems)
    }

    /// The resources that take part and are warned of, each with the first warning.
    pub fn warned(&self) -> Vec<(ResourceId, String)> {
        resource::admission::warned(&self.effective.mesh.resources, &self.problems)
    }
}

//! Hosts of which the input proves that no service has them.
//!
//! It is the other side of what is assumed: as soon as the input holds a service of a namespace, it is taken to hold all
//! of them, and with one ServiceEntry all of those.

use std::collections::HashSet;

use super::{Mesh, host::is_wildcard, names::service_host};
use crate::resource::Body;

/// Why no service has a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Services of its kind are there, and it is none of them.
    Unknown,
    /// It is a part of a service's full name, which is not completed (HOST-8); the full name, and whether there is such
    /// a service.
    Misread {
        /// The full name.
        full: String,
        /// Whether the input holds it.
        exists: bool,
    },
}

/// What is needed to tell.
#[derive(Debug)]
pub(crate) struct Absence<'m> {
    mesh: &'m Mesh,
    /// Hosts of services that are refused: what is wrong is told there.
    refused: HashSet<String>,
}

/// The hosts of services that are refused.
pub(crate) fn refused_hosts(mesh: &Mesh) -> HashSet<String> {
    let mut refused = HashSet::new();
    for resource in mesh.resources.iter().filter(|resource| !resource.active) {
        match &resource.body {
            Body::Service(_) => {
                refused.insert(service_host(&resource.key.name, &resource.key.namespace));
            }
            Body::ServiceEntry(spec) => refused.extend(spec.hosts.iter().map(|host| host.value.clone())),
            _ => {}
        }
    }
    refused
}

impl<'m> Absence<'m> {
    pub(crate) fn new(mesh: &'m Mesh) -> Absence<'m> {
        Absence { mesh, refused: refused_hosts(mesh) }
    }

    /// Why no service has a host, where that is certain. Names must be completed; of wildcards nothing is said.
    pub(crate) fn of(&self, host: &str) -> Option<Absent> {
        let held = self.mesh.services_of(host).iter().any(|&id| !self.mesh.service(id).assumed());
        if held || is_wildcard(host) || self.refused.contains(host) {
            return None;
        }
        if let Some(full) = self.mesh.misread(host) {
            let exists = !self.mesh.services_of(&full).is_empty();
            return Some(Absent::Misread { full, exists });
        }
        (self.mesh.tells_of(host) && host.contains('.')).then_some(Absent::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, Sources, analyze};

    #[test]
    fn host_8_only_what_the_input_proves_is_absent() {
        let mut sources = Sources::default();
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
        sources.add("a.yaml", service);
        let analysis = analyze(sources, Profile::current());
        let absence = Absence::new(&analysis.effective.mesh);
        let misread = |exists: bool, name: &str| {
            Some(Absent::Misread { full: format!("{name}.shop.svc.cluster.local"), exists })
        };
        for (host, absent) in [
            ("web.shop.svc.cluster.local", None),
            ("wab.shop.svc.cluster.local", Some(Absent::Unknown)),
            ("web.blog.svc.cluster.local", None),
            ("web.shop", misread(true, "web")),
            ("wab.shop.svc", misread(false, "wab")),
            ("web.shop.svc.cluster", misread(true, "web")),
            ("web.shop.example.com", None),
            ("web.blog", None),
            ("*.shop.svc.cluster.local", None),
            ("api.example.com", None),
        ] {
            assert_eq!(absence.of(host), absent, "{host}");
        }
    }
}

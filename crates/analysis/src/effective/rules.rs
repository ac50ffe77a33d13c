//! The HTTP rules of each VirtualService, with delegates merged in (DEL-1 to DEL-6).

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use pilothouse_syntax::TextRange;

use super::{DropReason, Dropped, Origin, delegate};
use crate::{
    mesh::Mesh,
    resource::{ResourceId, virtual_service::HttpRoute},
};

/// An HTTP rule as it takes effect.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it says: as written, or a delegate's merged with its root's.
    pub http: Rc<HttpRoute>,
    /// Where it is written.
    pub origin: RuleOrigin,
    /// For each condition, where it is written.
    pub conditions: Vec<Origin>,
}

/// Where a rule is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOrigin {
    /// The VirtualService: the bound one, or a delegate.
    pub written_in: ResourceId,
    /// Its place there.
    pub index: usize,
    /// Where it stands.
    pub range: TextRange,
    /// For a delegate's rule, the root's.
    pub root: Option<Origin>,
}

/// The rules of every VirtualService that is bound to something.
pub(super) fn collect(mesh: &Mesh) -> (HashMap<ResourceId, Rc<[Rule]>>, Vec<Dropped>) {
    let mut dropped = Vec::new();
    let mut used = HashSet::new();
    let mut rules = HashMap::with_capacity(mesh.virtual_services.len());
    for &id in &mesh.virtual_services {
        let mut out = Vec::new();
        for (index, rule) in mesh.virtual_service(id).http.iter().enumerate() {
            let own = Origin { resource: id, range: rule.range };
            match &rule.delegate {
                None => out.push(Rule {
                    http: rule.clone(),
                    origin: RuleOrigin { written_in: id, index, range: rule.range, root: None },
                    conditions: conditions(id, rule),
                }),
                Some(reference) => {
                    let (namespace, name) = reference.target(&mesh.resource(id).key.namespace);
                    let full = format!("{namespace}/{name}");
                    let mut drop = |reason| dropped.push(Dropped { origin: own, reason, winner: None });
                    let Some(&leaf) = mesh.delegates.get(&(namespace.to_owned(), name.to_owned())) else {
                        drop(DropReason::DelegateMissing { delegate: full });
                        continue;
                    };
                    used.insert(leaf);
                    if !mesh.visibility(leaf).to(&mesh.resource(id).key.namespace) {
                        drop(DropReason::DelegateHidden { delegate: full });
                        continue;
                    }
                    out.extend(delegate::merge(mesh, id, rule, leaf, &mut dropped));
                }
            }
        }
        rules.insert(id, out.into());
    }
    let mut unused: Vec<ResourceId> =
        mesh.delegates.values().copied().filter(|id| !used.contains(id)).collect();
    unused.sort_unstable();
    for id in unused {
        let origin = Origin { resource: id, range: mesh.resource(id).name_range };
        dropped.push(Dropped { origin, reason: DropReason::DelegateUnused, winner: None });
    }
    (rules, dropped)
}

pub(super) fn conditions(id: ResourceId, rule: &HttpRoute) -> Vec<Origin> {
    rule.matches.iter().map(|block| Origin { resource: id, range: block.range }).collect()
}

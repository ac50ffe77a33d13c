//! What goes with a resource that is refused.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use crate::{
    Analysis,
    mesh::{Mesh, names},
    resource::{Body, DestinationRule, ResourceId},
    rules::words,
};

/// What others lose by a refused resource.
pub(super) struct Effect {
    /// A sentence.
    pub(super) message: String,
    /// Who they are.
    pub(super) users: Vec<ResourceId>,
}

/// Finds effects; indexes are made when they are first needed.
pub(super) struct Effects<'a> {
    mesh: &'a Mesh,
    subsets: OnceCell<HashSet<(String, &'a str)>>,
    subset_users: OnceCell<HashMap<(String, &'a str), Vec<ResourceId>>>,
    delegators: OnceCell<HashMap<(&'a str, &'a str), Vec<ResourceId>>>,
}

impl<'a> Effects<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        Effects {
            mesh: &analysis.effective.mesh,
            subsets: OnceCell::new(),
            subset_users: OnceCell::new(),
            delegators: OnceCell::new(),
        }
    }

    /// What goes with a resource, if anything can be told.
    pub(super) fn of(&self, id: ResourceId) -> Option<Effect> {
        let resource = self.mesh.resource(id);
        match &resource.body {
            Body::DestinationRule(rule) => self.subsets(id, rule),
            Body::Gateway(_) => {
                let users = self.mesh.bound_to(&format!("{}/{}", resource.key.namespace, resource.key.name));
                self.effect(users, |who| format!("What is bound to it, {who}, is not served by it."))
            }
            Body::VirtualService(service) if service.hosts.is_empty() => {
                let delegators = self.delegators.get_or_init(|| self.index_delegators());
                let users = delegators.get(&(resource.key.namespace.as_str(), resource.key.name.as_str()))?;
                self.effect(users, |who| format!("The rules left to it by {who} are gone with it."))
            }
            Body::VirtualService(service) => {
                let hosts = words::quoted(service.hosts.iter().map(|host| host.value.as_str()));
                let message = format!("None of its routes for {hosts} exists.");
                Some(Effect { message, users: Vec::new() })
            }
            Body::ServiceEntry(entry) => {
                let hosts = words::quoted(entry.hosts.iter().map(|host| host.value.as_str()));
                let message = format!("The mesh does not learn of {hosts}.");
                (!entry.hosts.is_empty()).then_some(Effect { message, users: Vec::new() })
            }
            _ => None,
        }
    }

    fn effect(&self, users: &[ResourceId], message: impl Fn(&str) -> String) -> Option<Effect> {
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        let who = words::names(self.mesh, users.iter().copied());
        (!users.is_empty()).then(|| Effect { message: message(&who), users })
    }

    /// The subsets that VirtualServices name and no other DestinationRule of the host defines.
    fn subsets(&self, id: ResourceId, rule: &DestinationRule) -> Option<Effect> {
        let host = self.full_host(&rule.host.value, id);
        let users_of = self.subset_users.get_or_init(|| self.index_subset_users());
        let defined = self.subsets.get_or_init(|| self.index_subsets());
        let mut lost = Vec::new();
        let mut users = Vec::new();
        for subset in &rule.subsets {
            let subset = (host.clone(), subset.name.value.as_str());
            if let Some(found) = users_of.get(&subset).filter(|_| !defined.contains(&subset)) {
                lost.push(subset.1);
                users.extend_from_slice(found);
            }
        }
        let (noun, goes) = words::plural(lost.len(), ("subset", "goes"), ("subsets", "go"));
        let lost = words::quoted(lost);
        self.effect(&users, |who| format!("The {noun} {lost}, used by {who}, {goes} with it."))
    }

    /// The subsets of the DestinationRules that take part, by the service's host.
    fn index_subsets(&self) -> HashSet<(String, &'a str)> {
        let rules = self.mesh.destination_rules.iter().map(|&id| (id, self.mesh.destination_rule(id)));
        rules
            .flat_map(|(id, rule)| {
                let host = self.full_host(&rule.host.value, id);
                rule.subsets.iter().map(move |subset| (host.clone(), subset.name.value.as_str()))
            })
            .collect()
    }

    fn full_host(&self, host: &str, written_in: ResourceId) -> String {
        names::full_host(host, &self.mesh.resource(written_in).key.namespace, &self.mesh.profile).into_owned()
    }

    /// The VirtualServices that route to each subset, by the service's host.
    fn index_subset_users(&self) -> HashMap<(String, &'a str), Vec<ResourceId>> {
        let mut out: HashMap<_, Vec<ResourceId>> = HashMap::new();
        for (at, resource) in self.mesh.resources.iter().enumerate().filter(|(_, resource)| resource.active) {
            let Body::VirtualService(service) = &resource.body else { continue };
            let id = ResourceId(at as u32);
            for destination in service.destinations() {
                if let Some(subset) = destination.subset.as_ref().filter(|subset| !subset.value.is_empty()) {
                    let host = self.full_host(&destination.host.value, id);
                    out.entry((host, subset.value.as_str())).or_default().push(id);
                }
            }
        }
        out
    }

    /// The VirtualServices that delegate to each, by namespace and name.
    fn index_delegators(&self) -> HashMap<(&'a str, &'a str), Vec<ResourceId>> {
        let mut out: HashMap<_, Vec<ResourceId>> = HashMap::new();
        for &id in &self.mesh.virtual_services {
            let own = self.mesh.resource(id).key.namespace.as_str();
            for delegate in
                self.mesh.virtual_service(id).http.iter().filter_map(|rule| rule.delegate.as_ref())
            {
                out.entry(delegate.target(own)).or_default().push(id);
            }
        }
        out
    }
}

//! DestinationRules: how those of one host merge, which one applies to a client, and what it says of a cluster (DR).

use std::{collections::HashMap, rc::Rc};

use pilothouse_syntax::TextRange;

use super::{HashPolicy, Origin};
use crate::{
    mesh::{Mesh, Proxy, Service, host::HostMap, names, selects},
    resource::{
        DestinationRule, ResourceId,
        destination_rule::{
            ConnectionPool, ConsistentHash, HashKey, LoadBalancer, OutlierDetection, PortPolicy, Subset,
            TrafficPolicy,
        },
    },
};

/// DestinationRules of one namespace and host that became one (DR-3).
#[derive(Clone, Debug)]
pub struct MergedRule {
    /// The first, whose namespace, `exportTo` and selector count.
    pub first: ResourceId,
    /// All that went in, the first included, in order.
    pub members: Vec<ResourceId>,
    /// The host, completed.
    pub host: String,
    /// The subsets: whose, and the place there.
    pub subsets: Vec<(ResourceId, usize)>,
    /// Whose policy counts, if any has one.
    pub policy: Option<ResourceId>,
    /// What was thrown away in merging.
    pub discarded: Vec<Discarded>,
    /// `exportTo` as it is written (DR-6).
    export_to: Vec<String>,
}

/// A part of a DestinationRule that merging throws away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded {
    /// What is thrown away.
    pub origin: Origin,
    /// What counts in its place; none where 1.1 loses a policy for want of subsets (DR-14).
    pub winner: Option<Origin>,
    /// The subset's name; none for the policy of the rule as a whole.
    pub subset: Option<String>,
}

type Index = HashMap<String, HostMap<Vec<Rc<MergedRule>>>>;

/// All DestinationRules, merged and indexed (DR-2).
#[derive(Debug, Default)]
pub struct Policies {
    /// What clients of a namespace find first.
    local: Index,
    /// What clients of other namespaces find with the service.
    exported: Index,
    /// Private rules of the root namespace.
    root_local: HostMap<Vec<Rc<MergedRule>>>,
}

impl Policies {
    /// Merges the DestinationRules of a mesh.
    pub fn new(mesh: &Mesh) -> Policies {
        if !mesh.profile.destination_rules_kept_apart {
            return Policies::older(mesh);
        }
        let mut policies = Policies::default();
        for &id in &mesh.destination_rules {
            policies.add(mesh, id);
        }
        policies
    }

    fn add(&mut self, mesh: &Mesh, id: ResourceId) {
        let rule = mesh.destination_rule(id);
        let namespace = &mesh.resource(id).key.namespace;
        let host = names::full_host(&rule.host.value, namespace, &mesh.profile);
        let mut export_to: Vec<String> = match &rule.workload_selector {
            Some(_) => vec![".".into()],
            None => rule.export_to.iter().map(|entry| entry.value.clone()).collect(),
        };
        export_to.sort_unstable();
        export_to.dedup();
        let has = |entry: &str| export_to.iter().any(|it| it == entry);
        if export_to.is_empty() || has("*") || has(".") || has(namespace) {
            let index = self.local.entry(namespace.clone()).or_default();
            merge_into(mesh, index.entry(&host), id, &host, &export_to);
        }
        let private = export_to.len() == 1 && (has(".") || has(namespace));
        if !private {
            let index = self.exported.entry(namespace.clone()).or_default();
            merge_into(mesh, index.entry(&host), id, &host, &export_to);
        } else if namespace == names::ROOT_NAMESPACE {
            merge_into(mesh, self.root_local.entry(&host), id, &host, &export_to);
        }
    }

    /// 1.1: merging changes the first rule itself, which the indices share, and there is one more index over all
    /// exported rules of the mesh: the first of a host there takes in those of other namespaces (DR-1, DR-15).
    fn older(mesh: &Mesh) -> Policies {
        let mut merged: HashMap<ResourceId, MergedRule> = HashMap::new();
        let mut local: HashMap<(&str, String), ResourceId> = HashMap::new();
        let mut exported: HashMap<(&str, String), ResourceId> = HashMap::new();
        let mut all: HashMap<String, ResourceId> = HashMap::new();
        for &id in &mesh.destination_rules {
            let rule = mesh.destination_rule(id);
            let namespace = mesh.resource(id).key.namespace.as_str();
            let host = names::full_host(&rule.host.value, namespace, &mesh.profile).into_owned();
            let export_to: Vec<String> = rule.export_to.iter().map(|entry| entry.value.clone()).collect();
            let private = export_to.first().is_some_and(|entry| entry == ".");
            merged.insert(id, MergedRule::new(mesh, id, &host, &export_to));
            let mut firsts = vec![*local.entry((namespace, host.clone())).or_insert(id)];
            if !private {
                firsts.push(*exported.entry((namespace, host.clone())).or_insert(id));
                firsts.push(*all.entry(host).or_insert(id));
            }
            for first in firsts.into_iter().filter(|first| *first != id) {
                if let Some(entry) = merged.get_mut(&first) {
                    absorb(mesh, entry, id);
                }
            }
        }
        let merged: HashMap<ResourceId, Rc<MergedRule>> =
            merged.into_iter().map(|(id, entry)| (id, Rc::new(entry))).collect();
        let index = |firsts: HashMap<(&str, String), ResourceId>| {
            let mut out = Index::new();
            let mut firsts: Vec<_> = firsts.into_iter().collect();
            firsts.sort();
            for ((namespace, host), id) in firsts {
                out.entry(namespace.to_owned()).or_default().entry(&host).push(merged[&id].clone());
            }
            out
        };
        Policies { local: index(local), exported: index(exported), root_local: HostMap::default() }
    }

    /// The rule that applies to a service for a client workload, if any (DR-7, DR-8).
    pub fn rule_for(&self, mesh: &Mesh, proxy: &Proxy, service: &Service) -> Option<&Rc<MergedRule>> {
        choose(mesh, self.level(mesh, &proxy.namespace, service)?, proxy)
    }

    /// The entries of the first level of the look-up that has any for the host (DR-7).
    pub fn level<'p>(
        &'p self,
        mesh: &Mesh,
        client: &str,
        service: &Service,
    ) -> Option<Vec<&'p Rc<MergedRule>>> {
        let find = |index: &'p HostMap<Vec<Rc<MergedRule>>>| match mesh.profile.lookup_covers {
            true => index.most_specific(&service.host),
            false => index.most_specific_in_common(&service.host),
        };
        let own = if client != names::ROOT_NAMESPACE {
            self.local.get(client).and_then(find)
        } else {
            find(&self.root_local)
        };
        if let Some(own) = own {
            return Some(own.iter().collect());
        }
        [service.namespace.as_str(), names::ROOT_NAMESPACE].into_iter().find_map(|owner| {
            let entries = find(self.exported.get(owner)?)?;
            let seen: Vec<_> = entries.iter().filter(|entry| entry.exported_to(mesh, client)).collect();
            (!seen.is_empty()).then_some(seen)
        })
    }

    /// Every merged entry, once: first those that clients of the own namespace see, then exported ones that differ.
    pub fn entries(&self) -> Vec<&Rc<MergedRule>> {
        let mut out: Vec<&Rc<MergedRule>> = Vec::new();
        for index in [&self.local, &self.exported] {
            let mut namespaces: Vec<&String> = index.keys().collect();
            namespaces.sort_unstable();
            out.extend(namespaces.into_iter().flat_map(|namespace| index[namespace].values()).flatten());
        }
        let mut seen = std::collections::HashSet::new();
        out.retain(|entry| seen.insert((entry.host.clone(), entry.members.clone())));
        out.sort_by_key(|entry| (entry.first, entry.members.len()));
        out
    }
}

/// The entry that applies: one whose selector takes the workload, else the last without selector (DR-8).
fn choose<'p>(mesh: &Mesh, entries: Vec<&'p Rc<MergedRule>>, proxy: &Proxy) -> Option<&'p Rc<MergedRule>> {
    let mut fallback = None;
    for entry in entries {
        match &mesh.destination_rule(entry.first).workload_selector {
            None => fallback = Some(entry),
            Some(selector) => {
                let own = mesh.resource(entry.first).key.namespace == proxy.namespace;
                if own && selects(&selector.labels, &proxy.labels) {
                    return Some(entry);
                }
            }
        }
    }
    fallback
}

/// Merges a rule into the entries of its host, or adds it as its own (DR-6).
fn merge_into(
    mesh: &Mesh,
    entries: &mut Vec<Rc<MergedRule>>,
    id: ResourceId,
    host: &str,
    export_to: &[String],
) {
    let mut separate = true;
    let selector = |id: ResourceId| {
        mesh.destination_rule(id).workload_selector.as_ref().map(|selector| &selector.labels)
    };
    for entry in entries.iter_mut() {
        let superset = !entry.export_to.is_empty() && entry.export_to.iter().all(|it| export_to.contains(it));
        if entry.export_to == export_to {
            separate = false;
        } else if superset {
            separate = true;
        } else {
            separate = true;
            continue;
        }
        match (selector(entry.first), selector(id)) {
            (Some(theirs), Some(ours)) if theirs != ours => {
                separate = true;
                continue;
            }
            (None, None) | (Some(_), Some(_)) => separate = false,
            _ => {}
        }
        absorb(mesh, Rc::make_mut(entry), id);
    }
    if separate {
        entries.push(Rc::new(MergedRule::new(mesh, id, host, export_to)));
    }
}

/// Merges a rule into an entry: subsets whose names are new, and a policy if there is none (DR-3).
fn absorb(mesh: &Mesh, entry: &mut MergedRule, id: ResourceId) {
    let rule = mesh.destination_rule(id);
    if entry.members.contains(&id) {
        return;
    }
    entry.members.push(id);
    for (index, subset) in rule.subsets.iter().enumerate() {
        let name = &subset.name.value;
        match entry.subset(mesh, name) {
            None => entry.subsets.push((id, index)),
            Some((owner, known)) => entry.discarded.push(Discarded {
                origin: Origin { resource: id, range: subset.name.range },
                winner: Some(Origin { resource: owner, range: known.name.range }),
                subset: Some(name.clone()),
            }),
        }
    }
    let Some(policy) = &rule.traffic_policy else { return };
    let origin = Origin { resource: id, range: policy.range };
    // 1.1.0 adopts a policy in its loop over subsets, so never from a rule without any (DR-14).
    let adopted = mesh.profile.later_policy_adopted || !rule.subsets.is_empty();
    match entry.policy {
        None if adopted => entry.policy = Some(id),
        owner => {
            let winner = owner.and_then(|owner| {
                let range = mesh.destination_rule(owner).traffic_policy.as_ref()?.range;
                Some(Origin { resource: owner, range })
            });
            entry.discarded.push(Discarded { origin, winner, subset: None });
        }
    }
}

impl MergedRule {
    fn new(mesh: &Mesh, id: ResourceId, host: &str, export_to: &[String]) -> MergedRule {
        let rule = mesh.destination_rule(id);
        MergedRule {
            first: id,
            members: vec![id],
            host: host.to_owned(),
            subsets: (0..rule.subsets.len()).map(|index| (id, index)).collect(),
            policy: rule.traffic_policy.as_ref().map(|_| id),
            discarded: Vec::new(),
            export_to: export_to.to_vec(),
        }
    }

    fn exported_to(&self, mesh: &Mesh, client: &str) -> bool {
        mesh.visibility(self.first).to(client)
    }

    /// A subset by its name: whose it is, and what it says.
    pub fn subset<'m>(&self, mesh: &'m Mesh, name: &str) -> Option<(ResourceId, &'m Subset)> {
        self.subsets
            .iter()
            .map(|&(owner, index)| (owner, &mesh.destination_rule(owner).subsets[index]))
            .find(|(_, subset)| subset.name.value == name)
    }

    /// The names of the subsets, each once, in order.
    pub fn subset_names<'m>(&self, mesh: &'m Mesh) -> Vec<&'m str> {
        let names =
            self.subsets.iter().map(|&(owner, index)| subset_name(mesh.destination_rule(owner), index));
        crate::mesh::host::unique(names)
    }

    /// The policy of the rule as a whole.
    pub fn traffic_policy<'m>(&self, mesh: &'m Mesh) -> Option<&'m TrafficPolicy> {
        mesh.destination_rule(self.policy?).traffic_policy.as_ref()
    }

    /// What counts for one port and subset; an empty subset is the service as a whole (DR-10).
    pub fn effective<'m>(&self, mesh: &'m Mesh, port: u32, subset: &str) -> EffectivePolicy<'m> {
        let base = self.traffic_policy(mesh);
        let mut out = match base.and_then(|policy| port_policy(policy, port)) {
            Some(entry) => EffectivePolicy::of(&entry.policy),
            None => base.map(EffectivePolicy::of).unwrap_or_default(),
        };
        let own = self.subset(mesh, subset).and_then(|(_, subset)| subset.traffic_policy.as_ref());
        let Some(own) = own else { return out };
        let by_port = port_policy(own, port);
        if mesh.profile.subset_ports_stand_alone {
            match by_port {
                Some(entry) => out.replace(&entry.policy),
                None => out.override_with(own),
            }
        } else {
            out.override_with(own);
            if let Some(entry) = by_port {
                out.override_with(&entry.policy);
            }
        }
        out
    }

    /// What is hashed for a route to a subset and, where it is written down, a port.
    pub(super) fn hash_policy(&self, mesh: &Mesh, subset: &str, port: Option<u32>) -> Option<HashPolicy> {
        let of = |policy: &TrafficPolicy| {
            policy.load_balancer.as_ref().and_then(|balancer| balancer.consistent_hash.clone())
        };
        let by_port = |policy: &TrafficPolicy| port_policy(policy, port?).and_then(|entry| of(&entry.policy));
        let own = self.subset(mesh, subset).and_then(|(_, subset)| subset.traffic_policy.as_ref());
        let base = self.traffic_policy(mesh);
        let hash = own
            .and_then(by_port)
            .or_else(|| own.and_then(of))
            .or_else(|| base.and_then(by_port))
            .or_else(|| base.and_then(of))?;
        hash_of(&hash)
    }

    /// What is hashed for the route that a service without VirtualService has.
    pub(super) fn default_hash_policy(&self, mesh: &Mesh, port: u32) -> Option<HashPolicy> {
        let policy = self.traffic_policy(mesh)?;
        let of =
            |policy: &TrafficPolicy| policy.load_balancer.as_ref().and_then(|it| it.consistent_hash.clone());
        let by_port = port_policy(policy, port).and_then(|entry| of(&entry.policy));
        hash_of(&by_port.or_else(|| of(policy))?)
    }
}

fn subset_name(rule: &DestinationRule, index: usize) -> &str {
    &rule.subsets[index].name.value
}

/// The first entry for a port.
fn port_policy(policy: &TrafficPolicy, port: u32) -> Option<&PortPolicy> {
    policy.port_level_settings.iter().find(|entry| entry.port.as_ref().is_some_and(|it| it.value == port))
}

fn hash_of(hash: &ConsistentHash) -> Option<HashPolicy> {
    Some(match hash.key.as_ref()? {
        HashKey::Header(name) => HashPolicy::Header(name.value.clone()),
        HashKey::Cookie { name, path, ttl, attributes } => HashPolicy::Cookie {
            name: name.value.clone(),
            path: path.as_ref().map(|path| path.value.clone()).unwrap_or_default(),
            ttl: ttl.as_ref().map(|ttl| ttl.value),
            attributes: attributes.iter().map(|name| name.value.clone()).collect(),
        },
        HashKey::SourceIp(used) => HashPolicy::SourceIp(used.value),
        HashKey::QueryParameter(name) => HashPolicy::QueryParameter(name.value.clone()),
    })
}

/// The parts of a policy that count for one cluster; each is taken as a whole (DR-10).
#[derive(Clone, Copy, Debug, Default)]
pub struct EffectivePolicy<'m> {
    /// How endpoints are chosen.
    pub load_balancer: Option<&'m LoadBalancer>,
    /// Limits.
    pub connection_pool: Option<&'m ConnectionPool>,
    /// When endpoints are left out.
    pub outlier_detection: Option<&'m OutlierDetection>,
    /// Where TLS settings stand, and their mode.
    pub tls: Option<(&'m str, TextRange)>,
}

impl<'m> EffectivePolicy<'m> {
    fn of(policy: &'m TrafficPolicy) -> Self {
        let tls = policy.tls.as_ref();
        EffectivePolicy {
            load_balancer: policy.load_balancer.as_ref(),
            connection_pool: policy.connection_pool.as_ref(),
            outlier_detection: policy.outlier_detection.as_ref(),
            tls: tls.map(|tls| (tls.mode.as_ref().map_or("DISABLE", |mode| &mode.value), tls.range)),
        }
    }

    /// Takes each part that `policy` sets.
    fn override_with(&mut self, policy: &'m TrafficPolicy) {
        let own = Self::of(policy);
        self.load_balancer = own.load_balancer.or(self.load_balancer);
        self.connection_pool = own.connection_pool.or(self.connection_pool);
        self.outlier_detection = own.outlier_detection.or(self.outlier_detection);
        self.tls = own.tls.or(self.tls);
    }

    /// Takes all of a port's entry, even what it leaves unset.
    fn replace(&mut self, policy: &'m TrafficPolicy) {
        *self = Self::of(policy);
    }
}

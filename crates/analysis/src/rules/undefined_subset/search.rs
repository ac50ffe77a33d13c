//! Which subsets that routes name are missing for which proxies.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use crate::{
    Analysis,
    effective::{Client, MergedRule, ProxyConfig},
    mesh::{Mesh, Proxy, ProxyKind, Service, assumed_service, names},
    resource::{Body, ResourceId},
    rules::{
        destinations::{self, Places, Target},
        sidecars::Sidecars,
    },
};

/// The DestinationRules of each host, those that are refused included.
pub(super) type RulesByHost = HashMap<String, Vec<ResourceId>>;

/// A subset that routes of one VirtualService name: for whom it is there and for whom not.
#[derive(Debug, Default)]
pub(super) struct Gap {
    /// Where routes name it.
    pub(super) places: Places,
    /// The proxies without it, each with the rule that applies in its place.
    pub(super) missing: BTreeMap<Proxy, Option<Rc<MergedRule>>>,
    /// Proxies that have it.
    pub(super) defined: BTreeSet<Proxy>,
}

/// The subsets that routes name and that are missing for some proxy.
#[derive(Debug)]
pub(in crate::rules) struct Gaps {
    /// By the resource that names it, host and subset.
    pub(super) missing: BTreeMap<Key, Gap>,
    /// The DestinationRules of each host.
    pub(super) rules: RulesByHost,
}

impl Gaps {
    /// Looks at every proxy.
    pub(in crate::rules) fn search(analysis: &Analysis) -> Gaps {
        let rules = rules_by_host(&analysis.effective.mesh);
        let mut search =
            Search { analysis, rules, gaps: BTreeMap::new(), defined: Vec::new(), last: RefCell::default() };
        for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Gateway) {
            search.gateway(proxy, &analysis.effective.proxy(proxy));
        }
        search.sidecars();
        search.unknown_gateways();
        let Search { gaps: mut missing, defined, rules, .. } = search;
        for (proxy, key) in defined {
            if let Some(gap) = missing.get_mut(&key) {
                gap.defined.insert(proxy.clone());
            }
        }
        // What a refused rule defines is told with the refusal, and its older version may still be there.
        let mesh = &analysis.effective.mesh;
        missing.retain(|(_, host, subset), _| {
            let mut all = rules.get(host).into_iter().flatten();
            !all.any(|&id| !mesh.resource(id).active && has_subset(mesh, id, subset))
        });
        Gaps { missing, rules }
    }

    /// The DestinationRules that define a missing subset, for others.
    pub(in crate::rules) fn blamed(&self, mesh: &Mesh) -> BTreeSet<ResourceId> {
        let defining = |(_, host, subset): &Key| {
            let all = self.rules.get(host).into_iter().flatten().copied();
            all.filter(|&id| has_subset(mesh, id, subset)).collect::<Vec<_>>()
        };
        self.missing.keys().flat_map(defining).collect()
    }
}

fn rules_by_host(mesh: &Mesh) -> RulesByHost {
    let mut out = RulesByHost::new();
    for (at, resource) in mesh.resources.iter().enumerate() {
        if let Body::DestinationRule(rule) = &resource.body {
            let host = names::full_host(&rule.host.value, &resource.key.namespace, &mesh.profile);
            out.entry(host.into_owned()).or_default().push(ResourceId(at as u32));
        }
    }
    out
}

/// The resource that names a subset, the host and the subset.
pub(super) type Key = (ResourceId, String, String);

/// Whether a subset is defined for a proxy; if not, which rule applies.
type State = Result<(), Option<Rc<MergedRule>>>;

struct Search<'a> {
    analysis: &'a Analysis,
    rules: RulesByHost,
    gaps: BTreeMap<Key, Gap>,
    /// What is there, for telling who misses what others have.
    defined: Vec<(&'a Proxy, Key)>,
    last: RefCell<Last>,
}

/// The rules for the hosts that one proxy was asked about.
#[derive(Default)]
struct Last {
    proxy: Option<Proxy>,
    known: HashMap<String, Rc<[Option<Rc<MergedRule>>]>>,
}

impl<'a> Search<'a> {
    fn gateway(&mut self, proxy: &'a Proxy, config: &ProxyConfig) {
        let effective = &self.analysis.effective;
        let mut seen = HashSet::new();
        for routes in &config.route_configs {
            for (at, host) in routes.virtual_hosts.iter().enumerate() {
                for (place, entry) in host.routes.iter().enumerate() {
                    if !seen.insert(Rc::as_ptr(&entry.route)) {
                        continue;
                    }
                    let targets = destinations::of_route(&entry.route);
                    let states = self.states(proxy, &targets);
                    // Where no request gets to the route, none fails.
                    let fails = states.iter().any(Result::is_err);
                    if fails && !destinations::lives(&effective.reach(proxy, routes, at).routes[place]) {
                        seen.remove(&Rc::as_ptr(&entry.route));
                        continue;
                    }
                    self.record(proxy, targets, states);
                }
            }
        }
        let targets: Vec<Target> = destinations::of_chains(config).collect();
        let states = self.states(proxy, &targets);
        self.record(proxy, targets, states);
    }

    fn states(&self, proxy: &Proxy, targets: &[Target]) -> Vec<State> {
        targets.iter().map(|target| self.state(proxy, &target.host, &target.subset)).collect()
    }

    fn record(&mut self, proxy: &'a Proxy, targets: Vec<Target>, states: Vec<State>) {
        for (Target { host, subset, origin, used, rule, .. }, state) in targets.into_iter().zip(states) {
            let key = (origin.resource, host, subset);
            match state {
                Ok(()) => self.defined.push((proxy, key)),
                Err(applied) => {
                    let gap = self.gaps.entry(key).or_default();
                    gap.places.insert(origin, (used, rule));
                    gap.missing.insert(proxy.clone(), applied);
                }
            }
        }
    }

    /// Looks a subset up as the proxy does (SUB-3).
    fn state(&self, proxy: &Proxy, host: &str, subset: &str) -> State {
        if subset.is_empty() {
            return Ok(());
        }
        let mesh = &self.analysis.effective.mesh;
        let rules = self.rules_for(proxy, host);
        let defined = rules.iter().flatten().any(|rule| rule.subset(mesh, subset).is_some());
        if defined || rules.is_empty() { Ok(()) } else { Err(rules.iter().flatten().next().cloned()) }
    }

    /// The rule that applies to a host for a proxy, or none. Of a host outside the cluster that the input does not hold
    /// all that may apply; and nothing at all for a service that is not there or not seen, which is another finding.
    fn rules_for(&self, proxy: &Proxy, host: &str) -> Rc<[Option<Rc<MergedRule>>]> {
        let mut last = self.last.borrow_mut();
        if last.proxy.as_ref() != Some(proxy) {
            *last = Last { proxy: Some(proxy.clone()), known: HashMap::new() };
        }
        if let Some(known) = last.known.get(host) {
            return known.clone();
        }
        let mesh = &self.analysis.effective.mesh;
        let rule =
            |service: &Service| self.analysis.effective.policies.rule_for(mesh, proxy, service).cloned();
        let held =
            mesh.services_of(host).iter().any(|&id| !mesh.service(id).assumed()) || missing(mesh, host);
        let rules: Rc<[Option<Rc<MergedRule>>]> = match mesh.visible_service(host, &proxy.namespace) {
            Some(id) if held => Rc::new([rule(mesh.service(id))]),
            None if held => Rc::new([]),
            _ => {
                let owners = self.assumed_owners(host, proxy).into_iter();
                owners.map(|owner| rule(&assumed_service(host.to_owned(), owner, Vec::new()))).collect()
            }
        };
        last.known.insert(host.to_owned(), rules.clone());
        rules
    }

    /// The namespaces where a host may be at home: its own, or that of any rule for it.
    fn assumed_owners(&self, host: &str, proxy: &Proxy) -> BTreeSet<String> {
        if let Some((_, namespace)) = names::service_parts(host) {
            return BTreeSet::from([namespace.to_owned()]);
        }
        let mesh = &self.analysis.effective.mesh;
        let rules = self.rules.get(host).into_iter().flatten();
        let mut owners: BTreeSet<String> = rules.map(|&id| mesh.resource(id).key.namespace.clone()).collect();
        owners.insert(proxy.namespace.clone());
        owners
    }

    /// Looks at mesh VirtualServices for those clients that may see other rules than the rest.
    fn sidecars(&mut self) {
        let analysis = self.analysis;
        let mesh = &analysis.effective.mesh;
        let sidecars = Sidecars::new(analysis);
        let wildcards: Vec<ResourceId> = mesh
            .destination_rules
            .iter()
            .copied()
            .filter(|&id| mesh.destination_rule(id).host.value.starts_with('*'))
            .collect();
        let mut seen = HashSet::new();
        for &id in mesh.bound_to(names::MESH).iter().filter(|id| seen.insert(**id)) {
            let named = self.named_subsets(id);
            if named.is_empty() {
                continue;
            }
            for proxy in self.clients(&sidecars, &wildcards, id, &named) {
                // Most have all that is named anywhere in the VirtualService, so its routes need not be built.
                if named.iter().all(|(_, host, subset)| self.state(proxy, host, subset).is_ok()) {
                    self.defined.extend(named.iter().map(|key| (proxy, key.clone())));
                } else {
                    self.mesh_virtual_service(&sidecars, id, proxy);
                }
            }
        }
    }

    /// Looks at VirtualServices for gateways that the input does not hold: a subset is missing where no rule at all
    /// defines it, whoever asks.
    fn unknown_gateways(&mut self) {
        let effective = &self.analysis.effective;
        let mesh = &effective.mesh;
        for &id in &mesh.virtual_services {
            for client in effective.unknown_gateway_clients(id) {
                for target in destinations::living(effective, id, &client) {
                    let mut rules = self.rules.get(&target.host).into_iter().flatten();
                    if !target.subset.is_empty()
                        && !missing(mesh, &target.host)
                        && !rules.any(|&rule| has_subset(mesh, rule, &target.subset))
                    {
                        let gap = self
                            .gaps
                            .entry((target.origin.resource, target.host, target.subset))
                            .or_default();
                        gap.places.insert(target.origin, (target.used, target.rule));
                        gap.missing.entry(client.proxy.clone()).or_default();
                    }
                }
            }
        }
    }

    /// The subsets that the rules of a VirtualService and of its delegates name.
    fn named_subsets(&self, id: ResourceId) -> BTreeSet<Key> {
        let effective = &self.analysis.effective;
        let mut writers = BTreeSet::from([id]);
        writers.extend(effective.rules(id).iter().map(|rule| rule.origin.written_in));
        let mut out = BTreeSet::new();
        for writer in writers {
            let namespace = &effective.mesh.resource(writer).key.namespace;
            for destination in effective.mesh.virtual_service(writer).destinations() {
                if let Some(subset) = destination.subset.as_ref().filter(|subset| !subset.value.is_empty()) {
                    let host = names::full_host(&destination.host.value, namespace, &effective.mesh.profile);
                    out.insert((writer, host.into_owned(), subset.value.clone()));
                }
            }
        }
        out
    }

    /// Sidecars that may look up rules of their own: in the namespaces of the VirtualService, of the services and of
    /// their rules, and where one is exported to; and one that stands for all others (DR-7).
    fn clients<'s>(
        &self,
        sidecars: &'s Sidecars<'a>,
        wildcards: &[ResourceId],
        id: ResourceId,
        named: &BTreeSet<Key>,
    ) -> Vec<&'a Proxy> {
        let mesh = &self.analysis.effective.mesh;
        let mut namespaces = BTreeSet::from([mesh.resource(id).key.namespace.as_str()]);
        for (_, host, _) in named {
            namespaces.extend(names::service_parts(host).map(|(_, namespace)| namespace));
            namespaces.extend(mesh.services_of(host).iter().map(|&id| mesh.service(id).namespace.as_str()));
            let covering = wildcards
                .iter()
                .filter(|id| host.ends_with(mesh.destination_rule(**id).host.value.trim_start_matches('*')));
            for &rule in self.rules.get(host).into_iter().flatten().chain(covering) {
                namespaces.insert(&mesh.resource(rule).key.namespace);
                let export_to = &mesh.destination_rule(rule).export_to;
                namespaces.extend(export_to.iter().map(|entry| entry.value.as_str()));
            }
        }
        let sees = |proxy: &&Proxy| mesh.visibility(id).to(&proxy.namespace);
        let others =
            sidecars.all().find(|proxy| sees(proxy) && !namespaces.contains(proxy.namespace.as_str()));
        let special = namespaces.iter().flat_map(|namespace| sidecars.in_namespace(namespace)).copied();
        special.filter(sees).chain(others).collect()
    }

    fn mesh_virtual_service(&mut self, sidecars: &Sidecars<'a>, id: ResourceId, proxy: &'a Proxy) {
        let effective = &self.analysis.effective;
        let ports: BTreeSet<u32> = effective.mesh_clients(id).iter().map(|client| client.port).collect();
        let mut targets = destinations::of_streams(&effective.mesh, id, proxy);
        for port in ports {
            targets.extend(destinations::living(effective, id, &Client::sidecar(proxy.clone(), port)));
        }
        let states = self.states(proxy, &targets);
        // Where another VirtualService has all the hosts, nothing goes there.
        if !states.iter().any(Result::is_err) || sidecars.owns_a_host(id, proxy) {
            self.record(proxy, targets, states);
        }
    }
}

/// Whether no service has a host, as the input proves.
fn missing(mesh: &Mesh, host: &str) -> bool {
    mesh.services_of(host).is_empty() && mesh.tells_of(host)
}

/// Whether a DestinationRule defines a subset, by itself.
pub(super) fn has_subset(mesh: &Mesh, id: ResourceId, name: &str) -> bool {
    match &mesh.resource(id).body {
        Body::DestinationRule(rule) => rule.subsets.iter().any(|subset| subset.name.value == name),
        _ => false,
    }
}

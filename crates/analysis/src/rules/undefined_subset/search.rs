//! Which subsets that routes name are missing for which proxies.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use crate::{
    Analysis,
    effective::{MergedRule, Origin, ProxyConfig},
    mesh::{Mesh, Proxy, ProxyKind, assumed_service, names},
    resource::{Body, ResourceId},
    rules::{
        destinations::{self, Target, Use},
        sidecars::{Sidecars, hosts_lost},
    },
};

/// The DestinationRules of each host, those that are refused included.
pub(super) type RulesByHost = HashMap<String, Vec<ResourceId>>;

/// A subset that routes of one VirtualService name: for whom it is there and for whom not.
#[derive(Default)]
pub(super) struct Gap {
    /// Where routes name it: how it is used, and in which rule.
    pub(super) places: BTreeMap<Origin, (Use, Option<Origin>)>,
    /// The proxies without it, each with the rule that applies in its place.
    pub(super) missing: BTreeMap<Proxy, Option<Rc<MergedRule>>>,
    /// Proxies that have it.
    pub(super) defined: BTreeSet<Proxy>,
}

/// By the resource that names it, host and subset.
pub(super) type Gaps = BTreeMap<(ResourceId, String, String), Gap>;

/// Every subset that is missing for some proxy, and the DestinationRules of each host.
pub(super) fn search(analysis: &Analysis) -> (Gaps, RulesByHost) {
    let rules = rules_by_host(&analysis.effective.mesh);
    let mut search = Search { analysis, rules, gaps: BTreeMap::new(), states: HashMap::new() };
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        search.gateway(&analysis.effective.proxy(&binding.proxy));
    }
    search.sidecars();
    search.gaps.retain(|_, gap| !gap.missing.is_empty());
    (search.gaps, search.rules)
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

/// Whether a subset is defined for a proxy; if not, which rule applies.
type State = Result<(), Option<Rc<MergedRule>>>;

struct Search<'a> {
    analysis: &'a Analysis,
    rules: RulesByHost,
    gaps: BTreeMap<(ResourceId, String, String), Gap>,
    states: HashMap<(Proxy, String, String), State>,
}

impl<'a> Search<'a> {
    fn gateway(&mut self, config: &ProxyConfig) {
        let hosts = config.route_configs.iter().flat_map(|routes| &routes.virtual_hosts);
        let mut seen = HashSet::new();
        for entry in hosts.flat_map(|host| &host.routes) {
            if seen.insert(Rc::as_ptr(&entry.route)) {
                for target in destinations::of_route(&entry.route) {
                    self.add(&config.proxy, target);
                }
            }
        }
        for target in destinations::of_chains(config) {
            self.add(&config.proxy, target);
        }
    }

    fn add(&mut self, proxy: &Proxy, target: Target) {
        if !target.subset.is_empty() {
            let state = self.state(proxy, &target);
            self.record(proxy, target, state);
        }
    }

    fn record(&mut self, proxy: &Proxy, target: Target, state: State) {
        let Target { host, subset, origin, used, rule } = target;
        let gap = self.gaps.entry((origin.resource, host, subset)).or_default();
        match state {
            Ok(()) => {
                gap.defined.insert(proxy.clone());
            }
            Err(applied) => {
                gap.places.insert(origin, (used, rule));
                gap.missing.insert(proxy.clone(), applied);
            }
        }
    }

    /// Looks a subset up as the proxy does (SUB-3). A service that the input does not hold is assumed.
    fn state(&mut self, proxy: &Proxy, Target { host, subset, .. }: &Target) -> State {
        let key = (proxy.clone(), host.clone(), subset.clone());
        if let Some(state) = self.states.get(&key) {
            return state.clone();
        }
        let mesh = &self.analysis.effective.mesh;
        let policies = &self.analysis.effective.policies;
        let held = mesh.services_of(host).iter().any(|&id| !mesh.service(id).assumed());
        let state = match mesh.visible_service(host, &proxy.namespace) {
            Some(id) if held => defines(mesh, policies.rule_for(mesh, proxy, mesh.service(id)), subset),
            // A service that this proxy does not see is another finding.
            None if held => Ok(()),
            _ => self.assumed_owners(host, proxy).into_iter().fold(Err(None), |state, owner| {
                state.or_else(|before| {
                    let service = assumed_service(host.clone(), owner, Vec::new());
                    let found = defines(mesh, policies.rule_for(mesh, proxy, &service), subset);
                    found.map_err(|rule| rule.or(before))
                })
            }),
        };
        self.states.insert(key, state.clone());
        state
    }

    /// The namespaces where a host may be at home: its own, or that of any rule for it.
    fn assumed_owners(&self, host: &str, proxy: &Proxy) -> BTreeSet<String> {
        if let Some(namespace) = kubernetes_namespace(host) {
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
            let hosts = self.hosts_with_subsets(id);
            if hosts.is_empty() {
                continue;
            }
            for proxy in self.clients(&sidecars, &wildcards, id, &hosts) {
                self.mesh_virtual_service(&sidecars, id, proxy);
            }
        }
    }

    /// The hosts of which the rules of a VirtualService name subsets.
    fn hosts_with_subsets(&self, id: ResourceId) -> BTreeSet<String> {
        let effective = &self.analysis.effective;
        let mut writers = BTreeSet::from([id]);
        writers.extend(effective.rules(id).iter().map(|rule| rule.origin.written_in));
        let mut out = BTreeSet::new();
        for writer in writers {
            let namespace = &effective.mesh.resource(writer).key.namespace;
            let destinations = destinations::destinations(&effective.mesh, writer);
            let with_subset = destinations
                .into_iter()
                .filter(|it| it.subset.as_ref().is_some_and(|it| !it.value.is_empty()));
            out.extend(with_subset.map(|destination| {
                names::full_host(&destination.host.value, namespace, &effective.mesh.profile).into_owned()
            }));
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
        hosts: &BTreeSet<String>,
    ) -> Vec<&'a Proxy> {
        let mesh = &self.analysis.effective.mesh;
        let mut namespaces = BTreeSet::from([mesh.resource(id).key.namespace.as_str()]);
        for host in hosts {
            namespaces.extend(kubernetes_namespace(host));
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

    fn mesh_virtual_service(&mut self, sidecars: &Sidecars<'a>, id: ResourceId, proxy: &Proxy) {
        let effective = &self.analysis.effective;
        let ports: BTreeSet<u32> = effective.mesh_clients(id).into_iter().map(|(_, port)| port).collect();
        let routes: Vec<_> =
            ports.into_iter().flat_map(|port| effective.mesh_routes(proxy, id, port).0).collect();
        let mut targets: Vec<Target> =
            routes.iter().flat_map(|route| destinations::of_route(route)).collect();
        targets.extend(destinations::of_streams(&effective.mesh, id, proxy));
        targets.retain(|target| !target.subset.is_empty());
        let states: Vec<State> = targets.iter().map(|target| self.state(proxy, target)).collect();
        // Where another VirtualService has all the hosts, nothing goes there.
        if states.iter().any(Result::is_err) && !owns_a_host(sidecars, &effective.mesh, id, proxy) {
            return;
        }
        for (target, state) in targets.into_iter().zip(states) {
            self.record(proxy, target, state);
        }
    }
}

/// Whether a VirtualService keeps a host on a sidecar, as far as is known.
fn owns_a_host(sidecars: &Sidecars<'_>, mesh: &Mesh, id: ResourceId, proxy: &Proxy) -> bool {
    let Some(config) = sidecars.config(proxy) else { return true };
    hosts_lost(&config).get(&id).is_none_or(|&lost| lost < mesh.hosts(id).len())
}

fn defines(mesh: &Mesh, rule: Option<&Rc<MergedRule>>, subset: &str) -> State {
    match rule {
        Some(rule) if rule.subset(mesh, subset).is_some() => Ok(()),
        rule => Err(rule.cloned()),
    }
}

/// The namespace in a service's full name.
fn kubernetes_namespace(host: &str) -> Option<&str> {
    let (_, namespace) = host.strip_suffix(names::CLUSTER_DOMAIN)?.strip_suffix(".svc.")?.split_once('.')?;
    Some(namespace)
}

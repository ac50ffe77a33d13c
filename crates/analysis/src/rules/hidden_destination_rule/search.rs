//! Which DestinationRules do not apply to clients that would expect them, and why (DR-6 to DR-9).

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use crate::{
    Analysis,
    effective::{MergedRule, sidecar_for},
    mesh::{
        Mesh, Proxy, ProxyKind, Registry, Resolution, Service, ServiceId, Visibility,
        host::{is_wildcard, matches, subset_of},
        names, selects,
    },
    resource::ResourceId,
    rules::{destinations, policies, sidecars::Sidecars},
};

/// So many questions about a rule, a service and a client are asked in all, and so many services are looked at for
/// what Sidecars import.
const MAX_QUESTIONS: usize = 400_000;
const MAX_IMPORTS: usize = 500_000;

/// So many sidecars stand for all others where Sidecars import less than everything, and so many services for all.
const MAX_OTHERS: usize = 4;

/// So many services show what a rule for many hosts hides.
const MAX_SERVICES: usize = 40;

/// A namespace that no resource can be in; it stands for all that are not named.
const NOWHERE: &str = "";

/// Why a DestinationRule does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Rules of a namespace that is looked at earlier are found.
    Earlier,
    /// A rule of its own namespace is for a more specific host.
    Specific,
    /// It is kept apart from another one of its namespace and host, which counts (DR-8).
    Beside,
    /// One with a selector takes the workload and counts alone (DR-9).
    Selected,
    /// It merged into one that is for fewer clients (DR-6).
    Absorbed,
    /// It is not exported to the gateway that its namespace's VirtualServices are bound to.
    NotExported,
    /// Its namespace is none that is looked at.
    OutOfSight,
}

/// What clients go without.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lost {
    /// Parts of the traffic policy.
    pub(super) settings: Vec<&'static str>,
    /// Subsets.
    pub(super) subsets: Vec<String>,
}

/// A DestinationRule that does not apply to a service for a client.
#[derive(Clone, Debug)]
pub(super) struct Hidden<'a> {
    pub(super) rule: ResourceId,
    pub(super) service: ServiceId,
    pub(super) proxy: &'a Proxy,
    /// Where the client stands for others: for the sidecars outside these namespaces and those with rules for many hosts.
    pub(super) outside: Option<Rc<BTreeSet<&'a str>>>,
    pub(super) reason: Reason,
    /// The rule that counts or hides in its place.
    pub(super) instead: Option<ResourceId>,
    /// Whether that one applies.
    pub(super) applied: bool,
    pub(super) lost: Lost,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) hidden: Vec<Hidden<'a>>,
    /// The rules that apply to some client, of the input or not.
    pub(super) alive: HashSet<ResourceId>,
}

/// Looks at every service and at the clients that may see different rules of it.
pub(super) fn search<'a>(analysis: &'a Analysis, told: &BTreeSet<ResourceId>) -> Found<'a> {
    let mesh = &analysis.effective.mesh;
    let rules = Rules::new(mesh);
    let search = Search {
        analysis,
        sidecars: Sidecars::new(analysis),
        senders: senders(analysis),
        told,
        rules,
        left: Cell::new(MAX_QUESTIONS),
        imports_left: Cell::new(MAX_IMPORTS),
        scoped: RefCell::default(),
        absorbed: OnceCell::new(),
    };
    let mut found = Found { hidden: Vec::new(), alive: HashSet::new() };
    // Whose a host outside is that the input does not hold is not known.
    let services = mesh.services.iter().zip(0_u32..).filter(|(service, _)| {
        let unknown = service.assumed() && service.registry == Registry::External;
        !unknown && service.resolution != Resolution::Alias
    });
    let services: Vec<ServiceId> = services.map(|(_, at)| ServiceId(at)).collect();
    for &id in &services {
        search.service(id, &mut found);
    }
    search.wide_rules(&services, &mut found);
    found
}

/// The rules by where they are looked for.
#[derive(Default)]
struct Rules<'a> {
    /// The hosts, completed.
    hosts: HashMap<ResourceId, String>,
    /// Rules for one host, by that host.
    exact: HashMap<String, Vec<ResourceId>>,
    /// Rules for many hosts, by namespace.
    wide: BTreeMap<&'a str, Vec<ResourceId>>,
}

impl<'a> Rules<'a> {
    fn new(mesh: &'a Mesh) -> Rules<'a> {
        let mut rules = Rules::default();
        for &id in &mesh.destination_rules {
            let home = mesh.resource(id).key.namespace.as_str();
            let host =
                names::full_host(&mesh.destination_rule(id).host.value, home, &mesh.profile).into_owned();
            if is_wildcard(&host) {
                rules.wide.entry(home).or_default().push(id);
            } else {
                rules.exact.entry(host.clone()).or_default().push(id);
            }
            rules.hosts.insert(id, host);
        }
        rules
    }

    /// Those of a host alone.
    fn exact(&self, host: &str) -> &[ResourceId] {
        self.exact.get(host).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Gateways by the hosts that they send to, with the namespaces of the resources that say so.
type Senders<'a> = HashMap<String, BTreeMap<&'a Proxy, BTreeSet<&'a str>>>;

fn senders(analysis: &Analysis) -> Senders<'_> {
    let mesh = &analysis.effective.mesh;
    let mut out = Senders::new();
    for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Gateway) {
        let config = analysis.effective.proxy(proxy);
        let mut seen = HashSet::new();
        let routes = config.route_configs.iter().flat_map(|it| &it.virtual_hosts).flat_map(|it| &it.routes);
        let routes = routes.filter(|entry| seen.insert(Rc::as_ptr(&entry.route)));
        let requests = routes.flat_map(|entry| destinations::of_route(&entry.route));
        for target in requests.chain(destinations::of_chains(&config)) {
            let namespace = mesh.resource(target.origin.resource).key.namespace.as_str();
            out.entry(target.host).or_default().entry(proxy).or_default().insert(namespace);
        }
    }
    out
}

struct Search<'a, 't> {
    analysis: &'a Analysis,
    sidecars: Sidecars<'a>,
    senders: Senders<'a>,
    /// Rules that are told of otherwise.
    told: &'t BTreeSet<ResourceId>,
    rules: Rules<'a>,
    left: Cell<usize>,
    imports_left: Cell<usize>,
    /// Sidecars whose imports were looked at.
    scoped: RefCell<HashSet<&'a Proxy>>,
    /// Into which other rule each was merged.
    absorbed: OnceCell<HashMap<ResourceId, ResourceId>>,
}

impl<'a> Search<'a, '_> {
    fn mesh(&self) -> &'a Mesh {
        &self.analysis.effective.mesh
    }

    /// Whether a rule is for a service's host (HOST-7).
    fn covers(&self, rule: ResourceId, service: &Service) -> bool {
        match self.mesh().profile.lookup_covers {
            true => subset_of(&service.host, &self.rules.hosts[&rule]),
            false => matches(&service.host, &self.rules.hosts[&rule]),
        }
    }

    fn home(&self, rule: ResourceId) -> &'a str {
        &self.mesh().resource(rule).key.namespace
    }

    /// The rules for a service that any client may find: those of its own host, and the wider ones of its namespace,
    /// of the root and of the client's.
    fn candidates(&self, service: &Service, client: &str) -> Vec<ResourceId> {
        let places = BTreeSet::from([service.namespace.as_str(), names::ROOT_NAMESPACE, client]);
        let wide = places.into_iter().filter_map(|place| self.rules.wide.get(place)).flatten().copied();
        let wide = wide.filter(|rule| self.covers(*rule, service));
        self.rules.exact(&service.host).iter().copied().chain(wide).collect()
    }

    /// Looks at one service for those clients that may find rules of their own, and for one that stands for the rest.
    fn service(&self, id: ServiceId, found: &mut Found<'a>) {
        let mesh = self.mesh();
        let service = mesh.service(id);
        let common = self.candidates(service, &service.namespace);
        if common.is_empty() {
            return;
        }
        let mut special = BTreeSet::from([service.namespace.as_str()]);
        for &rule in &common {
            special.insert(self.home(rule));
            special.extend(mesh.destination_rule(rule).export_to.iter().map(|entry| entry.value.as_str()));
        }
        let special = Rc::new(special);
        // That a rule applies to nobody must also hold for clients that the input does not hold.
        for namespace in special.iter().copied().chain([NOWHERE]) {
            let client = Proxy::sidecar(namespace, BTreeMap::new());
            let applied = self.analysis.effective.policies.rule_for(mesh, &client, service);
            found.alive.extend(applied.into_iter().flat_map(|applied| applied.members.iter().copied()));
        }
        let near = special.iter().flat_map(|namespace| self.sidecars.in_namespace(namespace)).copied();
        let gateways = self.senders.get(&service.host).into_iter().flat_map(|it| it.keys().copied());
        for proxy in near.chain(gateways) {
            self.client(id, proxy, None, &common, found);
        }
        // Where Sidecars may leave the service out, a few are looked at and named.
        let elsewhere = |proxy: &&Proxy| {
            let namespace = proxy.namespace.as_str();
            !special.contains(namespace) && !self.rules.wide.contains_key(namespace)
        };
        if mesh.sidecars.is_empty() {
            if let Some(one) = self.sidecars.all().find(elsewhere) {
                self.client(id, one, Some(&special), &common, found);
            }
        } else {
            for one in self.sidecars.all().filter(elsewhere).take(MAX_OTHERS) {
                self.client(id, one, None, &common, found);
            }
        }
    }

    /// Looks at what the clients of a namespace with rules for many hosts miss of others, as far as a few services show.
    fn wide_rules(&self, services: &[ServiceId], found: &mut Found<'a>) {
        let mesh = self.mesh();
        let ruled = |id: &&ServiceId| !self.rules.exact(&mesh.service(**id).host).is_empty();
        let ruled = services.iter().filter(ruled).take(MAX_SERVICES);
        let shown: BTreeSet<ServiceId> = ruled.chain(services.iter().take(MAX_OTHERS)).copied().collect();
        for (&home, rules) in self.rules.wide.iter().filter(|(home, _)| **home != names::ROOT_NAMESPACE) {
            let outside = |id: &&ServiceId| mesh.service(**id).namespace != home;
            for &id in shown.iter().filter(outside) {
                let candidates = self.candidates(mesh.service(id), home);
                for proxy in self.sidecars.in_namespace(home) {
                    self.client(id, proxy, None, &candidates, found);
                }
            }
            // Others do not look there at all.
            for &id in services.iter().filter(outside).take(MAX_OTHERS) {
                let service = mesh.service(id);
                let covering: Vec<ResourceId> =
                    rules.iter().copied().filter(|rule| self.covers(*rule, service)).collect();
                for proxy in self.sidecars.in_namespace(&service.namespace) {
                    self.client(id, proxy, None, &covering, found);
                }
            }
        }
    }

    /// Looks at one service for one client.
    fn client(
        &self,
        id: ServiceId,
        proxy: &'a Proxy,
        outside: Option<&Rc<BTreeSet<&'a str>>>,
        rules: &[ResourceId],
        found: &mut Found<'a>,
    ) {
        let Some(left) = self.left.get().checked_sub(rules.len()) else { return };
        self.left.set(left);
        let mesh = self.mesh();
        let service = mesh.service(id);
        let applied = self.analysis.effective.policies.rule_for(mesh, proxy, service);
        for &rule in rules {
            if applied.is_some_and(|applied| applied.members.contains(&rule)) {
                found.alive.insert(rule);
                continue;
            }
            if self.told.contains(&rule) {
                continue;
            }
            let Some((reason, instead)) = self.reason(rule, proxy, service, rules, applied) else { continue };
            let Some(lost) = self.lost(rule, reason, applied.map(|rule| &**rule)) else { continue };
            if self.imports(proxy, id) {
                let applied = applied.is_some() && instead.is_some();
                let outside = outside.cloned();
                found.hidden.push(Hidden {
                    rule,
                    service: id,
                    proxy,
                    outside,
                    reason,
                    instead,
                    applied,
                    lost,
                });
            }
        }
    }

    /// Whether a client knows a service, as far as that is looked at.
    fn imports(&self, proxy: &'a Proxy, id: ServiceId) -> bool {
        let effective = &self.analysis.effective;
        if sidecar_for(&effective.mesh, proxy).is_some() && self.scoped.borrow_mut().insert(proxy) {
            let left = self.imports_left.get().saturating_sub(effective.mesh.services.len());
            self.imports_left.set(left);
        }
        self.imports_left.get() > 0 && effective.imports(proxy, id)
    }

    /// Why a rule does not apply to a service for a client that would expect it, and which other rule is behind it.
    fn reason(
        &self,
        rule: ResourceId,
        proxy: &Proxy,
        service: &Service,
        rules: &[ResourceId],
        applied: Option<&Rc<MergedRule>>,
    ) -> Option<(Reason, Option<ResourceId>)> {
        let effective = &self.analysis.effective;
        let mesh = &effective.mesh;
        let home = self.home(rule);
        let selector = |id: ResourceId| mesh.destination_rule(id).workload_selector.as_ref();
        let counts = applied.map(|applied| applied.first);
        let sends = || {
            let senders = self.senders.get(&service.host).and_then(|it| it.get(proxy));
            senders.is_some_and(|namespaces| namespaces.contains(home))
        };
        match selector(rule) {
            Some(selector) if home != proxy.namespace || !selects(&selector.labels, &proxy.labels) => {
                return None;
            }
            None if !mesh.visibility(rule).to(&proxy.namespace) => {
                return (home == service.namespace && sends()).then_some((Reason::NotExported, None));
            }
            _ => {}
        }
        let Some(own) = self.level(rule, proxy, service) else {
            let export_to = &mesh.destination_rule(rule).export_to;
            let promised = export_to.iter().any(|it| it.value == "*" || it.value == proxy.namespace);
            return (promised || sends()).then_some((Reason::OutOfSight, None));
        };
        let entries = effective.policies.level(mesh, &proxy.namespace, service).unwrap_or_default();
        let first = entries.first();
        let level = first.and_then(|entry| self.level(entry.first, proxy, service));
        let merged = || Some((Reason::Absorbed, Some(*self.absorbed().get(&rule)?)));
        match (first, level) {
            (Some(first), Some(level)) if level < own => {
                Some((Reason::Earlier, counts.or(Some(first.first))))
            }
            (Some(first), Some(level)) if level == own => match counts {
                _ if first.host != self.rules.hosts[&rule] => {
                    Some((Reason::Specific, counts.or(Some(first.first))))
                }
                Some(counts) if selector(counts).is_some() => Some((Reason::Selected, Some(counts))),
                Some(counts) => Some((Reason::Beside, Some(counts))),
                None => merged(),
            },
            // The host was chosen before it was asked who sees its rules (DR-7).
            _ => {
                let narrower = rules.iter().copied().find(|&other| {
                    let (other_host, host) = (&self.rules.hosts[&other], &self.rules.hosts[&rule]);
                    self.home(other) == home && other_host != host && subset_of(other_host, host)
                });
                narrower.map(|other| (Reason::Specific, Some(other))).or_else(merged)
            }
        }
    }

    fn absorbed(&self) -> &HashMap<ResourceId, ResourceId> {
        self.absorbed.get_or_init(|| {
            let mut out = HashMap::new();
            for entry in self.analysis.effective.policies.entries() {
                for &member in entry.members.iter().filter(|member| **member != entry.first) {
                    out.entry(member).or_insert(entry.first);
                }
            }
            out
        })
    }

    /// When a client looks where a rule stands: in its own namespace, in the service's, in the root's (DR-7).
    fn level(&self, rule: ResourceId, proxy: &Proxy, service: &Service) -> Option<u8> {
        let home = self.home(rule);
        let private = matches!(
            self.analysis.effective.mesh.visibility(rule),
            Visibility::Namespaces(names) if names.len() == 1 && names.contains(home)
        );
        if home == proxy.namespace && (home != names::ROOT_NAMESPACE || private) {
            Some(0)
        } else if home == service.namespace {
            Some(1)
        } else if home == names::ROOT_NAMESPACE {
            Some(2)
        } else {
            None
        }
    }

    /// What a client goes without, if anything. Where other rules were meant to stand in for it, only what they do not
    /// set at all.
    fn lost(&self, rule: ResourceId, reason: Reason, applied: Option<&MergedRule>) -> Option<Lost> {
        let mesh = &self.analysis.effective.mesh;
        let spec = mesh.destination_rule(rule);
        let override_ =
            matches!(reason, Reason::Earlier | Reason::Specific | Reason::Selected) && applied.is_some();
        let theirs = applied.and_then(|applied| applied.policy);
        let text = |id| policies::text(self.analysis, id);
        let mut settings = spec.traffic_policy.as_ref().map(|it| it.settings()).unwrap_or_default();
        if theirs.is_some_and(|theirs| text(theirs) == text(rule)) {
            settings.clear();
        } else if override_ {
            let kept =
                applied.and_then(|it| it.traffic_policy(mesh)).map(|it| it.settings()).unwrap_or_default();
            settings.retain(|name| !kept.contains(name));
        }
        let mut subsets = Vec::new();
        if !override_ && !matches!(reason, Reason::NotExported | Reason::OutOfSight) {
            let gone = spec.subsets.iter().filter(|subset| {
                let known = applied.and_then(|applied| applied.subset(mesh, &subset.name.value));
                known.is_none_or(|(_, known)| known.labels != subset.labels)
            });
            subsets.extend(gone.map(|subset| subset.name.value.clone()));
        }
        (!settings.is_empty() || !subsets.is_empty()).then_some(Lost { settings, subsets })
    }
}

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use super::{
    Label, Rule, RuleContext, Severity,
    destinations::{self, Use, Written},
    sidecars::{Sidecars, hosts_lost},
    words,
};
use crate::{
    Analysis,
    effective::{ClusterRef, MergedRule, Origin, ProxyConfig},
    mesh::{Mesh, Proxy, ProxyKind, assumed_service, names},
    resource::{Body, ResourceId, closest},
};

pub(super) static RULE: Rule = Rule {
    code: "undefined-subset",
    severity: Severity::Error,
    aliases: &["IST0101", "KIA1107"],
    docs: include_str!("undefined_subset.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut search =
        Search { analysis, rules: rules_by_host(mesh), gaps: BTreeMap::new(), states: HashMap::new() };
    for binding in analysis.bindings.iter().filter(|it| it.proxy.kind == ProxyKind::Gateway) {
        search.gateway(&analysis.effective.proxy(&binding.proxy));
    }
    search.sidecars();
    let mut written = Written::default();
    let Search { gaps, rules, .. } = search;
    for ((id, host, subset), gap) in gaps {
        // What a refused rule defines is told with the refusal, and its older version may still be there.
        let mut all = rules.get(&host).into_iter().flatten();
        let refused = all.any(|&id| !mesh.resource(id).active && has_subset(mesh, id, &subset));
        if gap.missing.is_empty() || refused {
            continue;
        }
        report(analysis, cx, &rules, &mut written, (id, &host, &subset), &gap);
    }
}

/// The DestinationRules of each host, those that are refused included.
type RulesByHost = HashMap<String, Vec<ResourceId>>;

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

/// A subset that routes of one VirtualService name: for whom it is there and for whom not.
#[derive(Default)]
struct Gap {
    places: BTreeMap<Origin, Use>,
    /// The proxies without it, each with the rule that applies in its place.
    missing: BTreeMap<Proxy, Option<Rc<MergedRule>>>,
    defined: BTreeSet<Proxy>,
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
                for (cluster, used) in destinations::of_route(&entry.route) {
                    self.add(&config.proxy, cluster, used);
                }
            }
        }
        for (cluster, used) in destinations::of_chains(config) {
            self.add(&config.proxy, cluster, used);
        }
    }

    fn add(&mut self, proxy: &Proxy, cluster: &ClusterRef, used: Use) {
        if let Some(origin) = cluster.origin.filter(|_| !cluster.subset.is_empty()) {
            let state = self.state(proxy, &cluster.host, &cluster.subset);
            let key = (origin.resource, cluster.host.clone(), cluster.subset.clone());
            self.record(key, proxy, origin, used, state);
        }
    }

    fn record(
        &mut self,
        key: (ResourceId, String, String),
        proxy: &Proxy,
        origin: Origin,
        used: Use,
        state: State,
    ) {
        let gap = self.gaps.entry(key).or_default();
        match state {
            Ok(()) => {
                gap.defined.insert(proxy.clone());
            }
            Err(rule) => {
                gap.places.insert(origin, used);
                gap.missing.insert(proxy.clone(), rule);
            }
        }
    }

    /// Looks a subset up as the proxy does (SUB-3). A service that the input does not hold is assumed.
    fn state(&mut self, proxy: &Proxy, host: &str, subset: &str) -> State {
        let key = (proxy.clone(), host.to_owned(), subset.to_owned());
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
                    let service = assumed_service(host.to_owned(), owner, Vec::new());
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
            let targets = self.mesh_targets(id);
            if targets.is_empty() {
                continue;
            }
            let hosts: BTreeSet<&str> = targets.iter().map(|(host, _)| host.as_str()).collect();
            for proxy in self.clients(&sidecars, &wildcards, id, &hosts) {
                self.mesh_virtual_service(&sidecars, id, proxy);
            }
        }
    }

    /// The hosts and subsets that the rules of a VirtualService name.
    fn mesh_targets(&self, id: ResourceId) -> BTreeSet<(String, String)> {
        let effective = &self.analysis.effective;
        let mut writers = BTreeSet::from([id]);
        writers.extend(effective.rules(id).iter().map(|rule| rule.origin.written_in));
        let mut out = BTreeSet::new();
        for writer in writers {
            let namespace = &effective.mesh.resource(writer).key.namespace;
            for destination in destinations::destinations(&effective.mesh, writer) {
                if let Some(subset) = destination.subset.as_ref().filter(|subset| !subset.value.is_empty()) {
                    let host = names::full_host(&destination.host.value, namespace, &effective.mesh.profile);
                    out.insert((host.into_owned(), subset.value.clone()));
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
        hosts: &BTreeSet<&str>,
    ) -> Vec<&'a Proxy> {
        let mesh = &self.analysis.effective.mesh;
        let mut namespaces = BTreeSet::from([mesh.resource(id).key.namespace.as_str()]);
        for &host in hosts {
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
        let mut found = Vec::new();
        for (cluster, used) in routes.iter().flat_map(|route| destinations::of_route(route)) {
            if let Some(origin) = cluster.origin.filter(|_| !cluster.subset.is_empty()) {
                found.push((cluster.host.clone(), cluster.subset.clone(), origin, used));
            }
        }
        found.extend(destinations::of_streams(&effective.mesh, id, proxy));
        let states: Vec<State> =
            found.iter().map(|(host, subset, ..)| self.state(proxy, host, subset)).collect();
        // Where another VirtualService has all the hosts, nothing goes there.
        if states.iter().any(Result::is_err) && !owns_a_host(sidecars, &effective.mesh, id, proxy) {
            return;
        }
        for ((host, subset, origin, used), state) in found.into_iter().zip(states) {
            self.record((origin.resource, host, subset), proxy, origin, used, state);
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

fn report<'a>(
    analysis: &'a Analysis,
    cx: &mut RuleContext<'_>,
    rules: &RulesByHost,
    written: &mut Written<'a>,
    (id, host, subset): (ResourceId, &str, &str),
    gap: &Gap,
) {
    let mesh = &analysis.effective.mesh;
    let mut places = gap.places.iter().map(|(origin, used)| (*origin, *used));
    let (Some((first, used)), Some((proxy, applied))) = (places.next(), gap.missing.first_key_value()) else {
        return;
    };
    let mut label = |origin: Origin, message: &str| {
        let found = written.at(mesh, origin.resource, origin.range).and_then(|it| it.subset.as_ref());
        let range = found.map_or(origin.range, |subset| subset.range);
        Label::at(analysis, Origin { range, ..origin }, message)
    };
    let primary = label(first, "");
    let others: Vec<Label> = places.map(|(origin, _)| label(origin, "here as well")).collect();
    let called = written_host(mesh, written, first).unwrap_or(host).to_owned();
    let target = format!("subset `{subset}` of `{called}`");
    let whom = if gap.defined.is_empty() { String::new() } else { format!(" {}", on(gap.missing.keys())) };
    let sender = words::name(mesh.resource(id));
    let what = match used {
        Use::Requests(share) if share < 10_000 && others.is_empty() => format!(
            "{} of the requests that a rule of {sender} takes go to {target} and get 503{whom}.",
            percent(share)
        ),
        Use::Requests(_) => format!("Requests that {sender} sends to {target} get 503{whom}."),
        Use::Copies => format!("Copies that {sender} sends to {target} are lost without a word{whom}."),
        Use::Connections => format!("Connections that {sender} sends to {target} are closed{whom}."),
    };
    let cause = cause(mesh, rules, (host, subset, &called), proxy, applied.as_deref());
    let finding = cx.report(primary, format!("{what} {}", cause.message));
    if used == Use::Copies && others.is_empty() {
        finding.severity = Severity::Warning;
    }
    finding.related = others;
    finding.related.extend(cause.rules.iter().map(|(id, message)| Label::named(analysis, *id, *message)));
    finding.help = Some(cause.help);
    finding.ids = vec!["SUB-3", "DR-7"];
    finding.proxy = Some(proxy.to_string());
}

fn written_host<'a>(mesh: &'a Mesh, written: &mut Written<'a>, origin: Origin) -> Option<&'a str> {
    written.at(mesh, origin.resource, origin.range).map(|it| it.host.value.as_str())
}

/// Proxies as the end of a sentence.
fn on<'p>(proxies: impl Iterator<Item = &'p Proxy>) -> String {
    let (gateways, sidecars): (Vec<&Proxy>, Vec<&Proxy>) =
        proxies.partition(|it| it.kind == ProxyKind::Gateway);
    let list = |proxies: Vec<&Proxy>| words::and(proxies.into_iter().map(words::proxy));
    match (gateways.is_empty(), sidecars.is_empty()) {
        (false, true) => format!("on {}", list(gateways)),
        (true, _) => format!("for {}", list(sidecars)),
        (false, false) => format!("on {} and for {}", list(gateways), list(sidecars)),
    }
}

fn percent(share: u64) -> String {
    match (share / 100, share % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) => format!("{whole}.{part:02} %").replace("0 %", " %"),
    }
}

fn has_subset(mesh: &Mesh, id: ResourceId, name: &str) -> bool {
    match &mesh.resource(id).body {
        Body::DestinationRule(rule) => rule.subsets.iter().any(|subset| subset.name.value == name),
        _ => false,
    }
}

/// Why a subset is not there.
struct Cause {
    message: String,
    help: String,
    rules: Vec<(ResourceId, &'static str)>,
}

fn cause(
    mesh: &Mesh,
    rules: &RulesByHost,
    (host, subset, called): (&str, &str, &str),
    proxy: &Proxy,
    applied: Option<&MergedRule>,
) -> Cause {
    let all = rules.get(host).map(Vec::as_slice).unwrap_or_default();
    if let Some(&elsewhere) = all.iter().find(|id| has_subset(mesh, **id, subset)) {
        let resource = mesh.resource(elsewhere);
        let (name, home) = (words::name(resource), &resource.key.namespace);
        let (message, help) = if !mesh.visibility(elsewhere).to(&proxy.namespace) {
            let message = format!("{name} defines it but is not exported to `{}`.", proxy.namespace);
            (message, format!("Add `{}` to its `exportTo`.", proxy.namespace))
        } else {
            let first = applied.map(|rule| words::name(mesh.resource(rule.first)));
            let message = match first {
                Some(first) => format!("{name} defines it, but there {first} is found first."),
                None => format!("{name} defines it, but it stands in `{home}`, where others do not look."),
            };
            (message, format!("Define `{subset}` in a DestinationRule of the service's own namespace."))
        };
        let mut rules = vec![(elsewhere, "defines it")];
        rules.extend(
            applied.filter(|rule| rule.first != elsewhere).map(|rule| (rule.first, "applies instead")),
        );
        return Cause { message: format!("DestinationRule {message}"), help, rules };
    }
    let known = applied.map(|rule| rule.subset_names(mesh)).unwrap_or_default();
    let meant = closest(subset, known.iter().copied());
    let help = match meant {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!(
            "Define `{subset}` in a DestinationRule of `{called}` and apply that before the route; take it out only \
             after the last route."
        ),
    };
    let Some(rule) = applied else {
        let message = match all {
            [] => format!("No DestinationRule for `{called}` defines any subset."),
            _ => format!("No DestinationRule for `{called}` defines it."),
        };
        return Cause { message, help, rules: all.iter().map(|&id| (id, "does not define it")).collect() };
    };
    let members = words::names(mesh, rule.members.iter().copied());
    let one = rule.members.len() == 1;
    let (noun, define) =
        words::plural(rule.members.len(), ("DestinationRule", "defines"), ("DestinationRules", "define"));
    let message = match known.is_empty() {
        true => format!("{noun} {members} {define} no subset{}.", if one { "" } else { " at all" }),
        false => format!("{noun} {members} {define} {} only.", words::quoted(known)),
    };
    Cause {
        message,
        help,
        rules: rule.members.iter().map(|&id| (id, "applies and does not define it")).collect(),
    }
}

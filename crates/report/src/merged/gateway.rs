//! The hosts of a gateway, each as the rules that its VirtualServices have for it, in the order in which they run.

use std::collections::{BTreeMap, BTreeSet};

use pilothouse_analysis::{
    effective::{Origin, ProxyConfig, RouteEntry, RouteOrigin, Rule, ServerRef, VirtualHost},
    mesh::{
        Mesh, host as names,
        names::{MESH, gateway_reference},
    },
    resource::ResourceId,
};

use super::{Merged, MergedRule, conditions::Here, name_for, rule, source, source::Texts};

/// A rule and conditions of it that stand side by side.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    virtual_service: ResourceId,
    rule: Origin,
    root: Option<Origin>,
    blocks: Vec<usize>,
}

/// The rules of a host on one port.
struct List {
    port: u32,
    /// The gateways through which they came.
    gateways: BTreeSet<String>,
    steps: Vec<Step>,
}

impl List {
    /// Whether a condition is for some ports or gateways only.
    fn picks(&self, texts: &Texts<'_>) -> bool {
        self.steps.iter().any(|step| {
            find(texts, step).is_some_and(|rule| {
                rule.http.matches.iter().any(|block| block.port.is_some() || !block.gateways.is_empty())
            })
        })
    }
}

/// Every host for which VirtualServices have routes; hosts that are served alike are one.
pub(super) fn hosts(texts: &Texts<'_>, config: &ProxyConfig) -> Vec<Merged> {
    let mut places: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, routes) in config.route_configs.iter().enumerate() {
        for (host, virtual_host) in routes.virtual_hosts.iter().enumerate() {
            if virtual_host.routes.iter().all(|entry| entry.route.origin.is_none()) {
                continue;
            }
            // Where ports are told apart, the others are the same name with a port.
            let shown = if routes.ignores_port { virtual_host.domains.len() } else { 1 };
            for domain in virtual_host.domains.iter().take(shown) {
                places.entry(domain).or_default().push((at, host));
            }
        }
    }
    let mut groups: BTreeMap<Vec<(usize, usize)>, Vec<String>> = BTreeMap::new();
    for (domain, places) in places {
        groups.entry(places).or_default().push(domain.to_owned());
    }
    let mut out: Vec<Merged> = Vec::new();
    for (places, hosts) in &groups {
        out.extend(apart(hosts).iter().filter_map(|hosts| host(texts, config, places, hosts)));
    }
    out.sort_by(|a, b| a.hosts.cmp(&b.hosts));
    out
}

/// Hosts in lists of which none overlap, as one VirtualService may not have such.
fn apart(hosts: &[String]) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for name in hosts {
        match out.iter_mut().find(|list| !list.iter().any(|other| names::matches(other, name))) {
            Some(list) => list.push(name.clone()),
            None => out.push(vec![name.clone()]),
        }
    }
    out
}

fn host(
    texts: &Texts<'_>,
    config: &ProxyConfig,
    places: &[(usize, usize)],
    hosts: &[String],
) -> Option<Merged> {
    let mesh = &texts.analysis.effective.mesh;
    let virtual_hosts = places.iter().map(|&(at, host)| &config.route_configs[at].virtual_hosts[host]);
    let virtual_hosts: Vec<&VirtualHost> = virtual_hosts.collect();
    let mut lists: Vec<List> = Vec::new();
    let (mut notes, mut behind) = (Vec::new(), Vec::new());
    for (&(at, _), virtual_host) in places.iter().zip(&virtual_hosts) {
        let (steps, ended) = steps(texts, &virtual_host.routes);
        behind.extend(ended);
        let list = List {
            port: config.route_configs[at].port,
            gateways: gateways(mesh, &virtual_host.routes),
            steps,
        };
        let clash = |known: &List| known.port == list.port && !known.gateways.is_disjoint(&list.gateways);
        match lists.iter().find(|known| clash(known)) {
            Some(known) if known.steps != list.steps => notes.push(format!(
                "Port {} has other rules for this host on another address; they are not here.",
                list.port
            )),
            Some(_) => {}
            None => lists.push(list),
        }
    }
    let gateways: BTreeSet<String> = lists.iter().flat_map(|list| list.gateways.iter().cloned()).collect();
    let mut origins: Vec<ResourceId> = Vec::new();
    for entry in virtual_hosts.iter().flat_map(|host| &host.routes) {
        let id = entry.route.origin.map(|origin| origin.virtual_service);
        origins.extend(id.filter(|id| !origins.contains(id)));
    }
    // Of the owners' namespaces the one that reaches most of the places, and else the fewest.
    let reached = |namespace: &str| {
        let (inside, outside): (Vec<usize>, Vec<usize>) = open_to(mesh, config, &gateways, hosts, namespace)
            .partition(|at| places.iter().any(|it| it.0 == *at));
        (inside.len(), outside.len())
    };
    let namespaces = origins.iter().map(|&id| mesh.resource(id).key.namespace.as_str()).enumerate();
    let (_, namespace) = namespaces.min_by_key(|(place, namespace)| {
        let (inside, outside) = reached(namespace);
        (std::cmp::Reverse(inside), outside, *place)
    })?;
    let alike = lists.iter().all(|list| list.steps == lists[0].steps && !list.picks(texts))
        && reached(namespace).1 == 0;
    let mut rules = Vec::new();
    for list in lists.iter().take(if alike { 1 } else { lists.len() }) {
        let own = if gateways.len() > 1 { list.gateways.iter().cloned().collect() } else { Vec::new() };
        let here = if alike { Here::Everywhere } else { Here::Only { port: list.port, gateways: own } };
        rules.extend(list.steps.iter().filter_map(|step| written(texts, step, &here, &mut notes)));
    }
    let lives = |origin: &RouteOrigin| {
        lists.iter().flat_map(|list| &list.steps).any(|step| {
            step.virtual_service == origin.virtual_service
                && (step.rule, step.root) == (origin.rule(), origin.root_rule)
                && (origin.block.is_none() || origin.block.is_some_and(|block| step.blocks.contains(&block)))
        })
    };
    for origin in behind.iter().filter(|origin| !lives(origin)) {
        let rule = rule::called(texts, origin.written_in, origin.rule);
        let note = match origin.block {
            Some(block) => {
                format!(
                    "Condition {} of {} is left out: no request reaches it.",
                    block + 1,
                    rule::lower(&rule)
                )
            }
            None => format!("{rule} is left out: no request reaches it."),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let exports: BTreeSet<(&str, Vec<&str>)> = origins.iter().map(|&id| export(texts, id)).collect();
    let export_to = match exports.iter().collect::<Vec<_>>()[..] {
        [(_, one)] => one.iter().map(|&it| it.to_owned()).collect(),
        _ => Vec::new(),
    };
    if exports.len() > 1 && exports.iter().any(|(_, entries)| !entries.is_empty()) {
        notes.push(
            "What the VirtualServices say in `exportTo` differs and is not here; this one is public."
                .to_owned(),
        );
    }
    let open = |&(at, host): &(usize, usize)| {
        let routes = &config.route_configs[at];
        !texts.analysis.effective.reach(&config.proxy, routes, host).contests.is_empty()
    };
    if places.iter().any(open) {
        let note = "Only the age of resources decides the order of some of these rules, and the input does not tell it.";
        notes.push(note.to_owned());
    }
    notes.extend(streams(texts, &origins));
    notes.extend(strangers(texts, &origins));
    Some(Merged {
        proxy: config.proxy.clone(),
        api_version: texts.api_version(*origins.first()?),
        namespace: namespace.to_owned(),
        name: name_for(&hosts[0]),
        hosts: hosts.to_vec(),
        gateways: gateways.into_iter().collect(),
        export_to,
        rules,
        origins,
        notes,
    })
}

/// What VirtualServices have for Gateways that the input does not hold.
pub(super) fn strangers(texts: &Texts<'_>, origins: &[ResourceId]) -> Vec<String> {
    let mesh = &texts.analysis.effective.mesh;
    let unknown = origins.iter().flat_map(|&id| {
        let namespace = &mesh.resource(id).key.namespace;
        let bound = mesh.virtual_service(id).gateways.iter();
        let full = bound.map(|gateway| gateway_reference(&gateway.value, namespace).into_owned());
        full.filter(|gateway| gateway != MESH && !mesh.has_gateway(gateway))
    });
    let note = |gateway: String| {
        format!("What is for Gateway `{gateway}` is not here: the input does not hold that Gateway.")
    };
    unknown.collect::<BTreeSet<String>>().into_iter().map(note).collect()
}

/// The routes as rules, up to the first that takes everything, and what stands behind it.
fn steps(texts: &Texts<'_>, entries: &[RouteEntry]) -> (Vec<Step>, Vec<RouteOrigin>) {
    let effective = &texts.analysis.effective;
    let mut out: Vec<Step> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut behind = Vec::new();
    let mut ended = false;
    for entry in entries {
        let Some(origin) = entry.route.origin else { continue };
        // Through a second Gateway a rule comes again.
        if !seen.insert((origin.virtual_service, origin.rule(), origin.root_rule, origin.block)) {
            continue;
        }
        if ended {
            behind.push(origin);
            continue;
        }
        ended = effective.takes_everything(&entry.route);
        let (virtual_service, rule, root) = (origin.virtual_service, origin.rule(), origin.root_rule);
        match (out.last_mut(), origin.block) {
            (Some(last), Some(block))
                if (last.virtual_service, last.rule, last.root) == (virtual_service, rule, root)
                    && !last.blocks.is_empty() =>
            {
                last.blocks.push(block);
            }
            (_, block) => {
                out.push(Step { virtual_service, rule, root, blocks: block.into_iter().collect() });
            }
        }
    }
    (out, behind)
}

fn written(texts: &Texts<'_>, step: &Step, here: &Here, notes: &mut Vec<String>) -> Option<MergedRule> {
    rule::rule(texts, &find(texts, step)?, &step.blocks, here, notes)
}

fn find(texts: &Texts<'_>, step: &Step) -> Option<Rule> {
    let rules = texts.analysis.effective.rules(step.virtual_service);
    let found = rules.iter().find(|rule| {
        let origin = Origin { resource: rule.origin.written_in, range: rule.origin.range };
        origin == step.rule && rule.origin.root == step.root
    });
    found.cloned()
}

/// The gateways through which routes came.
fn gateways(mesh: &Mesh, entries: &[RouteEntry]) -> BTreeSet<String> {
    let gateways = entries.iter().filter_map(|entry| {
        let key = &mesh.resource(entry.via?.gateway).key;
        Some(format!("{}/{}", key.namespace, key.name))
    });
    gateways.collect()
}

/// The route configurations of some gateways in which a VirtualService of a namespace may have one of some hosts
/// (BIND-6).
fn open_to(
    mesh: &Mesh,
    config: &ProxyConfig,
    gateways: &BTreeSet<String>,
    hosts: &[String],
    namespace: &str,
) -> impl Iterator<Item = usize> {
    let takes = move |server: &ServerRef| {
        let key = &mesh.resource(server.gateway).key;
        let listed = &mesh.gateway(server.gateway).servers[server.index].hosts;
        gateways.contains(&format!("{}/{}", key.namespace, key.name))
            && listed.iter().any(|listed| {
                let (prefix, name) = listed.value.split_once('/').unwrap_or(("*", &listed.value));
                let fits = match prefix {
                    "*" => true,
                    "." => key.namespace == namespace,
                    prefix => prefix == namespace,
                };
                fits && hosts.iter().any(|host| names::matches(host, name))
            })
    };
    let configs = config.route_configs.iter().enumerate();
    configs.filter(move |(_, routes)| routes.servers.iter().any(takes)).map(|(at, _)| at)
}

/// To whom a VirtualService is exported; short forms mean another thing in each namespace.
pub(super) fn export<'t>(texts: &Texts<'t>, id: ResourceId) -> (&'t str, Vec<&'t str>) {
    let mesh = &texts.analysis.effective.mesh;
    let entries: Vec<&str> = mesh.virtual_service(id).export_to.iter().map(|it| it.value.as_str()).collect();
    let namespace = if entries.is_empty() { "" } else { mesh.resource(id).key.namespace.as_str() };
    (namespace, entries)
}

/// What is said of rules for connections, which stay where they are.
pub(super) fn streams(texts: &Texts<'_>, origins: &[ResourceId]) -> Vec<String> {
    let mesh = &texts.analysis.effective.mesh;
    let with = origins.iter().filter(|id| {
        let service = mesh.virtual_service(**id);
        !service.tls.is_empty() || !service.tcp.is_empty()
    });
    with.map(|&id| {
        format!(
            "The `tls` and `tcp` rules of {} are not here: they stay where they are.",
            source::name(texts.analysis, id)
        )
    })
    .collect()
}

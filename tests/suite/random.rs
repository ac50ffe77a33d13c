//! What holds of every configuration: invariants over configurations made at random, the same in every run.

mod generator;
mod interpreter;
#[path = "../../crates/analysis/tests/space/random.rs"]
mod numbers;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pilothouse_analysis::{
    Analysis, Profile, Request, Sources, analyze, analyze_exactly,
    effective::{Action, DropReason, Origin, ProxyConfig, cluster::ClusterState},
    mesh::{Mesh, Proxy, ProxyKind, names::MESH},
    resource::ResourceId,
    trace::{Answer, Connection, Trace, trace_at_port},
};
use pilothouse_report::{answers::answer_with_order, binding_view, envoy::envoy, report, trace_view};
use serde_json::Value;

use generator::{Configuration, configuration};
use interpreter::End;
use numbers::Random;
use pilothouse_tests::difference::{canonical, first_difference};

/// Proxies that every configuration is looked at through, besides those that it speaks of.
const PROXIES: &[&str] = &[
    "gateway/istio-system/app=edge,istio=ingressgateway",
    "gateway/shop/istio=ingressgateway",
    "sidecar/shop",
    "sidecar/team/app=till",
    "sidecar/other",
];

/// Runs a test on many configurations, `SUITE_TIMES` times as many as usual; the text of the first that fails is
/// written down.
fn each(count: u64, test: impl Fn(&mut Random, &Configuration)) {
    let times = std::env::var("SUITE_TIMES").ok().and_then(|it| it.parse().ok()).unwrap_or(1_u64);
    for seed in 1..=count * times {
        let mut random = Random::new(seed);
        let configuration = configuration(&mut random);
        let run = std::panic::AssertUnwindSafe(|| test(&mut random, &configuration));
        if let Err(cause) = std::panic::catch_unwind(run) {
            let file = std::env::temp_dir().join(format!("pilothouse-random-{seed}.yaml"));
            std::fs::write(&file, configuration.text()).unwrap();
            println!("seed {seed}, written to {}", file.display());
            std::panic::resume_unwind(cause);
        }
    }
}

fn proxies(analysis: &Analysis) -> Vec<Proxy> {
    let fixed = PROXIES.iter().map(|name| name.parse::<Proxy>().unwrap());
    let known = analysis.bindings.iter().map(|binding| binding.proxy.clone());
    fixed.chain(known).collect::<BTreeSet<_>>().into_iter().collect()
}

fn exactly(configuration: &Configuration) -> Analysis {
    analyze_exactly(configuration.sources(), Profile::current())
}

fn view(sources: Sources, profile: Profile) -> Value {
    let analysis = analyze_exactly(sources, profile);
    let mut view = canonical(&envoy(&analysis, &proxies(&analysis)));
    for list in ["rejected", "warned"] {
        view[list].as_array_mut().unwrap().sort_by_key(Value::to_string);
    }
    view
}

fn request(random: &mut Random) -> Request {
    let hosts = [
        "shop.example.com",
        "SHOP.example.com",
        "www.example.com",
        "a.shop.example.com",
        "example.com",
        "web",
        "web.shop",
        "web.shop.svc.cluster.local",
        "cart.team.svc.cluster.local",
        "api.team",
        "api.example.org",
        "x.example.org",
        "unknown.net",
        "shop.example.com:8080",
    ];
    let paths = [
        "/",
        "/a",
        "/api",
        "/api/v1",
        "/api/v1/x",
        "/cart",
        "/CART",
        "/tea",
        "/TEA",
        "/login?q=v1",
        "/a?q=1&q=v2",
    ];
    let scheme = if random.once_in(3) { "https" } else { "http" };
    let url = format!("{scheme}://{}{}", random.pick(&hosts), random.pick(&paths));
    let method = if random.once_in(2) { "GET" } else { "POST" };
    let mut request = Request::new(method, &url).unwrap();
    request.port = *random.pick(&[80, 80, 443, 443, 8080, 8443, 9000, 9080]);
    for (name, value) in [("x-a", "1"), ("x-user", "v1"), ("x-canary", "jason")] {
        if random.once_in(3) {
            request = request.header(name, value).unwrap();
        }
    }
    request
}

/// Analysis, findings, report, Envoy view and traces come to an end, in both profiles, with services assumed or not,
/// and say the same when asked again.
#[test]
fn nothing_panics_and_all_is_the_same_again() {
    each(25, |random, configuration| {
        let requests: Vec<Request> = (0..4).map(|_| request(random)).collect();
        for profile in [Profile::current(), Profile::v1_1()] {
            let all = || {
                let analysis = analyze(configuration.sources(), profile.clone());
                let mut out = vec![
                    serde_json::to_value(report(&analysis)).unwrap(),
                    envoy(&analysis, &proxies(&analysis)),
                ];
                for proxy in proxies(&analysis) {
                    out.push(serde_json::to_value(binding_view(&analysis, &proxy.to_string())).unwrap());
                    for request in &requests {
                        let trace = analysis.trace(&proxy, request);
                        out.push(answer_with_order(&analysis, &trace));
                        out.push(serde_json::to_value(trace_view(&analysis, &trace)).unwrap());
                    }
                }
                out
            };
            assert!(all() == all());
        }
    });
}

/// ORD-6: neither the order of documents nor that of files means anything.
#[test]
fn the_order_of_documents_means_nothing() {
    each(40, |random, configuration| {
        for profile in [Profile::current(), Profile::v1_1()] {
            let (one, other) = (
                view(configuration.sources(), profile.clone()),
                view(configuration.shuffled(random), profile),
            );
            let difference = first_difference("", &without_messages(&one), &without_messages(&other));
            assert_eq!(difference, None);
        }
    });
}

/// The words of a refusal may name another resource.
fn without_messages(view: &Value) -> Value {
    let mut view = view.clone();
    for list in ["rejected", "warned"] {
        for entry in view[list].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("message");
        }
    }
    view
}

/// ORD-1: names decide by their order alone.
#[test]
fn other_names_in_the_same_order_change_nothing_else() {
    each(40, |_, configuration| {
        let text = configuration.text();
        for profile in [Profile::current(), Profile::v1_1()] {
            let here = view(Sources::single("random.yaml", text.clone()), profile.clone());
            let there = view(Sources::single("random.yaml", renamed(&text)), profile);
            let here = canonical(&serde_json::from_str(&renamed(&here.to_string())).unwrap());
            assert_eq!(first_difference("", &canonical(&there), &here), None);
        }
    });
}

/// Every name `n007n` as another, of another length, with the order kept.
fn renamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('n') {
        out.push_str(&rest[..at]);
        let name = rest.get(at + 1..at + 5).filter(|it| it.ends_with('n'));
        match name.and_then(|it| it[..3].parse::<u32>().ok()) {
            Some(number) => {
                // The word grows in the middle, so that neither length nor first letter is what it was.
                out.push_str(&format!("m{}k{:05}", if number > 100 { "x" } else { "" }, number * 7 + 3));
                rest = &rest[at + 5..];
            }
            None => {
                out.push('n');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// SC-12, RDS-3: a domain stands once in a route configuration of today.
#[test]
fn domains_are_unique() {
    each(100, |_, configuration| {
        let analysis = exactly(configuration);
        for proxy in proxies(&analysis) {
            for config in &analysis.effective.proxy(&proxy).route_configs {
                let mut seen = HashSet::new();
                for domain in config.virtual_hosts.iter().flat_map(|host| &host.domains) {
                    assert!(seen.insert(domain.to_lowercase()), "{proxy} {} {domain}", config.name);
                }
            }
        }
    });
}

/// SUB-3: a route's cluster is among those of the proxy, or it is said to be missing; never both.
#[test]
fn every_cluster_is_there_or_missing() {
    each(60, |_, configuration| {
        for profile in [Profile::current(), Profile::v1_1()] {
            let analysis = analyze_exactly(configuration.sources(), profile);
            for proxy in proxies(&analysis) {
                let clusters = analysis.effective.clusters(&proxy);
                let names: HashSet<&str> = clusters.iter().map(|cluster| cluster.name.as_str()).collect();
                let config = analysis.effective.proxy(&proxy);
                let hosts = config.route_configs.iter().flat_map(|config| &config.virtual_hosts);
                for route in hosts.flat_map(|host| &host.routes).map(|entry| &entry.route) {
                    let Action::Forward(forward) = &route.action else { continue };
                    let named = forward.clusters.iter().map(|it| &it.cluster);
                    for cluster in named.chain(forward.mirrors.iter().map(|it| &it.cluster)) {
                        let state = analysis.effective.cluster_state(&proxy, cluster);
                        let there = cluster.host.is_empty() || names.contains(cluster.name.as_str());
                        assert_eq!(
                            state == ClusterState::Exists,
                            there,
                            "{proxy} {}: {state:?}",
                            cluster.name
                        );
                    }
                }
            }
        }
    });
}

/// ENV-1, ENV-2: the trace ends where the plainest reading of the printed configuration ends.
#[test]
fn the_trace_is_what_the_printed_form_says() {
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let counted = std::cell::RefCell::new(&mut ends);
    each(150, |random, configuration| {
        let analysis = exactly(configuration);
        let proxies = proxies(&analysis);
        let view = envoy(&analysis, &proxies);
        for (proxy, printed) in proxies.iter().zip(view["proxies"].as_array().unwrap()) {
            for _ in 0..12 {
                let request = request(random);
                let trace = trace_at_port(&analysis, proxy, &request);
                let expected = match (proxy.kind, &trace.connection) {
                    (ProxyKind::Gateway, _) => interpreter::through_gateway(printed, &request),
                    // What becomes of a sidecar's connections is no part of the printed form; its routes are.
                    (ProxyKind::Sidecar, Connection::Routes { config, .. }) => interpreter::through_routes(
                        printed,
                        &trace.config.route_configs[*config].name,
                        &request,
                    ),
                    (ProxyKind::Sidecar, _) => continue,
                };
                assert_eq!(end(&trace), expected, "{proxy} {request}");
                let kind = format!("{expected:?}");
                let kind = kind.split(['(', ' ']).next().unwrap_or_default().to_owned();
                *counted.borrow_mut().entry(kind).or_default() += 1;
            }
        }
    });
    // A test that only ever sees one end proves little.
    for kind in ["NoListener", "NoChain", "Closed", "Stream", "NoHost", "TlsRequired", "NoRoute", "Route"] {
        assert!(ends.get(kind).is_some_and(|count| *count >= 10), "{ends:?}");
    }
}

fn end(trace: &Trace) -> End {
    let host = || trace.chosen_host().map(|host| host.name.clone()).unwrap_or_default();
    match &trace.answer {
        Answer::NoListener => End::NoListener,
        Answer::ListenerRefused => End::Refused,
        Answer::TlsRefused if matches!(trace.connection, Connection::NotOpened { .. }) => End::NotOpened,
        Answer::TlsRefused => End::NoChain,
        Answer::Closed | Answer::Stream { .. } => match trace.connection {
            Connection::Stream { listener, chain } => End::Stream(stream(&trace.config, listener, chain)),
            _ => End::Closed,
        },
        Answer::NoVirtualHost => End::NoHost,
        Answer::TlsRequired { .. } => End::TlsRequired(host()),
        Answer::NoRoute => End::NoRoute(host()),
        Answer::BadPath => panic!("no path of these tests is bad"),
        Answer::Redirect { .. } | Answer::Response { .. } | Answer::Forwarded { .. } => {
            End::Route(host(), trace.route.unwrap())
        }
    }
}

fn stream(config: &ProxyConfig, listener: usize, chain: usize) -> String {
    use pilothouse_analysis::effective::ChainTarget;
    match &config.entrances()[listener].chains[chain].target {
        ChainTarget::Clusters { clusters, weighted: false, .. } => {
            clusters.first().map(|it| it.cluster.name.clone()).unwrap_or_default()
        }
        _ => "weighted".to_owned(),
    }
}

/// Every HTTP rule and condition of a VirtualService that a proxy is bound to becomes a route there, or is left out
/// with a reason.
#[test]
fn every_rule_is_a_route_or_is_left_out_with_a_reason() {
    let counted = std::cell::Cell::new((0_usize, 0_usize));
    each(150, |_, configuration| {
        for profile in [Profile::current(), Profile::v1_1()] {
            let analysis = analyze_exactly(configuration.sources(), profile);
            for proxy in proxies(&analysis) {
                let (routes, reasons) = rules_told(&analysis, &proxy);
                counted.set((counted.get().0 + routes, counted.get().1 + reasons));
            }
        }
    });
    let (routes, reasons) = counted.get();
    assert!(routes > 1_000 && reasons > 1_000, "{routes} routes, {reasons} reasons");
}

/// Fails at the first clause that nothing is said of; else how many are routes, and how many have a reason.
fn rules_told(analysis: &Analysis, proxy: &Proxy) -> (usize, usize) {
    let mesh = &analysis.effective.mesh;
    // Of a mesh whose services the input does not hold, nothing is claimed.
    if proxy.kind == ProxyKind::Sidecar && mesh.services.is_empty() {
        return (0, 0);
    }
    let config = analysis.effective.proxy(proxy);
    let hosts = config.route_configs.iter().flat_map(|config| &config.virtual_hosts);
    let origins: Vec<_> =
        hosts.flat_map(|host| &host.routes).filter_map(|entry| entry.route.origin).collect();
    let live: HashSet<(ResourceId, Origin)> =
        origins.iter().map(|origin| (origin.virtual_service, origin.match_origin)).collect();
    // A delegate's rule that lives through one root is not told for the others.
    let delegated: HashSet<Origin> =
        origins.iter().filter(|origin| origin.root_rule.is_some()).map(|origin| origin.rule()).collect();
    let all = config.dropped.iter().chain(&analysis.effective.dropped);
    let dropped: BTreeMap<Origin, &DropReason> =
        all.map(|dropped| (dropped.origin, &dropped.reason)).collect();
    let (mut routes, mut reasons) = (0, 0);
    for id in bound(mesh, &config) {
        for rule in analysis.effective.rules(id).iter() {
            let whole = Origin { resource: rule.origin.written_in, range: rule.origin.range };
            let clauses = if rule.conditions.is_empty() { vec![whole] } else { rule.conditions.clone() };
            for clause in clauses {
                if live.contains(&(id, clause)) {
                    routes += 1;
                } else if dropped.contains_key(&clause)
                    || dropped.contains_key(&whole)
                    || delegated.contains(&whole)
                    || rule.origin.root.is_some_and(|root| dropped.contains_key(&root))
                    || gone_as_a_whole(mesh, id, &dropped)
                {
                    reasons += 1;
                } else {
                    let text = analysis.sources.get(mesh.resource(clause.resource).file);
                    let text = text.map(|source| clause.range.of(&source.text)).unwrap_or_default();
                    let key = &mesh.resource(id).key;
                    panic!("{proxy}: nothing is said of {} {text}\ndropped: {dropped:?}", key.path());
                }
            }
        }
    }
    (routes, reasons)
}

/// The VirtualServices that a proxy is concerned with.
fn bound(mesh: &Mesh, config: &ProxyConfig) -> BTreeSet<ResourceId> {
    match config.proxy.kind {
        ProxyKind::Sidecar => mesh.bound_to(MESH).iter().copied().collect(),
        ProxyKind::Gateway => {
            let servers = config.route_configs.iter().flat_map(|config| &config.servers);
            let gateways: BTreeSet<String> = servers
                .map(|server| {
                    let key = &mesh.resource(server.gateway).key;
                    format!("{}/{}", key.namespace, key.name)
                })
                .collect();
            gateways.iter().flat_map(|gateway| mesh.bound_to(gateway).iter().copied()).collect()
        }
    }
}

/// Whether a VirtualService, or each of its hosts, has a reason of its own.
fn gone_as_a_whole(mesh: &Mesh, id: ResourceId, dropped: &BTreeMap<Origin, &DropReason>) -> bool {
    let named = Origin { resource: id, range: mesh.resource(id).name_range };
    let hosts = &mesh.virtual_service(id).hosts;
    let every_host =
        hosts.iter().all(|host| dropped.contains_key(&Origin { resource: id, range: host.range }));
    dropped.contains_key(&named) || every_host
}

//! What is done after reading: building proxies, sending requests, judging patterns, comparing revisions.

use std::fmt::Write;

use pilothouse_analysis::{Analysis, Profile, Request, Sources, analyze, mesh::Proxy, rollout::rollout};
use serde::{Deserialize, Serialize};

use crate::{Shape, mesh};

/// The fastest of so many runs counts.
const ROUNDS: usize = 5;
/// So many requests are sent in one run.
const REQUESTS: usize = 1000;

/// How long something took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Work {
    /// What was done.
    pub what: String,
    /// How much of it there was.
    pub size: usize,
    /// Milliseconds for all of it; for requests, for one.
    pub millis: f64,
}

/// Measures all work by a clock that counts milliseconds.
pub fn work(now: impl Fn() -> f64) -> Vec<Work> {
    let mut out = Vec::new();
    let mut add =
        |what: &str, size: usize, millis: f64| out.push(Work { what: what.to_owned(), size, millis });
    let teams = [1000, 2000, 4000];
    let profiles = teams.map(|teams| (teams, stages(&mesh(teams, Shape::ManyHosts), &now)));
    for (at, stage) in STAGES.iter().enumerate() {
        profiles.iter().for_each(|(teams, profile)| add(stage, *teams, profile[at]));
    }
    for teams in teams {
        let text = mesh(teams, Shape::ManyHosts);
        add("all routes of a gateway and a client, by teams", teams, proxies(&text, &["team-0007"], &now));
    }
    for routes in [5_000, 10_000] {
        let text = mesh(routes / 3, Shape::OneHost);
        add("routes on one host", routes, proxies(&text, &[], &now));
    }
    let namespaces: Vec<String> = (0..50).map(|at| format!("team-{at:04}")).collect();
    let namespaces: Vec<&str> = namespaces.iter().map(String::as_str).collect();
    for services in [1000, 2000] {
        // Without a gateway a VirtualService is for sidecars.
        let text = in_mesh(services);
        add("mesh VirtualServices seen from 50 namespaces", services, proxies(&text, &namespaces, &now));
    }
    add("a request on a host with 100 routes", 1, requests(&now));
    add("findings for 1 000 routes of a host with 50 regular expressions", 1000, patterns(&now));
    add("a rollout of 60 changes in 1 000 resources", 60, changes(&now));
    out
}

fn read(text: &str) -> Analysis {
    analyze(Sources::single("mesh.yaml", text), Profile::current())
}

fn fastest(run: impl FnMut() -> f64) -> f64 {
    std::iter::repeat_with(run).take(ROUNDS).fold(f64::MAX, f64::min)
}

/// Builds the gateways, and the sidecars of some namespaces.
fn build(analysis: &Analysis, namespaces: &[&str]) {
    let gateways =
        analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.to_string().starts_with("gateway"));
    let sidecars = namespaces.iter().map(|namespace| Proxy::sidecar(*namespace, Default::default()));
    for proxy in gateways.cloned().chain(sidecars) {
        std::hint::black_box(analysis.effective.proxy(&proxy));
    }
}

/// The stages of a check, each on what those before have made.
const STAGES: [&str; 4] = [
    "stage of the check, by teams: text to trees",
    "stage of the check, by teams: trees to resources and the mesh",
    "stage of the check, by teams: the routes of every gateway",
    "stage of the check, by teams: all rules",
];

/// How long each stage of a check takes, in the run that was fastest as a whole.
fn stages(text: &str, now: &impl Fn() -> f64) -> [f64; 4] {
    let run = || {
        let start = now();
        std::hint::black_box(pilothouse_syntax::parse(text));
        let trees = now();
        let analysis = read(text);
        let resources = now();
        build(&analysis, &[]);
        let routes = now();
        std::hint::black_box(analysis.findings());
        let rules = now();
        // Reading makes the trees anew.
        let trees = trees - start;
        [trees, resources - start - 2.0 * trees, routes - resources, rules - routes]
    };
    let all = std::iter::repeat_with(run).take(ROUNDS);
    all.min_by(|a, b| a.iter().sum::<f64>().total_cmp(&b.iter().sum())).unwrap_or_default()
}

/// How long it takes to build the gateways, and the sidecars of some namespaces.
fn proxies(text: &str, namespaces: &[&str], now: &impl Fn() -> f64) -> f64 {
    fastest(|| {
        let analysis = read(text);
        let start = now();
        build(&analysis, namespaces);
        now() - start
    })
}

fn requests(now: &impl Fn() -> f64) -> f64 {
    let analysis = read(&mesh(33, Shape::OneHost));
    let Some(proxy) = analysis.bindings.first().map(|it| it.proxy.clone()) else { return f64::NAN };
    let Ok(request) = Request::new("GET", "https://group-0000.example.com/team-0030/items/42") else {
        return f64::NAN;
    };
    fastest(|| {
        let start = now();
        for _ in 0..REQUESTS {
            std::hint::black_box(analysis.trace(&proxy, &request));
        }
        (now() - start) / REQUESTS as f64
    })
}

fn patterns(now: &impl Fn() -> f64) -> f64 {
    let mut text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\nspec:\n  \
                    hosts: [web.example.com]\n  gateways: [edge]\n  http:\n"
        .to_owned();
    for at in 0..1000 {
        let uri = match at % 20 {
            0 => format!("regex: '/items-{at}/[0-9]+(/[a-z]+)?'"),
            _ => format!("prefix: /part-{at}/"),
        };
        let _ =
            writeln!(text, "  - match: [{{uri: {{{uri}}}}}]\n    route: [{{destination: {{host: web}}}}]");
    }
    text.push_str(
        "---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec:\n  \
         selector: {istio: ingressgateway}\n  servers:\n  - port: {number: 80, name: http, protocol: HTTP}\n    \
         hosts: ['*.example.com']\n",
    );
    fastest(|| {
        let analysis = read(&text);
        let start = now();
        std::hint::black_box(analysis.findings());
        now() - start
    })
}

/// VirtualServices for sidecars: one for each team's service.
fn in_mesh(services: usize) -> String {
    mesh(services, Shape::ManyHosts)
        .split_inclusive("---\n")
        .filter(|document| !document.contains("kind: Gateway"))
        .map(|document| {
            let mut lines: Vec<&str> = document.lines().collect();
            if let Some(at) = lines.iter().position(|line| *line == "  gateways:") {
                lines.drain(at..at + 2);
                lines[at - 1] = "  - store";
            }
            lines.join("\n") + "\n"
        })
        .collect()
}

/// Another version of the subsets and routes of 30 of 250 teams, which are four resources each.
fn changes(now: &impl Fn() -> f64) -> f64 {
    let before = mesh(250, Shape::ManyHosts);
    let mut team = 0;
    let after: String = before
        .split_inclusive("---\n")
        .map(|document| {
            let versioned = document.contains("subset: v2") || document.contains("name: v2");
            let changed = versioned && team < 60;
            team += usize::from(versioned);
            if changed { document.replace("v2", "v3") } else { document.to_owned() }
        })
        .collect();
    let sources = |text: &str| Sources::single("mesh.yaml", text);
    fastest(|| {
        let (old, new) = (sources(&before), sources(&after));
        let start = now();
        std::hint::black_box(rollout(old, new, Profile::current(), true));
        now() - start
    })
}

#[cfg(test)]
mod tests {
    use pilothouse_analysis::{Profile, Sources, rollout::rollout};

    use super::in_mesh;
    use crate::{Shape, mesh};

    #[test]
    fn the_mesh_for_sidecars_breaks_nothing() {
        let analysis = super::read(&in_mesh(20));
        assert_eq!(analysis.problems, []);
        assert_eq!(analysis.effective.mesh.bound_to("mesh").len(), 20);
    }

    #[test]
    fn the_rollout_changes_something() {
        let before = mesh(10, Shape::ManyHosts);
        let sources = |text: &str| Sources::single("mesh.yaml", text);
        let found = rollout(sources(&before), sources(&before.replace("v2", "v3")), Profile::current(), true);
        assert_eq!(found.changes.len(), 20);
    }
}

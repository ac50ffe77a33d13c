//! Make before break: a subset has to be there before a route names it, and until no route does.

use std::collections::BTreeSet;

use pilothouse_analysis::{
    KnownAge, Profile, Sources,
    rollout::{Rollout, Step, rollout, rollout_with_ages},
};

const SERVICE: &str = "
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.0.0.1, ports: [{ name: http, port: 80 }] }
";

/// A DestinationRule with subsets, and a VirtualService that sends everything to one of them.
fn revision(subsets: &[&str], used: &str) -> Sources {
    let subsets: Vec<String> = subsets.iter().map(|name| format!("{{ name: {name} }}")).collect();
    let text = format!(
        "{SERVICE}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{ name: web, namespace: shop }}
spec: {{ host: web, subsets: [{}] }}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{ name: web, namespace: shop }}
spec: {{ hosts: [web], http: [{{ route: [{{ destination: {{ host: web, subset: {used} }} }}] }}] }}
",
        subsets.join(", ")
    );
    Sources::single("revision.yaml", text)
}

/// The resources whose change alone breaks something, then the stages.
fn told(rollout: &Rollout) -> (Vec<String>, Vec<Vec<String>>) {
    let name = |at: usize| rollout.changes[at].name();
    let hazards = rollout.hazards.iter().map(|it| it.applied.iter().map(|&at| name(at)).collect());
    let step = |step: &Step| match step {
        Step::Widen(at) => format!("widen {}", name(*at)),
        Step::Apply(at) | Step::Delete(at) => name(*at),
    };
    let stages = rollout.plan.stages.iter().map(|stage| stage.steps.iter().map(step).collect()).collect();
    (hazards.collect(), stages)
}

const RULE: &str = "DestinationRule/shop/web";
const ROUTES: &str = "VirtualService/shop/web";

#[test]
fn sub_5_a_new_subset_comes_before_the_route_to_it() {
    let (before, after) = (revision(&["v1"], "v1"), revision(&["v1", "v2"], "v2"));
    let found = rollout(before, after, Profile::current(), false);
    let expected = (vec![ROUTES.to_owned()], vec![vec![RULE.to_owned()], vec![ROUTES.to_owned()]]);
    assert_eq!(told(&found), expected);
}

#[test]
fn sub_5_an_old_subset_goes_after_the_route_to_it() {
    let (before, after) = (revision(&["v1", "v2"], "v2"), revision(&["v1"], "v1"));
    let found = rollout(before, after, Profile::current(), false);
    let expected = (vec![RULE.to_owned()], vec![vec![ROUTES.to_owned()], vec![RULE.to_owned()]]);
    assert_eq!(told(&found), expected);
}

#[test]
fn sub_5_one_subset_for_another_needs_both_for_a_while() {
    let (before, after) = (revision(&["v1"], "v1"), revision(&["v2"], "v2"));
    let found = rollout(before, after, Profile::current(), false);
    let stages = vec![vec![format!("widen {RULE}")], vec![ROUTES.to_owned()], vec![RULE.to_owned()]];
    assert_eq!(told(&found), (vec![RULE.to_owned(), ROUTES.to_owned()], stages));
    assert!(found.plan.needs_both);
}

/// Each cause: the changes in force that decide, and those that are not.
fn causes(rollout: &Rollout) -> Vec<(Vec<String>, Vec<String>, bool)> {
    let names =
        |changes: &BTreeSet<usize>| changes.iter().map(|&at| rollout.changes[at].name()).collect::<Vec<_>>();
    rollout.causes.iter().map(|it| (names(&it.applied), names(&it.missing), it.always)).collect()
}

#[test]
fn a_cause_names_only_the_changes_that_decide() {
    let with = |mut sources: Sources, text: &str| {
        sources.add("more.yaml", text);
        sources
    };
    // A third change of the same host, which makes no difference to any request.
    let spare = "apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web-spare, namespace: shop }
spec: { host: web, subsets: [{ name: spare }] }
";
    let (before, after) = (revision(&["v1"], "v1"), with(revision(&["v2"], "v2"), spare));
    let found = rollout(before, after, Profile::current(), false);
    let (rule, routes) = (vec![RULE.to_owned()], vec![ROUTES.to_owned()]);
    assert_eq!(causes(&found), [(rule.clone(), routes.clone(), true), (routes, rule, true)]);
    assert_eq!(found.hazards.len(), 4, "each with and without the third");
}

#[test]
fn what_is_safe_has_no_cause() {
    let found = rollout(revision(&["v1"], "v1"), revision(&["v1", "v2"], "v1"), Profile::current(), false);
    assert_eq!(causes(&found), []);
    assert!(found.is_safe());
}

/// Teams on one Gateway, each with a host and a path, a service of its own and the subset that its routes name.
fn teams(subset: &str, teams: &[(&str, &str)]) -> Sources {
    let team = |(at, (host, path)): (usize, &(&str, &str))| {
        format!(
            "---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{ name: web, namespace: team-{at} }}
spec:
  hosts: ['{host}']
  gateways: [edge/public]
  http:
  - match: [{{ uri: {{ prefix: {path} }} }}]
    route: [{{ destination: {{ host: web, subset: {subset} }} }}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{ name: web, namespace: team-{at} }}
spec: {{ host: web, subsets: [{{ name: {subset} }}] }}
"
        )
    };
    let gateway = "
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec: { selector: { istio: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*/*'] }] }
";
    let all: String = teams.iter().enumerate().map(team).collect();
    Sources::single("teams.yaml", format!("{gateway}{all}"))
}

/// How many states in between each cause was looked for in.
fn states(all: &[(&str, &str)]) -> Vec<usize> {
    let found = rollout(teams("v1", all), teams("v2", all), Profile::current(), true);
    assert_eq!(found.changes.len(), 2 * all.len());
    assert_eq!(found.unexplored, [0; 0]);
    assert_eq!(found.plan.stages.len(), 3);
    found.causes.iter().map(|cause| cause.of).collect()
}

#[test]
fn a_known_order_of_age_counts() {
    let all = [("all.example.com", "/"), ("all.example.com", "/")];
    let (before, after) = (teams("v1", &all), teams("v2", &all));
    let breaks = |first: usize| {
        let order = [first, 1 - first].map(|team| format!("VirtualService/team-{team}/web"));
        let place = |(at, key): (usize, String)| (key, KnownAge::Place(at as u32));
        let ages: Vec<(String, KnownAge)> = order.into_iter().enumerate().map(place).collect();
        let found = rollout_with_ages(before.clone(), after.clone(), Profile::current(), true, &ages);
        let named = found.causes.iter().flat_map(|cause| cause.applied.union(&cause.missing));
        named.map(|&at| found.changes[at].key.namespace.clone()).collect::<BTreeSet<String>>()
    };
    assert_eq!(breaks(0), BTreeSet::from(["team-0".to_owned()]));
    assert_eq!(breaks(1), BTreeSet::from(["team-1".to_owned()]));
}

#[test]
fn hosts_of_a_gateway_that_stays_are_judged_apart() {
    let hosts: Vec<String> = (0..7).map(|at| format!("team-{at}.example.com")).collect();
    let all: Vec<(&str, &str)> = hosts.iter().map(|host| (host.as_str(), "/")).collect();
    assert_eq!(states(&all), [2; 14], "of each team either change alone");
}

#[test]
fn rds_5_teams_of_one_host_are_judged_apart_where_no_request_matches_both() {
    assert_eq!(states(&[("all.example.com", "/a/"), ("all.example.com", "/b/")]), [2; 4]);
    assert_eq!(states(&[("all.example.com", "/a/b/"), ("all.example.com", "/a/")]), [14; 4]);
    assert_eq!(states(&[("all.example.com", "/a/"), ("*.example.com", "/b/")]), [14; 4]);
}

/// A client in a namespace whose name comes first, with a rule of its own that has both subsets, and one elsewhere.
const CLIENTS: &str = "
apiVersion: v1
kind: Service
metadata: { name: app, namespace: apart }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: apart }
spec: { host: web.shop.svc.cluster.local, exportTo: ['.'], subsets: [{ name: v1 }, { name: v2 }] }
---
apiVersion: v1
kind: Service
metadata: { name: app, namespace: other }
spec: { ports: [{ name: http, port: 80 }] }
";

#[test]
fn a_client_with_a_rule_of_its_own_does_not_stand_for_others() {
    let with_clients = |mut sources: Sources| {
        sources.add("clients.yaml", CLIENTS);
        sources
    };
    let (before, after) = (with_clients(revision(&["v1"], "v1")), with_clients(revision(&["v2"], "v2")));
    let found = rollout(before, after, Profile::current(), false);
    let (hazards, _) = told(&found);
    assert_eq!(hazards, [RULE, ROUTES]);
    assert!(found.hazards.iter().all(|it| it.proxy.namespace == "other"));
}

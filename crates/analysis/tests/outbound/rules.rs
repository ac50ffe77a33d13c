//! Rules for TLS and TCP on the mesh (TLS-7 to TLS-11), and sections that nothing asks for (TLS-1).

use pilothouse_analysis::{Profile, mesh::Proxy};

use crate::world::{chains, client, dropped, entry, mesh, mesh_of, rules, service};

const TO_B: &str = "route: [{destination: {host: b}}]";

fn services(protocol: &str) -> Vec<String> {
    vec![
        service("a", "10.0.0.1", &format!("{protocol} 443")),
        service("b", "10.0.0.2", &format!("{protocol} 443")),
    ]
}

/// The chains of service `a`.
fn of_a(documents: Vec<String>) -> Vec<String> {
    let all = chains(&mesh(&documents), &client("app=web"));
    all.iter().filter_map(|row| row.strip_prefix("10.0.0.1_443 | ")).map(str::to_owned).collect()
}

fn with(mut documents: Vec<String>, more: &[String]) -> Vec<String> {
    documents.extend_from_slice(more);
    documents
}

#[test]
fn tls_7_the_port_decides_which_section_counts() {
    let section = |name: &str| match name {
        "http" => format!("http: [{{{TO_B}}}]"),
        "tls" => format!("tls: [{{match: [{{sniHosts: [a]}}], {TO_B}}}]"),
        _ => format!("tcp: [{{{TO_B}}}]"),
    };
    let plain = "any -> 443||a";
    let by_rule = "any -> 443||b";
    for (protocol, name, first, useless) in [
        ("tcp", "tcp", by_rule, false),
        ("tcp", "tls", plain, true),
        ("tcp", "http", plain, true),
        ("https", "tls", "a -> 443||b", false),
        ("tls", "tcp", plain, true),
        ("https", "http", plain, true),
        ("mongo", "tcp", by_rule, false),
        ("unnamed", "tcp", "plain HTTP -> routes a.shop.svc.cluster.local:443", false),
        ("unnamed", "http", "plain HTTP -> routes a.shop.svc.cluster.local:443", false),
        ("unnamed", "tls", "plain HTTP -> routes a.shop.svc.cluster.local:443", true),
    ] {
        let documents = with(services(protocol), &[rules("v", "a", &section(name))]);
        assert_eq!(of_a(documents.clone())[0], first, "{protocol} {name}");
        let told = dropped(&mesh(&documents), &client("app=web"));
        assert_eq!(told.iter().any(|row| row.starts_with("TLS-7 v")), useless, "{protocol} {name} {told:?}");
    }
    let sniffed = of_a(with(services("unnamed"), &[rules("v", "a", &section("tcp"))]));
    assert_eq!(sniffed[1], by_rule);
}

#[test]
fn tls_7_a_host_that_is_no_service() {
    let useless = |host: &str| {
        let tls = format!("tls: [{{match: [{{sniHosts: ['{host}']}}], {TO_B}}}]");
        let documents = [service("b", "10.0.0.2", "tls 443"), rules("v", &format!("'{host}'"), &tls)];
        !dropped(&mesh(&documents), &client("")).is_empty()
    };
    // The input may be silent about what lies outside, but it tells the services of the namespace.
    assert!(useless("gone.shop.svc.cluster.local"));
    assert!(!useless("api.example.com") && !useless("*.example.com"));
}

#[test]
fn tls_8_every_virtual_service_with_a_matching_host_counts() {
    let tls = |sni: &str| format!("tls: [{{match: [{{sniHosts: [{sni}]}}], {TO_B}}}]");
    let found = of_a(with(
        services("tls"),
        &[
            rules("exact", "a.shop.svc.cluster.local", &tls("a.shop.svc.cluster.local")),
            rules("wide", "'*.cluster.local'", &tls("x.shop.svc.cluster.local")),
            rules("other", "c.shop.svc.cluster.local", &tls("c.shop.svc.cluster.local")),
        ],
    ));
    assert_eq!(found[..2], ["a.shop.svc.cluster.local -> 443||b", "x.shop.svc.cluster.local -> 443||b"]);
    assert_eq!(found[2..], ["any -> PassthroughCluster"]);
}

#[test]
fn tls_9_all_conditions_must_hold() {
    for (condition, holds) in [
        ("port: 443", true),
        ("port: 444", false),
        ("gateways: [mesh]", true),
        ("gateways: [g]", false),
        ("gateways: [g, mesh]", true),
        ("sourceLabels: {app: web}", true),
        ("sourceLabels: {app: cart}", false),
        ("sourceNamespace: shop", true),
        ("sourceNamespace: other", false),
        // Beside gateways, unlike for HTTP (HM-3).
        ("gateways: [mesh], sourceLabels: {app: cart}", false),
    ] {
        let tls = format!("gateways: [mesh, g]\ntls: [{{match: [{{sniHosts: [a], {condition}}}], {TO_B}}}]");
        let documents = with(services("tls"), &[rules("v", "a", &tls)]);
        let expected: &[&str] =
            if holds { &["a -> 443||b", "any -> PassthroughCluster"] } else { &["any -> 443||a"] };
        assert_eq!(of_a(documents.clone()), expected, "{condition}");
        assert_eq!(dropped(&mesh(&documents), &client("app=web")).is_empty(), holds, "{condition}");
    }
}

#[test]
fn tls_9_the_same_condition_counts_once() {
    let tls = format!(
        "tls:\n- {{match: [{{sniHosts: [a, b]}}, {{sniHosts: [a, b], port: 443}}, {{sniHosts: [b, a]}}], {TO_B}}}"
    );
    let documents = with(services("tls"), &[rules("v", "a, b", &tls)]);
    let analysis = mesh(&documents);
    assert_eq!(of_a(documents), ["a, b -> 443||b", "b, a -> 443||b", "any -> PassthroughCluster"]);
    assert_eq!(dropped(&analysis, &client("app=web")), ["TLS-9 v: {sniHosts: [a, b], port: 443}"]);
    // In another order it is taken for another one, which Envoy refuses (ENV-2).
    let config = analysis.effective.proxy(&client("app=web"));
    assert!(config.outbound.iter().any(|listener| listener.refused.is_some()));
}

#[test]
fn tls_9_networks_stay_in_force() {
    let tls = format!(
        "tls:\n- {{match: [{{sniHosts: [a]}}, {{sniHosts: [b], destinationSubnets: [10.0.0.0/8]}}, \
         {{sniHosts: [c]}}], {TO_B}}}"
    );
    let found = of_a(with(services("tls"), &[rules("v", "a, b, c", &tls)]));
    assert_eq!(found[..3], ["a -> 443||b", "b, 10.0.0.0/8 -> 443||b", "c, 10.0.0.0/8 -> 443||b"]);
}

#[test]
fn tls_9_the_service_as_it_is() {
    let found = chains(
        &mesh(&[
            entry("a", "a.example.com", "TLS", 443, ""),
            entry("b", "'*.b.example.com'", "HTTPS", 443, ""),
            entry("c", "c.example.com", "TLS", 443, "addresses: [10.0.0.0/8],"),
            entry("d", "d.example.com", "TLS", 443, "addresses: [11.0.0.1],"),
        ]),
        &client(""),
    );
    assert_eq!(
        found,
        [
            "0.0.0.0_443 | *.b.example.com -> 443||*.b.example.com",
            "0.0.0.0_443 | a.example.com -> 443||a.example.com",
            "0.0.0.0_443 | c.example.com, 10.0.0.0/8 -> 443||c.example.com",
            "0.0.0.0_443 | any -> PassthroughCluster",
            "11.0.0.1_443 | any -> 443||d.example.com",
        ]
    );
}

#[test]
fn tls_10_the_first_rule_for_everything_is_the_last() {
    let tcp = format!(
        "tcp:\n- {{match: [{{destinationSubnets: [10.0.0.0/8, 0.0.0.0/0]}}, {{port: 9}}], {TO_B}}}\n\
         - {{match: [{{destinationSubnets: [11.0.0.0/8]}}, {{sourceLabels: {{app: web}}}}], route: [{{destination: \
         {{host: b}}, weight: 1}}, {{destination: {{host: a}}, weight: 3}}, {{destination: {{host: a}}, weight: 0}}]}}\n\
         - {{{TO_B}}}"
    );
    let documents = with(services("tcp"), &[rules("v", "a", &tcp)]);
    assert_eq!(of_a(documents.clone()), ["10.0.0.0/8 -> 443||b", "any -> 443||b 1, 443||a 3"]);
    let told = dropped(&mesh(&documents), &client("app=web"));
    assert_eq!(told, ["HM-3 v: {port: 9}".to_owned(), format!("TLS-10 v: {{{TO_B}}}")]);
}

#[test]
fn tls_10_networks_alone_leave_the_rest_to_the_service() {
    let entry =
        |networks: &str| entry("e", "e.example.com", "TCP", 443, &format!("addresses: [{networks}],"));
    let tcp = |networks: &str| {
        let tcp = format!(
            "tcp: [{{match: [{{destinationSubnets: [{networks}]}}], route: [{{destination: {{host: x}}}}]}}]"
        );
        rules("v", "e.example.com", &tcp)
    };
    let found = |documents: &[String]| chains(&mesh(documents), &client(""));
    let own = "0.0.0.0_443 | 10.0.0.0/8, 11.0.0.0/8 -> 443||e.example.com";
    let rest = "0.0.0.0_443 | any -> PassthroughCluster";
    let by_rule = |networks: &str| format!("0.0.0.0_443 | {networks} -> 443||x");
    assert_eq!(
        found(&[entry("10.0.0.0/8, 11.0.0.0/8"), tcp("10.1.0.0/16")]),
        [&by_rule("10.1.0.0/16"), own, rest]
    );
    // The service's own networks, in whatever order, leave nothing.
    assert_eq!(
        found(&[entry("10.0.0.0/8, 11.0.0.0/8"), tcp("11.0.0.0/8, 10.0.0.0/8")]),
        [&by_rule("11.0.0.0/8, 10.0.0.0/8"), rest]
    );
}

#[test]
fn tls_11_is_the_same_in_1_1() {
    let documents = [
        service("a", "10.0.0.1", "tls 443"),
        service("c", "10.0.0.3", "tcp 9000"),
        rules(
            "tls",
            "a",
            "tls: [{match: [{sniHosts: [a], sourceLabels: {app: web}}], route: [{destination: {host: c}}]}]",
        ),
        rules("tcp", "c", "tcp: [{match: [{port: 9000}], route: [{destination: {host: a}}]}]"),
    ];
    let of = |profile| chains(&mesh_of(&documents, profile), &client("app=web"));
    assert_eq!(of(Profile::v1_1()), of(Profile::current()));
    assert_eq!(of(Profile::v1_1())[0], "10.0.0.1_443 | a -> 9000||c");
}

#[test]
fn tls_1_the_server_decides_which_section_counts() {
    let gateway = |server: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: g, namespace: shop}}\n\
             spec: {{servers: [{{port: {{number: 443, name: p, protocol: {server}}}, hosts: ['*.example.com']}}]}}\n"
        )
    };
    let all = format!(
        "gateways: [g]\nhttp: [{{name: h, {TO_B}}}]\ntls: [{{match: [{{sniHosts: [a.example.com]}}], {TO_B}}}]\n\
         tcp: [{{{TO_B}}}]"
    );
    let proxy: Proxy = "gateway/shop/istio=ingressgateway".parse().unwrap();
    let useless = |server: &str| {
        let analysis = mesh(&[gateway(server), rules("v", "a.example.com", &all)]);
        let told: Vec<String> =
            dropped(&analysis, &proxy).into_iter().filter(|row| row.starts_with("TLS-1 ")).collect();
        ["name: h", "sniHosts", "v: {route"].map(|part| told.iter().any(|row| row.contains(part)))
    };
    let tls = |mode: &str| format!("}}, tls: {{mode: {mode}, credentialName: c");
    assert_eq!(useless("HTTP"), [false, true, true]);
    assert_eq!(useless("TCP"), [true, true, false]);
    assert_eq!(useless(&format!("HTTPS{}", tls("SIMPLE"))), [false, true, true]);
    assert_eq!(useless(&format!("TLS{}", tls("SIMPLE"))), [true, true, false]);
    assert_eq!(useless("TLS}, tls: {mode: PASSTHROUGH"), [true, false, true]);
    assert_eq!(useless("TLS}, tls: {mode: AUTO_PASSTHROUGH"), [true, true, true]);
}

#[test]
fn tls_9_clients_that_a_condition_singles_out_are_among_the_proxies() {
    let analysis = mesh(&with(
        services("tcp"),
        &[rules("v", "a", &format!("tcp: [{{match: [{{sourceLabels: {{app: web}}}}], {TO_B}}}]"))],
    ));
    let proxies: Vec<String> = analysis.bindings.iter().map(|binding| binding.proxy.to_string()).collect();
    assert_eq!(proxies, ["sidecar/shop", "sidecar/shop/app=web"]);
}

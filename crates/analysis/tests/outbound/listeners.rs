//! Which listeners there are and who shares one (SC-16).

use pilothouse_analysis::Profile;

use crate::world::{chains, client, dropped, entry, mesh, mesh_of, rules, service, sidecar};

#[test]
fn sc_16_own_addresses_and_every_address() {
    let analysis = mesh(&[
        service("web", "10.0.0.1", "http 80, grpc-api 81"),
        service("shop", "10.0.0.2", "http 80"),
        service("db", "10.0.0.3", "tcp 3306"),
        service("cart", "10.0.0.4", "any 80"),
        entry("ext", "api.example.com", "TLS", 443, ""),
        entry("net", "net.example.com", "TCP", 9000, "addresses: [10.9.0.0/16],"),
        entry("one", "one.example.com", "TCP", 9000, "addresses: [10.8.0.1/32],"),
    ]);
    assert_eq!(
        chains(&analysis, &client("")),
        [
            "0.0.0.0_80 | plain HTTP -> routes 80",
            "0.0.0.0_80 | any -> PassthroughCluster",
            "10.0.0.4_80 | plain HTTP -> routes cart.shop.svc.cluster.local:80",
            "10.0.0.4_80 | any -> 80||cart",
            "0.0.0.0_81 | plain HTTP -> routes 81",
            "0.0.0.0_81 | any -> PassthroughCluster",
            "0.0.0.0_443 | api.example.com -> 443||api.example.com",
            "0.0.0.0_443 | any -> PassthroughCluster",
            "10.0.0.3_3306 | any -> 3306||db",
            "0.0.0.0_9000 | 10.9.0.0/16 -> 9000||net.example.com",
            "0.0.0.0_9000 | any -> PassthroughCluster",
            "10.8.0.1_9000 | any -> 9000||one.example.com",
        ]
    );
    assert!(analysis.effective.proxy(&client("")).listeners.is_empty());
}

#[test]
fn sc_16_http_and_other_bytes_share_a_port() {
    for documents in [
        [entry("a", "tcp.example.com", "TCP", 80, ""), entry("b", "http.example.com", "HTTP", 80, "")],
        [entry("b", "tcp.example.com", "TCP", 80, ""), entry("a", "http.example.com", "HTTP", 80, "")],
    ] {
        let mut found = chains(&mesh(&documents), &client(""));
        found.sort();
        let expected = ["0.0.0.0_80 | any -> 80||tcp.example.com", "0.0.0.0_80 | plain HTTP -> routes 80"];
        assert_eq!(found, expected);
    }
}

#[test]
fn sc_16_of_two_that_look_alike_the_first_stays() {
    let analysis = mesh(&[
        entry("third", "a.example.com", "TCP", 9000, ""),
        entry("second", "b.example.com", "TCP", 9000, ""),
        entry("first", "c.example.com", "TLS", 9000, ""),
        rules("v", "b.example.com", "tcp: [{route: [{destination: {host: a.example.com}}]}]"),
    ]);
    // Services stand by their hosts, not by the names of their ServiceEntries (ORD-4).
    assert_eq!(
        chains(&analysis, &client("")),
        ["0.0.0.0_9000 | any -> 9000||a.example.com", "0.0.0.0_9000 | c.example.com -> 9000||c.example.com"]
    );
    assert_eq!(dropped(&analysis, &client("")), ["SC-16 v: {route: [{destination: {host: a.example.com}}]}"]);
    let config = analysis.effective.proxy(&client(""));
    let winner = config.dropped[0].winner.unwrap();
    assert_eq!(analysis.effective.mesh.resource(winner.resource).key.name, "third");
}

#[test]
fn sc_16_servers_that_speak_first_share_with_nobody() {
    let analysis = mesh(&[
        entry("a", "a.example.com", "MYSQL", 80, ""),
        entry("b", "b.example.com", "HTTP", 80, ""),
        entry("c", "c.example.com", "TLS", 80, ""),
    ]);
    assert_eq!(chains(&analysis, &client("")), ["0.0.0.0_80 | any -> 80||a.example.com"]);
    assert_eq!(dropped(&analysis, &client("")), ["SC-16 b: b", "SC-16 c: c"]);
}

#[test]
fn sc_16_ports_of_the_sidecar_are_locked() {
    let documents = [
        entry("a", "a.example.com", "TCP", 9000, ""),
        entry("b", "b.example.com", "TCP", 9000, ""),
        entry("c", "c.example.com", "TCP", 9001, ""),
        sidecar(
            "{egress: [{port: {number: 9000, protocol: TCP, name: p}, hosts: ['*/b.example.com']}, {hosts: ['*/*']}]}",
        ),
    ];
    let analysis = mesh(&documents);
    assert_eq!(
        chains(&analysis, &client("")),
        ["0.0.0.0_9000 | any -> 9000||b.example.com", "0.0.0.0_9001 | any -> 9001||c.example.com"]
    );
    assert_eq!(dropped(&analysis, &client("")), ["SC-16 a: a"]);
}

#[test]
fn sc_16_the_first_protocol_has_the_port_in_1_1() {
    let documents = [entry("a", "a.example.com", "TCP", 80, ""), entry("b", "b.example.com", "HTTP", 80, "")];
    let analysis = mesh_of(&documents, Profile::v1_1());
    assert_eq!(chains(&analysis, &client("")), ["0.0.0.0_80 | any -> 80||a.example.com"]);
    assert_eq!(dropped(&analysis, &client("")), ["SC-16 b: b"]);
    let http = mesh_of(&[entry("b", "b.example.com", "HTTP", 80, "")], Profile::v1_1());
    assert_eq!(chains(&http, &client("")), ["0.0.0.0_80 | any -> routes 80"]);
}

#[test]
fn sc_16_services_without_known_address_do_not_collide() {
    let analysis = mesh(&[
        service("a", "''", "tcp 3306"),
        service("b", "None", "tcp 3306"),
        service("c", "''", "https 443"),
    ]);
    assert_eq!(
        chains(&analysis, &client("")),
        [
            "c.shop.svc.cluster.local_443 | any -> 443||c",
            "a.shop.svc.cluster.local_3306 | any -> 3306||a",
            "b.shop.svc.cluster.local_3306 | any -> 3306||b",
        ]
    );
}

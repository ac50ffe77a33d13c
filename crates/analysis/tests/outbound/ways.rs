//! Connections on their way through a sidecar (ENV-2, ENV-4, SC-13).

use pilothouse_analysis::{Request, effective::Address};

use crate::world::{answer, client, entry, mesh, rules, service, sidecar, way};

fn world() -> Vec<String> {
    vec![
        service("web", "10.0.0.1", "http 80, https 443"),
        service("db", "10.0.0.2", "tcp 3306, tcp-plain 80"),
        service("cart", "10.0.0.3", "any 8080"),
        service("pods", "None", "tcp 5432"),
        entry("api", "api.example.com", "TLS", 443, ""),
        entry("wild", "'*.wild.example.com'", "TLS", 443, ""),
        entry("net", "net.example.com", "TCP", 9000, "addresses: [10.9.0.0/16],"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: alias, namespace: shop}\n\
         spec: {type: ExternalName, externalName: db.shop.svc.cluster.local, ports: [{name: tcp, port: 3306}]}\n"
            .to_owned(),
    ]
}

#[test]
fn names_stand_for_addresses() {
    let analysis = mesh(&world());
    let address = |name: &str| analysis.effective.address(&client(""), name);
    let known = |name: &str| match address(name) {
        Address::Known(address) => address.to_string(),
        other => format!("{other:?}"),
    };
    for name in ["db", "db.shop", "DB.shop.svc", "db.shop.svc.cluster.local.", "alias", "10.0.0.2"] {
        assert_eq!(known(name), "10.0.0.2", "{name}");
    }
    assert_eq!(known("[::1]"), "::1");
    assert_eq!(address("pods"), Address::Service("pods.shop.svc.cluster.local".into()));
    assert!(matches!(address("net.example.com"), Address::Inside(networks) if networks.len() == 1));
    for name in ["db.other", "api.example.com", "x.wild.example.com", "nobody", ""] {
        assert_eq!(address(name), Address::Unknown, "{name}");
    }
    let other = "sidecar/other".parse().unwrap();
    assert_eq!(analysis.effective.address(&other, "db"), Address::Unknown);
}

#[test]
fn connections_to_what_the_mesh_knows() {
    let analysis = mesh(&world());
    for (url, becomes) in [
        ("https://web/", "stream 443||web"),
        ("https://web.shop.svc.cluster.local/", "stream 443||web"),
        ("http://web/", "request 80||web"),
        ("http://db:3306/", "stream 3306||db"),
        ("http://alias:3306/", "stream 3306||db"),
        ("http://10.0.0.2:3306/", "stream 3306||db"),
        ("http://db/", "stream 80||db"),
        ("http://pods:5432/", "stream 5432||pods"),
        ("http://cart:8080/", "request 8080||cart"),
        ("https://cart:8080/", "stream 8080||cart"),
        ("https://api.example.com/", "stream 443||api.example.com"),
        ("https://API.example.com/", "stream 443||api.example.com"),
        ("https://x.wild.example.com/", "stream 443||*.wild.example.com"),
        ("http://net.example.com:9000/", "stream 9000||net.example.com"),
        ("http://10.9.1.1:9000/", "stream 9000||net.example.com"),
        ("http://10.7.1.1:9000/", "stream PassthroughCluster"),
    ] {
        assert_eq!(way(&analysis, url), becomes, "{url}");
    }
}

#[test]
fn env_4_tls_and_plain_where_the_other_is_spoken() {
    let analysis = mesh(&world());
    // HTTP routes cannot look into TLS, so it goes on as it is.
    assert_eq!(way(&analysis, "https://web:80/"), "stream PassthroughCluster");
    // A service on its own address takes whatever comes.
    assert_eq!(way(&analysis, "http://web:443/"), "stream 443||web");
    // One that is told by its name alone takes nothing without one.
    assert_eq!(way(&analysis, "http://api.example.com:443/"), "stream PassthroughCluster");
}

#[test]
fn sc_13_unknown_hosts_pass_or_are_closed_off() {
    let mut documents = world();
    for url in ["https://nobody.example.com/", "http://nobody.example.com:81/", "https://web:444/"] {
        assert_eq!(way(&mesh(&documents), url), "stream PassthroughCluster", "{url}");
    }
    documents.push(sidecar("{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"));
    for url in [
        "https://nobody.example.com/",
        "http://nobody.example.com:81/",
        "https://web:444/",
        "https://web:80/",
    ] {
        assert_eq!(way(&mesh(&documents), url), "Closed", "{url}");
    }
    assert_eq!(way(&mesh(&documents), "https://api.example.com/"), "stream 443||api.example.com");
    documents.pop();
    documents.push(sidecar(
        "{outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: db.shop.svc.cluster.local, port: {number: 3306}}}}",
    ));
    assert_eq!(way(&mesh(&documents), "https://nobody.example.com/"), "stream 3306||db");
}

#[test]
fn sc_16_what_is_not_imported_is_unknown() {
    let mut documents = world();
    documents.push(sidecar("{egress: [{hosts: ['./web.shop.svc.cluster.local']}]}"));
    assert_eq!(way(&mesh(&documents), "http://db:3306/"), "stream PassthroughCluster");
    assert_eq!(way(&mesh(&documents), "https://web/"), "stream 443||web");
}

#[test]
fn env_2_the_closest_network_takes_a_connection() {
    let to = |host: &str, port: u32| {
        format!("route: [{{destination: {{host: {host}, port: {{number: {port}}}}}}}]")
    };
    let tcp = format!(
        "tcp:\n- {{match: [{{destinationSubnets: [10.0.0.0/8]}}], {}}}\n- {{match: [{{destinationSubnets: [10.9.8.0/24]}}], {}}}",
        to("web", 443),
        to("db", 3306)
    );
    let mut documents = world();
    documents.push(rules("v", "net.example.com", &tcp));
    let analysis = mesh(&documents);
    for (host, becomes) in [
        ("10.7.1.1", "stream 443||web"),
        ("10.9.8.7", "stream 3306||db"),
        ("10.9.1.1", "stream 9000||net.example.com"),
        // Somewhere in 10.9.0.0/16: the narrower network may be meant or not.
        ("net.example.com", "stream 9000||net.example.com"),
        ("12.0.0.1", "stream PassthroughCluster"),
    ] {
        assert_eq!(way(&analysis, &format!("http://{host}:9000/")), becomes, "{host}");
    }
}

#[test]
fn env_2_server_names_choose_among_equal_networks() {
    let to = |host: &str, port: u32| {
        format!("route: [{{destination: {{host: {host}, port: {{number: {port}}}}}}}]")
    };
    let tls = format!(
        "tls:\n- {{match: [{{sniHosts: ['*.x.example.com']}}], {}}}\n- {{match: [{{sniHosts: [a.x.example.com]}}], {}}}",
        to("web", 443),
        to("db", 3306)
    );
    let mut documents = world();
    documents.push(entry("x", "'*.x.example.com'", "TLS", 8443, ""));
    documents.push(rules("v", "'*.x.example.com'", &tls));
    let analysis = mesh(&documents);
    let ask = |host: &str| way(&analysis, &format!("https://{host}:8443/"));
    assert_eq!(ask("A.x.example.com"), "stream 3306||db");
    assert_eq!(ask("b.x.example.com"), "stream 443||web");
    assert_eq!(ask("x.example.com"), "stream PassthroughCluster");
}

#[test]
fn a_destination_that_does_not_exist_closes_the_connection() {
    let mut documents = world();
    documents.push(rules("v", "db", "tcp: [{route: [{destination: {host: db, subset: v9}}]}]"));
    assert_eq!(way(&mesh(&documents), "http://db:3306/"), "Closed");
}

#[test]
fn a_port_alone_is_what_requests_json_asks_for() {
    let analysis = mesh(&world());
    let at_port =
        |url: &str| answer(&analysis.trace_at_port(&client(""), &Request::new("GET", url).unwrap()));
    assert_eq!(at_port("http://web/"), "request 80||web");
    assert_eq!(at_port("http://db/"), "request PassthroughCluster");
    assert_eq!(at_port("http://db:3306/"), "NoListener");
    assert_eq!(at_port("http://cart:8080/"), "NoListener");
    assert_eq!(at_port("https://web/"), "stream 443||web");
}

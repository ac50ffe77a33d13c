//! `routes`: the tables a person reads.

use crate::run::{Folder, has};

const SHOP: &str = include_str!("shop.yaml");

#[test]
fn tables() {
    let folder = Folder::with(SHOP);
    let run = folder.run("routes input.yaml --proxy gateway/istio-system/istio=ingressgateway");
    assert_eq!(run.ended(0), include_str!("shop.gateway.txt"));
    let run = folder.run("routes input.yaml --proxy sidecar/team-cart");
    assert_eq!(run.ended(0), include_str!("shop.sidecar.txt"));
}

#[test]
fn all_proxies_without_any_named() {
    let run = Folder::with(SHOP).run("routes input.yaml");
    let titles: Vec<&str> = run
        .ended(0)
        .lines()
        .filter(|line| line.contains("  gateway/") || line.contains("  sidecar/"))
        .filter_map(|line| line.split("  ").nth(1))
        .collect();
    assert_eq!(
        titles,
        [
            "gateway/istio-system/istio=ingressgateway",
            "sidecar/team-cart",
            "sidecar/team-catalog",
            "sidecar/team-web"
        ]
    );
}

#[test]
fn one_host() {
    let folder = Folder::with(SHOP);
    let run = folder.run("routes input.yaml --host SHOP.example.com");
    let text = run.ended(0);
    has(text, "shop.example.com  https 443");
    assert!(!text.contains("sidecar/") && !text.contains("Without effect"), "{text}");
    let run = folder.run("routes input.yaml --host cart");
    let text = run.ended(0);
    has(text, "sidecar/team-cart");
    assert!(!text.contains("gateway/") && !text.contains("sidecar/team-web"), "{text}");
    let run = folder.run("routes input.yaml --host nobody.example.org");
    assert_eq!(run.ended(0), "No proxy has a virtual host for `nobody.example.org`.\n");
}

#[test]
fn json_resolves_places() {
    let run = Folder::with(SHOP)
        .run("routes input.yaml --format json --proxy gateway/istio-system/istio=ingressgateway");
    run.ended(0);
    let json = run.json();
    assert_eq!(json["istio"], "current");
    let host = json["proxies"][0]["hosts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|host| host["scheme"] == "https")
        .unwrap();
    let route = &host["routes"][0];
    assert_eq!(route["conditions"][0], serde_json::json!({"subject": "prefix", "value": "/api/cart"}));
    let place = &route["origin"];
    assert_eq!(json["resources"][place["resource"].as_u64().unwrap() as usize]["name"], "cart");
    assert_eq!(json["files"][place["file"].as_u64().unwrap() as usize], "input.yaml");
    let line = place["range"]["start"]["line"].as_u64().unwrap() as usize;
    has(SHOP.lines().nth(line - 1).unwrap(), "/api/cart");
}

#[test]
fn proxies_that_are_none() {
    let folder = Folder::with(SHOP);
    has(
        folder.run("routes input.yaml --proxy nonsense").refused(),
        "`nonsense` is no proxy: it has no namespace",
    );
    has(folder.run("routes input.yaml --proxy router/a").refused(), "it is neither a gateway nor a sidecar");
    let run = folder.run("routes input.yaml --proxy gateway/other/app=none");
    has(run.ended(0), "Nothing of the input configures this proxy.\n");
    let run = Folder::with("kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n").run("routes input.yaml");
    assert_eq!(
        run.ended(0),
        "The input speaks of no gateway and no sidecar, so there is no proxy to show.\n"
    );
}

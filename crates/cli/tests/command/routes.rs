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

#[test]
fn many_sidecars_are_shown_by_name_only() {
    let service = |n: usize| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: team-{n}}}\nspec: {{ports: [{{port: 80, name: http}}]}}\n---\n"
        )
    };
    let folder = Folder::with(format!("{}{SHOP}", (0..101).map(service).collect::<String>()));
    let run = folder.run("routes input.yaml");
    assert_eq!(run.code, Some(0));
    assert_eq!(
        run.stderr,
        "note: 104 sidecars are left out; name one to see it, as in --proxy sidecar/team-0\n"
    );
    has(&run.stdout, "gateway/istio-system/istio=ingressgateway");
    assert!(!run.stdout.contains("sidecar/"));
    let run = folder.run("routes input.yaml --proxy sidecar/team-100");
    has(run.ended(0), "80  web.team-99.svc.cluster.local           -> web.team-99:80\n");
}

#[test]
fn long_lists_of_plain_hosts_are_cut_unless_the_proxy_is_named() {
    let service = |n: usize| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web-{n}, namespace: shop}}\nspec: {{ports: [{{port: 80, name: http}}]}}\n---\n"
        )
    };
    let folder = Folder::with((0..30).map(service).collect::<String>());
    has(folder.run("routes input.yaml").ended(0), "\nand 11 more, which `--proxy sidecar/shop` lists\n");
    let run = folder.run("routes input.yaml --proxy sidecar/shop");
    assert_eq!(run.ended(0).matches(" -> web-").count(), 30);
}

#[test]
fn what_hangs_on_age_or_is_never_reached_is_marked() {
    let service = |name: &str, rules: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}, namespace: shop}}\n\
             spec:\n  hosts: [shop.example.com]\n  gateways: [edge/public]\n  http:\n{rules}---\n"
        )
    };
    let route = |path: &str, to: &str| {
        format!("  - match: [{{uri: {{prefix: {path}}}}}]\n    route: [{{destination: {{host: {to}}}}}]\n")
    };
    let rest = |to: &str| format!("  - route: [{{destination: {{host: {to}}}}}]\n");
    let gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: public, namespace: edge}\n\
        spec:\n  selector: {istio: ingressgateway}\n  servers:\n  - port: {number: 80, name: http, protocol: HTTP}\n    hosts: ['*']\n---\n";
    let a = service("a", &(route("/api/cart", "cart") + &route("/api/cart/x", "lost") + &rest("cart")));
    let b = service("b", &(route("/api", "catalog") + &rest("web")));
    let run = Folder::with(format!("{gateway}{a}{b}")).run("routes input.yaml --host shop.example.com");
    let text = run.ended(0);
    has(text, "from 2 VirtualServices · order not guaranteed\n");
    has(text, "never reached: Route 1 before it takes all of its requests. (ENV-1)\n");
    has(
        text,
        "could come before 1: `GET /api/cart` matches this route and route 1, and nothing but the age of `shop/a` and `shop/b`, which the input does not say, decides which one takes it. (ORD-5)\n",
    );
    has(text, "never reached: Route 4 before it takes every request, as long as it comes first. (RDS-5)\n");
    // Where the input tells the ages, the order is certain.
    let dated = |text: &str, day: u32| {
        text.replace(
            "namespace: shop}",
            &format!("namespace: shop, creationTimestamp: '2024-01-0{day}T00:00:00Z'}}"),
        )
    };
    let run = Folder::with(format!("{gateway}{}{}", dated(&a, 1), dated(&b, 2))).run("routes input.yaml");
    let text = run.ended(0);
    assert!(!text.contains("could come before") && !text.contains("order not guaranteed"), "{text}");
    has(text, "never reached: Route 4 before it takes all of its requests. (ENV-1)\n");
}

#[test]
fn a_merged_host_as_one_virtual_service() {
    let folder = Folder::with(SHOP);
    let gateway = "--proxy gateway/istio-system/istio=ingressgateway --host shop.example.com";
    let run = folder.run(&format!("routes input.yaml --format yaml {gateway}"));
    assert_eq!(run.ended(0), include_str!("shop.merged.yaml"));
    // What is written is read again without a word.
    let written = Folder::with(run.stdout);
    assert!(!written.run("check input.yaml").stdout.contains("invalid-resource"));
    let run = folder.run("routes input.yaml --format yaml --host nobody.example.org");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    has(&run.stderr, "note: no VirtualService has rules for it here\n");
}

/// A delegate, a rule for one port, and names that mean another thing elsewhere.
const DELEGATED: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: web}
spec:
  hosts: [web]
  exportTo: [., shop]
  http:
  - match:
    - {uri: {prefix: /cart}, sourceLabels: {app: x}}
    timeout: 5s
    delegate: {name: cart, namespace: shop}
  - match: [{port: 80}]
    fault: {abort: {httpStatus: 500, percentage: {value: 1}}}
    route: [{destination: {host: web}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  http:
  - name: items
    match: [{uri: {prefix: /cart/items}}]
    route: [{destination: {host: cart, subset: v1}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec: {ports: [{port: 80, name: http}]}
";

#[test]
fn delegates_stand_in_their_places() {
    let run = Folder::with(DELEGATED).run("routes input.yaml --format yaml --proxy sidecar/web/app=x");
    let expected = "\
# For `web.web.svc.cluster.local` in the place of the HTTP rules of VirtualService `web/root`, in the order of today.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web.web.svc.cluster.local-mesh
  namespace: web
spec:
  exportTo:
  - .
  - shop
  hosts:
  - web.web.svc.cluster.local
  http:
  # Rule 1 of `shop/cart`, to which rule 1 of `web/root` delegates
  - name: items
    match:
    - sourceLabels:
        app: x
      uri:
        prefix: /cart/items
    route:
    - destination:
        host: cart.shop.svc.cluster.local
        subset: v1
    timeout: 5s
  # Rule 2 of `web/root`
  - fault:
      abort:
        httpStatus: 500
        percentage:
          value: 1
    match:
    - port: 80
    route:
    - destination:
        host: web.web.svc.cluster.local
";
    assert_eq!(run.ended(0), expected);
}

#[test]
fn servers_of_one_certificate_as_one_gateway() {
    let example = include_str!("../../../../examples/shared-certificate.yaml");
    let run = Folder::with(example).run("routes input.yaml --format yaml --host mail.example.com");
    let documents: Vec<&str> = run.ended(0).split("---\n").collect();
    assert_eq!(documents.len(), 2, "{}", run.stdout);
    has(documents[0], "  name: mail.example.com\n");
    let expected = "\
# In the place of server 1 of `istio-system/calendar` and server 1 of `istio-system/mail`.
# Bind the VirtualServices of these Gateways to it, then take those servers out.
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: shared-wildcard-example-com
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway
  servers:
  - hosts:
    - calendar.example.com
    - mail.example.com
    port:
      name: https-shared-wildcard-example-com
      number: 443
      protocol: HTTPS
    tls:
      credentialName: wildcard-example-com
      mode: SIMPLE
";
    assert_eq!(documents[1], expected);
}

//! What is told of connections that leave a workload through its sidecar.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use pilothouse_analysis::{Profile, Request, Sources, analyze};
use pilothouse_report::{ListenerRow, TraceView, answers, binding_view, trace_view};

const WORLD: &str = "\
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.0.0.5, ports: [{name: tcp, port: 3306}, {name: tcp-web, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.0.0.6, ports: [{name: http, port: 80}, {name: https, port: 443}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: out, namespace: shop}
spec:
  hosts: ['*.example.com']
  ports: [{number: 8443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: net, namespace: shop}
spec:
  hosts: [net.example.org]
  addresses: [10.9.0.0/16]
  ports: [{number: 9000, name: tcp, protocol: TCP}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp:
  - match: [{port: 3306}]
    route: [{destination: {host: db}, weight: 90}, {destination: {host: db, subset: v9}, weight: 10}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db-http, namespace: shop}
spec:
  hosts: [db]
  http: [{route: [{destination: {host: web}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: out, namespace: shop}
spec:
  hosts: ['*.example.com']
  tls:
  - match: [{port: 8443, sniHosts: [api.example.com]}]
    route: [{destination: {host: web, port: {number: 443}}}]
---
";

const CLOSED_OFF: &str = "\
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
";

fn trace(text: &str, url: &str) -> TraceView {
    let analysis = analyze(Sources::single("input.yaml", text), Profile::current());
    trace_view(
        &analysis,
        &analysis.trace(&"sidecar/shop".parse().unwrap(), &Request::new("GET", url).unwrap()),
    )
}

/// The steps in lines: whether each is passed, its text, its id and the line it comes from.
fn steps(view: &TraceView) -> Vec<String> {
    let steps = view.steps.iter().map(|step| {
        let mark = match step.passed {
            Some(true) => "+",
            Some(false) => "-",
            None => " ",
        };
        let id = step.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
        let line =
            step.origin.as_ref().map(|place| format!(" :{}", place.range.start.line)).unwrap_or_default();
        format!("{mark} {}{id}{line}", step.text)
    });
    steps.collect()
}

#[test]
fn a_tcp_rule() {
    let view = trace(WORLD, "http://db:3306/");
    assert_eq!(
        steps(&view),
        [
            "+ `db` port 3306: the port speaks TCP, so no HTTP route sees the connection. (TLS-7)",
            "- The HTTP rules of VirtualService `shop/db-http` have no effect on it. (TLS-7) :39",
            "+ A TCP rule of VirtualService `shop/db` takes it. (TLS-10) :32",
            "+ 90 % to `db` port 3306. (SUB-1) :33",
            "- 10 % to `db` port 3306, subset `v9`. No DestinationRule that this proxy sees applies to \
             `db.shop.svc.cluster.local`, so it has no subset `v9`. The connection is closed. (SUB-3) :33",
            "- The connection is handed on unopened to `db` (90 %) and `db` subset `v9` (10 %); 10 % are closed. \
             No DestinationRule that this proxy sees applies to `db.shop.svc.cluster.local`, so it has no subset `v9`.",
        ]
    );
    assert_eq!(view.tone, "warning");
}

#[test]
fn a_service_without_rule() {
    let view = trace(WORLD, "https://web/");
    assert_eq!(
        steps(&view),
        [
            "+ `web` port 443: the port speaks HTTPS, so no HTTP route sees the connection. (TLS-7)",
            "+ No VirtualService has a TLS rule for it, so it goes to the service as it is. (TLS-9)",
            "+ To `web` port 443. (SUB-1)",
            "+ The connection is handed on unopened to `web`.",
        ]
    );
    assert_eq!((view.tone.as_str(), view.title.as_str()), ("ok", "`web`"));
}

#[test]
fn plain_where_tls_is_spoken_and_tls_where_it_is_not() {
    let view = trace(WORLD, "http://web:443/");
    assert!(
        steps(&view).iter().any(|it| it.contains("meant for TLS, and this request comes in plain. (ENV-4)"))
    );
    assert_eq!(view.tone, "warning");
    let view = trace(WORLD, "https://web:80/");
    assert_eq!(
        steps(&view)[..2],
        [
            "+ Port 80 is for plain HTTP: no route sees what comes with TLS. (SC-16)",
            "+ To the address that was asked for. (SC-13)"
        ]
    );
    assert_eq!(view.tone, "warning");
    let view = trace(WORLD, "http://api.example.com:8443/");
    let told = "+ Port 8443: connections are told apart by server name, and a plain one has none. (TLS-9)";
    assert_eq!(steps(&view)[0], told);
}

#[test]
fn server_names() {
    let view = trace(WORLD, "https://api.example.com:8443/");
    assert_eq!(steps(&view)[1], "+ A TLS rule of VirtualService `shop/out` takes it. (TLS-9) :48");
    let view = trace(WORLD, "https://www.example.com:8443/");
    assert_eq!(
        steps(&view)[0],
        "+ Server name `www.example.com`: no rule or service of this port takes it. There is `api.example.com`. (TLS-9)"
    );
    assert_eq!(view.title, "the address that was asked for");
}

#[test]
fn unknown_addresses() {
    let told = "+ `nobody.example.org` port 444: the sidecar knows no service that this connection could be for. (SC-13)";
    let view = trace(WORLD, "https://nobody.example.org:444/");
    assert_eq!(steps(&view)[0], told);
    assert_eq!(view.sentence, "The connection is handed on unopened to the address that was asked for.");
    let view = trace(&format!("{WORLD}{CLOSED_OFF}"), "https://nobody.example.org:444/");
    assert_eq!(steps(&view)[0], format!("{told} :54"));
    assert_eq!((view.tone.as_str(), view.title.as_str()), ("error", "Closed"));
    assert_eq!(
        view.sentence,
        "The connection is closed without an answer. The Sidecar lets out only connections to services that it knows \
         (REGISTRY_ONLY)."
    );
    let view = trace(WORLD, "http://nobody.example.org:9000/");
    assert!(
        steps(&view).iter().any(|it| it.contains("what is for `10.9.0.0/16` is left aside")),
        "{:?}",
        steps(&view)
    );
}

#[test]
fn answers_as_requests_json_has_them() {
    let analysis = analyze(Sources::single("input.yaml", format!("{WORLD}{CLOSED_OFF}")), Profile::current());
    let outcome = |url: &str, port: u32| {
        let entry = serde_json::json!({ "proxy": "sidecar/shop", "method": "GET", "url": url, "port": port });
        answers::answer_entry(&analysis, &entry)["outcome"].as_str().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(outcome("http://web/", 80), "forwarded");
    assert_eq!(outcome("http://db/", 3306), "no-listener");
    assert_eq!(outcome("https://web/", 443), "forwarded");
    assert_eq!(outcome("https://nobody.example.org/", 443), "closed");
}

#[test]
fn listeners_of_a_sidecar() {
    let analysis = analyze(Sources::single("input.yaml", WORLD), Profile::current());
    let view = binding_view(&analysis, "sidecar/shop").unwrap();
    let row = |listener: &ListenerRow| {
        let chains = listener.chains.iter().map(|chain| {
            let takes: Vec<&str> =
                chain.server_names.iter().chain(&chain.networks).map(String::as_str).collect();
            let to: Vec<&str> = chain.destinations.iter().map(|cell| cell.short.as_str()).collect();
            let to = chain.routes.clone().unwrap_or_else(|| to.join(", "));
            format!("{} [{}] {to}", chain.protocol, takes.join(", "))
        });
        format!("{}: {}", listener.name, chains.collect::<Vec<_>>().join("; "))
    };
    assert_eq!(
        view.listeners.iter().map(row).collect::<Vec<_>>(),
        [
            "0.0.0.0_80: HTTP [] 80; anything else [] the address that was asked for",
            "10.0.0.5_80: TCP [] db",
            "10.0.0.6_443: TLS passed through [] web",
            "10.0.0.5_3306: TCP [] db, db",
            "0.0.0.0_8443: TLS passed through [api.example.com] web; anything else [] the address that was asked for",
            "0.0.0.0_9000: TCP [10.9.0.0/16] net.example.org; anything else [] the address that was asked for",
            "virtualOutbound: anything else [] the address that was asked for",
        ]
    );
}

#[test]
fn what_is_dropped_says_why() {
    let analysis = analyze(Sources::single("input.yaml", WORLD), Profile::current());
    let view = binding_view(&analysis, "sidecar/shop").unwrap();
    let rows: Vec<String> =
        view.dropped.iter().map(|row| format!("{} ({}): {}", row.what, row.id, row.reason)).collect();
    assert_eq!(
        rows,
        [
            "VirtualService (TLS-7): `db.shop.svc.cluster.local` has no port that takes plain HTTP, so the rules for it have \
          no effect on connections to this service."
        ]
    );
}

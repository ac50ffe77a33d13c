//! What the page and the command read of one input.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use pilothouse_analysis::{Analysis, Profile, Sources, analyze};
use pilothouse_report::{BindingView, HostTable, RouteRow, binding_view, report};

fn analysis(text: &str) -> Analysis {
    analyze(Sources::single("input.yaml", text), Profile::current())
}

fn view(text: &str, proxy: &str) -> BindingView {
    binding_view(&analysis(text), proxy).unwrap()
}

const GATEWAY: &str = "\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ['*']
---
";

const INGRESS: &str = "gateway/istio-system/istio=ingressgateway";

/// A Gateway for everything and a VirtualService in `shop` with these rules.
fn with_rules(rules: &str) -> String {
    format!(
        "{GATEWAY}apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: web, namespace: shop}}\n\
         spec:\n  hosts: [shop.example.com]\n  gateways: [istio-system/public]\n  http:\n{rules}"
    )
}

fn routes(rules: &str) -> Vec<RouteRow> {
    let mut hosts = view(&with_rules(rules), INGRESS).hosts;
    assert_eq!(hosts.len(), 1);
    hosts.remove(0).routes
}

#[test]
fn titles_of_proxies() {
    let gateway = |name: &str, selector: &str| {
        GATEWAY.replace("name: public", &format!("name: {name}")).replace("istio: ingressgateway", selector)
    };
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n---\n";
    let pod = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: gw, namespace: {namespace}, labels: {{app: edge, tier: a}}}}\n---\n"
        )
    };
    let text = [
        gateway("a", "istio: ingressgateway"),
        gateway("b", "istio: egressgateway"),
        gateway("c", "app: edge"),
        service.to_owned(),
        pod("east"),
        pod("west"),
    ];
    let analysis = analysis(&text.concat());
    let bindings = report(&analysis).bindings;
    let rows: Vec<_> =
        bindings.iter().map(|row| (row.id.as_str(), row.title.as_str(), row.assumed.is_some())).collect();
    assert_eq!(
        rows,
        [
            ("gateway/east/app=edge,tier=a", "Gateway in east · app: edge, tier: a", false),
            ("gateway/west/app=edge,tier=a", "Gateway in west · app: edge, tier: a", false),
            ("gateway/istio-system/istio=egressgateway", "Egress gateway · istio: egressgateway", true),
            ("gateway/istio-system/istio=ingressgateway", "Ingress gateway · istio: ingressgateway", true),
            ("sidecar/shop", "Sidecars in shop", false),
        ]
    );
    for row in &bindings {
        assert_eq!(&binding_view(&analysis, &row.id).unwrap().binding, row);
    }
}

#[test]
fn ids_that_are_no_proxy() {
    let analysis = analysis(GATEWAY);
    assert!(binding_view(&analysis, "nonsense").is_none());
    assert!(binding_view(&analysis, "gateway/").is_none());
    let other = binding_view(&analysis, "sidecar/elsewhere/app=x").unwrap();
    assert_eq!(other.binding.title, "Sidecars in elsewhere · app: x");
}

#[test]
fn resources_as_they_were_read() {
    let text = format!(
        "{GATEWAY}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, creationTimestamp: '2024-05-01T10:00:00Z'}}\n"
    );
    let rows = report(&analysis(&text)).resources;
    assert_eq!((rows[0].key.kind.as_str(), rows[0].modelled, rows[0].active), ("Gateway", true, true));
    assert_eq!((rows[0].range.start.line, rows[0].created.clone()), (1, None));
    assert!(!rows[1].modelled);
    assert_eq!(rows[1].created.as_deref(), Some("2024-05-01T10:00:00Z"));
    assert_eq!(rows[1].range.start.line, 10);
}

#[test]
fn conditions_in_words() {
    let rules = "
  - match:
    - uri: {exact: /a}
      ignoreUriCase: true
      method: {exact: GET}
      authority: {prefix: api.}
      headers: {x-a: {exact: '1'}, x-b: {regex: 'a+'}, x-c: {}, '@request.auth.claims.group': {exact: admin}}
      withoutHeaders: {x-d: {}, x-e: {exact: 'no'}}
      queryParams: {q: {prefix: z}}
    route: [{destination: {host: web}}]
";
    let words: Vec<String> = routes(rules)[0]
        .conditions
        .iter()
        .map(|condition| format!("{} {}", condition.subject, condition.value).trim_end().to_owned())
        .collect();
    assert_eq!(
        words,
        [
            "path = (any case) /a",
            "method = GET",
            "host starts with api.",
            "header x-a = 1",
            "header x-b matches a+",
            "header x-c present",
            "no header x-d",
            "header x-e ≠ no",
            "query q starts with z",
            "@request.auth.claims.group = admin",
        ]
    );
}

#[test]
fn actions_in_words() {
    for (action, text) in [
        ("redirect: {scheme: https}", "301 to https://…"),
        ("redirect: {uri: /new, redirectCode: 308}", "308 to /new"),
        ("redirect: {authority: a.example.com}", "301 to a.example.com/…"),
        ("redirect: {authority: a.example.com, uri: /new, port: 8443}", "301 to a.example.com:8443/new"),
        ("redirect: {scheme: https, port: 8443}", "301 to https://…:8443/…"),
        ("redirect: {uri: /x, redirectCode: 399}", "nothing: Envoy has no such redirect status"),
        ("directResponse: {status: 503, body: {string: closed}}", "503"),
    ] {
        let routes = routes(&format!("  - {action}\n"));
        assert_eq!(routes[0].action.text, text, "{action}");
    }
}

#[test]
fn details_in_words() {
    let rules = "
  - match: [{uri: {prefix: /a}}]
    rewrite: {uri: /b, authority: b.example.com}
    timeout: 1500ms
    retries: {attempts: 3, perTryTimeout: 500ms, retryOn: '5xx,503'}
    mirror: {host: shadow}
    mirrorPercentage: {value: 12.5}
    fault: {delay: {fixedDelay: 2s, percentage: {value: 10}}, abort: {httpStatus: 500, percentage: {value: 0.1}}}
    headers: {request: {set: {x-team: shop}, remove: [x-old]}, response: {add: {x-seen: 'yes'}}}
    corsPolicy: {allowOrigins: [{exact: 'https://a.example.com'}, {prefix: 'https://b'}]}
    route: [{destination: {host: web}}]
  - match: [{uri: {prefix: /none}}]
    retries: {attempts: 0}
    route: [{destination: {host: web}}]
  - route: [{destination: {host: web}}]
";
    let routes = routes(rules);
    assert_eq!(
        routes[0].action.details,
        [
            "path: what matched becomes /b",
            "host becomes b.example.com",
            "timeout 1500ms",
            "12.5 % copied to shadow",
            "3 retries, 500ms each, on 5xx, retriable-status-codes, 503",
            "set request header x-team: shop",
            "remove request header x-old",
            "add response header x-seen: yes",
            "fault: 10 % delayed by 2s",
            "fault: 0.1 % aborted with 500",
            "cross-origin requests from https://a.example.com and https://b…",
        ]
    );
    assert_eq!(routes[1].action.details, ["no retries"]);
    assert!(routes[2].action.details.is_empty(), "what holds anyway is not said");
}

#[test]
fn destinations_with_shares_and_state() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: SPACE}\nspec: {ports: [{port: 80}, {port: 81}]}\n---\n";
    let service = |name: &str, space: &str| service.replace("NAME", name).replace("SPACE", space);
    let text = format!(
        "{}{}{}",
        service("web", "shop"),
        service("web", "other"),
        with_rules(
            "
  - route:
    - {destination: {host: web, port: {number: 80}}, weight: 1}
    - {destination: {host: web.other.svc.cluster.local, port: {number: 81}}, weight: 1}
    - {destination: {host: web, port: {number: 9}}, weight: 1}
    - {destination: {host: gone, port: {number: 80}}, weight: 1}
"
        )
    );
    let route = &view(&text, INGRESS).hosts[0].routes[0];
    let cells: Vec<_> = route
        .action
        .destinations
        .iter()
        .map(|cell| (cell.short.as_str(), cell.port, cell.percent, cell.state.as_str(), cell.why.as_deref()))
        .collect();
    assert_eq!(
        cells,
        [
            ("web", 80, 25.0, "exists", None),
            ("web.other", 81, 25.0, "exists", None),
            ("web", 9, 25.0, "missing", Some("`web.shop.svc.cluster.local` has no port 9, only 80 and 81.")),
            (
                "gone",
                80,
                25.0,
                "missing",
                Some(
                    "No Service or ServiceEntry of the input has the host `gone.shop.svc.cluster.local`, so there is no cluster for it."
                )
            ),
        ]
    );
    let mark = route.marks.iter().find(|mark| mark.kind == "missing").unwrap();
    assert_eq!((mark.text.as_str(), mark.id.as_str()), ("50 % get 503", "SUB-3"));
    let origin = route.action.destinations[1].origin.as_ref().unwrap();
    assert_eq!(
        text.lines().nth(origin.range.start.line as usize - 1).unwrap().trim(),
        "- {destination: {host: web.other.svc.cluster.local, port: {number: 81}}, weight: 1}"
    );
}

#[test]
fn a_catch_all_that_moves_is_marked() {
    let second = with_rules("  - match: [{uri: {prefix: /b}}]\n    route: [{destination: {host: web}}]\n")
        .replace(GATEWAY, "---\n")
        .replace("name: web, ", "name: zweb, ");
    let text = with_rules("  - route: [{destination: {host: web}}]\n") + &second;
    let host = &view(&text, INGRESS).hosts[0];
    assert_eq!(host.merged_from, 2);
    assert_eq!(host.routes[0].conditions[0].value, "/b");
    let mark = &host.routes[1].marks[0];
    assert_eq!(
        (mark.kind.as_str(), mark.text.as_str(), mark.id.as_str()),
        ("moved", "moved to the end", "RDS-5")
    );
}

#[test]
fn hosts_with_virtual_services_come_first() {
    let text = "
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
spec: {clusterIP: 10.0.0.1, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: shop}
spec: {clusterIP: 10.0.0.2, ports: [{port: 80, name: http}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: b, namespace: shop}
spec:
  hosts: [b]
  http: [{timeout: 1s, route: [{destination: {host: b}}]}]
";
    let hosts = view(text, "sidecar/shop").hosts;
    let titles: Vec<_> =
        hosts.iter().map(|host: &HostTable| (host.title.as_str(), host.merged_from)).collect();
    assert_eq!(titles, [("b.shop.svc.cluster.local", 1), ("a.shop.svc.cluster.local", 0), ("*", 0)]);
    let unknown = &hosts[2].routes[0].action.destinations[0];
    assert_eq!(
        (unknown.short.as_str(), unknown.state.as_str()),
        ("the address that was asked for", "exists")
    );
}

#[test]
fn policies_in_words() {
    let text = "
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop}
spec:
  host: cart
  trafficPolicy:
    loadBalancer: {consistentHash: {httpHeaderName: x-user}}
    connectionPool: {tcp: {maxConnections: 10, connectTimeout: 3s}, http: {http1MaxPendingRequests: 5}}
    outlierDetection: {consecutive5xxErrors: 5, baseEjectionTime: 30s, maxEjectionPercent: 50}
    tls: {mode: SIMPLE, sni: cart.example.com}
    portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}]
  subsets:
  - {name: v1, labels: {version: v1, track: stable}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: shop}
spec:
  host: cart
  trafficPolicy: {loadBalancer: {simple: RANDOM}}
  subsets:
  - {name: v1, labels: {version: other}}
  - {name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
";
    let policies = view(text, "sidecar/shop").policies;
    assert_eq!(policies.len(), 1);
    let policy = &policies[0];
    assert_eq!(policy.host, "cart.shop.svc.cluster.local");
    assert_eq!(policy.members.len(), 2);
    assert_eq!(
        policy.policy,
        [
            "load balancing RING_HASH by header x-user",
            "10 connections at most",
            "3s to connect",
            "5 waiting requests at most",
            "endpoints are left out after 5 5xx errors in a row, for 30s, 50 % of them at most",
            "TLS SIMPLE, server name cart.example.com",
            "port 80 instead: load balancing RANDOM",
        ]
    );
    let subsets: Vec<_> =
        policy.subsets.iter().map(|it| (it.name.as_str(), it.labels.as_str(), it.policy.len())).collect();
    assert_eq!(subsets, [("v1", "track=stable,version=v1", 0), ("v2", "version=v2", 1)]);
    let discarded: Vec<_> =
        policy.discarded.iter().map(|it| (it.what.as_str(), it.id.as_str(), it.winner.is_some())).collect();
    assert_eq!(discarded, [("subset v1", "DR-3", true), ("trafficPolicy", "DR-3", true)]);
}

#[test]
fn what_is_dropped_says_why() {
    let text = with_rules(
        "  - match: [{port: 8080}]\n    route: [{destination: {host: web}}]\n  - route: [{destination: {host: web}}]\n",
    ) + "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: hidden, namespace: shop}\n\
           spec:\n  hosts: [hidden.example.com]\n  gateways: [istio-system/public]\n  exportTo: ['.']\n  http: [{route: [{destination: {host: web}}]}]\n";
    let dropped = view(&text, INGRESS).dropped;
    let rows: Vec<_> =
        dropped.iter().map(|row| (row.what.as_str(), row.id.as_str(), row.reason.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("rule 1", "HM-3", "It is for requests to port 8080 and does not count on port 80."),
            (
                "VirtualService",
                "BIND-4",
                "Its exportTo keeps it from proxies in namespace `istio-system`, so its rules do not count here."
            ),
        ]
    );
}

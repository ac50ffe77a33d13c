//! What is told of requests that come to a gateway.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use pilothouse_analysis::{Profile, Request, Sources, analyze};
use pilothouse_report::{TraceView, trace_view};

const GATEWAY: &str = "\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
";

/// The trace of `GET http://shop.example.com/` where the VirtualService of the host has one rule.
fn trace(rule: &str) -> TraceView {
    let virtual_service = format!(
        "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: shop, namespace: shop}}\n\
         spec:\n  hosts: [shop.example.com]\n  gateways: [edge]\n  http: [{rule}]\n"
    );
    ask(&format!("{GATEWAY}{virtual_service}"))
}

fn ask(text: &str) -> TraceView {
    let analysis = analyze(Sources::single("a.yaml", text.to_owned()), Profile::current());
    let proxy = "gateway/istio-system/istio=ingressgateway".parse().unwrap();
    trace_view(&analysis, &analysis.trace(&proxy, &Request::new("GET", "http://shop.example.com/").unwrap()))
}

fn texts<'a>(view: &'a TraceView, kind: &str) -> Vec<&'a str> {
    view.steps.iter().filter(|step| step.kind == kind).map(|step| step.text.as_str()).collect()
}

#[test]
fn a_port_without_any_virtual_service() {
    let view = ask(GATEWAY);
    assert_eq!(texts(&view, "host"), ["Host `shop.example.com`: no VirtualService has routes for port 80."]);
    assert_eq!(view.sentence, "The client gets 404: no VirtualService has routes for port 80.");
    assert!(texts(&view, "route").is_empty());
}

#[test]
fn nobody_sees_a_request_that_reaches_no_destination() {
    let view = trace("{route: [{destination: {host: web, subset: v9}}]}");
    assert!(view.sentence.starts_with("The client gets 503."), "{}", view.sentence);
    assert!(texts(&view, "upstream").is_empty());
    let view = trace("{route: [{destination: {host: web}}]}");
    assert_eq!(texts(&view, "upstream"), ["The destination sees `/` for host `shop.example.com`."]);
}

#[test]
fn a_redirect_to_the_same_address_never_ends() {
    let view = trace("{redirect: {uri: /, redirectCode: 302}}");
    assert_eq!(view.sentence, "The client is sent with 302 to the address it came from, again and again.");
    let view = trace("{redirect: {uri: /new, redirectCode: 302}}");
    assert_eq!(view.sentence, "The client is sent to `http://shop.example.com/new` with 302.");
}

#[test]
fn faults_answer_in_place_of_the_destination() {
    let fault = |share: u32| {
        trace(&format!(
            "{{fault: {{abort: {{httpStatus: 418, percentage: {{value: {share}}}}}}}, route: [{{destination: {{host: web}}}}]}}"
        ))
    };
    assert_eq!(fault(100).sentence, "The client gets 418: the route's fault aborts every request.");
    let sentence = "The request goes to `web`; 5 % are aborted with 418 by the route's fault.";
    assert_eq!(fault(5).sentence, sentence);
    assert_eq!(fault(0).sentence, "The request goes to `web`.");
}

#[test]
fn one_cookie_for_two_destinations_is_told_once() {
    let rule = "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web, namespace: shop}\n\
                spec:\n  host: web\n  trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: user, ttl: 0s}}}}\n  \
                subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]\n";
    let routes = "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: shop}\n\
                  spec:\n  hosts: [shop.example.com]\n  gateways: [edge]\n  http:\n  - route:\n    \
                  - {destination: {host: web, subset: v1}, weight: 20}\n    - {destination: {host: web, subset: v2}, weight: 80}\n";
    let view = ask(&format!("{GATEWAY}{rule}{routes}"));
    assert_eq!(texts(&view, "detail"), ["Same cookie user, same endpoint."]);
}

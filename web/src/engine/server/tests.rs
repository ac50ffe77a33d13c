//! What the worker answers to one question after the other.

use pilothouse_report::Position;

use super::{
    super::{aside::Aside, protocol::Patience},
    *,
};

const GATEWAY: &str = "apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: ['*.example.com']
";

fn virtual_service(name: &str) -> String {
    format!(
        "---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{ name: {name}, namespace: shop }}
spec:
  hosts: [{name}.example.com]
  gateways: [istio-system/public]
  http:
  - match: [{{ uri: {{ prefix: /a }} }}]
    route: [{{ destination: {{ host: a }} }}]
  - route: [{{ destination: {{ host: b }} }}]
"
    )
}

fn sources() -> Sources {
    let services: String = ["one", "two", "three"].map(virtual_service).concat();
    Sources::single("shop.yaml", format!("{GATEWAY}{services}"))
}

fn question(revision: u32) -> Question {
    let lens = Lens { rows: 100, ..Lens::default() };
    Question {
        revision,
        istio: "current".to_owned(),
        findings: 10,
        lens,
        ask: Ask::default(),
        order: Vec::new(),
        envoy: false,
        link: None,
        before: None,
        fixes: false,
        aside: None,
        tests: Default::default(),
        patience: Patience::Typing,
    }
}

fn hosts(answer: &Answer) -> Vec<(&str, usize)> {
    let hosts = answer.view.iter().flat_map(|view| &view.binding.hosts);
    hosts.map(|host| (host.title.as_str(), host.routes.len())).collect()
}

#[test]
fn the_first_answer_holds_everything() {
    let answer = Server::default().answer(&question(1), Some(sources()));
    let overview = answer.overview.as_ref().unwrap();
    assert_eq!(overview.resources.len(), 4);
    assert_eq!(overview.bindings[0].kind, "gateway");
    assert_eq!(hosts(&answer), [("one.example.com", 2), ("three.example.com", 2), ("two.example.com", 2)]);
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let mut server = Server::default();
    server.answer(&question(1), Some(sources()));
    assert!(server.answer(&question(1), None).overview.is_none());
    assert!(server.answer(&Question { findings: 20, ..question(1) }, None).overview.is_some());
    let older = Question { istio: "1.1".to_owned(), ..question(1) };
    assert_eq!(server.answer(&older, None).overview.unwrap().istio, "1.1");
    assert!(server.answer(&question(2), Some(Sources::default())).view.is_none());
}

#[test]
fn fixes_that_prove_right_come_with_their_findings_when_they_are_wanted() {
    let typo = GATEWAY.to_owned() + &virtual_service("one").replace("prefix:", "prefx:");
    let sources = Sources::single("shop.yaml", typo);
    let mut server = Server::default();
    let titles = |answer: Answer| -> Vec<String> {
        let findings = answer.overview.unwrap().findings;
        findings.iter().flat_map(|finding| &finding.fixes).map(|fix| fix.title.clone()).collect()
    };
    assert_eq!(titles(server.answer(&question(1), Some(sources))), [""; 0]);
    let wanted = Question { fixes: true, ..question(1) };
    assert_eq!(titles(server.answer(&wanted, None)), ["Write `prefix`", "Delete rule 2"]);
    assert!(server.answer(&wanted, None).overview.is_none());
    assert!(server.answer(&question(1), None).overview.is_none(), "what was told stays");
    assert!(server.answer(&wanted, None).overview.is_none());
}

#[test]
fn what_is_asked_of_a_place_is_answered_beside_the_rest() {
    let at = Position { line: 2, column: 3 };
    let aside = Aside { number: 7, file: 0, at, wish: "explain".to_owned(), name: String::new() };
    let asked = Question { aside: Some(aside), ..question(1) };
    let mut server = Server::default();
    let first = server.answer(&asked, Some(sources()));
    assert!(first.overview.is_some() && !first.beside);
    let said = first.said.unwrap();
    assert_eq!(said.number, 7);
    assert!(said.json.contains(r#""title":"Resource.kind""#), "{}", said.json);
    let again = server.answer(&asked, None);
    assert_eq!((again.said, again.beside, again.view), (Some(said), true, None));
    let other = server.answer(&Question { findings: 1, ..asked }, None);
    assert!(!other.beside && other.view.is_some());
}

#[test]
fn a_lens_filters_and_counts_what_it_leaves_out() {
    let lens = Lens { filter: " TWO ".to_owned(), rows: 1, ..Lens::default() };
    let answer = Server::default().answer(&Question { lens, ..question(1) }, Some(sources()));
    assert_eq!(hosts(&answer), [("two.example.com", 1)]);
    let totals = answer.view.unwrap().totals;
    assert_eq!((totals.hosts, totals.found, totals.routes), (3, 1, 2));
    let lens = Lens { rows: 3, ..Lens::default() };
    let answer = Server::default().answer(&Question { lens, ..question(1) }, Some(sources()));
    assert_eq!(hosts(&answer), [("one.example.com", 2), ("three.example.com", 1)]);
}

#[test]
fn another_proxy_is_shown_on_request_and_the_first_one_instead_of_an_unknown() {
    let mut server = Server::default();
    let first = server.answer(&question(1), Some(sources()));
    let other = first.overview.unwrap().bindings[1].id.clone();
    let mut shown = |binding: &str| {
        let lens = Lens { binding: binding.to_owned(), rows: 1, ..Lens::default() };
        server.answer(&Question { lens, ..question(1) }, None).view.unwrap().binding.binding.id
    };
    assert_eq!(shown(&other), other);
    assert_eq!(shown("gateway/nowhere"), first.view.unwrap().binding.binding.id);
}

#[test]
fn requests_are_answered_or_refused() {
    let mut server = Server::default();
    let mut reply = |url: Option<&str>| {
        let ask = Ask { url: url.map(str::to_owned), ..Ask::default() };
        server.answer(&Question { ask, ..question(1) }, Some(sources())).reply
    };
    let Some(Reply::Trace(trace)) = reply(Some("http://two.example.com/a/b")) else { panic!("no answer") };
    assert_eq!(trace.route, Some(1));
    let Some(Reply::Trace(trace)) = reply(None) else { panic!("no suggestion") };
    assert_eq!(trace.request.url, "http://one.example.com/a");
    assert!(matches!(reply(Some("two.example.com")), Some(Reply::Refused(why)) if why.contains("scheme")));
    assert_eq!(reply(Some("")), None);
}

/// What comes of going from one text to another.
fn found(before: &str, after: &str) -> Found {
    let mut server = Server::default();
    server.keep(before.to_owned());
    let after = Sources::single("after.yaml", after.to_owned());
    let question = Question { before: Some(1), ..question(1) };
    server.answer(&question, Some(after)).comparison.unwrap().found
}

#[test]
fn two_revisions_are_compared_once() {
    let mut server = Server::default();
    server.keep(GATEWAY.to_owned());
    let asked = Question { before: Some(1), ..question(1) };
    let first = server.answer(&asked, Some(sources())).comparison.unwrap();
    assert_eq!(first.pair, Pair { before: 1, after: 1, istio: "current".to_owned(), order: Vec::new() });
    assert!(matches!(first.found, Found::Rollout(it) if it.0.safe && it.0.changes.len() == 3));
    assert_eq!(server.answer(&asked, None).comparison, None);
    assert!(server.answer(&Question { istio: "1.1".to_owned(), ..asked }, None).comparison.is_some());
    assert_eq!(server.answer(&question(1), None).comparison, None, "nobody asked");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let broken = format!("{GATEWAY}---\na: [\n");
    // The list that begins in the last line is still open behind it.
    let end = broken.lines().count() as u32 + 1;
    assert!(matches!(found(&broken, GATEWAY), Found::BrokenBefore(line, _) if line == end));
    assert_eq!(found(GATEWAY, &broken), Found::BrokenAfter);
    assert_eq!(found("# nothing\n", GATEWAY), Found::NothingBefore);
    assert_eq!(found(GATEWAY, "# nothing\n"), Found::NothingAfter);
    assert!(matches!(found(GATEWAY, GATEWAY), Found::Rollout(it) if it.0.changes.is_empty()));
}

#[test]
fn what_the_yaml_allows_is_counted_apart() {
    let refused = "# pilothouse: allow invalid-resource\napiVersion: networking.istio.io/v1\nkind: Gateway\n\
                       metadata: {name: a}\n";
    let allowed = Sources::single("shop.yaml", format!("{GATEWAY}---\n{refused}"));
    let counts = Server::default().answer(&question(1), Some(allowed)).overview.unwrap().counts;
    assert_eq!((counts.errors, counts.allowed), (0, 1));
}

#[test]
fn a_link_is_made_where_it_is_wanted() {
    let mut server = Server::default();
    assert_eq!(server.answer(&question(1), Some(sources())).link, None);
    let wanted = Question { link: Some("routes".to_owned()), ..question(1) };
    let link = server.answer(&wanted, None).link.unwrap();
    assert!(link.fragment.starts_with("v1.") && link.secrets.is_empty());
}

#[test]
fn broken_yaml_is_said_to_be_broken() {
    let broken = Sources::single("shop.yaml", format!("{GATEWAY}---\na: [\n"));
    let answer = Server::default().answer(&question(1), Some(broken));
    let overview = answer.overview.unwrap();
    assert_eq!(overview.broken.unwrap().file, "shop.yaml");
    assert_eq!(overview.counts.errors, 1);
}

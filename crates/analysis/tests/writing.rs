//! What helps while YAML is written, at a cursor marked `|`.

use pilothouse_analysis::{
    Analysis, FileId, Profile, Sources, analyze,
    fix::apply,
    writing::{completion, definitions, meaning, named, rename},
};

const WORLD: &str = "apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: [shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec:
  host: cart
  subsets:
  - name: v1
    labels: { version: v1 }
  - name: 'v2'
    labels: { version: v2 }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: pay, namespace: shop }
spec:
  host: pay.shop.svc.cluster.local
  subsets:
  - name: blue
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  ports:
  - { name: http, port: 8080 }
  - { name: grpc, port: 9090 }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: bank, namespace: shop }
spec:
  hosts: [api.bank.example]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: basket, namespace: shop }
spec:
  http:
  - route: [{ destination: { host: cart, subset: v2 } }]
";

/// A VirtualService of the shop, to which text is added.
const HEAD: &str = "apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts: [shop.example.com]
";

/// The analysis of the world and a text in a file of its own, and the offset of the mark in that.
fn at(marked: &str) -> (Analysis, FileId, u32) {
    let offset = marked.find('|').expect("a mark");
    let mut sources = Sources::single("world.yaml", WORLD);
    let file = sources.add("mine.yaml", marked.replacen('|', "", 1));
    (analyze(sources, Profile::current()), file, offset as u32)
}

/// The labels that are offered.
fn offered(marked: &str) -> Vec<String> {
    let (analysis, file, offset) = at(marked);
    completion(&analysis, file, offset)
        .map(|it| it.items.into_iter().map(|item| item.label).collect())
        .unwrap_or_default()
}

/// The same in a VirtualService of the shop.
fn in_service(marked: &str) -> Vec<String> {
    offered(&format!("{HEAD}{marked}"))
}

/// The text after the first item that is called so is taken.
fn taken(marked: &str, label: &str) -> String {
    let (analysis, file, offset) = at(marked);
    let completion = completion(&analysis, file, offset).expect("something to offer");
    let item = completion.items.iter().find(|item| item.label == label).expect("the item");
    let text = &analysis.sources.files[file.0 as usize].text;
    let (from, to) = (completion.range.start as usize, completion.range.end as usize);
    format!("{}{}{}", &text[..from], item.insert, &text[to..])
}

#[test]
fn a_block_offers_the_fields_that_are_not_set() {
    assert_eq!(in_service("  |"), ["gateways", "http", "tls", "tcp", "exportTo"]);
    assert_eq!(in_service("  ht|\n  tcp: []\n"), ["gateways", "http", "tls", "exportTo"]);
    assert_eq!(offered("|"), ["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(offered(&format!("{HEAD}---\n|")), ["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(offered("apiVersion: v1\n|"), ["kind", "metadata", "spec"]);
}

#[test]
fn what_must_be_set_comes_first() {
    let http = "  http:\n  - route:\n    - destination:\n        ";
    assert_eq!(in_service(&format!("{http}|")), ["host", "subset", "port"]);
    assert_eq!(in_service(&format!("{http}host: cart\n        |")), ["subset", "port"]);
}

#[test]
fn an_item_of_a_list_has_the_fields_of_the_item() {
    let first = in_service("  http:\n  - |");
    assert_eq!(first[..3], ["name", "match", "route"]);
    assert_eq!(in_service("  http:\n  - ma|")[..3], ["name", "match", "route"]);
    assert_eq!(in_service("  http:\n  - name: a\n    |")[..2], ["match", "route"]);
    let dash = taken(&format!("{HEAD}  http:\n  |"), "tcp");
    assert!(dash.ends_with("  http:\n  tcp:"), "{dash}");
    let dash = taken(&format!("{HEAD}  http:\n    |"), "match");
    assert!(dash.ends_with("  http:\n    - match:"), "{dash}");
}

#[test]
fn of_two_fields_that_exclude_each_other_the_second_is_not_offered() {
    let uri = "  http:\n  - match:\n    - uri:\n        ";
    assert_eq!(in_service(&format!("{uri}|")), ["exact", "prefix", "regex"]);
    assert_eq!(in_service(&format!("{uri}prefix: /a\n        |")), [""; 0]);
}

#[test]
fn a_value_offers_what_the_input_knows() {
    let destination = "  http:\n  - route:\n    - destination:\n        ";
    let hosts = in_service(&format!("{destination}host: |"));
    assert_eq!(hosts, ["api.bank.example", "cart"]);
    let subset = |host: &str| in_service(&format!("{destination}host: {host}\n        subset: |\n"));
    assert_eq!(subset("cart"), ["v1", "v2"]);
    assert_eq!(subset("cart.shop.svc.cluster.local"), ["v1", "v2"]);
    assert_eq!(subset("pay"), ["blue"]);
    assert_eq!(subset("unknown"), [""; 0]);
    assert_eq!(in_service(&format!("{destination}subset: v|\n        host: cart\n")), ["v1", "v2"]);
    let port = in_service(&format!("{destination}host: cart\n        port:\n          number: |"));
    assert_eq!(port, ["8080", "9090"]);
}

#[test]
fn gateways_namespaces_and_delegates_are_known_too() {
    assert_eq!(in_service("  gateways:\n  - |"), ["edge/public", "mesh"]);
    assert_eq!(in_service("  gateways: [|]\n"), ["edge/public", "mesh"]);
    assert_eq!(in_service("  gateways:\n  - mesh\n  - edge/|\n"), ["edge/public", "mesh"]);
    let spaces = in_service("  exportTo:\n  - |");
    assert!([".", "*", "edge", "shop"].iter().all(|name| spaces.contains(&(*name).to_owned())), "{spaces:?}");
    assert_eq!(in_service("  http:\n  - delegate:\n      name: |"), ["basket"]);
    assert_eq!(in_service("  http:\n  - delegate:\n      namespace: |"), ["shop"]);
    let world = format!("{}metadata:\n  name: x\n  namespace: |\n", HEAD.split("metadata").next().unwrap());
    assert!(offered(&world).contains(&"edge".to_owned()));
}

#[test]
fn kinds_versions_words_and_booleans_are_offered() {
    let kinds = ["VirtualService", "Gateway", "DestinationRule", "ServiceEntry", "Sidecar"];
    assert_eq!(offered("apiVersion: networking.istio.io/v1\nkind: |\n"), kinds);
    assert_eq!(offered("kind: Gateway\napiVersion: |\n").len(), 3);
    let head = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: a }\nspec:\n  host: a\n  trafficPolicy:\n    ";
    let simple = offered(&format!("{head}loadBalancer:\n      simple: |"));
    assert!(simple.contains(&"LEAST_REQUEST".to_owned()), "{simple:?}");
    let tls = offered(&format!("{head}tls:\n      mode: MU|"));
    assert!(tls.contains(&"MUTUAL".to_owned()) && tls.contains(&"ISTIO_MUTUAL".to_owned()), "{tls:?}");
    let retries = in_service("  http:\n  - retries:\n      retryRemoteLocalities: |\n");
    assert_eq!(retries, ["true", "false"]);
}

#[test]
fn nothing_is_offered_where_nothing_is_known() {
    for marked in [
        "  # ho|\n",
        "  http: # ma|\n",
        "  http:\n  - directResponse:\n      status: 200\n      body:\n        string: |2\n          ho|\n",
        "  http:|",
        "  http:\n  - name: |",
        "  nothing:\n    |",
        "  http:\n  - match:\n    - headers:\n        x-|",
    ] {
        let marked = marked.replacen("string: |2", "string: >", 1);
        assert_eq!(in_service(&marked), [""; 0], "{marked}");
    }
    assert_eq!(offered("just text\nof two| lines"), [""; 0]);
    assert_eq!(offered("--- {bad: 1}\n|"), [""; 0]);
    assert_eq!(offered("apiVersion: example.com/v1\nkind: Other\nspec:\n  |"), [""; 0]);
}

#[test]
fn json_and_flow_style_are_completed_in_their_own_form() {
    let flow = "  http: [{ route: [{ destination: { host: cart, ";
    assert_eq!(in_service(&format!("{flow}subset: | }} }}] }}]\n")), ["v1", "v2"]);
    assert_eq!(in_service(&format!("{flow}su| }} }}] }}]\n")), ["subset", "port"]);
    assert_eq!(in_service(&format!("{flow}|")), ["subset", "port"]);
    let json = "{\n  \"apiVersion\": \"networking.istio.io/v1\",\n  \"kind\": \"VirtualService\",\n  \"metadata\": {\"name\": \"a\", \"namespace\": \"shop\"},\n  \"spec\": {\n    \"gateways\": [\"|\"],\n    \"hosts\": []\n  }\n}\n";
    assert_eq!(offered(json), ["edge/public", "mesh"]);
    let key = json.replace("\"gateways\": [\"|\"]", "\"ht|\"");
    assert_eq!(offered(&key), ["gateways", "http", "tls", "tcp", "exportTo"]);
    assert!(taken(&key, "http").contains("    \"http\",\n"));
}

#[test]
fn a_key_that_is_there_is_replaced_without_its_colon() {
    let text = taken(&format!("{HEAD}  ga|tewys: [mesh]\n"), "gateways");
    assert!(text.ends_with("  gateways: [mesh]\n"), "{text}");
    let text = taken(&format!("{HEAD}  gateways:\n  - |\n  http: []\n"), "edge/public");
    assert!(text.ends_with("  gateways:\n  - edge/public\n  http: []\n"), "{text}");
    let text = taken(&format!("{HEAD}  exportTo: [|]\n"), "*");
    assert!(text.ends_with("  exportTo: ['*']\n"), "{text}");
}

#[test]
fn line_ends_of_windows_and_a_list_of_kubectl_change_nothing() {
    let windows =
        format!("{HEAD}  http:\n  - route:\n    - destination:\n        host: cart\n        subset: |\n");
    assert_eq!(offered(&windows.replace('\n', "\r\n")), ["v1", "v2"]);
    let item = HEAD.replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}  gateways:\n    - |\n");
    assert_eq!(offered(&list), ["edge/public", "mesh"]);
}

#[test]
fn no_cursor_in_any_text_breaks_anything() {
    let texts =
        [WORLD.to_owned(), format!("{HEAD}  http: [{{ 'a"), "\u{feff}ü: [\"🐙\n---\n- - -".to_owned()];
    for text in texts {
        let analysis = analyze(Sources::single("a.yaml", &text), Profile::v1_1());
        for offset in 0..=text.len() as u32 + 2 {
            let _ = completion(&analysis, FileId(0), offset);
            let _ = meaning(&analysis, FileId(0), offset);
            let _ = definitions(&analysis, FileId(0), offset);
            let _ = named(&analysis, FileId(0), offset);
        }
    }
}

const ROUTE: &str = "  gateways: [edge/public, mesh]
  http:
  - delegate: { name: basket }
  - route:
    - destination:
        host: cart
        subset: v1
    - destination: { host: api.bank.example }
";

/// Where what stands at the mark is defined: the resource and the text that stands there.
fn leads(marked: &str) -> Vec<(String, String)> {
    let (analysis, file, offset) = at(&format!("{HEAD}{marked}"));
    let found = definitions(&analysis, file, offset).into_iter().map(|it| {
        let text = &analysis.sources.files[it.spot.file.0 as usize].text;
        (it.what, it.spot.range.of(text).to_owned())
    });
    found.collect()
}

fn mark(before: &str) -> String {
    ROUTE.replacen(before, &format!("{before}|"), 1)
}

#[test]
fn names_lead_to_what_defines_them() {
    let one = |what: &str, text: &str| vec![(what.to_owned(), text.to_owned())];
    assert_eq!(leads(&mark("subset: v")), one("DestinationRule shop/cart", "v1"));
    assert_eq!(leads(&mark("[edge/")), one("Gateway edge/public", "public"));
    assert_eq!(leads(&mark("name: bas")), one("VirtualService shop/basket", "basket"));
    assert_eq!(leads(&mark("host: ca")), one("Service shop/cart", "cart"));
    assert_eq!(leads(&mark("host: api")), one("ServiceEntry shop/bank", "api.bank.example"));
    assert_eq!(leads(&mark("public, me")), []);
    assert_eq!(leads(&mark("  http")), []);
}

#[test]
fn a_word_is_explained() {
    let explained = |marked: &str| {
        let (analysis, file, offset) = at(&format!("{HEAD}{marked}"));
        meaning(&analysis, file, offset)
    };
    let key = explained(&mark("- deleg")).unwrap();
    assert_eq!((key.field, key.message, key.since), ("delegate", "HTTPRoute", Some("1.6")));
    assert_eq!(key.takes, "Delegate");
    let value = explained(&mark("subset: v")).unwrap();
    assert_eq!(value.notes, ["A part of `cart.shop.svc.cluster.local`."]);
    assert_eq!(value.definitions[0].what, "DestinationRule shop/cart");
    let unknown = explained(&mark("subset: v").replace("v|1", "v|9")).unwrap();
    assert_eq!(unknown.notes.last().unwrap(), "Nothing in this input defines it.");
    assert_eq!(explained("  # wo|rds\n"), None);
    assert_eq!(explained("  nothing|: 1\n"), None);
}

/// The texts after a rename at the mark, or why there is none.
fn renamed(marked: &str, new: &str) -> Result<[String; 2], String> {
    let (analysis, file, offset) = at(&format!("{HEAD}{marked}"));
    let edits = rename(&analysis, file, offset, new).map_err(|why| why.to_string())?;
    let after = apply(&analysis.sources, &edits);
    Ok([after.files[0].text.clone(), after.files[1].text.clone()])
}

#[test]
fn a_subset_is_renamed_wherever_it_is_named() {
    let [world, mine] = renamed(&mark("subset: v"), "stable").unwrap();
    assert_eq!(world, WORLD.replace("name: v1", "name: stable"));
    assert_eq!(mine, format!("{HEAD}{ROUTE}").replace("subset: v1", "subset: stable"));
    // From the other text, in quotes, and named by a delegate.
    let two = mark("subset: v").replace("v|1", "v|2");
    let [world, _] = renamed(&two, "next").unwrap();
    assert_eq!(world, WORLD.replace("name: 'v2'", "name: 'next'").replace("subset: v2", "subset: next"));
}

#[test]
fn a_gateway_is_renamed_and_its_references_keep_their_form() {
    let [world, mine] = renamed(&mark("[edge/"), "outer").unwrap();
    assert_eq!(world, WORLD.replace("name: public", "name: outer"));
    assert_eq!(mine, format!("{HEAD}{ROUTE}").replace("edge/public", "edge/outer"));
    let [_, mine] = renamed(&mark("[edge/").replace("edge/|public", "pub|lic.edge"), "outer").unwrap();
    assert!(mine.contains("[outer.edge, mesh]"), "{mine}");
}

#[test]
fn what_cannot_be_renamed_is_told() {
    let nothing = renamed(&mark("host: ca"), "x").unwrap_err();
    assert!(nothing.starts_with("Only the names of subsets and gateways"), "{nothing}");
    assert!(renamed(&mark("subset: v"), "V 1").unwrap_err().starts_with("`V 1` is no name"));
    let taken = renamed(&mark("subset: v"), "v2").unwrap_err();
    assert_eq!(taken, "`v2` is there already, in DestinationRule shop/cart");
    let [world, _] = renamed(&mark("subset: v"), "v1").unwrap();
    assert_eq!(world, WORLD);
}

#[test]
fn the_name_says_how_many_places_it_has() {
    let (analysis, file, offset) = at(&format!("{HEAD}{}", mark("subset: v")));
    let name = named(&analysis, file, offset).unwrap();
    assert_eq!((name.old.as_str(), name.places), ("v1", 2));
    assert_eq!(name.what, "subset of `cart.shop.svc.cluster.local`");
}

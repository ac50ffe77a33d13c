//! `check`: excerpts, JSON, exit codes.

use crate::run::{Folder, has};

/// One warning: the later trafficPolicy of a host is thrown away.
const WARNING: &str = "\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: first, namespace: shop, creationTimestamp: '2024-01-01T00:00:00Z'}
spec:
  host: cart
  trafficPolicy: {loadBalancer: {simple: RANDOM}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: second, namespace: shop, creationTimestamp: '2024-01-02T00:00:00Z'}
spec:
  host: cart
  trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
";

/// One error: no `spec`.
const ERROR: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
";

const CLEAN: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
";

#[test]
fn nothing_found() {
    assert_eq!(
        Folder::with(CLEAN).run("check input.yaml").ended(0),
        "Nothing found: 1 resource in 1 file.\n"
    );
}

#[test]
fn fail_on() {
    for (text, fail_on, code) in [
        (WARNING, "error", 0),
        (WARNING, "warning", 1),
        (WARNING, "never", 0),
        (ERROR, "error", 1),
        (ERROR, "warning", 1),
        (ERROR, "never", 0),
        (CLEAN, "warning", 0),
    ] {
        let folder = Folder::with(text);
        folder.run(&format!("check input.yaml --fail-on {fail_on}")).ended(code);
        folder.run(&format!("check input.yaml --format json --fail-on {fail_on}")).ended(code);
    }
    Folder::with(ERROR).run("check input.yaml").ended(1);
    Folder::with(WARNING).run("check input.yaml").ended(0);
}

#[test]
fn excerpts_show_both_ends_of_a_conflict() {
    let run = Folder::with(WARNING).run("check input.yaml");
    let text = run.ended(0);
    has(text, "warning[discarded-traffic-policy]: ");
    has(text, "--> input.yaml:13:18\n");
    has(
        text,
        "13 |   trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}\n   |                  ^^^^^^^^^^^^^",
    );
    has(text, "6 |   trafficPolicy: {loadBalancer: {simple: RANDOM}}\n");
    has(text, "`shop/first`");
    assert!(text.ends_with("\n\n1 warning: 2 resources in 1 file.\n"), "{text}");
}

#[test]
fn the_other_end_may_stand_in_another_file() {
    let (first, second) = WARNING.split_once("---\n").unwrap();
    let run = Folder::new().file("a.yaml", first).file("b.yaml", second).run("check b.yaml a.yaml");
    let text = run.ended(0);
    has(text, "--> b.yaml:6:18\n");
    has(text, "::: a.yaml:6:");
    has(text, "1 warning: 2 resources in 2 files.");
}

#[test]
fn json_has_the_shape_that_is_promised() {
    let run = Folder::with(WARNING).run("check input.yaml --format json");
    run.ended(0);
    let json = run.json();
    let finding = &json["findings"][0];
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(finding["code"], "discarded-traffic-policy");
    assert_eq!(finding["severity"], "warning");
    assert_eq!(
        finding["resource"],
        serde_json::json!({"kind": "DestinationRule", "namespace": "shop", "name": "second"})
    );
    assert_eq!(finding["file"], "input.yaml");
    assert_eq!(finding["range"]["start"], serde_json::json!({"line": 13, "column": 18}));
    assert_eq!(finding["range"]["end"]["line"], 13);
    assert!(finding["message"].as_str().unwrap().contains("`shop/first`"));
    let related = &finding["related"][0];
    assert_eq!(related["resource"]["name"], "first");
    assert_eq!(related["file"], "input.yaml");
    assert_eq!(related["range"]["start"]["line"], 6);
    assert!(!related["message"].as_str().unwrap().is_empty());
    assert!(finding["help"].is_string() && finding["aliases"].is_array());
}

#[test]
fn columns_count_utf_16_units_in_json_and_characters_in_text() {
    let folder = Folder::with(format!("{CLEAN}'𝄞𝄞': 1\n'𝄞𝄞': 2\n"));
    let run = folder.run("check input.yaml --format json");
    let json = run.json();
    assert_eq!(json["findings"][0]["code"], "duplicate-key");
    assert_eq!(json["findings"][0]["range"]["end"]["column"], 7);
    has(folder.run("check input.yaml").ended(0), "--> input.yaml:6:1\n");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    let run = folder.run_with("check -", ERROR);
    has(run.ended(1), "--> <stdin>:");
    let run = folder.run_with("check - --format json", ERROR);
    assert_eq!(run.json()["findings"][0]["file"], "<stdin>");
    assert_eq!(folder.run_with("check - -", CLEAN).ended(0), "Nothing found: 1 resource in 1 file.\n");
}

#[test]
fn profiles_differ() {
    let gateway = |name: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: {name}, namespace: edge}}\n\
             spec:\n  selector: {{istio: ingressgateway}}\n  servers:\n  - port: {{number: 443, name: https, protocol: HTTPS}}\n    \
             tls: {{mode: SIMPLE, credentialName: {name}}}\n    hosts: [{name}.example.com]\n"
        )
    };
    let folder = Folder::with(format!("{}---\n{}", gateway("a"), gateway("b")));
    let current = folder.run("routes input.yaml");
    assert!(!current.ended(0).contains("GW-8"), "{}", current.stdout);
    has(
        folder.run("routes input.yaml --istio 1.1").ended(0),
        "names must differ, so istiod drops this server. ",
    );
    has(folder.run("check input.yaml --istio 1.7").refused(), "[possible values: current, 1.1]");
}

#[test]
fn colour_is_only_for_those_who_see_it() {
    let folder = Folder::with(WARNING);
    for arguments in ["check input.yaml", "routes input.yaml --proxy sidecar/shop"] {
        let coloured =
            |environment: &[(&str, &str)]| folder.run_in(arguments, "", environment).stdout.contains("\x1b[");
        assert!(!coloured(&[]), "a pipe is no terminal");
        assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
        assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    }
    let json = folder.run_in("check input.yaml --format json", "", &[("CLICOLOR_FORCE", "1")]);
    assert!(!json.stdout.contains('\x1b'));
}

#[test]
fn unusable_arguments() {
    let folder = Folder::with(CLEAN);
    has(folder.run("check").refused(), "<PATH>...");
    has(
        folder.run("check --fail-on sometimes input.yaml").refused(),
        "[possible values: warning, error, never]",
    );
    has(
        folder.run("check --format xml input.yaml").refused(),
        "[possible values: text, json, sarif, github]",
    );
    has(folder.run("frobnicate").refused(), "unrecognized subcommand 'frobnicate'");
}

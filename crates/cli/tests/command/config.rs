//! `pilothouse.toml`: where it is found, what it sets, and what is wrong in it.

use crate::run::{Folder, has};

/// One warning, `discarded-traffic-policy`.
const WARNING: &str = "\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: first, namespace: shop, creationTimestamp: '2024-01-01T00:00:00Z'}
spec: {host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: second, namespace: shop, creationTimestamp: '2024-01-02T00:00:00Z'}
spec: {host: cart, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
";

/// One error, `invalid-resource`.
const ERROR: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
";

const CLEAN: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";

fn config(text: &str) -> Folder {
    Folder::new().file("pilothouse.toml", text)
}

#[test]
fn severities() {
    for (level, code, closing) in [
        ("error", 1, "1 error"),
        ("warning", 0, "1 warning"),
        ("info", 0, "1 note"),
        ("off", 0, "Nothing found"),
    ] {
        let folder =
            config(&format!("[severity]\ndiscarded-traffic-policy = \"{level}\"\n")).file("a.yaml", WARNING);
        has(folder.run("check a.yaml").ended(code), &format!("{closing}: 2 resources in 1 file.\n"));
    }
    let folder = config("severity.discarded-traffic-policy = 'error'").file("a.yaml", WARNING);
    assert_eq!(folder.run("check a.yaml --format json").json()["findings"][0]["severity"], "error");
    has(folder.run("check a.yaml --format github").ended(1), "::error file=a.yaml,");
}

#[test]
fn what_fails_the_run() {
    let folder = config("fail-on = \"warning\"\n").file("a.yaml", WARNING);
    folder.run("check a.yaml").ended(1);
    folder.run("check a.yaml --fail-on error").ended(0);
    folder.run("check a.yaml --no-config").ended(0);
    config("fail-on = 'never'").file("a.yaml", ERROR).run("check a.yaml").ended(0);
}

#[test]
fn it_is_found_upwards() {
    let folder = config("fail-on = \"warning\"\n")
        .file("teams/shop/a.yaml", WARNING)
        .file("teams/blog/a.yaml", WARNING)
        .file("teams/blog/pilothouse.toml", "");
    folder.run("check teams/shop/a.yaml").ended(1);
    folder.run("check teams/shop").ended(1);
    folder.run("check teams/blog").ended(0);
    folder.run("check teams/blog/a.yaml").ended(0);
    folder.run("check teams/shop/../blog").ended(0);
    folder.run_with("check -", WARNING).ended(1);
    folder.run("check teams").ended(1);
}

#[test]
fn each_path_has_its_own() {
    let folder = Folder::new()
        .file("a/a.yaml", ERROR)
        .file("a/pilothouse.toml", "severity.invalid-resource = 'off'")
        .file("b/b.yaml", ERROR.replace("web", "other"))
        .file("b/pilothouse.toml", "fail-on = 'never'");
    let run = folder.run("check a b");
    has(run.ended(0), "\n1 error: 2 resources in 2 files.\n");
    folder.run("check a b --fail-on error").ended(1);
}

#[test]
fn the_release_of_istio() {
    let gateway = |name: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: {name}, namespace: edge}}\n\
             spec:\n  selector: {{istio: ingressgateway}}\n  servers:\n  - port: {{number: 443, name: https, protocol: HTTPS}}\n    \
             tls: {{mode: SIMPLE, credentialName: {name}}}\n    hosts: [{name}.example.com]\n"
        )
    };
    let text = format!("{}---\n{}", gateway("a"), gateway("b"));
    let folder = config("istio = \"1.1\"\n").file("a.yaml", &text);
    has(folder.run("check a.yaml").ended(1), "error[duplicate-https-port-name]");
    has(folder.run("routes a.yaml").ended(0), "names must differ, so istiod drops this server. ");
    folder.run("check a.yaml --istio current").ended(0);
    let two = folder.file("b/pilothouse.toml", "istio = 'current'").file("b/b.yaml", CLEAN);
    has(
        two.run("check a.yaml b").refused(),
        "error: `b/pilothouse.toml` and `pilothouse.toml` name different releases of Istio; say with --istio which",
    );
    two.run("check a.yaml b --istio current").ended(0);
}

#[test]
fn ignored_files_are_not_read() {
    let folder = config("ignore = [\"charts/**/tests/*.yaml\", '/old/', './b.yaml']")
        .file("a.yaml", CLEAN)
        .file("b.yaml", ERROR)
        .file("charts/x/y/tests/a.yaml", ERROR)
        .file("charts/x/y/tests/deep/b.yaml", CLEAN.replace("web", "b"))
        .file("charts/tests/a.yaml", ERROR)
        .file("old/a.yaml", ERROR)
        .file("new/old/a.yaml", CLEAN.replace("web", "c"));
    assert_eq!(folder.run("check .").ended(0), "Nothing found: 3 resources in 3 files.\n");
    assert_eq!(folder.run("check charts new").ended(0), "Nothing found: 2 resources in 2 files.\n");
    has(folder.run("routes charts/x/y/tests").ended(0), "");
    folder.run("check . --no-config").ended(1);
    folder.run("check old/a.yaml").ended(1);
    folder.run("check old").ended(1);
    has(
        folder.run("check charts/tests").refused(),
        "to read in `charts/tests`, those that pilothouse.toml ignores aside\n",
    );
}

#[test]
fn one_file_for_all_paths() {
    let folder = config("fail-on = 'warning'")
        .file("a.yaml", WARNING)
        .file("ci/settings.toml", "fail-on = 'never'\nignore = ['*.yaml']");
    folder.run("check a.yaml --config ci/settings.toml").ended(0);
    folder.run("--config ci/settings.toml check a.yaml").ended(0);
    has(folder.run("check a.yaml --config nowhere.toml").refused(), "error: cannot read `nowhere.toml`: ");
    has(folder.run("check a.yaml --config a --no-config").refused(), "cannot be used with");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, expected) in [
        ("istio = '1.2'", "pilothouse.toml:1:9: unknown variant `1.2`, expected `current` or `1.1`"),
        ("istio = 1.1", "pilothouse.toml:1:9: "),
        (
            "\nfailon = 'error'",
            "pilothouse.toml:2:1: unknown field `failon`, expected one of `istio`, `fail-on`",
        ),
        ("fail-on = 'info'", "pilothouse.toml:1:11: unknown variant `info`"),
        ("[severity]\nundefined-subset = 'fatal'", "pilothouse.toml:2:20: unknown variant `fatal`"),
        (
            "[severity]\nundefined-subsets = 'off'",
            "pilothouse.toml:2:1: there is no rule `undefined-subsets`; did you mean `undefined-subset`?",
        ),
        ("[severity]\nKIA0201 = 'off'", "`KIA0201`; write `discarded-traffic-policy` or `duplicate-subset`"),
        ("[severity]\nx = 'off'", "2:1: there is no rule `x`; `pilothouse explain` lists them all"),
        ("ignore = ['a', 'b[']", "pilothouse.toml:1:16: `b[` is no glob: "),
        ("ignore = 'a'", "pilothouse.toml:1:10: invalid type: string \"a\", expected a sequence"),
        ("# ü\nistio =", "pilothouse.toml:2:8: "),
        ("a = 1\na = 2", "pilothouse.toml:2:1: duplicate key"),
    ] {
        let folder = config(text).file("a.yaml", CLEAN);
        let run = folder.run("check a.yaml");
        let said = run.refused();
        has(said, expected);
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let folder = Folder::new().file("pilothouse.toml", [0xff, 0xfe]).file("a.yaml", CLEAN);
    has(folder.run("check a.yaml").refused(), "error: cannot read `pilothouse.toml`: ");
    config("\u{feff}fail-on = 'never'\r\n").file("a.yaml", ERROR).run("check a.yaml").ended(0);
}

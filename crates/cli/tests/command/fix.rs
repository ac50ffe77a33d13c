//! `check --fix` and `--diff`: what is written, what is said, and what happens to files that cannot be mended.

use std::fs;

use crate::run::{Folder, has};

/// A misspelled field, and a rule that another one hides.
const SLIPS: &str = "\
# Of the shop team.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web]
  http:
  - route: # everything
    - destination: {host: web}
  # The cart is another service.
  - match:
    - uri: {prefix: /cart}
    route:
    - destination: {host: cart}
    timeuot: 15s # long
";

const MENDED: &str = "\
# Of the shop team.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web]
  http:
  # The cart is another service.
  - match:
    - uri: {prefix: /cart}
    route:
    - destination: {host: cart}
    timeout: 15s # long
  - route: # everything
    - destination: {host: web}
";

/// Two findings of which the first can be mended.
const HALF: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  host: [api]
  hosts: [api]
  http:
  - route:
    - destination: {host: api}
      wieght: 100
";

#[test]
fn files_are_mended_and_the_rest_is_reported() {
    let folder = Folder::with(SLIPS).file("half.yaml", HALF);
    let run = folder.run("check . --fix --fail-on warning");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(folder.read("input.yaml"), MENDED);
    has(&folder.read("half.yaml"), "      weight: 100\n");
    has(&run.stderr, "fixed: ./input.yaml: Write `timeout` (unknown-field)\n");
    has(&run.stderr, "fixed: ./input.yaml: Move rule 2 in front of rule 1 (unreachable-route)\n");
    has(&run.stdout, "`host` is no field");
    has(&run.stdout, "1 warning: 2 resources in 2 files.\n");
    let again = folder.run("check . --fix");
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
    folder.run("check input.yaml --fix").ended(0);
    assert_eq!(folder.names(), ["half.yaml", "input.yaml"]);
}

#[test]
fn the_exit_code_is_that_of_what_is_left() {
    let folder = Folder::with(SLIPS);
    let run = folder.run("check input.yaml --fix --fail-on warning --format json");
    assert_eq!(run.code, Some(0));
    assert_eq!(run.json()["findings"], serde_json::json!([]));
}

#[test]
fn a_diff_changes_nothing() {
    let folder = Folder::with(SLIPS);
    let run = folder.run("check input.yaml --diff --fail-on warning");
    assert_eq!(run.code, Some(1));
    has(&run.stdout, "--- a/input.yaml\n+++ b/input.yaml\n@@ -5,11 +5,11 @@\n");
    has(&run.stdout, "\n-    timeuot: 15s # long\n");
    has(&run.stdout, "\n+    timeout: 15s # long\n");
    has(&run.stderr, "note: input.yaml: Write `timeout` (unknown-field)\n");
    assert_eq!(folder.read("input.yaml"), SLIPS);
    let from_stdin = folder.run_with("check - --diff", SLIPS);
    has(&from_stdin.stdout, "--- a/stdin\n");
    assert_eq!(folder.run_with("check - --diff", MENDED).ended(0), "");
}

#[test]
fn standard_input_is_not_mended() {
    let folder = Folder::with(SLIPS);
    let run = folder.run_with("check input.yaml - --fix", HALF);
    has(run.refused(), "error: standard input cannot be written to; `--diff` shows what would change\n");
    assert_eq!(folder.read("input.yaml"), SLIPS);
    for both in ["--fix --diff", "--diff --format json"] {
        has(folder.run(&format!("check input.yaml {both}")).refused(), "cannot be used with");
    }
}

#[test]
fn ends_of_lines_and_the_mark_of_the_encoding_survive() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let folder = Folder::with(windows(SLIPS)).file("b.json", SERVICE_JSON);
    assert_eq!(folder.run("check . --fix").code, Some(0));
    assert_eq!(folder.read("input.yaml"), windows(MENDED));
    assert_eq!(folder.read("b.json"), SERVICE_JSON.replace("timeuot", "timeout"));
}

const SERVICE_JSON: &str = r#"{
  "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
  "metadata": {"name": "api", "namespace": "shop"},
  "spec": {"hosts": ["api"], "http": [{"route": [{"destination": {"host": "api"}}], "timeuot": "1s"}]}
}
"#;

#[test]
fn a_file_that_is_write_protected_leaves_the_others_unharmed() {
    let folder = Folder::with(SLIPS).file("locked.yaml", HALF);
    let locked = folder.path.join("locked.yaml");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let run = folder.run("check input.yaml locked.yaml --fix");
    has(run.refused(), "error: cannot write `locked.yaml`: it is write-protected\n");
    assert_eq!((folder.read("input.yaml"), folder.read("locked.yaml")), (MENDED.to_owned(), HALF.to_owned()));
    assert_eq!(folder.names(), ["input.yaml", "locked.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new().file("real/web.yaml", SLIPS);
    let real = folder.path.join("real/web.yaml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/web.yaml", folder.path.join("link.yaml")).unwrap();
    assert_eq!(folder.run("check link.yaml --fix").code, Some(0));
    assert!(fs::symlink_metadata(folder.path.join("link.yaml")).unwrap().is_symlink());
    assert_eq!(folder.read("real/web.yaml"), MENDED);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_other_places_repeat_is_left_with_a_reason() {
    let text = SLIPS.replace("  - match:", "  - &cart\n    match:");
    let folder = Folder::with(&text);
    let run = folder.run("check input.yaml --fix");
    let why = "it is in a part that is marked `&cart` and other places may repeat";
    has(&run.stderr, &format!("note: `unknown-field` in input.yaml is not fixed: {why}\n"));
    has(&run.stdout, "`timeuot` is no field");
}

#[test]
fn json_tells_of_fixes_that_help() {
    let folder = Folder::with(SLIPS);
    let run = folder.run("check input.yaml --format json");
    let output = run.json();
    let titles = |code: &str| -> Vec<&str> {
        let all = output["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code);
        all.flat_map(|finding| finding["fixes"].as_array().unwrap())
            .map(|fix| fix["title"].as_str().unwrap())
            .collect()
    };
    assert_eq!(titles("unreachable-route"), ["Move rule 2 in front of rule 1", "Delete rule 2"]);
    assert_eq!(titles("unknown-field"), ["Write `timeout`"]);
    let slip =
        output["findings"].as_array().unwrap().iter().find(|it| it["code"] == "unknown-field").unwrap();
    let expected = serde_json::json!([{
        "file": "input.yaml",
        "range": {"start": {"line": 15, "column": 5}, "end": {"line": 15, "column": 12}},
        "text": "timeout",
    }]);
    assert_eq!(slip["fixes"][0]["edits"], expected);
    // Nothing is promised that would bring another finding.
    let bad = SLIPS.replace("timeuot: 15s", "timeuot: soon");
    let run = Folder::with(&bad).run("check input.yaml --format json");
    let findings = run.json();
    let slip =
        findings["findings"].as_array().unwrap().iter().find(|it| it["code"] == "unknown-field").unwrap();
    assert!(slip.get("fixes").is_none(), "{slip}");
}

/// A destination whose name another namespace has too.
const ELSEWHERE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: blog}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [cart]
  http:
  - route:
    - destination: {host: web}
";

#[test]
fn a_guess_is_offered_and_left_to_a_person() {
    let folder = Folder::with(ELSEWHERE);
    let found = folder.run("check --format json input.yaml").json();
    let fixes = found["findings"].as_array().unwrap().iter().flat_map(|it| it["fixes"].as_array().unwrap());
    let guesses: Vec<bool> = fixes.map(|fix| fix["guess"].as_bool().unwrap()).collect();
    assert_eq!(guesses, [true]);
    folder.run("check --fix input.yaml");
    assert_eq!(folder.read("input.yaml"), ELSEWHERE);
}

//! What comments and annotations allow: it is not told, does not count, and is not lost.

use serde_json::json;

use crate::run::{Folder, has};

/// A route to a subset that is not there; a comment may stand above it, and one behind it.
fn service(above: &str, behind: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: web, namespace: shop}}\n\
         spec:\n  host: web\n  subsets:\n  - {{name: v1, labels: {{version: v1}}}}\n---\n\
         apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: web\n  namespace: shop\n\
         spec:\n  hosts: [web]\n  http:\n  {above}\n  - route: [{{destination: {{host: web, subset: v2}}}}] {behind}\n"
    )
}

/// What is found, and what is allowed for which reason.
fn told(text: &str) -> (Vec<String>, Vec<(String, Option<String>)>) {
    let run = Folder::with(text).run("check input.yaml --format json --fail-on never");
    run.ended(0);
    let json = run.json();
    let code = |finding: &serde_json::Value| finding["code"].as_str().unwrap().to_owned();
    let reason = |finding: &serde_json::Value| finding["allowance"]["reason"].as_str().map(str::to_owned);
    (
        json["findings"].as_array().unwrap().iter().map(code).collect(),
        json["suppressed"].as_array().unwrap().iter().map(|it| (code(it), reason(it))).collect(),
    )
}

#[test]
fn what_is_allowed_is_counted_and_fails_nothing() {
    let found = Folder::with(service("", ""));
    has(found.run("check input.yaml").ended(1), "\n1 error: 2 resources in 1 file.\n");
    let allowed =
        Folder::with(service("# pilothouse: allow undefined-subset because v2 comes on Monday", ""));
    let run = allowed.run("check input.yaml --fail-on warning");
    assert_eq!(run.ended(0), "Nothing found, 1 allowed: 2 resources in 1 file.\n");
    let json = allowed.run("check input.yaml --format json").json();
    assert_eq!(json["findings"], json!([]));
    let suppressed = &json["suppressed"][0];
    assert_eq!((&suppressed["code"], &suppressed["severity"]), (&json!("undefined-subset"), &json!("error")));
    assert_eq!(suppressed["range"]["start"], json!({"line": 18, "column": 47}));
    assert_eq!(
        suppressed["allowance"],
        json!({
            "kind": "comment",
            "reason": "v2 comes on Monday",
            "file": "input.yaml",
            "range": {"start": {"line": 17, "column": 23}, "end": {"line": 17, "column": 39}},
        })
    );
}

#[test]
fn an_allowance_holds_wherever_comments_may_stand() {
    let allow = "# pilothouse: allow IST0101 because why";
    let plain = service("", "");
    let whole = |text: &str| {
        let (found, allowed) = told(text);
        assert_eq!(found, Vec::<String>::new(), "{text}");
        assert_eq!(allowed, [("undefined-subset".to_owned(), Some("why".to_owned()))], "{text}");
    };
    whole(&service(allow, ""));
    whole(&service("", allow));
    whole(&service(allow, "").replace('\n', "\r\n"));
    whole(&format!("\u{feff}{}", service("", allow)));
    whole(&plain.replace("---\n", &format!("---\n# Source: chart/web.yaml\n\n{allow}\n")));
    whole(&plain.replace("---\n", &format!("{allow}\n---\n")));
    whole(&plain.replace("---\n", &format!("--- {allow}\n")));
    whole(&plain.replace("  http:\n", &format!("  http: {allow}\n")));
    whole(&plain.replace("spec:\n  hosts", &format!("{allow}\nspec:\n  hosts")));
    let list = plain.replace("---\n", "").replace('\n', "\n  ").replace("apiVersion", "- apiVersion");
    let list = list.replace("  - apiVersion", "- apiVersion");
    whole(&format!(
        "apiVersion: v1\nkind: List\nitems:\n{}",
        list.replacen("\n- ", &format!("\n{allow}\n- "), 1)
    ));
    whole(&format!("{allow}\napiVersion: v1\nkind: List\nitems:\n{list}"));
    let (found, allowed) = told(&plain.replace("  hosts", &format!("  {allow}\n  hosts")));
    assert_eq!(
        (found.join(" ").as_str(), allowed.len()),
        ("unused-allowance undefined-subset", 0),
        "beside it"
    );
}

#[test]
fn of_several_allowances_the_innermost_says_why() {
    let allow = |why: &str| format!("# pilothouse: allow undefined-subset because of the {why}");
    let text = service(&allow("rule"), &allow("line"));
    let text = text.replace("---\n", &format!("---\n{}\n", allow("resource")));
    // What ends before it does not get in the way.
    let text = text.replace("  hosts: [web]\n", "  hosts: [web] # pilothouse: allow unknown-field\n");
    let (found, allowed) = told(&text);
    assert_eq!(found, ["unused-allowance"]);
    assert_eq!(allowed, [("undefined-subset".to_owned(), Some("of the line".to_owned()))]);
}

#[test]
fn the_annotation_allows_its_resource() {
    let annotated = |codes: &str| {
        let text = service("", "");
        let (first, second) = text.split_once("---").unwrap();
        let second = second.replace(
            "  namespace: shop\n",
            &format!("  namespace: shop\n  annotations: {{galley.istio.io/analyze-suppress: \"{codes}\"}}\n"),
        );
        told(&format!("{first}---{second}"))
    };
    for codes in ["*", "IST0101", "IST0102, KIA1107", "undefined-subset"] {
        let (found, allowed) = annotated(codes);
        assert_eq!(found, Vec::<String>::new(), "{codes}");
        assert_eq!(allowed, [("undefined-subset".to_owned(), None)], "{codes}");
    }
    assert_eq!(annotated("IST0106").0, ["unused-allowance", "undefined-subset"]);
    assert_eq!(annotated("").0, ["undefined-subset"]);
}

#[test]
fn a_resource_that_is_refused_may_be_allowed_and_broken_yaml_may_not() {
    let text = "# pilothouse: allow invalid-resource because the next release takes it\n\
                apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n";
    assert_eq!(told(text).1.len(), 1);
    Folder::with(text).run("check input.yaml").ended(0);
    let broken = "# pilothouse: allow broken-yaml\na: [\n";
    assert_eq!(told(broken).0, ["broken-yaml"]);
    Folder::with(broken).run("check input.yaml").ended(1);
}

#[test]
fn an_allowance_that_allows_nothing_is_told() {
    let folder = Folder::with(service("# pilothouse: allow undefined-subset, unreachable-rout", ""));
    let run = folder.run("check input.yaml --fail-on warning");
    let text = run.ended(1);
    has(text, "warning[unused-allowance]: There is no rule `unreachable-rout` that could be allowed\n");
    has(text, "--> input.yaml:17:41\n");
    has(text, "= help: Did you mean `unreachable-route`?\n");
    assert!(text.ends_with("\n\n1 warning, 1 allowed: 2 resources in 1 file.\n"), "{text}");
}

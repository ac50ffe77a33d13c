//! Input that is broken, hostile or absurd: never a crash, always a word on what is wrong and where.

use std::time::{Duration, Instant};

use crate::run::{Folder, Run, has};

const VIRTUAL_SERVICE: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [HOST]
  http:
  - route: [{destination: {host: web}}]
";

/// Both subcommands take the text; `check` answers.
#[track_caller]
fn check(text: impl AsRef<[u8]>) -> Run {
    let folder = Folder::with(text);
    folder.run("routes input.yaml").ended(0);
    folder.run("check input.yaml")
}

#[test]
fn not_yaml_at_all() {
    let run = check("Dear team: here is: the list\n\t- of things\n");
    let text = run.ended(1);
    has(
        text,
        "error[broken-yaml]: This document cannot be read and takes no part: mapping values are not allowed",
    );
    has(text, "1 | Dear team: here is: the list\n  |                   ^\n");
    has(text, "1 error: 0 resources in 1 file.");
}

#[test]
fn tabs() {
    let run = check("kind: Service\nmetadata:\n\tname: web\n");
    has(run.ended(1), "found character that cannot start any token");
    has(&run.stdout, "--> input.yaml:3:1\n");
}

#[test]
fn half_a_document() {
    let run = check(VIRTUAL_SERVICE.split_once("}}]").unwrap().0);
    has(run.ended(1), "error[broken-yaml]: VirtualService `");
    has(
        &run.stdout,
        "cannot be read and takes no part: did not find expected ',' or '}'\n --> input.yaml:7:37\n",
    );
}

#[test]
fn other_documents_are_still_analysed() {
    let other = VIRTUAL_SERVICE.replace("web", "cart").replace("HOST", "cart");
    let run = check(format!("{VIRTUAL_SERVICE}---\n{{\n---\n{other}"));
    has(run.ended(1), "error[broken-yaml]");
    has(&run.stdout, ": 2 resources in 1 file.");
}

#[test]
fn five_megabytes() {
    let one = |n: usize| {
        VIRTUAL_SERVICE.replace("web", &format!("web-{n}")).replace("HOST", &format!("h{n}.example.com"))
    };
    let mut text = String::new();
    for n in 0.. {
        if text.len() > 5 << 20 {
            break;
        }
        text.push_str(&one(n));
        text.push_str("---\n");
    }
    let folder = Folder::with(text);
    let begin = Instant::now();
    let run = folder.run("check input.yaml --fail-on never");
    has(run.ended(0), " resources in 1 file.");
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

#[test]
fn five_megabytes_on_one_line() {
    let item =
        r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"NAME"},"spec":{"ports":[{"port":80}]}}"#;
    let items: Vec<String> = (0..50_000).map(|n| item.replace("NAME", &format!("s{}", n / 2))).collect();
    let text = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, items.join(","));
    let folder = Folder::with(text);
    let begin = Instant::now();
    let run = folder.run("check input.yaml");
    has(run.ended(0), "25000 warnings: 50000 resources in 1 file.");
    has(&folder.run("check input.yaml --format json").stdout, "duplicate-resource");
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let text = format!("kind: Service\nspec:\n  {}x{}\n", open.repeat(10_001), close.repeat(10_001));
        let run = check(text);
        has(run.ended(1), "exceeded max depth of 10000");
    }
}

#[test]
fn alias_bomb() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ('a'..'p').zip('b'..='p') {
        text.push_str(&format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(", ")));
    }
    has(check(text).ended(1), "document contains excessive aliasing");
}

#[test]
fn duplicate_keys_and_resources() {
    let run = check(
        format!("{VIRTUAL_SERVICE}  hosts: [b.example.com]\n---\n{VIRTUAL_SERVICE}")
            .replace("HOST", "a.example.com"),
    );
    has(run.ended(0), "warning[duplicate-key]: ");
    has(&run.stdout, "warning[duplicate-resource]: VirtualService `shop/web` is defined twice");
}

#[test]
fn binary() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let folder = Folder::with(bytes);
    let run = folder.run("check input.yaml");
    assert_eq!(
        run.refused(),
        "error: cannot read `input.yaml`: it is no UTF-8 text: byte 129 on line 2 is none\n"
    );
}

#[test]
fn a_lone_surrogate() {
    let folder = Folder::with(b"kind: Service\nmetadata: {name: \"\xed\xa0\x80\"}\n");
    let run = folder.run("check input.yaml");
    assert_eq!(
        run.refused(),
        "error: cannot read `input.yaml`: it is no UTF-8 text: byte 33 on line 2 is none\n"
    );
    // Written as an escape it is YAML's own matter.
    has(check("kind: Service\nmetadata: {name: \"\\uD800\"}\n").ended(1), "error[broken-yaml]");
}

#[test]
fn utf_16() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend("kind: Service\n".encode_utf16().flat_map(u16::to_le_bytes));
    let folder = Folder::with(bytes);
    has(
        folder.run("check input.yaml").refused(),
        "cannot read `input.yaml`: it is UTF-16; save it as UTF-8\n",
    );
}

#[test]
fn nul() {
    let run = check("kind: Service\nmetadata: {name: \"a\0b\"}\n");
    has(run.ended(1), "control characters are not allowed");
    has(&run.stdout, "2 | metadata: {name: \"a␀b\"}\n  |                    ^\n");
}

#[test]
fn wrong_api_version() {
    let run = check(VIRTUAL_SERVICE.replace("io/v1", "io/v9"));
    has(run.ended(0), "warning[unknown-kind]: There is no `networking.istio.io/v9`");
    has(&run.stdout, "--> input.yaml:1:13\n");
    let run = check(VIRTUAL_SERVICE.replace("apiVersion", "apiversion"));
    assert_ne!(run.ended(0).lines().next(), Some("Nothing found: 1 resource in 1 file."));
}

#[test]
fn spec_is_missing_or_a_list() {
    let missing = VIRTUAL_SERVICE.split_once("spec:").unwrap().0;
    has(check(missing).ended(1), "error[invalid-resource]: VirtualService `shop/web` is refused");
    let list = format!("{missing}spec: [1]\n");
    has(check(list).ended(1), "`spec` takes a mapping, not a list");
    let null = format!("{missing}spec:\n");
    has(check(null).ended(1), "error[invalid-resource]: VirtualService `shop/web` is refused");
}

#[test]
fn hostile_hosts() {
    let long = "h".repeat(10_000);
    for host in ["<img src=x onerror=alert(1)>", "\"a\\u202Eb.example.com\"", "\"a\\e[31mb\"", &long] {
        let folder =
            Folder::with(VIRTUAL_SERVICE.replace("HOST", &format!("[{host}]").replace(['[', ']'], "")));
        for arguments in [
            "check input.yaml",
            "routes input.yaml",
            "check input.yaml --format json",
            "routes input.yaml --format json",
        ] {
            let run = folder.run(arguments);
            assert!(run.code < Some(2), "{}", run.stderr);
            let raw = |c: char| c == '\u{202e}' || c.is_control() && c != '\n';
            assert!(!run.stdout.contains(raw), "{arguments}: {:?}", run.stdout);
        }
    }
}

#[test]
fn text_that_turns_around_is_made_visible() {
    // The characters themselves, not escapes.
    let folder = Folder::with(VIRTUAL_SERVICE.replace("HOST", "a\u{202e}b.example.com"));
    has(&folder.run("check input.yaml").stdout, "`a\\u{202e}b.example.com`");
    let folder = Folder::with(
        VIRTUAL_SERVICE
            .replace("HOST", "a.example.com")
            .replace("  - route:", "  - match: [{headers: {x-user: {exact: \"a\u{202e}b\"}}}]\n    route:"),
    );
    has(folder.run("routes input.yaml").ended(0), "header x-user = a\\u{202e}b  ->");
    let json = folder.run("routes input.yaml --format json");
    has(json.ended(0), "a\\u202eb");
    assert!(json.json().to_string().contains("a\u{202e}b"));
    let broken = Folder::with("a\u{202e}b: c: d\n").run("check input.yaml");
    has(broken.ended(1), "1 | a\u{fffd}b: c: d\n");
}

#[test]
fn regular_expressions_that_are_refused_or_explode() {
    let with = |regex: &str| {
        VIRTUAL_SERVICE
            .replace("HOST", "a.example.com")
            .replace("  - route:", &format!("  - match: [{{uri: {{regex: '{regex}'}}}}]\n    route:"))
    };
    let refused = |regex: &str, why: &str| {
        has(check(with(regex)).ended(1), "error[invalid-resource]: VirtualService `shop/web` is refused: ");
        has(&check(with(regex)).stdout, why);
    };
    refused("(", "missing closing )");
    refused("(?=look)ahead", "invalid or unsupported Perl syntax");
    refused("((a{0,100}){0,100}){0,100}", "invalid repetition size");
    refused(&"(a|aa)+".repeat(200), "longer than 1024 bytes");

    // Allowed, but exponential for whoever expands it.
    let explosive =
        ["/(a|aa)*(a|aa)*(a|aa)*(a|aa)*x", "/(x|y)*x(x|y){24}", "/(a{0,30}){0,30}b", "/.*a.{40}b.*"];
    let rules: Vec<String> = explosive
        .iter()
        .map(|regex| {
            format!(
                "  - match: [{{uri: {{regex: '{regex}'}}}}]\n    route: [{{destination: {{host: web}}}}]\n"
            )
        })
        .collect();
    let text = VIRTUAL_SERVICE.replace("HOST", "a.example.com");
    let text = text.split_once("  - route").unwrap().0;
    let folder = Folder::with(format!("{text}{}", rules.concat()));
    let begin = Instant::now();
    folder.run("check input.yaml --fail-on never").ended(0);
    has(folder.run("routes input.yaml").ended(0), "regex /.*a.{40}b.*");
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn nothing() {
    for text in ["", "\n\n", "---\n---\n", "# only a comment\n", "\u{feff}"] {
        let folder = Folder::with(text);
        assert_eq!(folder.run("check input.yaml").ended(0), "Nothing found: 0 resources in 1 file.\n");
    }
}

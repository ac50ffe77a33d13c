//! Tests of requests: what passes, what fails and why, what cannot be read, and what is written.

use pilothouse_testkit::Page;
use serde_json::Value;

use crate::{
    run::{Folder, has},
    schemas::schema,
};

/// The configuration and the two files of tests of the page on tests.
fn blocks() -> Vec<&'static str> {
    let page = Page::parse(include_str!("../../../../docs/tests.md"));
    page.blocks.iter().filter(|block| block.language == "yaml").map(|block| block.text).collect()
}

fn shop(tests: &str) -> Folder {
    Folder::new().file("shop.yaml", blocks()[0]).file("tests.yaml", tests)
}

fn one(request: &str, expect: &str) -> String {
    format!("tests:\n- name: one\n  request: {request}\n  expect: {expect}\n")
}

#[test]
fn a_failure_says_what_was_expected_and_what_there_is_where_it_is_written() {
    for (request, expect, place, expected, actual) in [
        (
            "/books/1",
            "{destination: pens}",
            "4:25: destination",
            "`pens`",
            "`books.shop.svc.cluster.local` subset `v1` port 80",
        ),
        (
            "/books/1",
            "{subset: v2}",
            "4:20: subset",
            "subset `v2`",
            "`books.shop.svc.cluster.local` subset `v1` port 80",
        ),
        ("/books/1", "{path: /books/1}", "4:18: path", "`/books/1`", "`/1`"),
        ("/books/1", "{authority: books}", "4:23: authority", "`books`", "`shop.example.com`"),
        ("/books/1", "{status: 404}", "4:20: status", "404", "forwarded"),
        ("/books/1", "{headers: {x-a: b}}", "4:21: headers", "`x-a: b`", "no `x-a`"),
        ("/old", "{status: 302}", "4:20: status", "302", "301"),
        (
            "/old",
            "{redirect: /books}",
            "4:22: redirect",
            "to `/books`",
            "to `https://shop.example.com/books`",
        ),
        ("/old", "{destination: books}", "4:25: destination", "`books`", "the client gets 301"),
        ("/none", "{outcome: forwarded}", "4:21: outcome", "forwarded", "response"),
        (
            "/till",
            "{weights: [{destination: till, percent: 100}]}",
            "4:21: weights",
            "`till`",
            "90 % to `till.shop.svc.cluster.local` subset `v1` port 80 and 10 % to `till.shop.svc.cluster.local` subset `v2` port 80",
        ),
    ] {
        let folder = shop(&one(&format!("{{url: 'https://shop.example.com{request}'}}"), expect));
        let run = folder.run("test shop.yaml --tests tests.yaml");
        let text = format!("tests.yaml:{place}\n        expected  {expected}\n        actual    {actual}\n");
        has(run.ended(1), &text);
    }
}

#[test]
fn what_holds_passes() {
    for (request, expect) in [
        ("/books/1", "{destination: books.shop, port: 80, outcome: forwarded, headers: {x-a: null}}"),
        ("/books/1", "{destination: books.shop.svc.cluster.local, authority: shop.example.com}"),
        ("/old", "{outcome: redirect}"),
        ("/none", "{status: 404, outcome: response}"),
        ("/till", "{destination: till}"),
    ] {
        let folder = shop(&one(&format!("{{url: 'https://shop.example.com{request}'}}"), expect));
        has(folder.run("test shop.yaml --tests tests.yaml").ended(0), "pass  one\n\n1 passed. ");
    }
}

#[test]
fn a_destination_that_is_not_there_is_none() {
    let folder = shop(&one("{url: 'https://shop.example.com/books/1'}", "{destination: books}"));
    let run = folder.run("test shop.yaml --tests tests.yaml --exact");
    has(run.ended(1), "actual    `books.shop.svc.cluster.local` subset `v1` port 80, which is not there");
}

#[test]
fn a_split_is_compared_whether_its_smaller_share_is_there_or_not() {
    let weights = "{weights: [{destination: till, subset: v1, percent: 90}, {destination: till, subset: v2, percent: 10}]}";
    let text = blocks()[0].replace(", {name: v2, labels: {version: v2}}", "");
    assert_ne!(text, blocks()[0]);
    let folder = shop(&one("{url: 'https://shop.example.com/till'}", weights)).file("shop.yaml", text);
    has(folder.run("test shop.yaml --tests tests.yaml").ended(0), "1 passed");
}

#[test]
fn what_cannot_be_read_is_told_and_the_other_tests_run() {
    let good = one("{url: 'https://shop.example.com/old'}", "{status: 301}");
    for (bad, message) in [
        (
            "- reqest: {}\n  expect: {status: 1}",
            "6:3: error: `reqest` is no field of a test; did you mean `request`?",
        ),
        ("- name: two", "6:3: error: the test has no `request`"),
        ("- request: {url: shop}\n  expect: {status: 200}", "6:18: error: `shop` is no URL"),
        (
            "- request: {url: 'http://a/', port: 99999}\n  expect: {status: 200}",
            "6:37: error: `port` should be a number",
        ),
        (
            "- request: {url: 'http://a/', headers: {x: 1}}\n  expect: {status: 200}",
            "6:44: error: the header `x` should be text",
        ),
        (
            "- request: {url: 'http://a/', proxy: edge}\n  expect: {status: 200}",
            "6:38: error: `edge` is no proxy",
        ),
        (
            "- request: {url: 'http://a/', proxy: gateway/a/b=c, from: a}\n  expect: {status: 200}",
            "a request has `proxy` or `from`, not both",
        ),
        (
            "- request: {url: 'http://a/'}\n  expect: {statsu: 200}",
            "7:12: error: `statsu` is no field of `expect`; did you mean `status`?",
        ),
        (
            "- request: {url: 'http://a/'}\n  expect: {status: '200'}",
            "7:20: error: `status` should be a status from 100 to 599",
        ),
        (
            "- request: {url: 'http://a/'}\n  expect: {}",
            "7:11: error: `expect` says nothing; it takes `outcome`",
        ),
        ("- 5", "6:3: error: a test should be a mapping with `name`, `request` and `expect`"),
        ("- [", "error: "),
    ] {
        let run = shop(&format!("{good}\n{bad}\n")).run("test shop.yaml --tests tests.yaml");
        let out = run.ended(1);
        has(out, message);
        if bad != "- [" {
            has(out, "pass  one\n");
            has(out, "1 passed, ");
        }
    }
    let broken = shop("a: 1\n").run("test shop.yaml --tests tests.yaml");
    has(broken.ended(1), "this is no file of tests");
}

#[test]
fn unusable_files_end_with_2() {
    assert_eq!(shop("tests: []\n").run("test shop.yaml --tests tests.yaml").code, Some(2));
    assert_eq!(shop("").run("test shop.yaml --tests none.yaml").code, Some(2));
    assert_eq!(shop("").run("test shop.yaml").code, Some(2));
}

#[test]
fn what_is_written_passes_and_reaches_every_route() {
    let folder = shop("");
    let written = folder.run("test shop.yaml --write").ended(0).to_owned();
    has(&written, "- name: shop.example.com/books/ goes to books.shop v1\n");
    let folder = folder.file("written.yaml", &written);
    let run = folder.run("test shop.yaml --tests written.yaml");
    has(run.ended(0), "3 passed. All 3 routes are reached.\n");
    let rest = folder.run("test shop.yaml --write --tests written.yaml");
    assert_eq!(rest.ended(0), "tests: []\n");
    let other = folder.run("test shop.yaml --write --host other.example.com");
    assert_eq!((other.code, other.stdout.as_str()), (Some(0), "tests: []\n"));
    has(&other.stderr, "note: there is no route of `other.example.com` to write a test for\n");
}

#[test]
fn a_route_that_no_test_reaches_is_listed() {
    let folder = shop(&one("{url: 'https://shop.example.com/old'}", "{status: 301}"));
    let run = folder.run("test shop.yaml --tests tests.yaml");
    let out = run.ended(0);
    has(out, "1 passed. 2 of 3 routes are reached by no test:\n");
    has(out, "shop.yaml:18:13  VirtualService shop/shop  `shop.example.com`  prefix `/books/`\n");
}

#[test]
fn what_hangs_on_age_is_undecided_and_gets_no_test() {
    let service = |name: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}, namespace: shop}}\n\
             spec:\n  hosts: [shop.example.com]\n  gateways: [istio-system/public]\n  http:\n\
             \x20 - match: [{{uri: {{prefix: /new}}}}]\n    route: [{{destination: {{host: {name}}}}}]\n---\n"
        )
    };
    let text = format!("{}---\n{}{}", blocks()[0], service("a"), service("b"));
    let tests = one("{url: 'https://shop.example.com/new'}", "{destination: a}");
    let folder = shop(&tests).file("shop.yaml", text);
    let run = folder.run("test shop.yaml --tests tests.yaml");
    has(run.ended(1), "OPEN  one\n");
    let run = folder.run("test shop.yaml --write");
    has(&run.stderr, "hangs on the age of resources");
}

#[test]
fn cases_of_istio_config_validator_are_a_product_and_tell_what_they_cannot_say() {
    let case = |more: &str| {
        format!(
            "testCases:\n- description: till\n  request: {{authority: [shop.example.com], method: [GET, PUT], uri: [/till, /till/2]}}\n  {more}\n"
        )
    };
    let split = "route: [{destination: {host: till, subset: v1}, weight: 9}, {destination: {host: till, subset: v2}, weight: 1}]";
    let run = |more: &str| shop(&case(more)).run("test shop.yaml --tests tests.yaml");
    let good = run(&format!("wantMatch: true\n  fault: {{}}\n  {split}"));
    let out = good.ended(0);
    has(out, "pass  till: PUT shop.example.com/till/2\n");
    has(out, "4 passed. ");
    has(out, "tests.yaml:1:1: note: this format names no gateway and no port");
    has(out, "tests.yaml:5:3: note: `fault` of a test case is not compared\n");
    has(run(&format!("wantMatch: false\n  {split}")).ended(1), "4 failed");
    let silent = run(split);
    has(silent.ended(1), "note: without `wantMatch: true` none of what is expected is to hold");
    has(run("wantMatch: true\n  redirect: {uri: /x}").ended(1), "expected  to the path `/x`");
    has(
        run("wantMatch: true\n  rout: []").ended(1),
        "error: `rout` is no field of a test case; did you mean `route`?",
    );
    has(run("wantMatch: true").ended(1), "the test case expects nothing that is compared");
}

#[test]
fn junit_is_xml_that_names_what_failed() {
    let bad = "- request: {}\n  expect: {status: 1}\n";
    let folder = shop(&(one("{url: 'https://shop.example.com/old?a=<b>&c'}", "{path: '/<&\"'}") + bad));
    let run = folder.run("test shop.yaml --tests tests.yaml --format junit");
    let out = run.ended(1);
    has(out, "<testsuite name=\"tests.yaml\" tests=\"3\" failures=\"1\" errors=\"2\">");
    has(out, "<failure type=\"failed\" message=\"path: expected `/&lt;&amp;&quot;`, is ");
    has(out, "<error message=\"`status` should be a status from 100 to 599\">");
    assert!(!out.contains("<&"), "{out}");
}

#[test]
fn the_schema_of_tests_takes_what_the_command_takes() {
    let takes = schema("tests.json");
    let json = |text: &str| -> Value {
        let parse = pilothouse_syntax::parse(text);
        serde_json::from_str(&parse.documents[0].to_json().unwrap()).unwrap()
    };
    let url = "{url: 'https://shop.example.com/'}";
    for (text, good) in [
        (blocks()[1].to_owned(), true),
        ("tests: []".to_owned(), true),
        (
            one("{url: 'http://a/', headers: {a: [b, c]}, port: 81, from: shop}", "{outcome: tls-refused}"),
            true,
        ),
        (one(url, "{headers: {x-a: null, x-b: c}}"), true),
        (one(url, "{}"), false),
        (one(url, "{status: '200'}"), false),
        (one(url, "{statsu: 200}"), false),
        (one(url, "{outcome: refused}"), false),
        (one(url, "{weights: [{destination: a}]}"), false),
        (one("{method: GET}", "{status: 200}"), false),
        (one("{url: 'http://a/', port: 0}", "{status: 200}"), false),
    ] {
        assert_eq!(takes.is_valid(&json(&text)), good, "{text}");
        if text != "tests: []" {
            let out = shop(&text).run("test shop.yaml --tests tests.yaml").stdout;
            assert_eq!(out.contains(": error: "), !good, "{text}: {out}");
        }
    }
    let tests = one(url, "{status: 200}") + "- {}\n";
    let output = shop(&tests).run("test shop.yaml --tests tests.yaml --format json").json();
    let errors: Vec<String> =
        schema("test.json").iter_errors(&output).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(output["tests"][0]["state"], "failed");
    assert_eq!(output["problems"][0]["note"], false);
    assert_eq!(output["coverage"]["uncovered"].as_array().unwrap().len(), 3);
}

#[test]
fn tests_travel_in_a_link() {
    let tests = one("{url: 'https://shop.example.com/old'}", "{status: 301}");
    let folder = shop(&tests);
    let link = folder.run("link shop.yaml --tests tests.yaml --tab tests").ended(0).trim_end().to_owned();
    let printed = folder.run(&format!("open {link}"));
    assert!(!printed.stdout.contains("tests:"), "{}", printed.stdout);
    has(
        &printed.stderr,
        "note: the link holds tests too; with --output they are written as `pilothouse-tests.yaml`",
    );
    folder.run(&format!("open {link} --output there")).ended(0);
    assert_eq!(folder.read("there/pilothouse-tests.yaml"), tests);
    assert_eq!(folder.read("there/shop.yaml"), blocks()[0]);
}

#[test]
fn the_page_on_tests_is_true() {
    let page = Page::parse(include_str!("../../../../docs/tests.md"));
    let blocks = blocks();
    let folder = Folder::new()
        .file("deploy/shop.yaml", blocks[0])
        .file("pilothouse-tests.yaml", blocks[1])
        .file("cases.yaml", blocks[2]);
    let mut commands = 0;
    for line in page.blocks.iter().filter(|block| block.language == "sh").flat_map(|block| block.text.lines())
    {
        let command = line.strip_prefix("pilothouse ").unwrap_or_else(|| panic!("{line}"));
        let (command, to) = command.split_once(" > ").unwrap_or((command, ""));
        let run = folder.run(command);
        let out = run.ended(0);
        if !to.is_empty() {
            std::fs::write(folder.path.join(to), out).unwrap();
        }
        commands += 1;
    }
    assert_eq!((commands, blocks.len()), (6, 3));
    has(
        folder.run("test deploy/ --tests pilothouse-tests.yaml").ended(0),
        "3 passed. All 3 routes are reached.\n",
    );
    has(folder.run("test deploy/ --tests cases.yaml").ended(0), "5 passed. ");
}

//! Reading tests: each on its own, so that one that cannot be read leaves the others be.

use pilothouse_analysis::{Request, mesh::Proxy};
use pilothouse_syntax::{Node, TextRange, Value as Read, parse};

use super::{
    Expect, TestProblem, TestText,
    checks::Check,
    reader::{Reader, first_line, json, listed},
    validator,
};
use crate::{answers, model::Range};

/// A test that can be run.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) name: String,
    pub(super) range: Range,
    pub(super) request: Request,
    pub(super) through: Through,
    pub(super) checks: Vec<Expected>,
    /// Whether none of it is to hold.
    pub(super) unwanted: bool,
}

/// Who takes the request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Through {
    /// This proxy.
    Proxy(Proxy),
    /// Every gateway that listens on the port.
    Gateways,
    /// The first proxy and port that serve the host, for formats that name neither.
    Served,
}

/// An expectation and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) field: &'static str,
    pub(super) check: Check,
    pub(super) range: Range,
}

const FILE: [&str; 1] = ["tests"];
const TEST: [&str; 3] = ["name", "request", "expect"];
const REQUEST: [&str; 6] = ["method", "url", "port", "headers", "proxy", "from"];
/// The fields of `expect`, and what each should be.
const EXPECT: [(&str, &str); 10] = [
    (
        "outcome",
        "`forwarded`, `redirect`, `response`, `no-listener`, `listener-refused`, `tls-refused` or `closed`",
    ),
    ("destination", "the host of a destination as text"),
    ("port", "a number from 1 to 65535"),
    ("subset", "the name of a subset as text; put it in quotes where it is a number"),
    (
        "weights",
        "a list of entries with `destination`, `percent` and, where they matter, `port` and `subset`",
    ),
    ("status", "a status from 100 to 599"),
    ("redirect", "an address as text"),
    ("path", "a path as text"),
    ("authority", "a host as text"),
    ("headers", "a mapping of names to texts, or to null for a header that is not to arrive"),
];

/// The tests of a text in either format, and what is wrong in it.
pub(super) fn read(text: &TestText) -> (Vec<Test>, Vec<TestProblem>) {
    let mut reader = Reader::new(text);
    let mut tests = Vec::new();
    let parsed = parse(&text.text);
    if let Some(problem) = &parsed.problem {
        reader.problem(problem.range, problem.message.clone());
    }
    for document in &parsed.documents {
        if let Some(problem) = &document.problem {
            reader.problem(problem.range, format!("{}; what stands below is not read", problem.message));
        }
        let Some(root) = document.root().filter(|root| !root.is_null()) else { continue };
        if root.get("testCases").is_some() {
            validator::read(&mut reader, root, &mut tests);
            continue;
        }
        reader.fields(root, "a file of tests", &FILE);
        match root.get("tests") {
            Some(list) if matches!(list.value(), Read::Sequence) => {
                tests.extend(list.items().filter_map(|node| test(&mut reader, node)));
            }
            Some(list) if list.is_null() => {}
            Some(list) => reader.problem(list.range(), "`tests` should be a list of tests"),
            None => reader.problem(
                first_line(root),
                "this is no file of tests: it holds neither `tests` nor, as for istio-config-validator, `testCases`",
            ),
        }
    }
    (tests, reader.problems)
}

fn test(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Test> {
    let known = reader.fields(node, "a test", &TEST);
    if !matches!(node.value(), Read::Mapping(_)) {
        return None;
    }
    // All that is wrong is told, whatever was found before.
    let name = reader.text(node, "name").ok();
    let sent = reader.required(node, "the test", "request").and_then(|node| sent(reader, node));
    let checks = reader.required(node, "the test", "expect").and_then(|node| expect(reader, node));
    let ((request, through), checks) = (sent?, checks?);
    let name = name?.unwrap_or_else(|| format!("{} {}", request.method, request.url()));
    known.then(|| Test { name, range: reader.range(node.range()), request, through, checks, unwanted: false })
}

fn sent(reader: &mut Reader<'_>, node: Node<'_>) -> Option<(Request, Through)> {
    if !reader.fields(node, "a request", &REQUEST) {
        return None;
    }
    let through = through(reader, node)?;
    match answers::read_request(&json(node)) {
        Ok(request) => Some((request, through)),
        Err(message) => {
            let range = at_fault(node, &message);
            reader.problem(range, message);
            None
        }
    }
}

/// The field that a message is about: the one it names first, else the URL.
fn at_fault(node: Node<'_>, message: &str) -> TextRange {
    let named = message.split('`').nth(1).and_then(|name| node.get(name));
    let header = || {
        let name = message.split('`').nth(1)?;
        node.get("headers")?.get(name)
    };
    let method = || node.get("method").filter(|_| message.contains("no method"));
    let field = named.or_else(header).or_else(method).or_else(|| node.get("url"));
    field.map_or_else(|| first_line(node), Node::range)
}

fn through(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Through> {
    let (proxy, from) = (reader.text(node, "proxy").ok()?, reader.text(node, "from").ok()?);
    let (field, id) = match (proxy, from) {
        (None, None) => return Some(Through::Gateways),
        (Some(_), Some(_)) => {
            reader.problem(first_line(node), "a request has `proxy` or `from`, not both");
            return None;
        }
        (Some(proxy), None) => ("proxy", proxy),
        (None, Some(from)) => ("from", format!("sidecar/{from}")),
    };
    match id.parse() {
        Ok(proxy) => Some(Through::Proxy(proxy)),
        Err(message) => {
            let message: String = message;
            reader.problem(node.get(field).map_or(node.range(), Node::range), message);
            None
        }
    }
}

fn expect(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<Expected>> {
    let names: Vec<&str> = EXPECT.iter().map(|(name, _)| *name).collect();
    let mut good = reader.fields(node, "`expect`", &names);
    let mut out = Vec::new();
    for (field, should) in EXPECT {
        let Some(value) = node.get(field) else { continue };
        match check(field, value) {
            Some(check) => out.push(Expected { field, check, range: reader.range(value.range()) }),
            None => {
                good = false;
                reader.problem(value.range(), format!("`{field}` should be {should}"));
            }
        }
    }
    if good && out.is_empty() {
        reader.problem(first_line(node), format!("`expect` says nothing; it takes {}", listed(&names)));
        return None;
    }
    good.then_some(out)
}

/// One field of `expect`, read as the form has it.
fn check(field: &str, value: Node<'_>) -> Option<Check> {
    let alone = serde_json::json!({ field: json(value) });
    let expect: Expect = serde_json::from_value(alone).ok()?;
    let check = match field {
        "outcome" => Check::Outcome(expect.outcome?),
        "destination" => Check::Destination(expect.destination?),
        "port" => Check::Port(expect.port.filter(|port| *port > 0)?),
        "subset" => Check::Subset(expect.subset?),
        "weights" => Check::Weights(expect.weights.filter(|weights| !weights.is_empty())?),
        "status" => Check::Status(expect.status.filter(|status| (100..=599).contains(status))?),
        "redirect" => Check::Redirect(expect.redirect?),
        "path" => Check::Path(expect.path?),
        "authority" => Check::Authority(expect.authority?),
        _ => Check::Headers(expect.headers?),
    };
    Some(check)
}

//! Files of istio-config-validator: lists of hosts, methods and paths, whose product are the tests.

use pilothouse_analysis::Request;
use pilothouse_syntax::{Node, TextRange};

use super::{
    Weight,
    checks::Check,
    read::{Expected, Test, Through},
    reader::{Reader, first_line, json},
};

const FILE: [&str; 1] = ["testCases"];
const TEST: [&str; 10] = [
    "description",
    "wantMatch",
    "request",
    "route",
    "redirect",
    "rewrite",
    "fault",
    "headers",
    "delegate",
    "mirror",
];
/// What the format may expect and is not compared here.
const UNLOOKED: [&str; 4] = ["fault", "headers", "delegate", "mirror"];
const REQUEST: [&str; 4] = ["authority", "method", "uri", "headers"];
/// So many requests of one case are sent.
const MOST: usize = 10_000;

/// Reads a document with `testCases`.
pub(super) fn read(reader: &mut Reader<'_>, root: Node<'_>, tests: &mut Vec<Test>) {
    reader.fields(root, "a file of test cases", &FILE);
    let Some(cases) = root.get("testCases") else { return };
    reader.note(
        first_line(root),
        "this format names no gateway and no port: each request is sent where its host is served first",
    );
    for node in cases.items() {
        tests.extend(case(reader, node).unwrap_or_default());
    }
}

fn case(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<Test>> {
    if !reader.fields(node, "a test case", &TEST) {
        return None;
    }
    let name = reader.text(node, "description").ok()?.unwrap_or_default();
    let wanted = match node.get("wantMatch").map(json) {
        Some(serde_json::Value::Bool(wanted)) => wanted,
        // So it is for the tool itself, too.
        None | Some(serde_json::Value::Null) => {
            reader.note(first_line(node), "without `wantMatch: true` none of what is expected is to hold");
            false
        }
        Some(_) => {
            let range = node.get("wantMatch").map_or(node.range(), Node::range);
            reader.problem(range, "`wantMatch` should be true or false");
            return None;
        }
    };
    for field in UNLOOKED {
        if let Some(entry) = node.entries().find(|entry| entry.name() == field) {
            reader.note(entry.key.range(), format!("`{field}` of a test case is not compared"));
        }
    }
    let checks = checks(reader, node)?;
    if checks.is_empty() {
        reader.problem(first_line(node), "the test case expects nothing that is compared, so it is not run");
        return None;
    }
    let requests = requests(reader, node)?;
    let range = reader.range(first_line(node));
    let one = |request: Request| Test {
        name: format!("{name}: {} {}{}", request.method, request.host, request.path),
        range,
        request,
        through: Through::Served,
        checks: checks.clone(),
        unwanted: !wanted,
    };
    Some(requests.into_iter().map(one).collect())
}

/// Every host with every method and every path.
fn requests(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<Request>> {
    let request = reader.required(node, "the test case", "request")?;
    if !reader.fields(request, "a request", &REQUEST) {
        return None;
    }
    let mut lists = Vec::new();
    for field in ["authority", "method", "uri"] {
        let value = reader.required(request, "the request", field)?;
        let texts = reader.texts(value, field)?;
        if texts.is_empty() {
            reader.problem(value.range(), format!("`{field}` lists nothing, so there is no request"));
            return None;
        }
        lists.push(texts);
    }
    let [hosts, methods, paths] = &lists[..] else { return None };
    if hosts.len().saturating_mul(methods.len()).saturating_mul(paths.len()) > MOST {
        reader
            .problem(first_line(request), format!("the lists make more than {MOST} requests; none is sent"));
        return None;
    }
    let mut out = Vec::new();
    for path in paths {
        for host in hosts {
            for method in methods {
                let mut entry = json(request);
                entry["url"] =
                    format!("http://{host}{}{path}", if path.starts_with('/') { "" } else { "/" }).into();
                entry["method"] = method.as_str().into();
                match crate::answers::read_request(&entry) {
                    Ok(request) => out.push(request),
                    Err(message) => {
                        reader.problem(first_line(request), message);
                        return None;
                    }
                }
            }
        }
    }
    Some(out)
}

fn checks(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<Expected>> {
    let mut out = Vec::new();
    let mut add = |reader: &Reader<'_>, field, range: TextRange, check| {
        out.push(Expected { field, check, range: reader.range(range) });
    };
    if let Some(route) = node.get("route").filter(|route| route.items().next().is_some()) {
        let weights = weights(reader, route)?;
        add(reader, "route", route.range(), Check::Weights(weights));
    }
    if let Some(redirect) = node.get("redirect") {
        let known = ["uri", "authority", "redirectCode"];
        for entry in redirect.entries() {
            let (range, text) = (entry.value.range(), entry.value.as_str().map(str::to_owned));
            match (&*entry.name(), text, json(entry.value).as_u64()) {
                ("uri", Some(path), _) => add(reader, "redirect", range, Check::RedirectPath(path)),
                ("authority", Some(host), _) => {
                    add(reader, "redirect", range, Check::RedirectAuthority(host))
                }
                ("redirectCode", _, Some(status)) if status < 1000 => {
                    add(reader, "redirect", range, Check::Status(status as u16));
                }
                (name, ..) if known.contains(&name) => {
                    reader.problem(range, format!("`{name}` of a redirect cannot be read"));
                    return None;
                }
                (name, ..) => reader.note(range, format!("`{name}` of a redirect is not compared")),
            }
        }
    }
    if let Some(rewrite) = node.get("rewrite") {
        for entry in rewrite.entries() {
            let (range, text) = (entry.value.range(), entry.value.as_str().map(str::to_owned));
            match (&*entry.name(), text) {
                ("uri", Some(path)) => add(reader, "rewrite", range, Check::Rewrite(path)),
                ("authority", Some(host)) => add(reader, "rewrite", range, Check::Authority(host)),
                (name, _) => reader.note(range, format!("`{name}` of a rewrite is not compared")),
            }
        }
    }
    Some(out)
}

/// The destinations of a route, with their shares of all weights.
fn weights(reader: &mut Reader<'_>, route: Node<'_>) -> Option<Vec<Weight>> {
    let mut out = Vec::new();
    let mut total = 0.0;
    for item in route.items() {
        for entry in item.entries().filter(|entry| !matches!(&*entry.name(), "destination" | "weight")) {
            reader.note(entry.key.range(), format!("`{}` of a route is not compared", entry.name()));
        }
        let destination = reader.required(item, "the entry of `route`", "destination")?;
        reader.required(destination, "the destination", "host")?;
        let port = destination.get("port").and_then(|port| port.get("number")).map(json);
        let weight = item.get("weight").map(json);
        let percent = weight.and_then(|weight| weight.as_f64()).unwrap_or(0.0);
        total += percent;
        out.push(Weight {
            destination: reader.text(destination, "host").ok()??,
            port: port.and_then(|port| port.as_u64()).and_then(|port| port.try_into().ok()),
            subset: Some(reader.text(destination, "subset").ok()?.unwrap_or_default()),
            percent,
        });
    }
    let even = 100.0 / out.len() as f64;
    for weight in &mut out {
        weight.percent = if total > 0.0 { weight.percent * 100.0 / total } else { even };
    }
    Some(out)
}

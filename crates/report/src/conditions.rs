//! Conditions of routes in words.

use pilothouse_analysis::effective::{HeaderMatch, PathMatch, RouteMatch, ValueTest};

use crate::model::Condition;

/// What a route asks of a request; none for everything.
pub(crate) fn conditions(matcher: &RouteMatch) -> Vec<Condition> {
    let mut out: Vec<Condition> = path(matcher).into_iter().collect();
    // What the request line says comes before the headers.
    let (line, headers): (Vec<_>, Vec<_>) =
        matcher.headers.iter().partition(|header| header.name.starts_with(':'));
    out.extend(line.into_iter().chain(headers).map(header));
    out.extend(
        matcher.query.iter().map(|query| condition(&format!("query {}", query.name), &query.test, false)),
    );
    out.extend(matcher.claims.iter().map(|claim| condition(&claim.name, &claim.test, claim.invert)));
    out
}

fn path(matcher: &RouteMatch) -> Option<Condition> {
    let (subject, value) = match &matcher.path {
        PathMatch::Prefix(path) if path == "/" => return None,
        PathMatch::Exact(path) => ("path =", path),
        PathMatch::Prefix(path) => ("prefix", path),
        PathMatch::Regex(regex) => ("regex", regex),
    };
    let subject = if matcher.ignores_case() { format!("{subject} (any case)") } else { subject.to_owned() };
    Some(Condition { subject, value: value.clone() })
}

fn header(header: &HeaderMatch) -> Condition {
    match header.name.as_str() {
        ":method" => condition("method", &header.test, header.invert),
        ":authority" => condition("host", &header.test, header.invert),
        ":scheme" => condition("scheme", &header.test, header.invert),
        name => condition(&format!("header {name}"), &header.test, header.invert),
    }
}

fn condition(what: &str, test: &ValueTest, invert: bool) -> Condition {
    let (verb, value) = match (test, invert) {
        (ValueTest::Present, true) => {
            return Condition { subject: format!("no {what}"), value: String::new() };
        }
        (ValueTest::Present, false) => ("present", ""),
        (ValueTest::Exact(text), false) => ("=", text.as_str()),
        (ValueTest::Exact(text), true) => ("≠", text.as_str()),
        (ValueTest::Prefix(text), false) => ("starts with", text.as_str()),
        (ValueTest::Prefix(text), true) => ("does not start with", text.as_str()),
        (ValueTest::Regex(text), false) => ("matches", text.as_str()),
        (ValueTest::Regex(text), true) => ("does not match", text.as_str()),
    };
    Condition { subject: format!("{what} {verb}"), value: value.to_owned() }
}

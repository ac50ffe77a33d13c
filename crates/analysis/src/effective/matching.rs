//! Conditions of a rule as an Envoy route match (HM-6 to HM-9).

use super::{HeaderMatch, PathMatch, QueryMatch, RouteMatch, ValueTest};
use crate::{
    Profile,
    resource::virtual_service::{HttpMatch, Pattern, StringMatch},
};

/// The match of a condition.
pub(crate) fn route_match(block: &HttpMatch, profile: &Profile) -> RouteMatch {
    let mut headers = Vec::new();
    let mut claims = Vec::new();
    for (name, test) in &block.headers {
        let matcher = header(name, &test.value, profile);
        if is_claim(name) { claims.push(matcher) } else { headers.push(matcher) }
    }
    for (name, test) in &block.without_headers {
        let mut matcher = header(name, &test.value, profile);
        matcher.invert = true;
        matcher.missing_as_empty = matcher.test != ValueTest::Present;
        if is_claim(name) { claims.push(matcher) } else { headers.push(matcher) }
    }
    headers.sort_by(|a, b| a.name.cmp(&b.name));
    let parts = [(":method", &block.method), (":authority", &block.authority), (":scheme", &block.scheme)];
    for (name, test) in parts {
        headers.extend(test.as_ref().map(|test| header(name, test, profile)));
    }
    RouteMatch {
        path: path(block.uri.as_ref()),
        case_sensitive: profile.case_sensitive_stated.then_some(!block.ignore_uri_case),
        headers,
        query: block
            .query_params
            .iter()
            .map(|(name, test)| QueryMatch { name: name.clone(), test: value_test(&test.value, profile) })
            .collect(),
        claims,
    }
}

fn path(uri: Option<&StringMatch>) -> PathMatch {
    match uri.and_then(|uri| uri.pattern.as_ref()).map(|pattern| &pattern.value) {
        Some(Pattern::Exact(text)) => PathMatch::Exact(text.clone()),
        Some(Pattern::Prefix(text)) => PathMatch::Prefix(text.clone()),
        Some(Pattern::Regex(text)) => PathMatch::Regex(text.clone()),
        None => PathMatch::Prefix("/".into()),
    }
}

fn header(name: &str, test: &StringMatch, profile: &Profile) -> HeaderMatch {
    let test = value_test(test, profile);
    HeaderMatch { name: name.to_owned(), test, invert: false, missing_as_empty: false }
}

/// Nothing asked, or the regex `*`, asks for presence (HM-7).
fn value_test(test: &StringMatch, profile: &Profile) -> ValueTest {
    match test.pattern.as_ref().map(|pattern| &pattern.value) {
        None => ValueTest::Present,
        Some(Pattern::Regex(text)) if text == "*" && profile.presence_matches => ValueTest::Present,
        Some(pattern) => pattern_test(pattern),
    }
}

/// A pattern as a test of a value.
pub(super) fn pattern_test(pattern: &Pattern) -> ValueTest {
    match pattern {
        Pattern::Exact(text) => ValueTest::Exact(text.clone()),
        Pattern::Prefix(text) => ValueTest::Prefix(text.clone()),
        Pattern::Regex(text) => ValueTest::Regex(text.clone()),
    }
}

/// Whether a header's name stands for a claim of a JWT (HM-7).
pub(crate) fn is_claim(name: &str) -> bool {
    const CLAIMS: &str = "@request.auth.claims";
    let start = name.get(..CLAIMS.len()).is_some_and(|start| start.eq_ignore_ascii_case(CLAIMS));
    start && matches!(name.as_bytes().get(CLAIMS.len()), Some(b'.' | b'[')) && name.len() > CLAIMS.len() + 1
}

/// Whether a route takes every request, so that it is moved to the end (RDS-6).
pub(super) fn is_catch_all(matcher: &RouteMatch, profile: &Profile) -> bool {
    let everything = match &matcher.path {
        PathMatch::Prefix(path) => path == "/",
        PathMatch::Regex(regex) => regex == if profile.dot_star_is_catch_all { ".*" } else { "*" },
        PathMatch::Exact(_) => false,
    };
    everything && matcher.headers.is_empty() && matcher.query.is_empty() && matcher.claims.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ex_36_catch_alls() {
        let profile = Profile::current();
        let matcher = |path| RouteMatch { path, ..RouteMatch::any() };
        assert!(is_catch_all(&RouteMatch::any(), &profile));
        assert!(is_catch_all(&matcher(PathMatch::Regex(".*".into())), &profile));
        assert!(!is_catch_all(&matcher(PathMatch::Regex("/.*".into())), &profile));
        assert!(!is_catch_all(&matcher(PathMatch::Prefix(String::new())), &profile));
        let header = HeaderMatch {
            name: "x".into(),
            test: ValueTest::Present,
            invert: false,
            missing_as_empty: false,
        };
        assert!(!is_catch_all(&RouteMatch { headers: vec![header], ..RouteMatch::any() }, &profile));
    }

    #[test]
    fn hm_6_case_is_said_of_conditions_alone_and_not_in_1_1() {
        let block = HttpMatch::default();
        assert_eq!(route_match(&block, &Profile::current()).case_sensitive, Some(true));
        let ignoring = HttpMatch { ignore_uri_case: true, ..HttpMatch::default() };
        assert_eq!(route_match(&ignoring, &Profile::current()).case_sensitive, Some(false));
        assert_eq!(route_match(&block, &Profile::v1_1()).case_sensitive, None);
        assert_eq!(RouteMatch::any().case_sensitive, None);
    }

    #[test]
    fn claims() {
        assert!(is_claim("@request.auth.claims.group") && is_claim("@request.auth.claims[group]"));
        assert!(!is_claim("@request.auth.claims") && !is_claim("@request.auth.claimsx") && !is_claim("x"));
    }
}

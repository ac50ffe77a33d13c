//! Whether a request is one that a route takes.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Patterns,
    condition::{Condition, Part},
    path::{normalise_path, split_target},
};
use crate::{Request, effective::RouteMatch};

/// What of a request routes can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    /// The method.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The Host header, with a port where one is sent.
    pub authority: String,
    /// The path, normalised, without query.
    pub path: String,
    /// The query as sent, without its question mark.
    pub query: Option<String>,
    /// Headers by name in small letters; the values of several of one name are joined by commas.
    pub headers: HashMap<String, String>,
    /// The first value of each query parameter. Nothing is unescaped.
    pub parameters: HashMap<String, String>,
}

impl RequestFacts {
    /// What routes see of a request. None where Envoy refuses its path.
    pub fn new(request: &Request) -> Option<RequestFacts> {
        let (path, query) = split_target(&request.path);
        let mut headers: HashMap<String, String> = HashMap::new();
        for (name, value) in &request.headers {
            let value = value.trim_matches([' ', '\t']);
            headers
                .entry(name.to_ascii_lowercase())
                .and_modify(|joined| joined.extend([",", value]))
                .or_insert_with(|| value.to_owned());
        }
        let mut parameters = HashMap::new();
        for parameter in query.into_iter().flat_map(|query| query.split('&')) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            parameters.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        Some(RequestFacts {
            method: request.method.clone(),
            scheme: request.scheme.clone(),
            authority: request.host.clone(),
            path: normalise_path(path)?,
            query: query.map(str::to_owned),
            headers,
            parameters,
        })
    }

    /// The value of a part; none where the request has none.
    pub fn part(&self, part: &Part) -> Option<Cow<'_, str>> {
        let text = match part {
            Part::Path => &self.path,
            Part::Target => return Some(self.target()),
            Part::Method => &self.method,
            Part::Scheme => &self.scheme,
            Part::Authority => &self.authority,
            Part::Header(name) => self.headers.get(name)?,
            Part::Query(name) => self.parameters.get(name)?,
            Part::Claim(_) => return None,
        };
        Some(Cow::Borrowed(text))
    }

    /// The path with its query.
    pub fn target(&self) -> Cow<'_, str> {
        match &self.query {
            Some(query) => Cow::Owned(format!("{}?{query}", self.path)),
            None => Cow::Borrowed(&self.path),
        }
    }
}

/// The first condition of a route that a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failed {
    /// The path.
    Path,
    /// The header condition with this index.
    Header(usize),
    /// The query parameter with this index.
    Query(usize),
    /// The claim with this index: a request as written down carries no verified token, so it has no claims.
    Claim(usize),
}

/// The match of a route, with its patterns read.
#[derive(Clone, Debug)]
pub struct Matcher {
    path: Condition,
    headers: Vec<Condition>,
    query: Vec<Condition>,
    claims: Vec<Condition>,
}

impl Matcher {
    /// Prepares the match of a route.
    pub fn new(matcher: &RouteMatch, patterns: &Patterns) -> Matcher {
        Matcher {
            path: Condition::on_path(matcher, patterns),
            headers: matcher.headers.iter().map(|header| Condition::on_header(header, patterns)).collect(),
            query: matcher.query.iter().map(|query| Condition::on_query(query, patterns)).collect(),
            claims: matcher.claims.iter().map(|claim| Condition::on_claim(claim, patterns)).collect(),
        }
    }

    /// Whether a request matches, or else the first condition that it fails.
    pub fn check(&self, request: &RequestFacts) -> Result<(), Failed> {
        let fails = |condition: &Condition| !condition.holds(request.part(&condition.part).as_deref());
        if fails(&self.path) {
            return Err(Failed::Path);
        }
        let header = self.headers.iter().position(fails).map(Failed::Header);
        let failed = header
            .or_else(|| self.query.iter().position(fails).map(Failed::Query))
            .or_else(|| self.claims.iter().position(fails).map(Failed::Claim));
        failed.map_or(Ok(()), Err)
    }
}

/// Whether a request is one that a route takes, or else the first condition that it fails.
pub fn matches(route: &RouteMatch, request: &RequestFacts, patterns: &Patterns) -> Result<(), Failed> {
    Matcher::new(route, patterns).check(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effective::{HeaderMatch, PathMatch, QueryMatch, ValueTest};

    fn request(path: &str, headers: &[(&str, &str)]) -> RequestFacts {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (method, scheme, host) = ("GET".into(), "http".into(), "shop.example:80".into());
        RequestFacts::new(&Request { method, scheme, host, path: path.into(), port: 80, headers }).unwrap()
    }

    fn check(route: &RouteMatch, request: &RequestFacts) -> Result<(), Failed> {
        matches(route, request, &Patterns::default())
    }

    fn header(name: &str, test: ValueTest, without: bool) -> RouteMatch {
        let missing_as_empty = without && test != ValueTest::Present;
        let header = HeaderMatch { name: name.into(), test, invert: without, missing_as_empty };
        RouteMatch { headers: vec![header], ..RouteMatch::any() }
    }

    fn path(path: PathMatch, ignore_case: bool) -> RouteMatch {
        RouteMatch { path, case_sensitive: Some(!ignore_case), ..RouteMatch::any() }
    }

    #[test]
    fn hm_6_paths() {
        let prefix = path(PathMatch::Prefix("/foo".into()), false);
        assert_eq!(check(&prefix, &request("/foobar", &[])), Ok(()));
        assert_eq!(check(&prefix, &request("/Foo", &[])), Err(Failed::Path));
        assert_eq!(check(&path(PathMatch::Prefix("/foo".into()), true), &request("/FOO/x", &[])), Ok(()));
        let exact = path(PathMatch::Exact("/a".into()), true);
        assert_eq!(check(&exact, &request("/x/../A?b", &[])), Ok(()));
        assert_eq!(check(&exact, &request("/a/", &[])), Err(Failed::Path));
        let regex = path(PathMatch::Regex("/a.*".into()), true);
        assert_eq!(check(&regex, &request("/abc?x", &[])), Ok(()));
        assert_eq!(check(&regex, &request("/Abc", &[])), Err(Failed::Path), "regexes keep their case");
        assert_eq!(check(&regex, &request("/x/abc", &[])), Err(Failed::Path), "and match as a whole");
    }

    #[test]
    fn hm_7_headers() {
        let exact = ValueTest::Exact("a".into());
        let failed = Err(Failed::Header(0));
        let with = |headers: &[(&str, &str)]| request("/", headers);
        assert_eq!(check(&header("X-Env", exact.clone(), false), &with(&[("x-eNV", " a ")])), Ok(()));
        assert_eq!(check(&header("x-env", exact.clone(), false), &with(&[("x-env", "A")])), failed);
        assert_eq!(check(&header("x-env", exact.clone(), false), &with(&[])), failed);
        assert_eq!(
            check(&header("x-env", exact.clone(), true), &with(&[])),
            Ok(()),
            "absent counts as empty"
        );
        assert_eq!(check(&header("x-env", exact.clone(), true), &with(&[("x-env", "a")])), failed);
        let empty = ValueTest::Regex(".*".into());
        assert_eq!(check(&header("x-env", empty, true), &with(&[])), failed);
        assert_eq!(check(&header("x-env", ValueTest::Present, true), &with(&[])), Ok(()));
        assert_eq!(check(&header("x-env", ValueTest::Present, true), &with(&[("x-env", "")])), failed);
        let joined = ValueTest::Exact("a,b".into());
        assert_eq!(check(&header("x-env", joined, false), &with(&[("x-env", "a"), ("X-Env", "b")])), Ok(()));
    }

    #[test]
    fn hm_8_request_line() {
        let exact = |name, value: &str| header(name, ValueTest::Exact(value.into()), false);
        let request = request("/a?b=c", &[]);
        assert_eq!(check(&exact(":authority", "shop.example"), &request), Err(Failed::Header(0)));
        assert_eq!(check(&exact(":authority", "shop.example:80"), &request), Ok(()));
        assert_eq!(check(&exact("Host", "shop.example:80"), &request), Ok(()));
        assert_eq!(check(&exact(":method", "GET"), &request), Ok(()));
        assert_eq!(check(&exact(":method", "get"), &request), Err(Failed::Header(0)));
        assert_eq!(check(&exact(":scheme", "http"), &request), Ok(()));
        assert_eq!(check(&exact(":path", "/a?b=c"), &request), Ok(()));
    }

    #[test]
    fn hm_9_query() {
        let query = |name: &str, test| {
            let query = vec![QueryMatch { name: name.into(), test }];
            RouteMatch { query, ..RouteMatch::any() }
        };
        let one = query("v", ValueTest::Exact("1".into()));
        assert_eq!(check(&one, &request("/?v=1&v=2", &[])), Ok(()), "the first value counts");
        assert_eq!(check(&one, &request("/?v=2&v=1", &[])), Err(Failed::Query(0)));
        assert_eq!(check(&one, &request("/?w=1", &[])), Err(Failed::Query(0)));
        assert_eq!(check(&query("debug", ValueTest::Present), &request("/?debug", &[])), Ok(()));
        assert_eq!(check(&query("debug", ValueTest::Exact(String::new())), &request("/?debug", &[])), Ok(()));
    }

    #[test]
    fn claims_need_a_token() {
        let claim = |invert| {
            let name = "@request.auth.claims.group".into();
            HeaderMatch { name, test: ValueTest::Exact("a".into()), invert, missing_as_empty: invert }
        };
        let route = |invert| RouteMatch { claims: vec![claim(invert)], ..RouteMatch::any() };
        assert_eq!(check(&route(false), &request("/", &[])), Err(Failed::Claim(0)));
        assert_eq!(check(&route(true), &request("/", &[])), Ok(()));
    }
}

//! A small world of requests, and random routes that tell its requests apart.

use pilothouse_analysis::{
    Request,
    effective::{HeaderMatch, PathMatch, QueryMatch, RouteMatch, ValueTest},
    space::RequestFacts,
};

use crate::random::Random;

/// Every path of some letters up to a length, as it is after normalisation.
pub(crate) fn paths() -> Vec<String> {
    let letters = ["a", "b", "A", "/", "c", "1"];
    let mut all = vec!["/".to_owned()];
    let mut longest = all.clone();
    for _ in 0..3 {
        longest = longest.iter().flat_map(|text| letters.map(|letter| format!("{text}{letter}"))).collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// Every request of the world.
pub(crate) fn requests() -> Vec<RequestFacts> {
    let values = [None, Some(""), Some("1"), Some("2"), Some("12")];
    let mut all = Vec::new();
    for path in paths().into_iter().step_by(9) {
        for x in values {
            for v in [None, Some(""), Some("1"), Some("12")] {
                for method in ["GET", "POST"] {
                    let query = v.map(|v| format!("?v={v}")).unwrap_or_default();
                    let headers = x.map(|x| ("x".to_owned(), x.to_owned()));
                    let request = Request {
                        method: method.into(),
                        scheme: "http".into(),
                        host: "example.com".into(),
                        path: format!("{path}{query}"),
                        port: 80,
                        headers: headers.into_iter().collect(),
                    };
                    all.push(RequestFacts::new(&request).unwrap());
                }
            }
        }
    }
    all
}

const LITERALS: [&str; 9] = ["/", "/a", "/A", "/ab", "/a/", "/b", "/aa", "/1", ""];

pub(crate) const PATTERNS: [&str; 22] = [
    "/.*",
    ".*",
    "/a.*",
    "/[ab]+",
    "/[^a]*",
    "/(a|b)*",
    "(?i)/a",
    "(?i)/a.*",
    "/a?b?",
    "/.{2}",
    "/.{0,2}",
    ".*a",
    ".*/",
    "/[[:alpha:]]*",
    r"/\d+.*",
    r"/\w*\b.*",
    "/|/a|/b",
    "/a$|/b$",
    "(/[^/]*){2}",
    r"/\D*",
    "/x+",
    "a",
];

/// A random condition on the path, and whether its case is ignored.
pub(crate) fn path(random: &mut Random) -> (PathMatch, bool) {
    let literal = (*random.pick(&LITERALS)).to_owned();
    let path = match random.below(4) {
        0 => PathMatch::Exact(literal),
        1 => PathMatch::Prefix(literal),
        2 => PathMatch::Prefix("/".into()),
        _ => PathMatch::Regex((*random.pick(&PATTERNS)).to_owned()),
    };
    (path, random.once_in(4))
}

fn test(random: &mut Random) -> ValueTest {
    match random.below(4) {
        0 => ValueTest::Present,
        1 => ValueTest::Exact((*random.pick(&["", "1", "2"])).to_owned()),
        2 => ValueTest::Prefix((*random.pick(&["", "1", "12"])).to_owned()),
        _ => ValueTest::Regex((*random.pick(&[".*", "1?", "[12]+", "1.*", "(1|2)", ".+"])).to_owned()),
    }
}

/// A random match.
pub(crate) fn route(random: &mut Random) -> RouteMatch {
    let (path, ignore_case) = path(random);
    let mut headers = Vec::new();
    for _ in 0..random.below(3) {
        let test = test(random);
        let invert = random.once_in(2);
        let missing_as_empty = invert && test != ValueTest::Present;
        headers.push(HeaderMatch { name: "X".into(), test, invert, missing_as_empty });
    }
    if random.once_in(4) {
        let test = ValueTest::Regex((*random.pick(&["GET", "POST", "GET|POST", "[A-Z]+"])).to_owned());
        headers.push(HeaderMatch {
            name: ":method".into(),
            test,
            invert: random.once_in(3),
            missing_as_empty: false,
        });
    }
    let query = if random.once_in(3) {
        vec![QueryMatch { name: "v".into(), test: test(random) }]
    } else {
        Vec::new()
    };
    RouteMatch { path, case_sensitive: Some(!ignore_case), headers, query, claims: Vec::new() }
}

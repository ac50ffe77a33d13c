//! What is left of routes behind others, compared with trying every request.

use pilothouse_analysis::{
    effective::{HeaderMatch, PathMatch, RouteConfig, RouteMatch, ValueTest, VirtualHost},
    space::{Answer, Hosts, Matcher, Patterns, RequestFacts, Space, Witness},
};

use crate::{random::Random, world};

fn facts(witness: &Witness) -> RequestFacts {
    RequestFacts::new(&witness.request("http", 80)).expect("Envoy takes every witness")
}

struct Checked {
    matchers: Vec<Matcher>,
    routes: Vec<RouteMatch>,
    /// For each request of the world, the routes that match it.
    matched: Vec<Vec<usize>>,
}

impl Checked {
    fn new(random: &mut Random, world: &[RequestFacts]) -> Checked {
        let routes: Vec<RouteMatch> = (0..1 + random.below(7)).map(|_| world::route(random)).collect();
        let patterns = Patterns::default();
        let matchers: Vec<Matcher> = routes.iter().map(|route| Matcher::new(route, &patterns)).collect();
        let matching = |request: &RequestFacts| matching(&matchers, request);
        let matched = world.iter().map(matching).collect();
        Checked { matchers, routes, matched }
    }

    /// Checks an answer: a witness matches `all` and nothing of `avoided`; without one no request of the world does.
    fn check(&self, answer: &Answer<Witness>, all: &[usize], avoided: impl Fn(usize) -> bool) {
        let fits = |matched: &Vec<usize>| {
            all.iter().all(|route| matched.contains(route)) && !matched.iter().any(|&route| avoided(route))
        };
        match answer {
            Answer::Witness(witness) => {
                let matched = matching(&self.matchers, &facts(witness));
                assert!(fits(&matched), "{witness:?} matches {matched:?}, not {all:?}: {:#?}", self.routes);
            }
            Answer::Empty => assert!(!self.matched.iter().any(fits), "{all:?} of {:#?}", self.routes),
            Answer::Undecided => panic!("undecided: {all:?} of {:#?}", self.routes),
        }
    }
}

fn matching(matchers: &[Matcher], request: &RequestFacts) -> Vec<usize> {
    (0..matchers.len()).filter(|&route| matchers[route].check(request).is_ok()).collect()
}

/// Random spaces with their brute-force truth.
fn spaces(rounds: usize, mut check: impl FnMut(&Space, &Checked)) {
    let world = world::requests();
    let mut random = Random::new(2);
    for _ in 0..rounds {
        let checked = Checked::new(&mut random, &world);
        let space = Space::new(&checked.routes.iter().collect::<Vec<_>>());
        check(&space, &checked);
    }
}

#[test]
fn reachable_routes_are_those_that_some_request_reaches() {
    let mut reached = [0, 0];
    spaces(400, |space, checked| {
        for route in 0..checked.routes.len() {
            let answer = space.reachable(route);
            checked.check(&answer, &[route], |earlier| earlier < route);
            reached[usize::from(answer == Answer::Empty)] += 1;
        }
    });
    assert!(reached[0] > 400 && reached[1] > 150, "both happen often: {reached:?}");
}

#[test]
fn overlaps_are_those_that_some_request_shows() {
    spaces(60, |space, checked| {
        for one in 0..checked.routes.len() {
            for other in 0..one {
                checked.check(&space.overlap(one, other), &[one, other], |earlier| earlier < other);
                let odd = |route: usize| route % 2 == 1 && route != one && route != other;
                checked.check(&space.outside(&[one, other], odd), &[one, other], odd);
            }
        }
    });
}

#[test]
fn covers_cover_and_none_of_them_is_too_much() {
    spaces(150, |space, checked| {
        for route in 0..checked.routes.len() {
            let cover = space.covering(route);
            assert!(cover.iter().all(|&earlier| earlier < route));
            if space.reachable(route) != Answer::Empty {
                assert!(cover.is_empty());
                continue;
            }
            assert_eq!(space.outside(&[route], |other| cover.contains(&other)), Answer::Empty);
            for spared in &cover {
                let rest = |other: usize| other != *spared && cover.contains(&other);
                assert!(
                    matches!(space.outside(&[route], rest), Answer::Witness(_)),
                    "{cover:?} without {spared}"
                );
            }
        }
    });
}

#[test]
fn routes_that_overlap_are_neighbours() {
    spaces(150, |space, checked| {
        for route in 0..checked.routes.len() {
            let neighbours = space.neighbours(route);
            for other in (0..checked.routes.len()).filter(|&other| other != route) {
                let overlap = space.outside(&[route, other], |_| false) != Answer::Empty;
                assert!(
                    !overlap || neighbours.contains(&other),
                    "{route} and {other} of {:#?}",
                    checked.routes
                );
            }
        }
    });
}

fn path(path: PathMatch) -> RouteMatch {
    RouteMatch { path, ..RouteMatch::any() }
}

fn exact(text: &str) -> RouteMatch {
    path(PathMatch::Exact(text.into()))
}

fn prefix(text: &str) -> RouteMatch {
    path(PathMatch::Prefix(text.into()))
}

fn regex(text: &str) -> RouteMatch {
    path(PathMatch::Regex(text.into()))
}

fn header(name: &str, test: ValueTest, invert: bool) -> RouteMatch {
    let missing_as_empty = invert && test != ValueTest::Present;
    let header = HeaderMatch { name: name.into(), test, invert, missing_as_empty };
    RouteMatch { headers: vec![header], ..RouteMatch::any() }
}

fn last(routes: &[RouteMatch]) -> Answer<Witness> {
    Space::new(&routes.iter().collect::<Vec<_>>()).reachable(routes.len() - 1)
}

fn witness(routes: &[RouteMatch]) -> Witness {
    match last(routes) {
        Answer::Witness(witness) => witness,
        other => panic!("{other:?}"),
    }
}

#[test]
fn witnesses_read_well() {
    let all: Vec<String> = [
        vec![RouteMatch::any()],
        vec![prefix("/api")],
        vec![exact("/api/cart")],
        vec![exact("/api"), prefix("/api/"), prefix("/api")],
        vec![regex("/v[0-9]+/.*")],
        vec![header("x-user", ValueTest::Present, false)],
        vec![header("x-user", ValueTest::Prefix("Bearer ".into()), false)],
        vec![header("x-user", ValueTest::Regex("(?i)k".into()), false)],
        vec![header(":method", ValueTest::Exact("GET".into()), false), RouteMatch::any()],
        vec![header(":authority", ValueTest::Regex("shop.*".into()), false)],
    ]
    .iter()
    .map(|routes| witness(routes).request("http", 80).to_string())
    .collect();
    assert_eq!(
        all,
        [
            "GET http://example.com/",
            "GET http://example.com/api",
            "GET http://example.com/api/cart",
            "GET http://example.com/apia",
            "GET http://example.com/v0/",
            "GET http://example.com/ -H 'x-user: 1'",
            "GET http://example.com/ -H 'x-user: Bearer a'",
            "GET http://example.com/ -H 'x-user: k'",
            "POST http://example.com/",
            "GET http://shop/",
        ]
    );
}

#[test]
fn hm_6_paths_that_no_request_has() {
    for matcher in [
        exact("/a?b"),
        exact("/a/../b"),
        prefix("/a#"),
        exact("/%62"),
        exact("api"),
        regex(r"/\?a=1"),
        exact("/{id}"),
    ] {
        assert_eq!(last(std::slice::from_ref(&matcher)), Answer::Empty, "{matcher:?}");
    }
    assert!(matches!(last(&[prefix("/a/..")]), Answer::Witness(witness) if witness.path == "/a/..a"));
}

#[test]
fn several_routes_cover_one() {
    let present = |invert| header("x", ValueTest::Present, invert);
    assert_eq!(last(&[present(false), present(true), RouteMatch::any()]), Answer::Empty);
    assert_eq!(last(&[regex("/[a-m].*"), regex("/[n-z].*"), regex("/[a-z]+")]), Answer::Empty);
    let digits: Vec<RouteMatch> = (0..1000).map(|number| exact(&format!("/item/{number:03}"))).collect();
    assert_eq!(last(&[digits.clone(), vec![regex("/item/[0-9]{3}")]].concat()), Answer::Empty);
    assert_eq!(witness(&[digits, vec![regex("/item/[0-9]{3}.?")]].concat()).path, "/item/000a");
}

#[test]
fn claims_are_undecided() {
    let claim = |invert| {
        let name = "@request.auth.claims.group".into();
        let claim =
            HeaderMatch { name, test: ValueTest::Exact("a".into()), invert, missing_as_empty: invert };
        RouteMatch { claims: vec![claim], ..RouteMatch::any() }
    };
    assert_eq!(last(&[claim(false)]), Answer::Undecided);
    assert_eq!(
        last(&[RouteMatch::any(), claim(false)]),
        Answer::Empty,
        "whatever the claims, nothing is left"
    );
    assert_eq!(witness(&[claim(false), RouteMatch::any()]).path, "/", "a request without a token");
    assert_eq!(last(&[claim(true), RouteMatch::any()]), Answer::Undecided);
    assert_eq!(last(&[claim(true), prefix("/"), RouteMatch::any()]), Answer::Empty);
}

#[test]
fn refused_patterns_are_undecided() {
    assert_eq!(last(&[regex("/a(")]), Answer::Undecided);
    assert_eq!(last(&[regex("/a("), RouteMatch::any()]), Answer::Undecided);
    assert_eq!(last(&[regex("/a("), RouteMatch::any(), exact("/")]), Answer::Empty);
}

/// Whatever is said of patterns that explode is true, and little is left unsaid.
#[test]
fn patterns_that_explode() {
    let nasty =
        ["(.{0,30}){30}[0-9]", "(a|b)*a(a|b){12}", ".{0,1000}x", "(.*a){12}", r"(\w+\s?)+$", ".*a.{20}"];
    let mut undecided = 0;
    for one in nasty {
        for other in nasty {
            let routes = [regex(&format!("/{one}")), regex(&format!("/.*{other}"))];
            match last(&routes) {
                Answer::Witness(witness) => {
                    let patterns = Patterns::default();
                    let matchers = routes.each_ref().map(|route| Matcher::new(route, &patterns));
                    assert_eq!(matching(&matchers, &facts(&witness)), [1], "{witness:?} of {routes:?}");
                }
                Answer::Empty => assert!(one == other || one == "(.{0,30}){30}[0-9]", "{routes:?}"),
                Answer::Undecided => undecided += 1,
            }
        }
    }
    assert!(undecided <= 5, "{undecided} of 36");
}

fn hosts(index: usize) -> Hosts {
    let host = |domains: &[&str]| VirtualHost {
        name: "host".into(),
        domains: domains.iter().map(|&domain| domain.into()).collect(),
        require_tls: None,
        routes: Vec::new(),
        origins: Vec::new(),
        service: None,
    };
    let config = RouteConfig {
        name: "http.80".into(),
        port: 80,
        virtual_hosts: vec![host(&["*.example"]), host(&["www.example", "a.example"]), host(&["*"])],
        ignores_port: true,
        refused: None,
        servers: Vec::new(),
    };
    Hosts::new(&config, index)
}

#[test]
fn hm_8_only_hosts_that_get_there() {
    let asks = |test| header(":authority", test, false);
    let answer = |test, index| Space::new(&[&asks(test)]).to_hosts(&hosts(index)).reachable(0);
    let witness = |answer| match answer {
        Answer::Witness(Witness { authority, .. }) => authority,
        other => panic!("{other:?}"),
    };
    assert_eq!(witness(answer(ValueTest::Present, 0)), "x.example", "www and a go elsewhere");
    assert_eq!(witness(answer(ValueTest::Present, 1)), "www.example");
    assert_eq!(witness(answer(ValueTest::Exact("a.example:8080".into()), 1)), "a.example:8080");
    assert_eq!(witness(answer(ValueTest::Regex(".*:[0-9]+".into()), 1)), "www.example:0");
    assert_eq!(answer(ValueTest::Exact("a.example".into()), 0), Answer::Empty);
    assert_eq!(answer(ValueTest::Exact("b.example".into()), 1), Answer::Empty);
    assert_eq!(witness(answer(ValueTest::Prefix("a.example".into()), 2)), "a.examplea");
}

#[test]
fn hm_8_only_the_scheme_of_the_listener() {
    let https = header(":scheme", ValueTest::Exact("https".into()), false);
    let answer = |scheme| Space::new(&[&https]).with_scheme(scheme).reachable(0);
    assert_eq!(answer("http"), Answer::Empty);
    assert!(
        matches!(answer("https"), Answer::Witness(witness) if witness.scheme.as_deref() == Some("https"))
    );
    let other = header(":scheme", ValueTest::Prefix("ftp".into()), false);
    assert_eq!(last(&[other]), Answer::Empty, "Envoy knows no other schemes");
}

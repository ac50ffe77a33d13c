//! The routes of a virtual host as sets of requests.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::{
    Condition, Hosts, Part, Patterns,
    domain::Domains,
    index::Index,
    solver::{self, Avoided, Finding, Sketch, Value},
    text::Answer,
    witness::Witness,
};
use crate::effective::RouteMatch;

/// So many routes that cover another are told apart one by one.
const FEW: usize = 32;

/// The routes of a virtual host, in order.
///
/// Claims of a JWT are not evaluated: a route that asks for one is undecided unless others take all of its requests,
/// and witnesses carry no token. So is a route whose pattern Envoy refuses.
#[derive(Debug)]
pub struct Space {
    routes: Vec<Vec<Rc<Condition>>>,
    index: Index,
    domains: Domains,
}

impl Space {
    /// Prepares the matches of some routes.
    pub fn new(routes: &[&RouteMatch]) -> Space {
        let patterns = Patterns::default();
        let mut known: HashMap<&RouteMatch, Vec<Rc<Condition>>> = HashMap::new();
        let conditions = |matcher: &&RouteMatch| {
            let all = Condition::all(matcher, &patterns).into_iter();
            all.filter(|condition| !condition.is_trivial()).map(Rc::new).collect::<Vec<_>>()
        };
        let routes: Vec<_> = routes
            .iter()
            .map(|route| known.entry(route).or_insert_with(|| conditions(route)).clone())
            .collect();
        let index = Index::new(routes.iter().map(Vec::as_slice));
        Space { routes, index, domains: Domains::new() }
    }

    /// Only requests that reach a virtual host.
    pub fn to_hosts(mut self, hosts: &Hosts) -> Space {
        self.domains.limit_to_hosts(hosts);
        self
    }

    /// Only requests with a scheme, as those to a listener have.
    pub fn with_scheme(mut self, scheme: &str) -> Space {
        self.domains.limit_to_scheme(scheme);
        self
    }

    /// A request that reaches a route: it matches, and no route before it does.
    pub fn reachable(&self, route: usize) -> Answer<Witness> {
        self.outside(&[route], |earlier| earlier < route)
    }

    /// A request that two routes match and no route before them does.
    pub fn overlap(&self, one: usize, other: usize) -> Answer<Witness> {
        self.outside(&[one, other], |earlier| earlier < one.min(other))
    }

    /// A request that all of some routes match, and none of those to avoid.
    pub fn outside(&self, routes: &[usize], avoid: impl Fn(usize) -> bool) -> Answer<Witness> {
        self.search(routes, &avoid).answer
    }

    /// Earlier routes that together take all requests of a route that cannot be reached; none of them is too much, unless
    /// there are more than 32 of them. Empty where it can be reached, where that is undecided, and where no request
    /// matches at all.
    pub fn covering(&self, route: usize) -> Vec<usize> {
        self.covering_among(route, |earlier| earlier < route)
    }

    /// The same of other routes than all the earlier ones: of those that stand before it in every order, for example.
    pub fn covering_among(&self, route: usize, among: impl Fn(usize) -> bool) -> Vec<usize> {
        let finding = self.search(&[route], &among);
        if finding.answer != Answer::Empty {
            return Vec::new();
        }
        let covers = |routes: &BTreeSet<usize>| {
            self.outside(&[route], |other| routes.contains(&other)) == Answer::Empty
        };
        let mut singles = finding.met.iter().take(FEW);
        if let Some(&single) = singles.find(|&&single| covers(&BTreeSet::from([single]))) {
            return vec![single];
        }
        // Halves are left out where they can be, then quarters, and so on.
        let mut cover = finding.met;
        let mut tries = 4 * FEW;
        let mut size = cover.len().div_ceil(2);
        while size > 0 && tries > 0 {
            let all: Vec<usize> = cover.iter().rev().copied().collect();
            for spared in all.chunks(size).take(tries) {
                let rest = &cover - &spared.iter().copied().collect();
                if covers(&rest) {
                    cover = rest;
                }
                tries -= 1;
            }
            size /= 2;
        }
        cover.into_iter().collect()
    }

    /// The other routes that may match a request of this one, going by literal paths and exact values alone.
    pub fn neighbours(&self, route: usize) -> Vec<usize> {
        let Some(conditions) = self.routes.get(route) else { return Vec::new() };
        let path = conditions.iter().find(|condition| condition.part == Part::Path);
        let prefix = path.map_or("", |path| path.language.prefix());
        let whole = path.is_some_and(|path| path.required_text().is_some());
        let mut near = self.index.sharing(prefix, whole);
        near.retain(|&other| other != route && !disjoint(conditions, &self.routes[other]));
        near
    }

    fn search(&self, routes: &[usize], avoid: &dyn Fn(usize) -> bool) -> Finding {
        let mut conditions: Vec<Rc<Condition>> = Vec::new();
        for &route in routes {
            match self.routes.get(route) {
                Some(more) => conditions.extend(more.iter().cloned()),
                None => return Finding { answer: Answer::Empty, met: BTreeSet::new() },
            }
        }
        solver::search(&conditions, &Earlier { space: self, avoid }, &self.domains)
    }
}

/// Whether an exact value keeps two routes apart.
fn disjoint(one: &[Rc<Condition>], other: &[Rc<Condition>]) -> bool {
    let rules_out = |exact: &Condition, condition: &Condition| {
        let text = exact.required_text().filter(|_| exact.part == condition.part && condition.is_known());
        text.is_some_and(|text| !condition.holds(Some(text)))
    };
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
    pairs.into_iter().any(|(one, other)| rules_out(one, other) || rules_out(other, one))
}

/// The routes of a space that a request must not match.
struct Earlier<'a> {
    space: &'a Space,
    avoid: &'a dyn Fn(usize) -> bool,
}

impl Avoided for Earlier<'_> {
    fn holding(&self, sketch: &Sketch<'_>, handled: &BTreeSet<usize>) -> Option<(usize, bool)> {
        // Without a path the routes near it are not known, and the sketch decides nothing anyway.
        let Value::Text(path) = sketch.value(&Part::Path) else { return None };
        let mut possible = None;
        for route in self.space.index.taking(&path, sketch) {
            if (self.avoid)(route) && !handled.contains(&route) {
                match sketch.meets(&self.space.routes[route]) {
                    Some(true) => return Some((route, true)),
                    Some(false) => {}
                    None => possible = possible.or(Some((route, false))),
                }
            }
        }
        possible
    }

    fn conditions(&self, route: usize) -> &[Rc<Condition>] {
        &self.space.routes[route]
    }

    fn paths_under(&self, prefix: &str) -> Vec<usize> {
        let mut routes = self.space.index.sharing(prefix, false);
        routes.retain(|&route| {
            let literal = |condition: &Rc<Condition>| condition.part == Part::Path && condition.is_literal();
            (self.avoid)(route) && matches!(self.space.routes[route].as_slice(), [only] if literal(only))
        });
        routes
    }
}

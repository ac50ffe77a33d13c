//! What becomes of the routes of a virtual host in every order that the input leaves open: which of them no request
//! reaches, and which take a request from one another by age alone.

use std::{
    cell::{Cell, OnceCell},
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use super::{
    ChainTarget, Effective, Listener, ProxyConfig, Route, RouteConfig, RouteMatch, order::RouteOrder, plain,
};
use crate::{
    Request,
    mesh::Proxy,
    resource::ResourceId,
    space::{Answer, Hosts, Space, Witness},
};

/// So many questions about pairs of routes are asked of one virtual host; so many may stay open before no more are
/// asked; and when so many pairs are found, only VirtualServices that are in none yet are looked at.
const MAX_PAIRS: usize = 5_000;
const MAX_UNDECIDED: u32 = 20;
const MANY: usize = 200;

/// The routes of a virtual host as sets of requests.
#[derive(Debug)]
pub struct Reach {
    /// What becomes of each route.
    pub routes: Vec<Reached>,
    /// Routes of which either could come first, with another result. Of one route with the routes of another
    /// VirtualService only the first is listed.
    pub contests: Vec<Contest>,
    /// Whether all pairs were looked at.
    pub complete: bool,
    /// Which routes stand before which in every order.
    pub order: RouteOrder,
    /// The routes themselves.
    pub(crate) members: Vec<Rc<Route>>,
    /// The scheme of requests, and the hosts where they matter.
    scheme: &'static str,
    hosts: Option<Hosts>,
    /// Made when the texts of the paths alone do not tell.
    space: OnceCell<Space>,
    loose: OnceCell<Space>,
}

/// Whether requests reach a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Some do, in some order of undated resources at least.
    Yes,
    /// None does: these routes, which always stand before it, take all of its requests.
    Never(Vec<usize>),
    /// No request meets its conditions.
    Nothing,
    /// That is not known.
    Unknown,
}

/// Two routes that a request may both match, with another result, and whose order is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// The one that comes first in the assumed order.
    pub first: usize,
    /// The other one.
    pub second: usize,
    /// A request that the one or the other takes; none where it is not known whether there is one.
    pub witness: Option<Witness>,
}

impl Effective {
    /// What becomes of the routes of a virtual host, by its place in the route configuration.
    pub fn reach(&self, proxy: &Proxy, config: &RouteConfig, host: usize) -> Rc<Reach> {
        let key = (proxy.clone(), config.name.clone(), host);
        if let Some(reach) = self.reaches.borrow().get(&key) {
            return reach.clone();
        }
        let entries = config.virtual_hosts.get(host).map(|host| host.routes.as_slice()).unwrap_or_default();
        let members: Vec<Rc<Route>> = entries.iter().map(|entry| entry.route.clone()).collect();
        let asks_for_host = |route: &Rc<Route>| {
            route.matcher.headers.iter().any(|header| header.name.eq_ignore_ascii_case(":authority"))
        };
        let reach = Reach {
            order: self.route_order(proxy, entries),
            scheme: if config.is_https() { "https" } else { "http" },
            hosts: members.iter().any(asks_for_host).then(|| Hosts::new(config, host)),
            ..Reach::of(members)
        };
        let reach = Rc::new(reach.explored());
        self.reaches.borrow_mut().insert(key, reach.clone());
        reach
    }
}

impl RouteConfig {
    /// Whether it serves TLS; those of TLS servers are called so (GW-3).
    pub(crate) fn is_https(&self) -> bool {
        self.name.starts_with("https.")
    }
}

/// The port that connections for a route configuration go to (GW-2).
fn listener_port(proxy: &ProxyConfig, config: &RouteConfig) -> u32 {
    let targets = |listener: &&Listener| {
        listener
            .chains
            .iter()
            .any(|chain| matches!(&chain.target, ChainTarget::Routes(name) if *name == config.name))
    };
    proxy.listeners.iter().find(targets).map_or(config.port, |listener| listener.port)
}

impl Reach {
    fn of(members: Vec<Rc<Route>>) -> Reach {
        Reach {
            routes: Vec::new(),
            contests: Vec::new(),
            complete: true,
            order: RouteOrder::fixed(members.len()),
            members,
            scheme: "http",
            hosts: None,
            space: OnceCell::new(),
            loose: OnceCell::new(),
        }
    }

    /// The routes of one VirtualService alone, for whatever hosts.
    pub(crate) fn of_one(members: Vec<Rc<Route>>) -> Reach {
        Reach::of(members).explored()
    }

    fn explored(mut self) -> Reach {
        let undecided = Cell::new(0);
        let sure = plain::reached(self.members.iter().map(|route| &route.matcher));
        self.routes = sure
            .iter()
            .enumerate()
            .map(|(at, sure)| if *sure { Reached::Yes } else { self.reached(&undecided, at) })
            .collect();
        if !self.order.certain() {
            self.contest(&undecided);
        }
        self
    }

    fn space(&self) -> &Space {
        self.space.get_or_init(|| self.build_space().with_scheme(self.scheme))
    }

    /// The same for requests of any scheme.
    fn loose(&self) -> &Space {
        self.loose.get_or_init(|| self.build_space())
    }

    /// The one in which a claim about all requests must hold.
    fn widest(&self) -> &Space {
        if self.asks_for_scheme() { self.loose() } else { self.space() }
    }

    fn build_space(&self) -> Space {
        let matches: Vec<_> = self.members.iter().map(|route| &route.matcher).collect();
        let space = Space::new(&matches);
        match &self.hosts {
            Some(hosts) => space.to_hosts(hosts),
            None => space,
        }
    }

    fn asks_for_scheme(&self) -> bool {
        self.members.iter().flat_map(|route| &route.matcher.headers).any(|header| header.name == ":scheme")
    }

    /// A witness as it would be sent to a virtual host of a proxy.
    pub fn request(
        &self,
        witness: &Witness,
        proxy: &ProxyConfig,
        config: &RouteConfig,
        host: usize,
    ) -> Request {
        let request = witness.request(self.scheme, listener_port(proxy, config));
        if self.hosts.is_some() {
            return request;
        }
        let any = RouteMatch::any();
        match Space::new(&[&any]).to_hosts(&Hosts::new(config, host)).reachable(0) {
            Answer::Witness(example) => Request { host: example.authority, ..request },
            Answer::Empty | Answer::Undecided => request,
        }
    }

    /// A request that reaches a route in the assumed order.
    pub fn sample(&self, route: usize) -> Option<Witness> {
        match self.space().outside(&[route], |before| before < route) {
            Answer::Witness(witness) => Some(witness),
            Answer::Empty | Answer::Undecided => None,
        }
    }

    fn reached(&self, undecided: &Cell<u32>, at: usize) -> Reached {
        if undecided.get() > MAX_UNDECIDED {
            return Reached::Unknown;
        }
        let before = |other: usize| self.order.precedes(other, at);
        match self.space().outside(&[at], before) {
            Answer::Witness(_) => Reached::Yes,
            Answer::Undecided => {
                undecided.set(undecided.get() + 1);
                Reached::Unknown
            }
            // Behind a proxy that is trusted, requests may have another scheme than their connection.
            Answer::Empty
                if self.asks_for_scheme() && self.loose().outside(&[at], before) != Answer::Empty =>
            {
                Reached::Unknown
            }
            Answer::Empty => match self.widest().covering_among(at, before) {
                cover if cover.is_empty() => Reached::Nothing,
                cover => Reached::Never(cover),
            },
        }
    }

    /// The route in front of one that is never reached which takes some of its requests and does something else with
    /// them; none where nothing changes for any request, or that is not known.
    pub fn taker(&self, route: usize) -> Option<(usize, Witness)> {
        const TRIES: usize = 200;
        let lost = self.members.get(route)?;
        let mut others: Vec<usize> = self.space().neighbours(route);
        others.retain(|&other| self.order.precedes(other, route) && !self.members[other].same_outcome(lost));
        others.into_iter().take(TRIES).find_map(|other| {
            match self.space().outside(&[route, other], |before| before < other) {
                Answer::Witness(witness) => Some((other, witness)),
                Answer::Empty | Answer::Undecided => None,
            }
        })
    }

    /// Looks for pairs. Every pair has a member outside the largest VirtualService, so only from there it is looked.
    fn contest(&mut self, undecided: &Cell<u32>) {
        let fragments: Vec<Option<ResourceId>> =
            self.members.iter().map(|route| route.origin.map(|origin| origin.virtual_service)).collect();
        let largest = largest(&fragments);
        let all: HashSet<Option<ResourceId>> = fragments.iter().copied().collect();
        let mut settled: HashSet<(usize, Option<ResourceId>)> = HashSet::new();
        let mut told: HashSet<Option<ResourceId>> = HashSet::new();
        let mut asked = 0;
        for one in (0..self.members.len()).filter(|&at| fragments[at] != largest) {
            if self.contests.len() > MANY && told.len() == all.len() {
                self.complete = false;
                return;
            }
            for other in self.space().neighbours(one) {
                let done = |a: usize, b: usize| settled.contains(&(a, fragments[b]));
                let twice = other < one && fragments[other] != largest;
                if twice
                    || !self.order.open(one, other)
                    || done(one, other) && done(other, one)
                    || self.members[one].same_outcome(&self.members[other])
                {
                    continue;
                }
                if self.contests.len() > MANY
                    && told.contains(&fragments[one])
                    && told.contains(&fragments[other])
                {
                    self.complete = false;
                    continue;
                }
                asked += 1;
                if asked > MAX_PAIRS || undecided.get() > MAX_UNDECIDED {
                    self.complete = false;
                    return;
                }
                // One that in the assumed order gets to the first of the two, so that asking for it confirms it.
                let (first, second) = (one.min(other), one.max(other));
                let before = |at: usize| at < first || self.order.precedes(at, second);
                let witness = match self.space().outside(&[one, other], before) {
                    Answer::Empty => continue,
                    Answer::Witness(witness) => Some(witness),
                    Answer::Undecided => {
                        undecided.set(undecided.get() + 1);
                        None
                    }
                };
                if witness.is_some() {
                    settled.insert((one, fragments[other]));
                    settled.insert((other, fragments[one]));
                    told.extend([fragments[one], fragments[other]]);
                }
                self.contests.push(Contest { first, second, witness });
            }
        }
    }
}

/// The VirtualService with the most routes.
fn largest(fragments: &[Option<ResourceId>]) -> Option<ResourceId> {
    let mut counts: BTreeMap<ResourceId, usize> = BTreeMap::new();
    for fragment in fragments.iter().flatten() {
        *counts.entry(*fragment).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(fragment, _)| fragment)
}

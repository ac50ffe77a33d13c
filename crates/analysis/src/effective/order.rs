//! Which routes of a virtual host stand in an order that the input proves, and which only in the assumed one.

use std::ops::Range;

use super::{Effective, RouteEntry, matching::is_catch_all};
use crate::{
    mesh::{Age, Mesh, Proxy},
    resource::ResourceId,
};

/// For each route of a virtual host the routes that stand before it however old undated resources are.
#[derive(Clone, Debug, Default)]
pub struct RouteOrder {
    before: Vec<[Range<usize>; 4]>,
}

impl RouteOrder {
    /// Routes in an order that nothing can change.
    pub fn fixed(count: usize) -> RouteOrder {
        RouteOrder { before: (0..count).map(|at| [0..at, 0..0, 0..0, 0..0]).collect() }
    }

    /// The routes that stand before one in every order.
    pub fn before(&self, at: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        self.before[at].iter().cloned().flatten()
    }

    /// Whether a route stands before another in every order.
    pub fn precedes(&self, first: usize, second: usize) -> bool {
        self.before[second].iter().any(|range| range.contains(&first))
    }

    /// Whether the order of two routes hangs on the unknown age of their resources.
    pub fn open(&self, a: usize, b: usize) -> bool {
        a != b && !self.precedes(a, b) && !self.precedes(b, a)
    }

    /// Whether every route's place is certain.
    pub fn certain(&self) -> bool {
        self.before
            .iter()
            .enumerate()
            .all(|(at, ranges)| ranges.iter().map(ExactSizeIterator::len).sum::<usize>() == at)
    }
}

impl Effective {
    /// What is certain of the order of a virtual host's routes: Gateways by age, then the VirtualServices of a server
    /// by bucket and age, then the rules of each as written; catch-alls behind all others (ORD-5, BIND-5, RDS-4,
    /// RDS-5).
    pub fn route_order(&self, proxy: &Proxy, entries: &[RouteEntry]) -> RouteOrder {
        let catch_all = |entry: &RouteEntry| is_catch_all(&entry.route.matcher, &self.mesh.profile);
        // A lone VirtualService's routes are in its own order anyway.
        let plain = entries.iter().rposition(|entry| !catch_all(entry)).map_or(0, |last| last + 1);
        let mut before = Vec::with_capacity(entries.len());
        for (part, ahead) in [(0..plain, 0..0), (plain..entries.len(), 0..plain)] {
            let groups = Groups::new(&self.mesh, proxy, entries, part.clone());
            before.extend(part.map(|at| groups.before(at, ahead.clone())));
        }
        RouteOrder { before }
    }
}

/// Where the runs of routes that belong together begin.
struct Groups {
    start: usize,
    /// For each route: where the Gateways that may change places with its own begin, where its own Gateway's routes
    /// begin, where the VirtualServices that may change places with its own begin, where its own begin.
    starts: Vec<[usize; 4]>,
}

impl Groups {
    fn new(mesh: &Mesh, proxy: &Proxy, entries: &[RouteEntry], part: Range<usize>) -> Groups {
        let start = part.start;
        let mut starts: Vec<[usize; 4]> = Vec::with_capacity(part.len());
        for at in part {
            let mut here = [at; 4];
            if at > start {
                let (last, this) = (&entries[at - 1], &entries[at]);
                let known = starts[at - 1 - start];
                let same_gateway = gateway(last) == gateway(this);
                let same_server = last.via == this.via;
                let same_fragment = same_server && fragment(last) == fragment(this);
                if same_gateway || open_gateways(mesh, last, this) {
                    here[0] = known[0];
                }
                if same_gateway {
                    here[1] = known[1];
                }
                if same_fragment || same_server && open_fragments(mesh, proxy, last, this) {
                    here[2] = known[2];
                }
                if same_fragment {
                    here[3] = known[3];
                }
            }
            starts.push(here);
        }
        Groups { start, starts }
    }

    fn before(&self, at: usize, ahead: Range<usize>) -> [Range<usize>; 4] {
        let [gateways, gateway, fragments, fragment] = self.starts[at - self.start];
        [ahead, self.start..gateways, gateway..fragments, fragment..at]
    }
}

fn gateway(entry: &RouteEntry) -> Option<ResourceId> {
    entry.via.map(|server| server.gateway)
}

fn fragment(entry: &RouteEntry) -> Option<ResourceId> {
    entry.route.origin.map(|origin| origin.virtual_service)
}

/// Neighbours whose Gateways are both undated.
fn open_gateways(mesh: &Mesh, a: &RouteEntry, b: &RouteEntry) -> bool {
    match (gateway(a), gateway(b)) {
        (Some(a), Some(b)) => undated(mesh, a) && undated(mesh, b),
        _ => false,
    }
}

/// Neighbours whose VirtualServices are both undated and in the same part of the list (BIND-5).
fn open_fragments(mesh: &Mesh, proxy: &Proxy, a: &RouteEntry, b: &RouteEntry) -> bool {
    match (fragment(a), fragment(b)) {
        (Some(a), Some(b)) => {
            let bucket = |id| mesh.bucket(id, &proxy.namespace);
            undated(mesh, a) && undated(mesh, b) && bucket(a) == bucket(b)
        }
        _ => false,
    }
}

fn undated(mesh: &Mesh, id: ResourceId) -> bool {
    mesh.resource(id).age() == Age::Undated
}

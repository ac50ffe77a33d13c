//! Which changes concern common requests.

use std::collections::{HashMap, HashSet};

use super::{
    change::Revisions,
    topic::{Topic, topics},
};
use crate::{mesh::host, resource::Kind};

/// Changes by their places, in groups that have no host, gateway or delegate in common.
pub(super) fn groups(revisions: &Revisions) -> Vec<Vec<usize>> {
    let count = revisions.changes.len();
    let mut parents: Vec<usize> = (0..count).collect();
    let mut first: HashMap<Topic, usize> = HashMap::new();
    let mut wildcards: Vec<(String, usize)> = Vec::new();
    let mut names: Vec<(String, usize)> = Vec::new();
    // A Gateway that stays as it is does not tie together what is bound to it.
    let gateways = revisions.changes.iter().filter(|change| change.key.kind == Kind::Gateway);
    let changing: HashSet<Topic> = gateways.flat_map(|change| topics(change.versions())).collect();
    for (at, change) in revisions.changes.iter().enumerate() {
        for topic in topics(change.versions()) {
            if matches!(topic, Topic::Gateway(_)) && !changing.contains(&topic) {
                continue;
            }
            if let Some(&other) = first.get(&topic) {
                join(&mut parents, at, other);
                continue;
            }
            if let Topic::Host(name) = &topic {
                let known = if host::is_wildcard(name) { &mut wildcards } else { &mut names };
                known.push((name.clone(), at));
            }
            first.insert(topic, at);
        }
    }
    for (at, (wildcard, change)) in wildcards.iter().enumerate() {
        for (name, other) in names.iter().chain(&wildcards[at + 1..]) {
            if host::matches(wildcard, name) {
                join(&mut parents, *change, *other);
            }
        }
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for at in 0..count {
        groups.entry(root(&mut parents, at)).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    parents[a.max(b)] = a.min(b);
}

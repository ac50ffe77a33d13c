//! Which changes concern common requests.

use std::collections::BTreeMap;

use super::{
    change::Revisions,
    sharing::{is_one_of_several, sharing},
    topic::{self, Topic},
};
use crate::{Profile, mesh::host};

/// Changes by their places, in groups of which none makes a difference to the requests of another.
///
/// Two changes go together where both say something of one thing, or one uses what the other is; not where both use
/// what stays as it is. VirtualServices of one host are told apart by the requests that they take.
pub(super) fn groups(revisions: &Revisions, profile: &Profile) -> Vec<Vec<usize>> {
    let changes = &revisions.changes;
    let mut groups = Groups((0..changes.len()).collect());
    let mut owners: BTreeMap<Topic, Vec<usize>> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        for topic in topic::all(change, topic::own) {
            owners.entry(topic).or_default().push(at);
        }
    }
    for all in owners.values() {
        let (several, others): (Vec<usize>, Vec<usize>) =
            all.iter().partition(|&&at| is_one_of_several(&changes[at]));
        match others.first() {
            Some(&other) => all.iter().for_each(|&at| groups.join(at, other)),
            None => sharing(changes, &several, profile, |a, b| groups.join(a, b)),
        }
    }
    let used: Vec<(Topic, usize)> = changes
        .iter()
        .enumerate()
        .flat_map(|(at, change)| topic::all(change, topic::used).into_iter().map(move |topic| (topic, at)))
        .collect();
    for (topic, user) in &used {
        owners.get(topic).into_iter().flatten().for_each(|&owner| groups.join(*user, owner));
    }
    let owned = owners.iter().flat_map(|(topic, all)| all.iter().map(move |&at| (topic, at)));
    let named: Vec<(&str, usize)> =
        owned.chain(used.iter().map(|(topic, at)| (topic, *at))).filter_map(named).collect();
    for (wildcard, all) in &owners {
        let Topic::Host(wildcard) = wildcard else { continue };
        if host::is_wildcard(wildcard) {
            let within = named.iter().filter(|(name, _)| name != wildcard && host::matches(wildcard, name));
            for (_, other) in within {
                all.iter().for_each(|&at| groups.join(at, *other));
            }
        }
    }
    groups.all()
}

fn named((topic, at): (&Topic, usize)) -> Option<(&str, usize)> {
    match topic {
        Topic::Host(name) => Some((name, at)),
        _ => None,
    }
}

/// Disjoint sets of changes: for each another one of its set, or itself.
struct Groups(Vec<usize>);

impl Groups {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn all(mut self) -> Vec<Vec<usize>> {
        let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.0.len() {
            out.entry(self.root(at)).or_default().push(at);
        }
        out.into_values().collect()
    }
}

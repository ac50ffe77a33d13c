//! Which VirtualServices of one host take requests from each other.

use std::collections::HashSet;

use pilothouse_syntax::Spanned;

use super::{Change, ChangeKind};
use crate::{
    Profile,
    effective::{RouteMatch, route_match},
    mesh::names::MESH,
    resource::{Body, Resource, virtual_service::VirtualService},
    space::{Answer, Space},
};

/// So many questions about pairs of routes are asked; then all count as sharing some.
const MAX_PAIRS: usize = 20_000;

/// Whether a change leaves a VirtualService one of those that are merged on its gateways for the same hosts, so that
/// it makes no difference to requests that its rules do not take (RDS-5).
pub(super) fn is_one_of_several(change: &Change) -> bool {
    let (ChangeKind::Altered, Some(before), Some(after)) = (change.kind, &change.before, &change.after)
    else {
        return false;
    };
    let (Some(old), Some(new)) = (merged(before), merged(after)) else { return false };
    let texts = |all: &[Spanned<String>]| -> Vec<String> { all.iter().map(|it| it.value.clone()).collect() };
    texts(&old.hosts) == texts(&new.hosts)
        && texts(&old.gateways) == texts(&new.gateways)
        && texts(&old.export_to) == texts(&new.export_to)
}

/// A VirtualService that has nothing but rules for HTTP on gateways.
fn merged(resource: &Resource) -> Option<&VirtualService> {
    let Body::VirtualService(spec) = &resource.body else { return None };
    let gateways = !spec.gateways.is_empty() && spec.gateways.iter().all(|it| it.value != MESH);
    (gateways && !spec.hosts.is_empty() && spec.tls.is_empty() && spec.tcp.is_empty()).then_some(spec)
}

/// Calls `join` for those of some VirtualServices, by their places in `changes`, of which a request may match both.
pub(super) fn sharing(
    changes: &[Change],
    all: &[usize],
    profile: &Profile,
    mut join: impl FnMut(usize, usize),
) {
    let mut matches: Vec<RouteMatch> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    for &at in all {
        matches.extend(conditions(&changes[at], profile));
        owners.resize(matches.len(), at);
    }
    let space = Space::new(&matches.iter().collect::<Vec<_>>());
    let mut joined = HashSet::new();
    let mut asked = 0;
    for one in 0..matches.len() {
        for other in space.neighbours(one).into_iter().filter(|&other| other > one) {
            let pair = (owners[one], owners[other]);
            if pair.0 == pair.1 || joined.contains(&pair) {
                continue;
            }
            asked += 1;
            if asked > MAX_PAIRS || space.outside(&[one, other], |_| false) != Answer::Empty {
                joined.insert(pair);
                join(pair.0, pair.1);
            }
        }
    }
}

/// What the rules of one of several match, before and after; of rules left to a delegate what may be left to it.
pub(super) fn conditions(change: &Change, profile: &Profile) -> Vec<RouteMatch> {
    let rules = change.versions().filter_map(merged).flat_map(|spec| &spec.http);
    let conditions = rules.flat_map(|rule| match rule.matches.as_slice() {
        [] => vec![RouteMatch::any()],
        blocks => blocks.iter().map(|block| route_match(block, profile)).collect(),
    });
    conditions.collect()
}

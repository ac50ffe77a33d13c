//! Two revisions of a configuration: which requests break while only some of the changes are in force, and in which
//! stages nothing does (SUB-5).
//!
//! Changes reach proxies one by one and in any order, so every set of them is a state that some proxy may be in.
//! Changes that concern no common request are looked at apart: a state breaks where one of its parts does.

mod cause;
mod change;
mod concern;
mod group;
mod plan;
mod probe;
mod sharing;
mod state;
mod topic;

use std::collections::BTreeSet;

pub use cause::Cause;
pub use change::{Change, ChangeKind};
pub use plan::{Plan, Stage, Step};

use crate::{Analysis, KnownAge, Profile, Request, Sources, mesh::Proxy, trace::Trace};
use change::Revisions;
use state::{Group, Lab};

/// What comes of going from one revision to another.
#[derive(Debug)]
pub struct Rollout {
    /// What differs, by kind, namespace and name.
    pub changes: Vec<Change>,
    /// The sets of changes in force in which requests break, smallest first.
    pub hazards: Vec<Hazard>,
    /// Why they do, each reason once.
    pub causes: Vec<Cause>,
    /// The stages in which nothing breaks.
    pub plan: Plan,
    /// The changes of groups that were too large for every state to be looked at.
    pub unexplored: Vec<usize>,
    /// The first revision.
    pub before: Analysis,
    /// The second revision.
    pub after: Analysis,
}

impl Rollout {
    /// Whether any order of single changes is safe.
    pub fn is_safe(&self) -> bool {
        self.hazards.is_empty() && self.unexplored.is_empty()
    }
}

/// A state in which requests break that work before and after.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// The changes in force, by their places in [`Rollout::changes`].
    pub applied: BTreeSet<usize>,
    /// The changes of the same group that are not.
    pub missing: BTreeSet<usize>,
    /// The proxy.
    pub proxy: Proxy,
    /// A request that breaks.
    pub witness: Request,
    /// What becomes of it before, meanwhile and after.
    pub traces: [Trace; 3],
    /// How many of the requests that were tried break.
    pub broken: usize,
}

/// The most changes of one group whose states are all looked at: 2¹⁰.
const MAX_GROUP: usize = 10;

/// The most changes of all for which states are told in full, with what does not matter to them.
const MAX_FULL: usize = 8;

/// Compares two revisions. With `assume`, services that the texts are silent about are assumed to exist.
pub fn rollout(before: Sources, after: Sources, profile: Profile, assume: bool) -> Rollout {
    rollout_with_ages(before, after, profile, assume, &[])
}

/// Like [`rollout`], with what a person knows of the age of resources that the texts do not date: each by its key as
/// `Kind/namespace/name`.
pub fn rollout_with_ages(
    before: Sources,
    after: Sources,
    profile: Profile,
    assume: bool,
    ages: &[(String, KnownAge)],
) -> Rollout {
    let revisions = Revisions::read(before, after, &profile, ages);
    let groups = group::groups(&revisions, &profile);
    let changes = revisions.changes.clone();
    let lab = Lab::new(revisions, profile, assume);
    let groups = lab.groups(groups);
    let (small, large): (Vec<&Group>, Vec<&Group>) =
        groups.iter().partition(|group| group.changes.len() <= MAX_GROUP);
    let tried = lab.tried(&small);
    let mut plans = plan::plans(&lab, &small, &tried);
    plans.extend(large.iter().map(|group| plan::unknown(&group.changes)));
    let mut unexplored: Vec<usize> = large.iter().flat_map(|group| group.changes.iter().copied()).collect();
    unexplored.sort_unstable();
    let (mut hazards, mut causes) = (Vec::new(), Vec::new());
    for tried in tried {
        hazards.extend(tried.hazards);
        causes.extend(tried.causes);
    }
    if changes.len() <= MAX_FULL {
        hazards = in_full(hazards, changes.len());
    }
    hazards.sort_by(|a, b| a.applied.len().cmp(&b.applied.len()).then_with(|| a.applied.cmp(&b.applied)));
    let (before, after) = lab.into_ends();
    Rollout { changes, hazards, causes, plan: plan::join(plans), unexplored, before, after }
}

/// Every state of all changes in which requests break: what is in force of other groups makes no difference.
fn in_full(hazards: Vec<Hazard>, changes: usize) -> Vec<Hazard> {
    let mut out: Vec<Hazard> = Vec::new();
    for state in 1..(1_usize << changes) - 1 {
        let applied: BTreeSet<usize> = (0..changes).filter(|at| state & (1 << at) != 0).collect();
        let found = hazards
            .iter()
            .find(|hazard| hazard.applied.is_subset(&applied) && hazard.missing.is_disjoint(&applied));
        if let Some(found) = found {
            let missing = (0..changes).filter(|at| !applied.contains(at)).collect();
            out.push(Hazard { applied, missing, ..found.clone() });
        }
    }
    out
}

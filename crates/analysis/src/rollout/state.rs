//! States between two revisions, and what becomes of requests in them.

use std::collections::{BTreeSet, HashSet};

use super::{
    Change, Hazard, MAX_GROUP,
    cause::{Cause, Ledger},
    change::Revisions,
    concern::Surroundings,
    probe::{Probe, probes},
};
use crate::{
    Analysis, Profile,
    effective::Effective,
    mesh::{self, Mesh},
    resource::Resource,
    trace::{Answer, Trace},
};

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Level {
    /// Not at all.
    Old,
    /// Old and new stand side by side.
    Both,
    /// In force.
    New,
}

/// Builds states and tries requests in them.
pub(super) struct Lab {
    revisions: Revisions,
    profile: Profile,
    assume: bool,
    before: Analysis,
    after: Analysis,
}

/// Changes that hang together, and the requests that work in both revisions and that they concern.
pub(super) struct Group {
    /// The changes by their places.
    pub(super) changes: Vec<usize>,
    /// The requests, each with the larger of its shares that fail in the revisions, in percent.
    probes: Vec<(Probe, f64)>,
}

/// What came of trying every state of a group.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) hazards: Vec<Hazard>,
    pub(super) causes: Vec<Cause>,
    /// The states in which something breaks: a bit for each change that is in force.
    pub(super) broken: HashSet<usize>,
}

impl Lab {
    pub(super) fn new(revisions: Revisions, profile: Profile, assume: bool) -> Lab {
        let level = |level| vec![level; revisions.changes.len()];
        let build = |levels: Vec<Level>| state(&revisions, &profile, assume, &levels);
        let (before, after) = (build(level(Level::Old)), build(level(Level::New)));
        Lab { before, after, revisions, profile, assume }
    }

    fn ends(&self) -> [&Analysis; 2] {
        [&self.before, &self.after]
    }

    pub(super) fn into_ends(self) -> (Analysis, Analysis) {
        (self.before, self.after)
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.revisions.changes
    }

    /// Groups of changes with what is to be tried for each.
    pub(super) fn groups(&self, groups: Vec<Vec<usize>>) -> Vec<Group> {
        let surroundings = Surroundings::new(&self.revisions.same, self.ends());
        let group = |changes: Vec<usize>| {
            // One change has no state in between, and of too many not all are looked at.
            let concern = (2..=MAX_GROUP).contains(&changes.len()).then(|| {
                let all: Vec<&Change> = changes.iter().map(|&at| &self.revisions.changes[at]).collect();
                surroundings.concern(&all, &self.profile)
            });
            let probes = concern.iter().flat_map(|concern| probes(self.ends(), concern));
            let works = probes.filter_map(|probe| {
                let [before, after] = self.at_ends(&probe).map(|trace| failing(&trace));
                (before.max(after) < 100.0).then_some((probe, before.max(after)))
            });
            Group { probes: works.collect(), changes }
        };
        groups.into_iter().map(group).collect()
    }

    /// What becomes of a request in the two revisions.
    fn at_ends(&self, probe: &Probe) -> [Trace; 2] {
        self.ends().map(|end| end.trace_at_port(&probe.proxy, &probe.request))
    }

    /// Tries every state of each group in which nothing stands side by side.
    pub(super) fn tried(&self, groups: &[&Group]) -> Vec<Tried> {
        let mut out: Vec<Tried> = groups.iter().map(|_| Tried::default()).collect();
        let mut ledgers: Vec<Ledger> = groups.iter().map(|_| Ledger::default()).collect();
        let states =
            |group: &Group| if group.probes.is_empty() { 1 } else { (1_usize << group.changes.len()) - 1 };
        let most = groups.iter().map(|group| states(group)).max().unwrap_or_default();
        for bits in 1..most {
            let open = || groups.iter().enumerate().filter(|(_, group)| bits < states(group));
            let state = self.state(open().map(|(_, group)| (*group, group.levels(bits))));
            for (at, group) in open() {
                let broken = group.broken(&state);
                for (probe, during) in &broken {
                    ledgers[at].note(bits, probe, during);
                }
                if let Some((probe, during)) = broken.first() {
                    let [before, after] = self.at_ends(probe);
                    out[at].broken.insert(bits);
                    out[at].hazards.push(Hazard {
                        applied: group.in_force(bits, true),
                        missing: group.in_force(bits, false),
                        proxy: probe.proxy.clone(),
                        witness: probe.request.clone(),
                        traces: [before, during.clone(), after],
                        broken: broken.len(),
                    });
                }
            }
        }
        for ((tried, ledger), group) in out.iter_mut().zip(ledgers).zip(groups) {
            tried.causes = ledger.causes(&group.changes, |probe| self.at_ends(probe));
        }
        out
    }

    /// Whether nothing breaks in states of some groups.
    pub(super) fn are_clean(&self, states: Vec<(&Group, Vec<Level>)>) -> Vec<bool> {
        let groups: Vec<&Group> = states.iter().map(|(group, _)| *group).collect();
        let state = self.state(states);
        groups.into_iter().map(|group| group.broken(&state).is_empty()).collect()
    }

    /// One analysis for a state of each of some groups, since they make no difference to each other.
    fn state<'g>(&self, states: impl IntoIterator<Item = (&'g Group, Vec<Level>)>) -> Analysis {
        let mut all = vec![Level::Old; self.changes().len()];
        for (group, levels) in states {
            for (&at, level) in group.changes.iter().zip(levels) {
                all[at] = level;
            }
        }
        state(&self.revisions, &self.profile, self.assume, &all)
    }

    /// Whether a change has a form in which old and new stand side by side.
    pub(super) fn has_both(&self, at: usize) -> bool {
        both(&self.revisions.changes[at]).is_some()
    }
}

impl Group {
    fn levels(&self, bits: usize) -> Vec<Level> {
        let level = |bit: usize| if bits & (1 << bit) != 0 { Level::New } else { Level::Old };
        (0..self.changes.len()).map(level).collect()
    }

    /// The changes that are in force in a state, or those that are not.
    fn in_force(&self, bits: usize, applied: bool) -> BTreeSet<usize> {
        let levels = self.changes.iter().zip(self.levels(bits));
        levels.filter(|(_, level)| (*level == Level::New) == applied).map(|(&at, _)| at).collect()
    }

    /// The requests that break in a state, with what becomes of each there.
    fn broken(&self, state: &Analysis) -> Vec<(&Probe, Trace)> {
        let during = |probe: &Probe| state.trace_at_port(&probe.proxy, &probe.request);
        let tried = self.probes.iter().map(|(probe, worst)| (probe, *worst, during(probe)));
        tried
            .filter(|(_, worst, trace)| failing(trace) > *worst)
            .map(|(probe, _, trace)| (probe, trace))
            .collect()
    }
}

/// The share of requests like this that fail, in percent.
fn failing(trace: &Trace) -> f64 {
    match &trace.answer {
        Answer::Forwarded { .. } | Answer::Stream { .. } => trace.failing_percent(),
        Answer::Redirect { .. } | Answer::TlsRequired { .. } => 0.0,
        Answer::Response { status } if *status < 400 => 0.0,
        _ => 100.0,
    }
}

/// The analysis of a state.
fn state(revisions: &Revisions, profile: &Profile, assume: bool, levels: &[Level]) -> Analysis {
    let mut resources: Vec<Resource> = revisions.same.clone();
    for (change, level) in revisions.changes.iter().zip(levels) {
        resources.extend(match level {
            Level::Old => change.before.clone(),
            Level::New => change.after.clone(),
            Level::Both => both(change),
        });
    }
    let mut mesh = Mesh::new(resources, profile.clone());
    if assume {
        mesh::assume(&mut mesh);
    }
    let bindings = crate::binding::bindings(&mesh);
    Analysis {
        sources: revisions.sources.clone(),
        effective: Effective::new(mesh),
        bindings,
        problems: Vec::new(),
        allowances: Vec::new(),
    }
}

/// The new form with everything of the old beside it that others may still need: subsets, servers, ports.
fn both(change: &Change) -> Option<Resource> {
    use crate::resource::Body;
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return None };
    let mut out = after.clone();
    let grown = match (&before.body, &mut out.body) {
        (Body::DestinationRule(old), Body::DestinationRule(new)) if old.host.value == new.host.value => {
            let known: BTreeSet<String> = new.subsets.iter().map(|it| it.name.value.clone()).collect();
            let more = old.subsets.iter().filter(|it| !known.contains(&it.name.value));
            let count = new.subsets.len();
            new.subsets.extend(more.cloned());
            new.subsets.len() > count
        }
        (Body::Gateway(old), Body::Gateway(new)) => {
            let count = new.servers.len();
            let more = old.servers.iter().filter(|it| !new.servers.contains(it)).cloned().collect::<Vec<_>>();
            new.servers.extend(more);
            new.servers.len() > count
        }
        (Body::Service(old), Body::Service(new)) => {
            let known: BTreeSet<u32> = new.ports.iter().map(|it| it.number.value).collect();
            let count = new.ports.len();
            new.ports.extend(old.ports.iter().filter(|it| !known.contains(&it.number.value)).cloned());
            new.ports.len() > count
        }
        _ => false,
    };
    grown.then_some(out)
}

//! States between two revisions, and what becomes of requests in them.

use std::collections::{BTreeSet, HashMap};

use super::{
    Change, Hazard,
    cause::{Cause, Ledger},
    change::Revisions,
    group,
    probe::Probe,
};
use crate::{
    Analysis, Profile,
    effective::Effective,
    mesh::{self, Mesh, host},
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
    /// For each probe whether it works in both revisions, by its place.
    works: HashMap<usize, bool>,
}

impl Lab {
    pub(super) fn new(revisions: Revisions, profile: Profile, assume: bool) -> Lab {
        let level = |level| vec![level; revisions.changes.len()];
        let build = |levels: Vec<Level>| state(&revisions, &profile, assume, &levels);
        let (before, after) = (build(level(Level::Old)), build(level(Level::New)));
        Lab { before, after, revisions, profile, assume, works: HashMap::new() }
    }

    /// The two revisions.
    pub(super) fn ends(&self) -> [&Analysis; 2] {
        [&self.before, &self.after]
    }

    pub(super) fn into_ends(self) -> (Analysis, Analysis) {
        (self.before, self.after)
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.revisions.changes
    }

    /// The probes that work in both revisions and that a group of changes may concern.
    pub(super) fn concerned(&mut self, probes: &[Probe], group: &[usize]) -> Vec<Probe> {
        let topics: Vec<String> =
            group.iter().flat_map(|&at| group::topics(&self.revisions.changes[at])).collect();
        let gateways = topics.iter().any(|topic| topic.starts_with("port ") || topic.starts_with("gateway "));
        let mut out = Vec::new();
        for (at, probe) in probes.iter().enumerate() {
            let traces = self.ends().map(|end| end.trace_at_port(&probe.proxy, &probe.request));
            let works =
                *self.works.entry(at).or_insert_with(|| traces.iter().all(|trace| failing(trace) < 100.0));
            if !works {
                continue;
            }
            let mut names = vec![probe.request.hostname().to_lowercase()];
            for trace in &traces {
                names.extend(trace.chosen_host().and_then(|host| host.service.clone()));
                if let Answer::Forwarded { shares, .. } = &trace.answer {
                    names.extend(shares.iter().map(|share| share.cluster.cluster.host.clone()));
                }
            }
            let on_gateway = probe.proxy.kind == mesh::ProxyKind::Gateway;
            let by_name = names.iter().any(|name| topics.iter().any(|topic| host::matches(topic, name)));
            if by_name || gateways && on_gateway {
                out.push(probe.clone());
            }
        }
        out
    }

    /// The states of a group in which probes break, and why they do.
    pub(super) fn hazards(&self, group: &[usize], probes: &[Probe]) -> (Vec<Hazard>, Vec<Cause>) {
        let at_ends = |probe: &Probe| self.ends().map(|end| end.trace_at_port(&probe.proxy, &probe.request));
        let mut out = Vec::new();
        let mut ledger = Ledger::default();
        for bits in 1..(1_usize << group.len()) - 1 {
            let (applied, missing): (BTreeSet<usize>, BTreeSet<usize>) = group.iter().enumerate().fold(
                Default::default(),
                |(mut applied, mut missing), (bit, &at)| {
                    if bits & (1 << bit) != 0 {
                        applied.insert(at)
                    } else {
                        missing.insert(at)
                    };
                    (applied, missing)
                },
            );
            let levels = self.levels(&applied);
            let broken = self.broken(&levels, probes);
            for (at, during) in &broken {
                ledger.note(bits, &probes[*at], during);
            }
            if let Some((first, during)) = broken.first() {
                let probe = &probes[*first];
                let [before, after] = at_ends(probe);
                out.push(Hazard {
                    applied,
                    missing,
                    proxy: probe.proxy.clone(),
                    witness: probe.request.clone(),
                    traces: [before, during.clone(), after],
                    broken: broken.len(),
                });
            }
        }
        (out, ledger.causes(group, at_ends))
    }

    /// The levels of a state in which some changes are in force and all others are not.
    pub(super) fn levels(&self, applied: &BTreeSet<usize>) -> Vec<Level> {
        let level = |at| if applied.contains(&at) { Level::New } else { Level::Old };
        (0..self.revisions.changes.len()).map(level).collect()
    }

    /// The probes that break in a state, with what becomes of each there.
    pub(super) fn broken(&self, levels: &[Level], probes: &[Probe]) -> Vec<(usize, Trace)> {
        let state = state(&self.revisions, &self.profile, self.assume, levels);
        probes
            .iter()
            .enumerate()
            .filter_map(|(at, probe)| {
                let during = state.trace_at_port(&probe.proxy, &probe.request);
                let worst = self
                    .ends()
                    .map(|end| failing(&end.trace_at_port(&probe.proxy, &probe.request)))
                    .into_iter()
                    .fold(0.0, f64::max);
                (failing(&during) > worst).then_some((at, during))
            })
            .collect()
    }

    /// Whether a change has a form in which old and new stand side by side.
    pub(super) fn has_both(&self, at: usize) -> bool {
        both(&self.revisions.changes[at]).is_some()
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

//! Why states between two revisions break, each reason once.

use std::collections::{BTreeMap, BTreeSet};

use super::probe::Probe;
use crate::{
    Request,
    effective::cluster::Missing,
    mesh::Proxy,
    trace::{Answer, Share, Trace},
};

/// One reason for which requests break in states in between.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Of the changes that decide whether it happens, those in force in the smallest state in which it does.
    pub applied: BTreeSet<usize>,
    /// Of the changes that decide, those that are not in force there.
    pub missing: BTreeSet<usize>,
    /// Whether it happens in every state that has these in force and those not, and in no other.
    pub always: bool,
    /// In how many states of the group it happens.
    pub states: usize,
    /// How many states in between the group has.
    pub of: usize,
    /// The proxy.
    pub proxy: Proxy,
    /// A request that breaks.
    pub witness: Request,
    /// What becomes of it before, in the smallest state, and after.
    pub traces: [Trace; 3],
}

/// What broke in the states of one group, as they are tried; a state is a set of bits, one for each change.
#[derive(Debug, Default)]
pub(super) struct Ledger(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    states: BTreeSet<usize>,
    /// The smallest state with the probe and what became of it.
    first: (u32, usize),
    probe: Probe,
    during: Trace,
}

impl Ledger {
    /// Notes what became of a probe in a state.
    pub(super) fn note(&mut self, state: usize, probe: &Probe, during: &Trace) {
        let size = (state.count_ones(), state);
        let entry = self.0.entry(reason(during)).or_insert_with(|| Entry {
            states: BTreeSet::new(),
            first: size,
            probe: probe.clone(),
            during: during.clone(),
        });
        entry.states.insert(state);
        if size < entry.first {
            (entry.first, entry.probe, entry.during) = (size, probe.clone(), during.clone());
        }
    }

    /// The causes; `ends` says what becomes of a probe before and after.
    pub(super) fn causes(self, group: &[usize], ends: impl Fn(&Probe) -> [Trace; 2]) -> Vec<Cause> {
        let cause = |entry: Entry| {
            let (applied, missing): (Vec<usize>, Vec<usize>) = (0..group.len())
                .filter(|bit| decides(&entry.states, *bit))
                .partition(|bit| entry.first.1 & (1 << bit) != 0);
            let others = group.len() - applied.len() - missing.len();
            let [before, after] = ends(&entry.probe);
            let changes = |bits: Vec<usize>| bits.into_iter().map(|bit| group[bit]).collect();
            Cause {
                applied: changes(applied),
                missing: changes(missing),
                always: entry.states.len() == 1 << others,
                states: entry.states.len(),
                of: (1 << group.len()) - 2,
                proxy: entry.probe.proxy,
                witness: entry.probe.request,
                traces: [before, entry.during, after],
            }
        };
        let mut entries: Vec<Entry> = self.0.into_values().collect();
        entries.sort_by_key(|entry| entry.first);
        entries.into_iter().map(cause).collect()
    }
}

/// Whether some state would not break with this change in force instead of not, or the other way round.
fn decides(states: &BTreeSet<usize>, bit: usize) -> bool {
    states.iter().any(|state| !states.contains(&(state ^ (1 << bit))))
}

/// What tells one reason from another: what fails, and of what.
fn reason(during: &Trace) -> String {
    match &during.answer {
        Answer::Forwarded { shares, .. } | Answer::Stream { shares } => {
            shares.iter().find_map(lacking).unwrap_or_else(|| "stream".to_owned())
        }
        Answer::NoListener => format!("port {}", during.request.port),
        other => format!("{:?} {}", std::mem::discriminant(other), during.request.hostname()),
    }
}

fn lacking(share: &Share) -> Option<String> {
    let cluster = &share.cluster.cluster;
    Some(match share.missing()? {
        Missing::Blocked => "blocked".to_owned(),
        Missing::Host | Missing::HostHidden => format!("host {}", cluster.host),
        Missing::Port => format!("port {} {}", cluster.host, cluster.port),
        Missing::SubsetWithoutRule | Missing::Subset { .. } => {
            format!("subset {} {}", cluster.host, cluster.subset)
        }
    })
}

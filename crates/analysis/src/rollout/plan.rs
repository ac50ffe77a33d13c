//! Stages in which nothing breaks, however the changes of one stage interleave.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::{
    ChangeKind,
    state::{Group, Lab, Level, Tried},
};

/// How to get from one revision to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The stages in order. After each, every proxy must have it before the next begins.
    pub stages: Vec<Stage>,
    /// Whether the order alone does not make it safe, so that old and new stand side by side for a while.
    pub needs_both: bool,
    /// The changes for which no safe way was found.
    pub unsafe_changes: Vec<usize>,
}

/// Steps that may take effect in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The steps, by change.
    pub steps: Vec<Step>,
}

/// One step of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The new form, with what others may still need of the old beside it.
    Widen(usize),
    /// The new form.
    Apply(usize),
    /// The resource goes.
    Delete(usize),
}

impl Step {
    /// The change, by its place.
    pub fn change(self) -> usize {
        match self {
            Step::Widen(at) | Step::Apply(at) | Step::Delete(at) => at,
        }
    }
}

/// A plan for a group too large to look at every state.
pub(super) fn unknown(group: &[usize]) -> Plan {
    Plan { stages: Vec::new(), needs_both: false, unsafe_changes: group.to_vec() }
}

/// The plans of groups: one stage where any order is safe, else the fewest stages, first without and then with forms
/// in which old and new stand side by side.
pub(super) fn plans(lab: &Lab, groups: &[&Group], tried: &[Tried]) -> Vec<Plan> {
    let mut searches: Vec<Search<'_>> = groups
        .iter()
        .zip(tried)
        .map(|(group, tried)| Search { lab, group, broken: &tried.broken, clean: HashMap::new() })
        .collect();
    let plain: Vec<Option<Plan>> = searches.iter_mut().map(|search| search.plan(false)).collect();
    let open = || plain.iter().enumerate().filter(|(_, plan)| plan.is_none()).map(|(at, _)| at);
    let wanted: Vec<(usize, Vec<Vec<Level>>)> = open().map(|at| (at, searches[at].with_both())).collect();
    for round in 0..FIRST_STATES {
        let asked: Vec<(usize, Vec<Level>)> =
            wanted.iter().filter_map(|(at, states)| Some((*at, states.get(round)?.clone()))).collect();
        if asked.is_empty() {
            break;
        }
        let clean = lab.are_clean(asked.iter().map(|(at, state)| (groups[*at], state.clone())).collect());
        for ((at, state), clean) in asked.into_iter().zip(clean) {
            searches[at].clean.insert(state, clean);
        }
    }
    plain
        .into_iter()
        .zip(&mut searches)
        .map(|(plan, search)| {
            plan.or_else(|| search.plan(true)).unwrap_or_else(|| unknown(&search.group.changes))
        })
        .collect()
}

struct Search<'a> {
    lab: &'a Lab,
    group: &'a Group,
    /// The states in which something breaks, a bit for each change that is in force.
    broken: &'a HashSet<usize>,
    /// Whether nothing breaks in a state with old and new side by side, as far as it is known.
    clean: HashMap<Vec<Level>, bool>,
}

/// So many states with old and new side by side are tried for all groups at once, before any is asked for.
const FIRST_STATES: usize = 32;

/// The most states of one group that a search looks at.
const MAX_STATES: usize = 4_096;

impl Search<'_> {
    fn plan(&mut self, with_both: bool) -> Option<Plan> {
        let count = self.group.changes.len();
        let path = match self.broken.is_empty() {
            true => vec![vec![Level::Old; count], vec![Level::New; count]],
            false => self.path(with_both)?,
        };
        let stages = stages_of(self.lab, &self.group.changes, &path);
        Some(Plan { stages, needs_both: with_both, unsafe_changes: Vec::new() })
    }

    /// The first states with old and new side by side.
    fn with_both(&self) -> Vec<Vec<Level>> {
        let mut states = vec![Vec::new()];
        for &at in &self.group.changes {
            let levels: &[Level] = match self.lab.has_both(at) {
                true => &[Level::Both, Level::Old, Level::New],
                false => &[Level::Old, Level::New],
            };
            let longer = states
                .iter()
                .flat_map(|state| levels.iter().map(move |level| [state.as_slice(), &[*level]].concat()));
            states = longer.take(FIRST_STATES).collect();
        }
        states.retain(|state| state.contains(&Level::Both));
        states
    }

    /// The fewest states to stop at, from the old to the new.
    fn path(&mut self, with_both: bool) -> Option<Vec<Vec<Level>>> {
        let start = vec![Level::Old; self.group.changes.len()];
        let goal = vec![Level::New; self.group.changes.len()];
        let mut came_from: HashMap<Vec<Level>, Vec<Level>> = HashMap::from([(start.clone(), start.clone())]);
        let mut open = VecDeque::from([start.clone()]);
        while let Some(state) = open.pop_front() {
            if state == goal {
                let mut path = vec![state.clone()];
                let mut at = state;
                while at != start {
                    at = came_from[&at].clone();
                    path.push(at.clone());
                }
                path.reverse();
                return Some(path);
            }
            if came_from.len() > MAX_STATES {
                return None;
            }
            for next in self.reachable(&state, with_both) {
                if !came_from.contains_key(&next) {
                    came_from.insert(next.clone(), state.clone());
                    open.push_back(next);
                }
            }
        }
        None
    }

    /// The states that one stage may end in: each step may be taken or not, and whatever is taken first, nothing
    /// breaks. Larger stages first.
    fn reachable(&mut self, state: &[Level], with_both: bool) -> Vec<Vec<Level>> {
        let mut out: Vec<Vec<Level>> = Vec::new();
        let mut known: BTreeSet<Vec<Level>> = BTreeSet::from([state.to_vec()]);
        let mut layer: Vec<Vec<Level>> = vec![state.to_vec()];
        while !layer.is_empty() {
            let mut next_layer = Vec::new();
            for from in &layer {
                for at in 0..self.group.changes.len() {
                    // A change takes one step in a stage.
                    if from[at] != state[at] {
                        continue;
                    }
                    for level in self.next_levels(from[at], at, with_both) {
                        let mut next = from.clone();
                        next[at] = level;
                        if known.insert(next.clone()) && self.all_mixtures_clean(state, &next) {
                            out.push(next.clone());
                            next_layer.push(next);
                        }
                    }
                }
            }
            layer = next_layer;
        }
        out.reverse();
        out
    }

    fn next_levels(&self, level: Level, at: usize, with_both: bool) -> Vec<Level> {
        let both = with_both && self.lab.has_both(self.group.changes[at]);
        match level {
            Level::Old if both => vec![Level::New, Level::Both],
            Level::Old | Level::Both => vec![Level::New],
            Level::New => Vec::new(),
        }
    }

    /// Whether nothing breaks while the steps from one state to another take effect in any order.
    fn all_mixtures_clean(&mut self, from: &[Level], to: &[Level]) -> bool {
        let moved: Vec<usize> = (0..from.len()).filter(|&at| from[at] != to[at]).collect();
        (1..1_usize << moved.len()).all(|bits| {
            let mut state = from.to_vec();
            for (bit, &at) in moved.iter().enumerate() {
                if bits & (1 << bit) != 0 {
                    state[at] = to[at];
                }
            }
            self.is_clean(state)
        })
    }

    fn is_clean(&mut self, state: Vec<Level>) -> bool {
        if !state.contains(&Level::Both) {
            let bit = |(bit, level): (usize, &Level)| usize::from(*level == Level::New) << bit;
            return !self.broken.contains(&state.iter().enumerate().map(bit).sum());
        }
        let (lab, group) = (self.lab, self.group);
        let judged = |state: &Vec<Level>| lab.are_clean(vec![(group, state.clone())]) == [true];
        *self.clean.entry(state).or_insert_with_key(judged)
    }
}

/// The steps between the states of a path.
fn stages_of(lab: &Lab, group: &[usize], path: &[Vec<Level>]) -> Vec<Stage> {
    path.windows(2)
        .map(|pair| Stage {
            steps: group
                .iter()
                .enumerate()
                .filter(|(place, _)| pair[0][*place] != pair[1][*place])
                .map(|(place, &at)| match (pair[1][place], lab.changes()[at].kind) {
                    (Level::Both, _) => Step::Widen(at),
                    (_, ChangeKind::Removed) => Step::Delete(at),
                    _ => Step::Apply(at),
                })
                .collect(),
        })
        .collect()
}

/// The plans of all groups side by side. Deletions that need not come earlier come last, so that what is new is seen
/// to work before what is old goes.
pub(super) fn join(plans: Vec<Plan>) -> Plan {
    let mut out = Plan::default();
    for plan in plans {
        out.needs_both |= plan.needs_both;
        out.unsafe_changes.extend(plan.unsafe_changes);
        for (at, stage) in plan.stages.into_iter().enumerate() {
            if out.stages.len() <= at {
                out.stages.push(Stage::default());
            }
            out.stages[at].steps.extend(stage.steps);
        }
    }
    for stage in &mut out.stages {
        stage.steps.sort_by_key(|step| (matches!(step, Step::Delete(_)), step.change()));
    }
    out
}

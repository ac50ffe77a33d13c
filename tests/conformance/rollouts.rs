//! Which states between two revisions break requests, and whether the proposed stages avoid them.

use std::{collections::BTreeSet, fs};

use pilothouse_analysis::{
    Profile, Sources,
    rollout::{Rollout, Step, rollout},
};
use pilothouse_tests::cases::{folder, json, subfolders};
use serde_json::Value;

type State = BTreeSet<String>;

fn names(value: &Value) -> State {
    value.as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}

fn ours(rollout: &Rollout, changes: impl IntoIterator<Item = usize>) -> State {
    changes.into_iter().map(|at| rollout.changes[at].name()).collect()
}

#[test]
fn every_state_that_breaks_and_no_other() {
    let cases = subfolders("rollouts");
    assert!(cases.len() >= 14, "{} rollouts", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let read =
            |file: &str| fs::read_to_string(folder("rollouts").join(&case).join(file)).unwrap_or_default();
        let sources = |file: &str| Sources::single(file, read(file));
        let truth = json(&read("hazards.json"));
        let rollout = rollout(sources("before.yaml"), sources("after.yaml"), Profile::current(), false);
        let changed = ours(&rollout, 0..rollout.changes.len());
        if changed != names(&truth["changed"]) {
            wrong.push(format!("{case}: changed is {changed:?}, should be {}", truth["changed"]));
        }
        let broken: BTreeSet<State> = truth["states_that_break"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|state| names(&state["applied"]))
            .collect();
        let found: BTreeSet<State> =
            rollout.hazards.iter().map(|hazard| ours(&rollout, hazard.applied.clone())).collect();
        for missed in broken.difference(&found) {
            wrong.push(format!("{case}: missed {missed:?}"));
        }
        for invented in found.difference(&broken) {
            let hazard = rollout.hazards.iter().find(|it| ours(&rollout, it.applied.clone()) == *invented);
            // Where a share of requests breaks, chance decided whether the one that was sent did.
            if hazard.is_some_and(|it| (1.0..100.0).contains(&it.traces[1].failing_percent())) {
                continue;
            }
            let witness = hazard.map(|it| format!("{} {}", it.proxy, it.witness)).unwrap_or_default();
            wrong.push(format!("{case}: invented {invented:?} {witness}"));
        }
        wrong.extend(plan_problem(&rollout, &broken).map(|problem| format!("{case}: {problem}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// A mixture of a stage of the plan that breaks requests, as far as the case has tried it.
fn plan_problem(rollout: &Rollout, broken: &BTreeSet<State>) -> Option<String> {
    if !rollout.plan.unsafe_changes.is_empty() {
        return Some(format!("no plan: {:?}", rollout.plan.unsafe_changes));
    }
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut widened = false;
    for stage in &rollout.plan.stages {
        widened |= stage.steps.iter().any(|step| matches!(step, Step::Widen(_)));
        let steps: Vec<usize> = stage.steps.iter().map(|step| step.change()).collect();
        if !widened {
            for bits in 1..1_usize << steps.len() {
                let mut state = done.clone();
                state.extend(
                    steps.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, at)| *at),
                );
                let names = ours(rollout, state);
                if broken.contains(&names) {
                    return Some(format!("the plan passes through {names:?}"));
                }
            }
        }
        done.extend(steps);
    }
    (done.len() != rollout.changes.len()).then(|| format!("the plan leaves out some changes: {done:?}"))
}

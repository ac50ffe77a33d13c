//! What comes of going from one revision to another, in words and manifests.

mod cause;
mod manifest;

use pilothouse_analysis::{
    Analysis, Request,
    mesh::Proxy,
    rollout::{Cause, ChangeKind, Hazard, Rollout, Stage, Step},
    trace::Trace,
};

use crate::{
    model::{CauseRow, ChangeRow, HazardRow, RolloutOutput, StageRow, WireRequest},
    places::Places,
    trace::sentence,
    words,
};

/// The rollout as the command prints it and the page shows it.
pub fn rollout_output(rollout: &Rollout) -> RolloutOutput {
    let changes = rollout
        .changes
        .iter()
        .map(|change| ChangeRow {
            name: change.name(),
            kind: match change.kind {
                ChangeKind::Added => "added",
                ChangeKind::Removed => "removed",
                ChangeKind::Altered => "altered",
            }
            .to_owned(),
        })
        .collect();
    RolloutOutput {
        safe: rollout.is_safe(),
        tone: tone(rollout).to_owned(),
        summary: summary(rollout),
        changes,
        hazards: rollout.hazards.iter().map(|hazard| hazard_row(rollout, hazard)).collect(),
        causes: rollout.causes.iter().map(|cause| cause_row(rollout, cause)).collect(),
        stages: rollout
            .plan
            .stages
            .iter()
            .enumerate()
            .map(|(at, stage)| stage_row(rollout, at, stage))
            .collect(),
        unexplored: names(rollout, rollout.unexplored.iter().copied()),
    }
}

fn names(rollout: &Rollout, changes: impl IntoIterator<Item = usize>) -> Vec<String> {
    changes.into_iter().map(|at| rollout.changes[at].name()).collect()
}

/// Some names, of very many the first.
fn ticked(rollout: &Rollout, changes: impl IntoIterator<Item = usize>) -> String {
    const SHOWN: usize = 6;
    let mut names: Vec<String> =
        names(rollout, changes).into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN + 1 {
        let others = names.split_off(SHOWN).len();
        names.push(format!("{others} others"));
    }
    words::list(&names, "and")
}

fn tone(rollout: &Rollout) -> &'static str {
    if rollout.is_safe() {
        "ok"
    } else if rollout.unexplored.is_empty() && rollout.plan.unsafe_changes.is_empty() {
        "warning"
    } else {
        "error"
    }
}

fn summary(rollout: &Rollout) -> String {
    if rollout.changes.is_empty() {
        return "The two revisions say the same: nothing changes.".into();
    }
    if !rollout.unexplored.is_empty() {
        return format!(
            "{} changes hang together, too many to look at every state between: {} are not judged.",
            rollout.unexplored.len(),
            ticked(rollout, rollout.unexplored.iter().copied())
        );
    }
    let count = rollout.changes.len();
    let these = if count == 1 { "The one change is".to_owned() } else { format!("The {count} changes are") };
    if rollout.is_safe() {
        return format!("{these} safe in any order: no request that works before and after fails meanwhile.");
    }
    if !rollout.plan.unsafe_changes.is_empty() {
        return format!(
            "No order of {} is safe, and none with an old and a new form side by side was found.",
            ticked(rollout, rollout.plan.unsafe_changes.iter().copied())
        );
    }
    let stages = rollout.plan.stages.len();
    let way = if rollout.plan.needs_both {
        "No order is safe, unless old and new stand side by side for a while"
    } else {
        "The order matters"
    };
    format!("{way}: follow the {stages} stages, and wait after each until every proxy has it.")
}

fn hazard_row(rollout: &Rollout, hazard: &Hazard) -> HazardRow {
    let [before, during, after] = outcomes(rollout, &hazard.traces);
    HazardRow {
        applied: names(rollout, hazard.applied.iter().copied()),
        missing: names(rollout, hazard.missing.iter().copied()),
        witness: witness(&hazard.proxy, &hazard.witness),
        before,
        during,
        after,
        cause: cause::cause(rollout, hazard),
    }
}

fn cause_row(rollout: &Rollout, cause: &Cause) -> CauseRow {
    let [before, during, after] = outcomes(rollout, &cause.traces);
    CauseRow {
        what: format!("{}.", words::capitalised(&cause::lack(&cause.traces[1]))),
        when: cause::when(rollout, cause),
        applied: names(rollout, cause.applied.iter().copied()),
        missing: names(rollout, cause.missing.iter().copied()),
        witness: witness(&cause.proxy, &cause.witness),
        before,
        during,
        after,
    }
}

/// What becomes of a request before, meanwhile and after.
fn outcomes(rollout: &Rollout, [before, during, after]: &[Trace; 3]) -> [String; 3] {
    let say = |analysis: &Analysis, trace: &Trace| sentence(&Places::new(analysis), trace);
    // The state in between knows the resources of both ends; its words name hosts and subsets alone.
    [say(&rollout.before, before), cause::outcome(during), say(&rollout.after, after)]
}

fn witness(proxy: &Proxy, request: &Request) -> WireRequest {
    WireRequest {
        proxy: Some(proxy.to_string()),
        method: request.method.clone(),
        url: request.url(),
        port: request.port,
        headers: request.headers.clone(),
    }
}

fn stage_row(rollout: &Rollout, at: usize, stage: &Stage) -> StageRow {
    let mut row = StageRow::default();
    for step in &stage.steps {
        let name = rollout.changes[step.change()].name();
        match step {
            Step::Delete(_) => row.delete.push(name),
            Step::Apply(_) => row.apply.push(name),
            Step::Widen(_) => row.apply.push(format!("{name} (old and new side by side)")),
        }
    }
    row.why = why(rollout, at, stage);
    row.manifest = manifest::manifest(rollout, at, stage);
    row
}

/// Why a stage comes where it does.
fn why(rollout: &Rollout, at: usize, stage: &Stage) -> String {
    let stages = rollout.plan.stages.len();
    if stages == 1 {
        return "These may be applied together, in any order.".into();
    }
    let here: Vec<usize> = stage.steps.iter().map(|step| step.change()).collect();
    let widened = |stage: &Stage, wanted: &[usize]| {
        stage.steps.iter().any(|step| matches!(step, Step::Widen(it) if wanted.contains(it)))
    };
    if widened(stage, &here) {
        return "What is new appears beside what is old, so that nothing that names either fails.".into();
    }
    if rollout.plan.stages[..at].iter().any(|earlier| widened(earlier, &here)) {
        return "Nothing names the old form any more, so it may go.".into();
    }
    // The hazard that this stage would cause if it came before the earlier ones.
    let earlier: Vec<usize> =
        rollout.plan.stages[..at].iter().flat_map(|it| &it.steps).map(|it| it.change()).collect();
    let avoided = rollout.hazards.iter().find(|hazard| {
        here.iter().any(|it| hazard.applied.contains(it))
            && earlier.iter().any(|it| hazard.missing.contains(it))
    });
    match (at, avoided) {
        (0, _) => "Nothing depends on these, and later stages depend on them.".into(),
        (_, Some(hazard)) => {
            let waits: Vec<usize> =
                hazard.missing.iter().copied().filter(|it| earlier.contains(it)).collect();
            let are = if waits.len() == 1 { "is" } else { "are" };
            format!(
                "Only once {} {are} everywhere; before that {}.",
                ticked(rollout, waits),
                cause::lack(&hazard.traces[1])
            )
        }
        (_, None) => "Nothing needs the old form any more.".into(),
    }
}

//! Two revisions side by side: what the page asks of them, and what the worker says.

use pilothouse_analysis::{KnownAge, Profile, Sources, analyze, rollout::rollout_with_ages};
use pilothouse_report::{CauseRow, ChangeRow, RolloutOutput, StageRow, WireRequest, report, rollout_output};
use serde::{Deserialize, Serialize};

/// The rule that finds documents which cannot be read to their end.
pub const BROKEN: &str = "broken-yaml";

/// Which revisions are compared, on which Istio.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Which state of the text before.
    pub before: u32,
    /// Which state of the texts after.
    pub after: u32,
    /// `current` or `1.1`.
    pub istio: String,
    /// Resources of unknown age in the order in which a person says that they were made.
    pub order: Vec<String>,
}

/// What comes of going from one revision to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was compared.
    pub pair: Pair,
    /// What came of it.
    pub found: Found,
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Found {
    /// Both were read.
    Rollout(Rollout),
    /// The text before cannot be read on behind this line, and why.
    BrokenBefore(u32, String),
    /// The texts after cannot be read to their end.
    BrokenAfter,
    /// The text before holds no resource.
    NothingBefore,
    /// The texts after hold no resource.
    NothingAfter,
}

impl Found {
    /// The texts after are judged by what is known of them: whether they break, and how many resources they hold.
    pub fn new(
        before: &Sources,
        after: &Sources,
        profile: Profile,
        ages: &[(String, KnownAge)],
        broken: bool,
        resources: usize,
    ) -> Self {
        let old = report(&analyze(before.clone(), profile.clone()));
        if let Some(found) = old.findings.into_iter().find(|found| found.code == BROKEN) {
            return Found::BrokenBefore(found.range.start.line, found.message);
        }
        if broken {
            return Found::BrokenAfter;
        }
        match (old.resources.len(), resources) {
            (0, _) => Found::NothingBefore,
            (_, 0) => Found::NothingAfter,
            _ => {
                let rollout = rollout_with_ages(before.clone(), after.clone(), profile, true, ages);
                Found::Rollout(Rollout(Box::new(rollout_output(&rollout))))
            }
        }
    }
}

/// The report of a rollout, which crosses without its single states: a cause stands for all of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct Rollout(pub Box<RolloutOutput>);

/// A rollout as lists: the readers of maps with names would add some kilobytes to the page.
type Wire = ([String; 2], Vec<[String; 2]>, Vec<Cause>, Vec<Stage>);
type Cause = ([String; 5], WireRequest);
type Stage = (Vec<String>, Vec<String>, [String; 2]);

impl From<Rollout> for Wire {
    fn from(Rollout(rollout): Rollout) -> Self {
        let cause = |it: CauseRow| ([it.what, it.when, it.before, it.during, it.after], it.witness);
        let stage = |it: StageRow| (it.apply, it.delete, [it.why, it.manifest]);
        (
            [rollout.tone, rollout.summary],
            rollout.changes.into_iter().map(|it| [it.kind, it.name]).collect(),
            rollout.causes.into_iter().map(cause).collect(),
            rollout.stages.into_iter().map(stage).collect(),
        )
    }
}

impl From<Wire> for Rollout {
    fn from(([tone, summary], changes, causes, stages): Wire) -> Self {
        let cause = |([what, when, before, during, after], witness): Cause| {
            let (applied, missing) = Default::default();
            CauseRow { what, when, applied, missing, witness, before, during, after }
        };
        let stage = |(apply, delete, [why, manifest]): Stage| StageRow { apply, delete, why, manifest };
        Self(Box::new(RolloutOutput {
            safe: tone == "ok",
            tone,
            summary,
            changes: changes.into_iter().map(|[kind, name]| ChangeRow { kind, name }).collect(),
            causes: causes.into_iter().map(cause).collect(),
            stages: stages.into_iter().map(stage).collect(),
            ..RolloutOutput::default()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollout_crosses_whole_but_for_its_single_states() {
        let text = |name: &str| name.to_owned();
        let rollout = RolloutOutput {
            safe: true,
            tone: text("ok"),
            summary: text("sum"),
            changes: vec![ChangeRow { name: text("Gateway/a/b"), kind: text("added") }],
            causes: vec![CauseRow {
                what: text("w"),
                when: text("x"),
                during: text("503"),
                ..CauseRow::default()
            }],
            stages: vec![StageRow { apply: vec![text("a")], manifest: text("m"), ..StageRow::default() }],
            ..RolloutOutput::default()
        };
        let rollout = Rollout(Box::new(rollout));
        let json = serde_json::to_string(&rollout).unwrap();
        assert_eq!(serde_json::from_str::<Rollout>(&json).unwrap(), rollout);
    }
}

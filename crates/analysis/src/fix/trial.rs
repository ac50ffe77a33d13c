//! Whether a fix is worth offering: its edits are made, the texts are analysed again, and the findings are compared.

use std::collections::BTreeMap;

use super::{Edit, Fix, Refusal, apply, layout::Layouts, meet};
use crate::{Analysis, Finding, KnownAge, Severity, analyze_with_ages, resource::Key};

/// A fix of a finding that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The finding, by its place among those that were asked about.
    pub finding: usize,
    /// The fix, by its place in the finding.
    pub fix: usize,
    /// Its edits.
    pub edits: Vec<Edit>,
}

impl Proposal {
    /// What it does.
    pub fn title<'f>(&self, findings: &'f [Finding]) -> &'f str {
        self.of(findings).map_or("", |fix| fix.title.as_str())
    }

    fn of<'f>(&self, findings: &'f [Finding]) -> Option<&'f Fix> {
        findings.get(self.finding)?.fixes.get(self.fix)
    }
}

/// Fixes made together, and what is found afterwards.
#[derive(Debug)]
pub struct Round {
    /// The texts and what is built of them afterwards.
    pub analysis: Analysis,
    /// What is found afterwards.
    pub findings: Vec<Finding>,
    /// What was done.
    pub done: Vec<Proposal>,
}

/// Every fix that can be written, and those that cannot with the reason.
pub fn proposals(analysis: &Analysis, findings: &[Finding]) -> (Vec<Proposal>, Vec<(usize, Refusal)>) {
    let layouts = Layouts::new(&analysis.sources);
    let (mut out, mut refused) = (Vec::new(), Vec::new());
    for (finding, found) in findings.iter().enumerate() {
        for (fix, wanted) in found.fixes.iter().enumerate() {
            match layouts.edits(wanted) {
                Ok(edits) => out.push(Proposal { finding, fix, edits }),
                Err(why) => refused.push((finding, why)),
            }
        }
    }
    (out, refused)
}

/// Makes one fix and analyses again; refused where the finding stays or another one comes.
pub fn verified(analysis: &Analysis, findings: &[Finding], proposal: &Proposal) -> Result<Round, Refusal> {
    attempt(analysis, findings, std::slice::from_ref(proposal))
}

/// The largest part of some fixes that can be made together, so that each finding of theirs is gone and none comes.
/// Of fixes that meet, and of several of one finding, the first that proves right is taken. `work` is how many
/// resources may be analysed again in all; it goes down.
pub fn verified_together(
    analysis: &Analysis,
    findings: &[Finding],
    proposals: &[Proposal],
    work: &mut usize,
) -> Option<Round> {
    let mut search = Search { analysis, findings, work };
    let mut best: Option<Round> = None;
    let mut wave = Vec::new();
    // Later alternatives have their turn where the first of a finding failed.
    let deepest = proposals.iter().map(|proposal| proposal.fix).max()?;
    for turn in 0..=deepest {
        let done = |finding: usize| best.iter().flat_map(|round| &round.done).any(|it| it.finding == finding);
        wave.clear();
        wave.extend(best.iter().flat_map(|round| round.done.iter().cloned()));
        let settled = wave.len();
        for proposal in proposals.iter().filter(|it| it.fix == turn && !done(it.finding)) {
            if !wave.iter().any(|other| conflict(other, proposal)) {
                wave.push(proposal.clone());
            }
        }
        if wave.len() > settled {
            best = search.extend(best, &wave[settled..]);
        }
    }
    best
}

/// Whether two fixes cannot be made at once.
fn conflict(one: &Proposal, other: &Proposal) -> bool {
    one.edits.iter().any(|edit| other.edits.iter().any(|it| meet(edit, it)))
}

struct Search<'a> {
    analysis: &'a Analysis,
    findings: &'a [Finding],
    work: &'a mut usize,
}

impl Search<'_> {
    /// Adds as many fixes as prove right to those that did.
    fn extend(&mut self, base: Option<Round>, more: &[Proposal]) -> Option<Round> {
        let cost = self.analysis.effective.mesh.resources.len().max(1);
        if more.is_empty() || *self.work < cost {
            return base;
        }
        *self.work -= cost;
        let mut all: Vec<Proposal> = base.iter().flat_map(|round| round.done.iter().cloned()).collect();
        all.extend_from_slice(more);
        match attempt(self.analysis, self.findings, &all) {
            Ok(round) => Some(round),
            Err(_) if more.len() == 1 => base,
            Err(_) => {
                let (first, second) = more.split_at(more.len() / 2);
                let base = self.extend(base, first);
                self.extend(base, second)
            }
        }
    }
}

fn attempt(analysis: &Analysis, findings: &[Finding], proposals: &[Proposal]) -> Result<Round, Refusal> {
    let edits: Vec<Edit> = proposals.iter().flat_map(|proposal| proposal.edits.iter().cloned()).collect();
    let sources = apply(&analysis.sources, &edits);
    let resources = &analysis.effective.mesh.resources;
    let ages: Vec<(String, KnownAge)> = resources
        .iter()
        .filter_map(|resource| {
            let created = resource.created.map(KnownAge::Created);
            Some((resource.key.path(), created.or(resource.placed.map(KnownAge::Place))?))
        })
        .collect();
    let after = analyze_with_ages(sources, analysis.effective.mesh.profile.clone(), &ages);
    let found = after.findings();
    let mut room = census(analysis, findings);
    for proposal in proposals {
        let key = findings.get(proposal.finding).map(|finding| sort(analysis, finding));
        let Some(count) = key.and_then(|key| room.get_mut(&key)).filter(|count| **count > 0) else {
            return Refusal::new("the finding is told of once only");
        };
        *count -= 1;
    }
    for finding in &found {
        match room.get_mut(&sort(&after, finding)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => {
                return Refusal::new(format!(
                    "afterwards `{}` is found: {}",
                    finding.rule.code, finding.message
                ));
            }
        }
    }
    Ok(Round { analysis: after, findings: found, done: proposals.to_vec() })
}

/// What makes findings of two analyses the same, as places and numbers of rules move.
type Sort = (&'static str, Severity, Option<Key>, String);

fn sort(analysis: &Analysis, finding: &Finding) -> Sort {
    let resource = finding.primary.resource.map(|id| analysis.effective.mesh.resource(id).key.clone());
    let file = analysis.sources.get(finding.primary.file).map(|source| source.name.clone());
    (finding.rule.code, finding.severity, resource, file.unwrap_or_default())
}

fn census(analysis: &Analysis, findings: &[Finding]) -> BTreeMap<Sort, usize> {
    let mut out = BTreeMap::new();
    for finding in findings {
        *out.entry(sort(analysis, finding)).or_default() += 1;
    }
    out
}

//! Whether a fix is worth offering: its edits are made, the texts are analysed again, and the findings are compared.

use std::collections::BTreeMap;

use super::{Edit, Fix, Refusal, apply, layout::Layouts, meet};
use crate::{Analysis, Finding, KnownAge, Severity, analyze_with_ages, resource::Key};

/// A fix of a finding that can be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
        let fix: Option<&Fix> = findings.get(self.finding).and_then(|finding| finding.fixes.get(self.fix));
        fix.map_or("", |fix| fix.title.as_str())
    }

    /// Whether two cannot be made at once: they are for one finding, or their edits meet.
    fn excludes(&self, other: &Proposal) -> bool {
        let meets = |edit: &Edit| other.edits.iter().any(|it| meet(edit, it));
        self.finding == other.finding || self.edits.iter().any(meets)
    }
}

/// Every fix of some findings that can be written, and why others cannot: the finding, by its place, and the reason.
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

/// Fixes made together.
#[derive(Debug)]
pub struct Round {
    /// The texts and what is built of them afterwards.
    pub analysis: Analysis,
    /// What was done.
    pub done: Vec<Proposal>,
}

/// Tries fixes of an analysis.
#[derive(Debug)]
pub struct Trial<'a> {
    analysis: &'a Analysis,
    before: Census,
    ages: Vec<(String, KnownAge)>,
    /// How many resources may still be analysed again.
    work: usize,
    exhausted: bool,
}

impl<'a> Trial<'a> {
    /// Begins a trial in which `work` resources may be analysed again, each as often as it is.
    pub fn new(analysis: &'a Analysis, work: usize) -> Trial<'a> {
        let ages = analysis.effective.mesh.resources.iter().filter_map(|resource| {
            let created = resource.created.map(KnownAge::Created);
            Some((resource.key.path(), created.or(resource.placed.map(KnownAge::Place))?))
        });
        Trial { analysis, before: census(analysis), ages: ages.collect(), work, exhausted: false }
    }

    /// Whether there was too much to try everything that was asked.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Makes fixes, of which none excludes another; refused where a finding of theirs stays or another one comes.
    pub fn make(&mut self, findings: &[Finding], proposals: &[Proposal]) -> Result<Round, Refusal> {
        let cost = self.analysis.effective.mesh.resources.len().max(1);
        let Some(rest) = self.work.checked_sub(cost) else {
            self.exhausted = true;
            return Refusal::new("there is too much to try it");
        };
        self.work = rest;
        let edits: Vec<Edit> = proposals.iter().flat_map(|proposal| proposal.edits.iter().cloned()).collect();
        let sources = apply(&self.analysis.sources, &edits);
        let analysis = analyze_with_ages(sources, self.analysis.effective.mesh.profile.clone(), &self.ages);
        let after = census(&analysis);
        let mut gone: BTreeMap<Sort, usize> = BTreeMap::new();
        for finding in proposals.iter().filter_map(|proposal| findings.get(proposal.finding)) {
            *gone.entry(sort(self.analysis, finding)).or_default() += 1;
        }
        for (sort, found) in &after {
            let known = self.before.get(sort).map(Vec::as_slice).unwrap_or_default();
            let worse = found.iter().zip(known).any(|(now, before)| now > before);
            if found.len() > known.len() || worse {
                return Refusal::new(format!("`{}` is found afterwards", sort.0));
            }
        }
        for (sort, gone) in &gone {
            let [before, now] = [&self.before, &after].map(|census| census.get(sort).map_or(0, Vec::len));
            if now + gone > before {
                return Refusal::new(format!("`{}` is still found afterwards", sort.0));
            }
        }
        Ok(Round { analysis, done: proposals.to_vec() })
    }

    /// Makes as many fixes as can be made together. Of those that exclude each other the first that proves right is
    /// taken, and the first of a finding before the others.
    pub fn make_most(&mut self, findings: &[Finding], proposals: &[Proposal]) -> Option<Round> {
        let mut best: Option<Round> = None;
        let turns = proposals.iter().map(|proposal| proposal.fix + 1).max().unwrap_or_default();
        for turn in 0..turns {
            let mut more = Vec::new();
            for proposal in proposals.iter().filter(|it| it.fix == turn) {
                let mut others = best.iter().flat_map(|round| &round.done).chain(&more);
                if !others.any(|other| other.excludes(proposal)) {
                    more.push(proposal.clone());
                }
            }
            best = self.extend(best, findings, &more);
        }
        best
    }

    /// Which fixes prove right. Those that do not exclude each other are tried together, as one run for each would
    /// take too long.
    pub fn offered(&mut self, findings: &[Finding], mut proposals: Vec<Proposal>) -> Vec<Proposal> {
        let mut out = Vec::new();
        while !proposals.is_empty() {
            let mut wave: Vec<Proposal> = Vec::new();
            proposals.retain(|proposal| {
                let now = !wave.iter().any(|other| other.excludes(proposal));
                if now {
                    wave.push(proposal.clone());
                }
                !now
            });
            out.extend(self.extend(None, findings, &wave).map(|round| round.done).unwrap_or_default());
        }
        out.sort();
        out
    }

    /// Adds as many fixes as prove right to those that did.
    fn extend(&mut self, base: Option<Round>, findings: &[Finding], more: &[Proposal]) -> Option<Round> {
        if more.is_empty() {
            return base;
        }
        let mut all: Vec<Proposal> = base.iter().flat_map(|round| round.done.iter().cloned()).collect();
        all.extend_from_slice(more);
        match self.make(findings, &all) {
            Ok(round) => Some(round),
            Err(_) if more.len() == 1 => base,
            Err(_) => {
                let (first, second) = more.split_at(more.len() / 2);
                let base = self.extend(base, findings, first);
                self.extend(base, findings, second)
            }
        }
    }
}

/// What makes findings of two analyses the same, as places and numbers of rules move: code, resource and text.
type Sort = (&'static str, Option<Key>, String);

/// How bad the findings of each sort are, the worst first.
type Census = BTreeMap<Sort, Vec<Severity>>;

fn sort(analysis: &Analysis, finding: &Finding) -> Sort {
    let resource = finding.primary.resource.map(|id| analysis.effective.mesh.resource(id).key.clone());
    let file = analysis.sources.get(finding.primary.file).map(|source| source.name.clone());
    (finding.rule.code, resource, file.unwrap_or_default())
}

fn census(analysis: &Analysis) -> Census {
    let mut out = Census::new();
    for finding in analysis.findings() {
        out.entry(sort(analysis, &finding)).or_default().push(finding.severity);
    }
    for severities in out.values_mut() {
        severities.sort_by(|a, b| b.cmp(a));
    }
    out
}

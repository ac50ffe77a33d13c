//! Findings that the input allows, apart from those that are told.

use std::cmp::Reverse;

use super::{Finding, Label, Rule, by_place, input, named, sort, unused_allowance};
use crate::{Analysis, resource::Allowance};

/// What the rules find.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is told, sorted by place.
    pub findings: Vec<Finding>,
    /// What the input allows in all its places, sorted by place.
    pub allowed: Vec<Allowed>,
}

/// A finding that is not told.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// What allows it; of several the one that holds for least.
    pub by: Allowance,
}

/// Parts findings by whether something allows them, and adds those about allowances that allow nothing. A finding is
/// told while one of its places is not allowed, and then of these places alone; the other ends of a conflict, which it
/// names too, neither need an allowance nor give one.
pub(super) fn part(analysis: &Analysis, findings: Vec<Finding>) -> Checked {
    let mut permits = Permits::new(&analysis.allowances);
    if permits.0.is_empty() {
        return Checked { findings, allowed: Vec::new() };
    }
    let mut out = Checked::default();
    permits.take(findings, &mut out);
    // An allowance may allow others to be unused, so those are told first.
    let (of_others, of_rules): (Vec<_>, Vec<_>) =
        (0..permits.0.len()).partition(|&at| permits.0[at].allows(&unused_allowance::RULE));
    for these in [of_rules, of_others] {
        let unused = these.iter().map(|&at| &permits.0[at]).filter(|permit| !permit.used);
        let unused: Vec<Finding> = unused
            .filter_map(|it| unused_allowance::unused(analysis, it.allowance, &it.rules, &out.findings))
            .collect();
        permits.take(unused, &mut out);
    }
    sort(&mut out.findings);
    out.allowed.sort_by(|a, b| by_place(&a.finding, &b.finding));
    out
}

/// An allowance with the rules it names.
struct Permit<'a> {
    allowance: &'a Allowance,
    rules: Vec<&'static Rule>,
    /// The nearest one before it that may hold for more.
    around: Option<usize>,
    used: bool,
}

impl Permit<'_> {
    fn allows(&self, rule: &Rule) -> bool {
        // Where YAML is broken nobody knows what a comment is about.
        rule.code != input::BROKEN_YAML.code
            && (self.allowance.allows_all() || self.rules.iter().any(|it| it.code == rule.code))
    }
}

/// All allowances, in the order in which they begin to hold.
struct Permits<'a>(Vec<Permit<'a>>);

impl<'a> Permits<'a> {
    fn new(allowances: &'a [Allowance]) -> Self {
        let permit = |allowance: &'a Allowance| {
            let rules = named(&allowance.code.value);
            Permit { allowance, rules, around: None, used: false }
        };
        let mut permits: Vec<Permit<'a>> = allowances.iter().map(permit).collect();
        permits.sort_by_key(|Permit { allowance, .. }| {
            (allowance.file, allowance.scope.start, Reverse(allowance.scope.end))
        });
        let mut open: Vec<usize> = Vec::new();
        for at in 0..permits.len() {
            let Allowance { file, scope, .. } = permits[at].allowance;
            let ended = |before: &Allowance| before.file != *file || before.scope.end < scope.start;
            while open.pop_if(|last| ended(permits[*last].allowance)).is_some() {}
            permits[at].around = open.last().copied();
            open.push(at);
        }
        Permits(permits)
    }

    /// What allows a rule at a place; of several the innermost, though all are of use.
    fn at(&mut self, rule: &Rule, place: &Label) -> Option<&'a Allowance> {
        let behind = self.0.partition_point(|Permit { allowance, .. }| {
            (allowance.file, allowance.scope.start) <= (place.file, place.range.start)
        });
        let (mut next, mut found) = (behind.checked_sub(1), None);
        while let Some(permit) = next.map(|at| &mut self.0[at]) {
            let allowance = permit.allowance;
            if allowance.file == place.file && allowance.scope.contains(place.range) && permit.allows(rule) {
                permit.used = true;
                found = found.or(Some(allowance));
            }
            next = permit.around;
        }
        found
    }

    fn take(&mut self, findings: Vec<Finding>, out: &mut Checked) {
        for mut finding in findings {
            let by = self.at(finding.rule, &finding.primary);
            finding.related.retain(|label| !label.same || self.at(finding.rule, label).is_none());
            match (by, finding.related.iter().position(|label| label.same)) {
                (None, _) => out.findings.push(finding),
                (Some(by), None) => out.allowed.push(Allowed { finding, by: by.clone() }),
                (Some(_), Some(at)) => {
                    let place = finding.related.remove(at);
                    finding.primary = Label { message: String::new(), same: false, ..place };
                    out.findings.push(finding);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_syntax::{Spanned, TextRange};

    use super::*;
    use crate::{FileId, resource::AllowedBy};

    #[test]
    fn none_that_holds_at_a_place_is_missed() {
        let mut seed = 7_u64;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as u32 % below
        };
        let mut found = 0;
        for _ in 0..2_000 {
            let mut range = || {
                let start = random(30);
                (FileId(random(2)), TextRange::new(start, start + random(12)))
            };
            let allowances: Vec<Allowance> = (0..8)
                .map(|_| {
                    let (file, scope) = range();
                    let code = Spanned::new("unused-allowance".to_owned(), scope);
                    Allowance { file, scope, code, reason: None, by: AllowedBy::Comment }
                })
                .collect();
            let (file, range) = range();
            let place = Label { resource: None, file, range, message: String::new(), same: false };
            let mut permits = Permits::new(&allowances);
            let by = permits.at(&unused_allowance::RULE, &place);
            let holds = |it: &Allowance| it.file == file && it.scope.contains(range);
            let all: Vec<&Permit<'_>> = permits.0.iter().filter(|it| holds(it.allowance)).collect();
            assert_eq!(by, all.last().map(|it| it.allowance));
            assert_eq!(all.len(), permits.0.iter().filter(|it| it.used).count());
            found += all.len();
        }
        assert!(found > 500, "{found}");
    }
}

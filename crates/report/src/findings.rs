//! Findings of the rules.

use pilothouse_analysis::{Analysis, Request, fix, rules};

use crate::{
    model::{Allowance, Edit, Finding, Fix, Related, RuleRow, Suppressed, WireRequest},
    places::Places,
};

pub(crate) fn rows(places: &Places<'_>, findings: Vec<rules::Finding>) -> Vec<Finding> {
    findings.into_iter().map(|finding| row(places, finding)).collect()
}

pub(crate) fn suppressed(places: &Places<'_>, allowed: Vec<rules::Allowed>) -> Vec<Suppressed> {
    let one = |rules::Allowed { finding, by }| Suppressed {
        finding: row(places, finding),
        allowance: Allowance {
            kind: by.by.as_str().to_owned(),
            reason: by.reason,
            file: places.file_name(by.file),
            range: places.range(by.file, by.code.range),
        },
    };
    allowed.into_iter().map(one).collect()
}

/// A rule with its page.
pub fn rule(rule: &rules::Rule) -> RuleRow {
    RuleRow {
        code: rule.code.to_owned(),
        severity: rule.severity.as_str().to_owned(),
        aliases: rule.aliases.iter().map(|&alias| alias.to_owned()).collect(),
        summary: rule.summary().to_owned(),
        docs: rule.docs.to_owned(),
    }
}

fn row(places: &Places<'_>, finding: rules::Finding) -> Finding {
    let related = finding.related.iter().map(|label| Related {
        message: label.message.clone(),
        resource: label.resource.map(|id| places.key(id)),
        file: places.file_name(label.file),
        range: places.range(label.file, label.range),
    });
    Finding {
        code: finding.rule.code.to_owned(),
        severity: finding.severity.as_str().to_owned(),
        resource: finding.primary.resource.map(|id| places.key(id)),
        file: places.file_name(finding.primary.file),
        range: places.range(finding.primary.file, finding.primary.range),
        related: related.collect(),
        help: finding.help,
        aliases: finding.rule.aliases.iter().map(|&alias| alias.to_owned()).collect(),
        ids: finding.ids.iter().map(|&id| id.to_owned()).collect(),
        witness: finding.witness.map(|request| wire(request, finding.proxy.clone())),
        message: finding.message,
        proxy: finding.proxy,
        fixes: Vec::new(),
    }
}

/// How many resources are analysed again at most to try fixes: a few seconds of work.
const WORK: usize = 20_000;

/// The fixes of some findings that prove right, in the order of the findings.
pub fn fixes(analysis: &Analysis, findings: &[rules::Finding]) -> Vec<Vec<Fix>> {
    fixes_within(analysis, findings, WORK).0
}

/// Like [`fixes`], with at most so many resources analysed again, and whether that left some untried.
pub fn fixes_within(analysis: &Analysis, findings: &[rules::Finding], work: usize) -> (Vec<Vec<Fix>>, bool) {
    let places = Places::new(analysis);
    let mut out = vec![Vec::new(); findings.len()];
    let (proposals, _) = fix::proposals(analysis, findings);
    if proposals.is_empty() {
        return (out, false);
    }
    let mut trial = fix::Trial::new(analysis, work);
    for proposal in trial.offered(findings, proposals) {
        let edits = proposal.edits.iter().map(|edit| edit_row(&places, edit));
        let wanted = findings.get(proposal.finding).and_then(|finding| finding.fixes.get(proposal.fix));
        let guess = proposal.fix > 0 || wanted.is_some_and(|fix| fix.guess);
        let fix = Fix { title: proposal.title(findings).to_owned(), guess, edits: edits.collect() };
        if let Some(fixes) = out.get_mut(proposal.finding) {
            fixes.push(fix);
        }
    }
    (out, trial.is_exhausted())
}

/// An edit with its text by name.
pub(crate) fn edit_row(places: &Places<'_>, edit: &fix::Edit) -> Edit {
    Edit {
        file: places.file_name(edit.file),
        range: places.range(edit.file, edit.range),
        text: edit.text.clone(),
    }
}

/// A request as it crosses to people and to the page.
pub(crate) fn wire(request: Request, proxy: Option<String>) -> WireRequest {
    WireRequest {
        proxy,
        url: request.url(),
        port: request.port,
        method: request.method,
        headers: request.headers,
    }
}

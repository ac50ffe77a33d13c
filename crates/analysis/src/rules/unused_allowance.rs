//! A comment or an annotation that allows something where there is nothing to allow.

use super::{Finding, Label, Rule, Severity, input, similar};
use crate::{
    Analysis,
    resource::{Allowance, AllowedBy, ProblemKind},
};

pub(super) static RULE: Rule = Rule {
    code: "unused-allowance",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("unused_allowance.md"),
    check: |analysis, cx| input::each(analysis, cx, ProblemKind::Allowance),
};

/// The finding about an allowance that allowed nothing; none where istioctl may need it.
pub(super) fn unused(
    analysis: &Analysis,
    allowance: &Allowance,
    rules: &[&'static Rule],
    findings: &[Finding],
) -> Option<Finding> {
    let code = &allowance.code.value;
    // istioctl has more checks than there are rules here.
    let for_istioctl = allowance.allows_all() || allowance.by == AllowedBy::Annotation && is_istioctl(code);
    if for_istioctl && rules.is_empty() {
        return None;
    }
    let resource = input::resource_at(analysis, allowance.file, allowance.scope.start);
    let (file, range) = (allowance.file, allowance.code.range);
    let primary = Label { resource, file, range, message: String::new(), same: false };
    if rules.is_empty() {
        let mut finding =
            Finding::new(&RULE, primary, format!("There is no rule `{code}` that could be allowed."));
        finding.help = Some(match similar(code) {
            Some(rule) => format!("Did you mean `{}`?", rule.code),
            None => "Name a rule by its code, such as `undefined-subset`.".to_owned(),
        });
        return Some(finding);
    }
    if rules.iter().all(|rule| rule.code == input::BROKEN_YAML.code) {
        let message = format!(
            "`{code}` cannot be allowed: where YAML is broken, nobody knows what a comment is about."
        );
        return Some(Finding::new(&RULE, primary, message));
    }
    // The other end of a conflict is a usual place for a comment, and the wrong one.
    let elsewhere = findings.iter().find(|finding| {
        let names = |label: &Label| label.file == allowance.file && allowance.scope.contains(label.range);
        rules.iter().any(|rule| rule.code == finding.rule.code) && finding.related.iter().any(names)
    });
    let mut finding = match elsewhere {
        None => Finding::new(&RULE, primary, format!("`{code}` is allowed here, but it is not found here.")),
        Some(other) => {
            let message = format!(
                "`{code}` is allowed here, but what is found stands elsewhere and only names this place."
            );
            let mut finding = Finding::new(&RULE, primary, message);
            finding.related.push(Label { message: "the finding".to_owned(), ..other.primary.clone() });
            finding
        }
    };
    finding.help = Some(match (for_istioctl, elsewhere) {
        (_, Some(_)) => "Put it where the finding is.".to_owned(),
        (true, None) => "Delete it if istioctl finds nothing either.".to_owned(),
        (false, None) => "Delete it.".to_owned(),
    });
    if for_istioctl {
        finding.severity = Severity::Info;
    }
    Some(finding)
}

/// Whether a code is written as istioctl's are.
fn is_istioctl(code: &str) -> bool {
    let digits = |number: &str| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    code.strip_prefix("IST").is_some_and(digits)
}

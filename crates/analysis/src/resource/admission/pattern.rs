//! Conditions on texts and regular expressions (VAL-0.5).

use pilothouse_syntax::{Spanned, TextRange};

use super::Admission;
use crate::{
    resource::virtual_service::{Pattern, StringMatch},
    space::validator_refusal,
};

impl Admission<'_> {
    /// A condition on a text that must not be an empty prefix (VAL-V8).
    pub(super) fn string_match(&mut self, what: &str, condition: Option<&StringMatch>) {
        let Some(condition) = condition else { return };
        if let Some(Spanned { value: Pattern::Prefix(prefix), range }) = &condition.pattern
            && prefix.is_empty()
            && self.profile.checks_of_today
        {
            let message = format!("The prefix of `{what}` is empty");
            self.refuse("VAL-V8", *range, message, "Write `{}` to ask that it is there at all.");
        }
        self.regex_match(what, Some(condition));
    }

    /// The regular expression of a condition, if that is what it is.
    pub(super) fn regex_match(&mut self, what: &str, condition: Option<&StringMatch>) {
        let pattern = condition.and_then(|condition| condition.pattern.as_ref());
        if let Some(Spanned { value: Pattern::Regex(regex), range }) = pattern {
            self.regex(what, regex, *range);
        }
    }

    /// A regular expression that Go must be able to compile.
    pub(super) fn regex(&mut self, what: &str, regex: &str, range: TextRange) {
        if !self.profile.regexes_checked {
            return;
        }
        if regex.is_empty() {
            self.refuse("VAL-0.5", range, format!("The regular expression of `{what}` is empty"), "");
        } else if let Some(refusal) = validator_refusal(regex) {
            let message = format!("The regular expression of `{what}` is refused: {}", refusal.message);
            let help = match regex {
                "*" => "Write `.*` for any text.",
                _ => "Istio reads RE2's syntax, which has no look-around and no back references.",
            };
            self.refuse("VAL-0.5", range, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_0_5_regular_expressions() {
        let when = |block: &str| routed(&format!("match: [{{{block}}}]"));
        for good in [
            "uri: {regex: '/a/.*'}",
            "headers: {x-a: {regex: '(?i)a'}}",
            "withoutHeaders: {x-a: {regex: '*'}}",
            "uri: {regex: '[a&&b]'}",
        ] {
            fine(&when(good));
        }
        for bad in [
            "uri: {regex: ''}",
            "uri: {regex: '*'}",
            "uri: {regex: '/(?!a)'}",
            "uri: {regex: '(a'}",
            "scheme: {regex: 'a**'}",
            "method: {regex: '\\1'}",
            "authority: {regex: 'a{1001}'}",
            "headers: {x-a: {regex: '*'}}",
            "withoutHeaders: {x-a: {regex: '['}}",
            "queryParams: {a: {regex: '\\h'}}",
        ] {
            refused(&when(bad), &["VAL-0.5"]);
        }
        let long = |bytes: usize| when(&format!("uri: {{regex: {}}}", "a".repeat(bytes)));
        fine(&long(1024));
        refused(&long(1025), &["VAL-0.5"]);
        refused(&routed("corsPolicy: {allowOrigins: [{regex: '('}]}"), &["VAL-0.5"]);
        refused(&routed("rewrite: {uriRegexRewrite: {match: '(', rewrite: a}}"), &["VAL-0.5"]);
        fine_in_1_1(&when("uri: {regex: '*'}, authority: {regex: '('}"));
    }
}

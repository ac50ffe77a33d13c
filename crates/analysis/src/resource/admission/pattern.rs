//! Conditions on texts and regular expressions (VAL-0.5).

use pilothouse_syntax::{Spanned, TextRange};

use super::Admission;
use crate::resource::virtual_service::{Pattern, StringMatch};

/// The longest regular expression, in bytes.
const LONGEST: usize = 1024;

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
        } else if regex.len() > LONGEST {
            let message = format!("The regular expression of `{what}` is longer than {LONGEST} bytes");
            self.refuse("VAL-0.5", range, message, "");
        }
    }
}

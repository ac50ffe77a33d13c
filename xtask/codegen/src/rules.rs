//! docs/rules.md and one page for each rule.

use std::fmt::Write;

use pilothouse_analysis::rules::{RULES, Rule};

use crate::outputs::{Output, page};

/// The list of all rules.
pub(crate) fn index() -> Output {
    let mut text = String::from(
        "# Rules\n\nWhat `pilothouse check` and the page look for. `pilothouse explain CODE` prints a rule's page.\n\n\
         | code | severity | what | elsewhere |\n| --- | --- | --- | --- |\n",
    );
    for rule in RULES {
        let Rule { code, severity, aliases, .. } = rule;
        let aliases = aliases.join(", ");
        let _ = writeln!(
            text,
            "| [`{code}`](rules/{code}.md) | {} | {} | {aliases} |",
            severity.as_str(),
            rule.summary()
        );
    }
    page("docs/rules.md", "crates/analysis/src/rules", &text)
}

/// The page of each rule, as the rule itself carries it.
pub(crate) fn pages() -> impl Iterator<Item = Output> {
    RULES.iter().map(|rule| {
        let Rule { code, severity, aliases, docs, .. } = rule;
        let aliases =
            if aliases.is_empty() { String::new() } else { format!(", elsewhere {}", aliases.join(", ")) };
        let text = format!("# `{code}`\n\n*{}{aliases}*\n\n{docs}", severity.as_str());
        page(format!("docs/rules/{code}.md"), "crates/analysis/src/rules", &text)
    })
}

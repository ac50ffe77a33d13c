//! `pilothouse explain`: a rule's page.

use anyhow::bail;
use pilothouse_analysis::rules::{self, RULES, Rule};
use pilothouse_report::ExplainOutput;

use crate::{
    args::{Explain, Format},
    output::Outcome,
    table::Table,
};

pub(crate) fn run(args: &Explain) -> anyhow::Result<Outcome> {
    let rules = match &args.code {
        Some(code) => named(code)?,
        None => RULES.to_vec(),
    };
    match args.format {
        Format::Json => {
            let rules = rules.into_iter().map(pilothouse_report::rule).collect();
            Outcome::json(&ExplainOutput { rules }, false)
        }
        Format::Text if args.code.is_none() => Ok(Outcome::passed(list(&rules))),
        Format::Text => {
            let pages: Vec<String> = rules.into_iter().map(page).collect();
            Ok(Outcome::passed(pages.join("\n")))
        }
    }
}

/// The rule of a code, or all that another tool calls by one name.
fn named(code: &str) -> anyhow::Result<Vec<&'static Rule>> {
    let rules = rules::named(code);
    if !rules.is_empty() {
        return Ok(rules);
    }
    match rules::similar(code) {
        Some(rule) => bail!("there is no rule `{code}`; did you mean `{}`?", rule.code),
        None => bail!("there is no rule `{code}`; `pilothouse explain` lists them all"),
    }
}

fn page(rule: &Rule) -> String {
    let mut text = format!("# {}\n\nSeverity: {}", rule.code, rule.severity.as_str());
    if !rule.aliases.is_empty() {
        text.push_str(&format!(" · also known as {}", rule.aliases.join(", ")));
    }
    text.push_str(&format!("\n\n{}\n", rule.docs.trim_end()));
    text
}

fn list(rules: &[&Rule]) -> String {
    let mut table = Table::default();
    for rule in rules {
        table.row([rule.code, rule.severity.as_str(), rule.summary()]);
    }
    table.to_string()
}

//! `pilothouse explain`: a rule's page.

use anyhow::bail;
use pilothouse_analysis::rules::{self, RULES};

use crate::{
    args::{Explain, Format},
    output::Outcome,
    table::Table,
};

pub(crate) fn run(args: &Explain) -> anyhow::Result<Outcome> {
    let Some(code) = &args.code else { return list(args.format) };
    let Some(rule) = rules::rule(code) else {
        bail!("there is no rule `{code}`; `pilothouse explain` lists them all");
    };
    match args.format {
        Format::Json => Outcome::json(&pilothouse_report::rule(rule), false),
        Format::Text => {
            let mut text = rule.docs.trim_end().to_owned();
            text.push_str(&format!("\n\nSeverity: {}", rule.severity.as_str()));
            if !rule.aliases.is_empty() {
                text.push_str(&format!("\nAlso known as: {}", rule.aliases.join(", ")));
            }
            text.push('\n');
            Ok(Outcome::passed(text))
        }
    }
}

fn list(format: Format) -> anyhow::Result<Outcome> {
    match format {
        Format::Json => {
            let rows: Vec<_> = RULES.iter().map(|rule| pilothouse_report::rule(rule)).collect();
            Outcome::json(&rows, false)
        }
        Format::Text => {
            let mut table = Table::default();
            for rule in RULES {
                table.row([rule.code, rule.severity.as_str(), rule.summary()]);
            }
            Ok(Outcome::passed(table.to_string()))
        }
    }
}

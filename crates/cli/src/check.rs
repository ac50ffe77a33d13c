//! `pilothouse check`: what the rules find.

use pilothouse_analysis::{Finding, analyze};
use pilothouse_report::check_output;

use crate::{
    args::{Check, CheckFormat},
    excerpt, github,
    input::{self, Texts},
    output::Outcome,
    sarif,
    settings::{self, Settings},
};

pub(crate) fn run(args: &Check, settings: &Settings) -> anyhow::Result<Outcome> {
    let Texts { sources, configs } = input::read(&args.input.paths, settings)?;
    let analysis = analyze(sources, settings.istio.profile());
    let mut checked = analysis.check();
    let config = |finding: &Finding| configs.get(finding.primary.file.0 as usize)?.as_deref();
    let settle = |finding: &mut Finding| {
        let severity = settings::severity(config(finding), finding);
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    };
    checked.findings.retain_mut(settle);
    checked.allowed.retain_mut(|allowed| settle(&mut allowed.finding));
    let fails = |finding: &Finding| settings::fails(args.fail_on, config(finding), finding.severity);
    let failed = checked.findings.iter().any(fails);
    let text = match args.format {
        CheckFormat::Json => return Outcome::json(&check_output(&analysis, checked), failed),
        CheckFormat::Sarif => return Outcome::json(&sarif::log(&analysis, checked), failed),
        CheckFormat::Github => github::commands(&analysis, checked),
        CheckFormat::Text => excerpt::text(&analysis, &checked),
    };
    Ok(Outcome { text, failed })
}

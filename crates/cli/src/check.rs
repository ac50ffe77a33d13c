//! `pilothouse check`: what the rules find.

use pilothouse_analysis::{Analysis, Checked, Finding, analyze};
use pilothouse_report::{CheckOutput, check_output};

use crate::{
    args::{Check, CheckFormat},
    excerpt, fix, github,
    input::{self, Texts},
    output::Outcome,
    sarif,
    settings::{self, Settings},
};

pub(crate) fn run(args: &Check, settings: &Settings) -> anyhow::Result<Outcome> {
    let Texts { sources, configs } = input::read(&args.input.paths, settings)?;
    let config = |finding: &Finding| configs.get(finding.primary.file.0 as usize)?.as_deref();
    let severity = |finding: &Finding| settings::severity(config(finding), finding);
    let mut analysis = analyze(sources, settings.istio.profile());
    if args.fix {
        analysis = fix::write(analysis, &args.input.paths, &severity)?;
    }
    let mut checked = analysis.check();
    let settle = |finding: &mut Finding| {
        let severity = severity(finding);
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    };
    checked.findings.retain_mut(settle);
    checked.allowed.retain_mut(|allowed| settle(&mut allowed.finding));
    let fails = |finding: &Finding| settings::fails(args.fail_on, config(finding), finding.severity);
    let failed = checked.findings.iter().any(fails);
    if args.diff {
        return Ok(Outcome { text: fix::diff(analysis, &severity), failed });
    }
    let text = match args.format {
        CheckFormat::Json => return Outcome::json(&with_fixes(&analysis, checked), failed),
        CheckFormat::Sarif => {
            let output = with_fixes(&analysis, checked);
            return Outcome::json(&sarif::log(&analysis, &output), failed);
        }
        CheckFormat::Github => github::commands(&analysis, checked),
        CheckFormat::Text => excerpt::text(&analysis, &checked),
    };
    Ok(Outcome { text, failed })
}

/// What was found, with what can be done about it.
fn with_fixes(analysis: &Analysis, checked: Checked) -> CheckOutput {
    let fixes = pilothouse_report::fixes(analysis, &checked.findings);
    let mut output = check_output(analysis, checked);
    for (finding, fixes) in output.findings.iter_mut().zip(fixes) {
        finding.fixes = fixes;
    }
    output
}

//! `pilothouse check`: what the rules find.

use pilothouse_analysis::{Severity, analyze};
use pilothouse_report::CheckOutput;

use crate::{
    args::{Check, FailOn, Format, Istio},
    excerpt, fix, input,
    output::Outcome,
};

pub(crate) fn run(args: &Check, istio: Istio) -> anyhow::Result<Outcome> {
    let mut analysis = analyze(input::read(&args.input.paths)?, istio.profile());
    if args.fix {
        analysis = fix::write(analysis, &args.input.paths)?;
    }
    let findings = analysis.findings();
    let worst = findings.iter().map(|finding| finding.severity).max();
    let failed = match args.fail_on {
        FailOn::Never => false,
        FailOn::Error => worst >= Some(Severity::Error),
        FailOn::Warning => worst >= Some(Severity::Warning),
    };
    if args.diff {
        return Ok(Outcome { text: fix::diff(analysis), failed });
    }
    match args.format {
        Format::Json => {
            let fixes = pilothouse_report::fixes(&analysis, &findings);
            let mut output = CheckOutput { findings: pilothouse_report::findings(&analysis, findings) };
            for (finding, fixes) in output.findings.iter_mut().zip(fixes) {
                finding.fixes = fixes;
            }
            Outcome::json(&output, failed)
        }
        Format::Text => Ok(Outcome { text: excerpt::text(&analysis, &findings), failed }),
    }
}

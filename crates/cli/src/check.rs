//! `pilothouse check`: what the rules find.

use pilothouse_analysis::{Severity, analyze};
use pilothouse_report::CheckOutput;

use crate::{
    args::{Check, FailOn, Format, Istio},
    excerpt, input,
    output::Outcome,
};

pub(crate) fn run(args: &Check, istio: Istio) -> anyhow::Result<Outcome> {
    let analysis = analyze(input::read(&args.input.paths)?, istio.profile());
    let findings = analysis.findings();
    let worst = findings.iter().map(|finding| finding.severity).max();
    let failed = match args.fail_on {
        FailOn::Never => false,
        FailOn::Error => worst >= Some(Severity::Error),
        FailOn::Warning => worst >= Some(Severity::Warning),
    };
    match args.format {
        Format::Json => {
            let output = CheckOutput { findings: pilothouse_report::findings(&analysis, findings) };
            Outcome::json(&output, failed)
        }
        Format::Text => Ok(Outcome { text: excerpt::text(&analysis, &findings), failed }),
    }
}

//! `pilothouse rollout`: from one revision to another without a request lost.

use std::{fmt::Write, slice};

use pilothouse_report::{RolloutOutput, rollout_output};

use crate::{
    args::{Rollout, RolloutFormat},
    input,
    output::Outcome,
    settings::Settings,
    visible::visible,
};

pub(crate) fn run(args: &Rollout, settings: &Settings) -> anyhow::Result<Outcome> {
    let before = input::read(slice::from_ref(&args.before), settings)?.sources;
    let after = input::read(slice::from_ref(&args.after), settings)?.sources;
    let rollout = pilothouse_analysis::rollout::rollout(before, after, settings.istio.profile(), !args.exact);
    let output = rollout_output(&rollout);
    let failed = !output.safe;
    match args.format {
        RolloutFormat::Json => Outcome::json(&output, failed),
        RolloutFormat::Yaml => {
            let manifests: Vec<&str> = output.stages.iter().map(|stage| stage.manifest.as_str()).collect();
            Ok(Outcome { text: manifests.join("---\n"), failed })
        }
        RolloutFormat::Text => Ok(Outcome { text: text(&output), failed }),
    }
}

/// The most hazards that are told one by one; the smallest sets of changes come first.
const SHOWN: usize = 12;

fn text(output: &RolloutOutput) -> String {
    let mut out = format!("{}\n", output.summary);
    for change in &output.changes {
        let _ = writeln!(out, "  {:8} {}", change.kind, change.name);
    }
    if !output.hazards.is_empty() {
        out.push_str("\nWhat breaks on the way\n");
    }
    for hazard in output.hazards.iter().take(SHOWN) {
        let _ = writeln!(out, "\n  with {}", hazard.applied.join(", "));
        let _ = writeln!(out, "  without {}", hazard.missing.join(", "));
        let request = &hazard.witness;
        let _ = writeln!(
            out,
            "    {} {}  through {}",
            request.method,
            request.url,
            request.proxy.as_deref().unwrap_or_default()
        );
        let _ = writeln!(out, "    meanwhile {}. {}", hazard.during, hazard.cause);
    }
    if let Some(more) = output.hazards.len().checked_sub(SHOWN).filter(|&more| more > 0) {
        let _ = writeln!(out, "\n  {more} more states break; --format json tells all.");
    }
    for (at, stage) in output.stages.iter().enumerate() {
        let _ = writeln!(out, "\nStage {}  {}", at + 1, stage.why);
        for name in &stage.apply {
            let _ = writeln!(out, "  apply  {name}");
        }
        for name in &stage.delete {
            let _ = writeln!(out, "  delete {name}");
        }
    }
    visible(&out)
}

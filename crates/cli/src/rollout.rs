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

fn text(output: &RolloutOutput) -> String {
    let mut out = format!("{}\n", output.summary);
    for change in &output.changes {
        let _ = writeln!(out, "  {:8} {}", change.kind, change.name);
    }
    if !output.causes.is_empty() {
        out.push_str("\nWhat breaks on the way\n");
    }
    for cause in &output.causes {
        let request = &cause.witness;
        let proxy = request.proxy.as_deref().unwrap_or_default();
        let _ = writeln!(out, "\n  {}\n    {}", cause.what, cause.when);
        let _ = writeln!(out, "    {} {}  through {proxy}", request.method, request.url);
        let _ = writeln!(out, "      before     {}", cause.before);
        let _ = writeln!(out, "      meanwhile  {}", cause.during);
        let _ = writeln!(out, "      after      {}", cause.after);
    }
    if !output.causes.is_empty() {
        let states = match output.hazards.len() {
            1 => "1 state".to_owned(),
            several => format!("{several} states"),
        };
        let _ = writeln!(out, "\n  Requests break in {states} between; --format json tells each.");
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

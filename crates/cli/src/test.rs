//! `pilothouse test`: requests with what is to come of them.

mod junit;
mod text;

use std::path::Path;

use anyhow::{Context, bail};
use pilothouse_analysis::{analyze, analyze_exactly};
use pilothouse_report::request_tests::{self, TestText};

use crate::{
    args::{Test, TestFormat},
    input,
    output::{Outcome, complain},
    settings::Settings,
};

pub(crate) fn run(args: &Test, settings: &Settings) -> anyhow::Result<Outcome> {
    let tests = args.tests.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let sources = input::read(&args.input.paths, settings)?.sources;
    let profile = settings.istio.profile();
    let analysis = if args.exact { analyze_exactly(sources, profile) } else { analyze(sources, profile) };
    if args.write {
        let written = request_tests::write(&analysis, &tests, args.host.as_deref());
        written.left_out.iter().for_each(|why| complain("note", why));
        if let Some(host) = args.host.as_ref().filter(|_| written.tests == 0 && written.left_out.is_empty()) {
            complain("note", &format!("there is no route of `{host}` to write a test for"));
        }
        return Ok(Outcome::passed(written.text));
    }
    let output = request_tests::run(&analysis, &tests);
    if output.tests.is_empty() && output.problems.iter().all(|problem| problem.note) {
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        bail!("there is no test in `{}`", names.join("`, `"));
    }
    let failed = !output.passed();
    match args.format {
        TestFormat::Json => Outcome::json(&output, failed),
        TestFormat::Junit => Ok(Outcome { text: junit::text(&output), failed }),
        TestFormat::Text => Ok(Outcome { text: text::text(&output), failed }),
    }
}

fn read(path: &Path) -> anyhow::Result<TestText> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| anyhow::anyhow!(input::plain(&error)))
        .with_context(|| format!("cannot read `{name}`"))?;
    Ok(TestText { name, text })
}

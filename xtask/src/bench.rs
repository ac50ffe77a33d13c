//! The speed of the analysis: measured by the package `pilothouse-bench`, natively and in Chromium, and written to
//! docs/performance.md.

use std::{fmt::Write, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{browser, command, machine::Machine, node, wasm};

/// How much longer than parsing into events the whole check may take.
const RATIO: f64 = 2.5;

/// How much longer the check may take on twice the teams.
const GROWTH: f64 = 2.2;

/// A row of `pilothouse-bench`.
#[derive(Deserialize)]
struct Row {
    shape: String,
    teams: usize,
    bytes: usize,
    findings: usize,
    parse: f64,
    check: f64,
}

/// What `chromium.mjs` prints.
#[derive(Deserialize)]
struct InChromium {
    version: String,
    rows: Vec<Row>,
}

/// Measures, writes the page, and fails where a limit is passed.
pub(crate) fn run(browser: bool) -> Result<()> {
    let machine = Machine::here()?;
    let native = native()?;
    let chromium = if browser { Some(chromium()?) } else { None };
    let rust = command::output(&mut command::program("rustc", &["--version"])).unwrap_or_default();

    let Machine { cpu, cores, memory, system, date } = machine;
    let mut page = format!(
        "<!-- Written by `cargo xtask bench`; run that instead of editing. -->\n\n# Performance\n\n\
         Measured on {date}: {cpu}, {cores} cores, {memory} GiB; {system}; {rust}.\n\n\
         The mesh is synthetic: each team has a share of a Gateway, a VirtualService with three rules, a \
         DestinationRule and a Service. *Parsing* is libyaml's events and nothing else; *check* is everything from the \
         text to the findings. Of nine runs the fastest counts. The check may take at most {RATIO} times the parsing, \
         and at most {GROWTH} times as long for twice the teams.\n"
    );
    let mut broken = section(&mut page, "Native", &native);
    if let Some(InChromium { version, rows }) = &chromium {
        broken |= section(&mut page, &format!("Chromium {version}"), rows);
    }
    fs::write(command::root().join("docs/performance.md"), &page)
        .context("cannot write docs/performance.md")?;
    println!("\n{page}");
    if broken {
        bail!("a limit is passed, see the lines with an exclamation mark above");
    }
    Ok(())
}

fn native() -> Result<Vec<Row>> {
    println!("Measuring natively, after a release build of about a minute …");
    let mut bench = command::cargo(&["run", "--quiet", "--release", "--package", "pilothouse-bench"]);
    let rows =
        command::output(bench.stderr(std::process::Stdio::inherit())).context("the measurement failed")?;
    Ok(serde_json::from_str(&rows)?)
}

fn chromium() -> Result<InChromium> {
    println!("Measuring in Chromium, after a release build of about a minute …");
    node::packages()?;
    let browser = browser::chromium()?;
    let out = wasm::library("pilothouse-bench", "web")?;
    let script = Path::new("xtask/bench/chromium.mjs");
    let mut measure = command::program("node", &[]);
    let rows = command::output(measure.arg(script).arg(&out).env("CHROMIUM", browser));
    Ok(serde_json::from_str(&rows.context("the measurement failed")?)?)
}

/// Adds a table. Says whether a limit is passed in it.
fn section(page: &mut String, title: &str, rows: &[Row]) -> bool {
    let mut broken = false;
    let mut mark = |value: f64, limit: f64| {
        broken |= value > limit;
        if value > limit { format!("**{value:.2} !**") } else { format!("{value:.2}") }
    };
    let _ = writeln!(
        page,
        "\n## {title}\n\n| hosts | teams | text | findings | parsing | check | check / parsing | for twice the teams |\n\
         | --- | --: | --: | --: | --: | --: | --: | --: |"
    );
    for (at, Row { shape, teams, bytes, findings, parse, check }) in rows.iter().enumerate() {
        let hosts = if shape == "OneHost" { "one for all" } else { "one for ten teams" };
        let half = at.checked_sub(1).map(|before| &rows[before]);
        let half = half.filter(|half| half.shape == *shape && half.teams * 2 == *teams);
        let growth = half.map_or(String::new(), |half| mark(check / half.check, GROWTH));
        let ratio = mark(check / parse, RATIO);
        let megabytes = *bytes as f64 / 1e6;
        let _ = writeln!(
            page,
            "| {hosts} | {teams} | {megabytes:.1} MB | {findings} | {parse:.0} ms | {check:.0} ms | {ratio} | {growth} |"
        );
    }
    broken
}

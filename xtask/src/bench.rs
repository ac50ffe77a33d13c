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

/// Some other work of `pilothouse-bench`.
#[derive(Deserialize)]
struct Work {
    what: String,
    size: usize,
    millis: f64,
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
    let (native, work) = native()?;
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
    broken |= other_work(&mut page, &work);
    fs::write(command::root().join("docs/performance.md"), &page)
        .context("cannot write docs/performance.md")?;
    println!("\n{page}");
    if broken {
        bail!("a limit is passed, see the lines with an exclamation mark above");
    }
    Ok(())
}

fn native() -> Result<(Vec<Row>, Vec<Work>)> {
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

/// What single pieces of work may take at most, in milliseconds, by a part of their name.
const AT_MOST: [(&str, f64); 3] = [("a request", 0.05), ("regular expressions", 100.0), ("rollout", 2000.0)];

/// Adds the table of other work. Says whether a limit is passed in it.
fn other_work(page: &mut String, work: &[Work]) -> bool {
    let mut broken = false;
    let mut mark = |value: f64, limit: f64, shown: String| {
        broken |= value > limit;
        if value > limit { format!("**{shown} !**") } else { shown }
    };
    let _ = writeln!(
        page,
        "\n## Other work, native\n\nOf five runs the fastest counts; reading the text is not in it, but for the \
         rollout and the stages of the check. A request may take 50 µs, the findings 100 ms, the rollout two seconds.\n\n\
         | what | how many | takes | for twice as many |\n| --- | --: | --: | --: |"
    );
    for (at, Work { what, size, millis }) in work.iter().enumerate() {
        let limit =
            AT_MOST.iter().find(|(name, _)| what.contains(name)).map_or(f64::MAX, |(_, limit)| *limit);
        let takes =
            if *millis < 1.0 { format!("{:.1} µs", millis * 1e3) } else { format!("{millis:.0} ms") };
        let takes = mark(*millis, limit, takes);
        let half = at.checked_sub(1).map(|before| &work[before]);
        let half = half.filter(|half| half.what == *what && half.size * 2 == *size);
        let growth = half.map_or(String::new(), |half| {
            let growth = millis / half.millis;
            mark(growth, GROWTH, format!("{growth:.2}"))
        });
        let _ = writeln!(page, "| {what} | {size} | {takes} | {growth} |");
    }
    broken
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

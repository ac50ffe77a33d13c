//! Chromium, and the tests that run in it.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{command, node, tally::Tally};

/// What the browser is called, in the order of preference.
const NAMES: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge"];

/// Where it is on systems that do not put it on PATH.
const PLACES: [&str; 4] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
];

/// How package managers are asked for it.
const MANAGERS: [(&str, &[&[&str]]); 4] = [
    ("apt-get", &[&["update", "-qq"], &["install", "-y", "-qq", "--no-install-recommends", "chromium"]]),
    ("dnf", &[&["install", "-y", "-q", "chromium"]]),
    ("apk", &[&["add", "--quiet", "chromium"]]),
    ("pacman", &[&["-Sy", "--noconfirm", "--quiet", "chromium"]]),
];

/// The tests in tests/browser.
pub(crate) fn test() -> Result<Tally> {
    let report = command::root().join("target/playwright/report.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    // A failed test is in the report; only a run without a report is an error here.
    let ended_well = playwright(&["test"])?.status()?.success();
    let report = fs::read(&report).context("Playwright left no report")?;
    let Report { stats, errors } =
        serde_json::from_slice(&report).context("cannot read Playwright's report")?;
    if stats.skipped > 0 {
        bail!("{} browser tests were skipped, and none may be", stats.skipped);
    }
    let failed = stats.unexpected + stats.flaky;
    if failed == 0 && (!ended_well || !errors.is_empty()) {
        bail!("Playwright did not get to its end");
    }
    Ok(Tally { passed: stats.expected, failed })
}

/// Playwright with the browser it is to use.
pub(crate) fn playwright(args: &[&str]) -> Result<Command> {
    node::packages()?;
    let mut playwright = node::tool("playwright", args);
    playwright.env("CHROMIUM", chromium()?);
    Ok(playwright)
}

/// The parts we read of what Playwright's reporter `json` writes.
#[derive(Deserialize)]
struct Report {
    stats: Stats,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Stats {
    expected: usize,
    unexpected: usize,
    flaky: usize,
    skipped: usize,
}

/// A Chromium or one of its kin, which is installed where that can be done.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        let path = PathBuf::from(path);
        return if path.exists() { Ok(path) } else { bail!("CHROMIUM names no file: {}", path.display()) };
    }
    if let Some(found) = found() {
        return Ok(found);
    }
    let manager = MANAGERS.iter().find(|(name, _)| on_path(name).is_some());
    if let Some((manager, calls)) = manager.filter(|_| is_root()) {
        let what = format!("Installing Chromium for the browser tests with {manager}, about half a minute");
        command::timed(&what, || {
            calls.iter().try_for_each(|args| {
                let mut call = command::program(*manager, args);
                command::run(call.env("DEBIAN_FRONTEND", "noninteractive"))
            })
        })?;
    }
    found().context(
        "the browser tests need Chromium or Chrome: install it with the system's package manager \
         (Debian: `sudo apt-get install chromium`), or name one in the variable CHROMIUM, \
         or leave these tests out with --no-browser",
    )
}

fn found() -> Option<PathBuf> {
    let place = || PLACES.iter().map(PathBuf::from).find(|path| path.exists());
    NAMES.iter().find_map(|name| on_path(name)).or_else(place)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

fn is_root() -> bool {
    command::output(&mut command::program("id", &["-u"])).as_deref() == Some("0")
}

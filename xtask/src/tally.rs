//! How many checks passed and failed, over all runners.

use anyhow::{Error, Result};

/// What passed and what failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    /// One check that passed.
    pub(crate) const PASSED: Tally = Tally { passed: 1, failed: 0 };

    /// Adds what a runner counted. A runner that did not get to its end is a failure, and its reason is shown.
    pub(crate) fn add(&mut self, runner: &str, counted: Result<Tally>) {
        let Tally { passed, failed } = counted.unwrap_or_else(|error| failure(runner, &error));
        self.passed += passed;
        self.failed += failed;
    }

    /// Adds a check that has no parts.
    pub(crate) fn check(&mut self, name: &str, done: Result<()>) {
        self.add(name, done.map(|()| Tally::PASSED));
    }

    /// Prints the closing line and ends, so that it stays the last one.
    pub(crate) fn close(self, browser: bool) -> ! {
        let Tally { passed, failed } = self;
        let left_out = if browser { "" } else { " (browser tests left out: --no-browser)" };
        println!("\n{passed} passed, {failed} failed{left_out}");
        std::process::exit(i32::from(failed > 0))
    }
}

fn failure(runner: &str, error: &Error) -> Tally {
    println!("\nfailed: {runner}: {error:#}");
    Tally { passed: 0, failed: 1 }
}

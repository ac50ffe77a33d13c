//! The chores of the project, as `cargo xtask COMMAND`.
//!
//! What a chore needs is installed when it is first needed, with a word on what is done and how long it takes.
//! This package depends on no other of the project, so that it runs while they do not build.

#![expect(clippy::print_stdout, reason = "a command for people")]

mod bench;
mod browser;
mod cache;
mod codegen;
mod command;
mod machine;
mod node;
mod page;
mod ready;
mod size;
mod suite;
mod tally;
mod tools;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The chores of Pilothouse.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Args {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the page and serve it on localhost
    Serve {
        /// The port to listen on
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Do not open a browser
        #[arg(long)]
        no_open: bool,
        /// Build for development, and again after every edit
        #[arg(long)]
        watch: bool,
    },
    /// Run every test, in a real browser too
    Test {
        /// Leave out what needs a browser
        #[arg(long)]
        no_browser: bool,
    },
    /// Check all that is asked of a change: format, lints, docs, dependencies, generated files, tests
    Ready {
        /// Leave out what needs a browser
        #[arg(long)]
        no_browser: bool,
    },
    /// Build the page as it is released, into dist/
    Dist,
    /// Weigh what is loaded until the first result is on screen
    Size {
        /// Make today's weight the accepted one
        #[arg(long)]
        accept: bool,
    },
    /// Measure the speed of the analysis and write docs/performance.md
    Bench {
        /// Leave out the measurement in Chromium
        #[arg(long)]
        no_browser: bool,
    },
    /// Write the generated files again
    Codegen {
        /// Only say which are stale
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nfailed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<()> {
    match chore {
        Chore::Serve { port, no_open, watch: false } => page::serve(port, !no_open),
        Chore::Serve { port, no_open, watch: true } => page::watch(port, !no_open),
        Chore::Test { no_browser } => suite::run(!no_browser),
        Chore::Ready { no_browser } => ready::run(!no_browser),
        Chore::Dist => page::build(),
        Chore::Size { accept } => page::build().and_then(|()| size::run(accept)),
        Chore::Bench { no_browser } => bench::run(!no_browser),
        Chore::Codegen { check } => codegen::run(check),
    }
}

//! `pilothouse`: see what Istio makes of your YAML, on the command line.
//!
//! Standard output carries the result and nothing else; notes and errors go to standard error. The exit code is 0
//! when nothing is found, 1 when something is, 2 when the arguments are unusable or no input can be read.

mod args;
mod check;
mod config;
mod excerpt;
mod explain;
mod fix;
mod github;
mod input;
mod link;
mod open;
mod output;
mod request;
mod rollout;
mod routes;
mod sarif;
mod settings;
mod table;
mod test;
mod visible;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use settings::Settings;

/// A configuration becomes very many small texts; the system's allocator takes a third longer for all of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Unusable arguments end here, with exit code 2 and a word on standard error.
    let args = Args::parse();
    match run(&args).and_then(output::Outcome::print) {
        Ok(code) => code,
        Err(error) => {
            output::complain("error", &format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> anyhow::Result<output::Outcome> {
    let settings = Settings::read(args)?;
    match &args.command {
        Command::Check(check) => check::run(check, &settings),
        Command::Routes(routes) => routes::run(routes, &settings),
        Command::Request(request) => request::run(request, &settings),
        Command::Test(test) => test::run(test, &settings),
        Command::Rollout(rollout) => rollout::run(rollout, &settings),
        Command::Explain(explain) => explain::run(explain),
        Command::Link(link) => link::run(link, &settings),
        Command::Open(open) => open::run(open),
    }
}

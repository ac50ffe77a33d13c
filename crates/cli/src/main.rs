//! `pilothouse`: see what Istio makes of your YAML, on the command line.
//!
//! Standard output carries the result and nothing else; notes and errors go to standard error. The exit code is 0
//! when nothing is found, 1 when something is, 2 when the arguments are unusable or no input can be read.

mod args;
mod check;
mod excerpt;
mod explain;
mod fix;
mod input;
mod output;
mod request;
mod rollout;
mod routes;
mod table;
mod visible;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    // Unusable arguments end here, with exit code 2 and a word on standard error.
    let args = Args::parse();
    let outcome = match &args.command {
        Command::Check(check) => check::run(check, args.istio),
        Command::Routes(routes) => routes::run(routes, args.istio),
        Command::Request(request) => request::run(request, args.istio),
        Command::Rollout(rollout) => rollout::run(rollout, args.istio),
        Command::Explain(explain) => explain::run(explain),
    };
    match outcome.and_then(output::Outcome::print) {
        Ok(code) => code,
        Err(error) => {
            output::complain("error", &format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

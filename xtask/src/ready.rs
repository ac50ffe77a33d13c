//! All that is asked of a change before it goes in.

use anyhow::Result;

use crate::{codegen, command, node, suite, tally::Tally, tools};

/// Runs every check, also after one has failed.
pub(crate) fn run(browser: bool) -> ! {
    let mut tally = Tally::default();
    tally.check("format", cargo(&["fmt", "--all", "--check"]));
    tally.check("lints", cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    tally.check(
        "lints of the page",
        cargo(&[
            "clippy",
            "-p",
            "pilothouse-web",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "-D",
            "warnings",
        ]),
    );
    tally.check(
        "types of the JavaScript",
        node::packages().and_then(|()| command::run(&mut node::script("check:js"))),
    );
    tally.check("documentation", documentation());
    tally.check("unused dependencies", unused_dependencies());
    tally.check("generated files", codegen::run(true));
    suite::add(&mut tally, browser);
    tally.close(browser)
}

fn cargo(args: &[&str]) -> Result<()> {
    command::run(&mut command::cargo(args))
}

fn documentation() -> Result<()> {
    let mut doc = command::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    command::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn unused_dependencies() -> Result<()> {
    command::run(&mut command::program(
        tools::machete()?.join("cargo-machete"),
        &["crates", "web", "tests", "xtask"],
    ))
}

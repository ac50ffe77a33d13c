//! The generated files, written by the package `pilothouse-codegen`.

use anyhow::Result;

use crate::command;

/// Writes the generated files, or only says which are stale.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut generate = command::cargo(&["run", "--quiet", "--package", "pilothouse-codegen", "--"]);
    if check {
        generate.arg("--check");
    }
    command::run(&mut generate)
}

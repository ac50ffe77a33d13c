//! Crates of ours as WebAssembly, apart from the page: for measurements, and to compare with the native program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{command, tally::Tally, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// Adds the standard library for WebAssembly where it is missing.
pub(crate) fn standard_library() -> Result<()> {
    let libraries = ["--print", "target-libdir", "--target", WASM];
    let folder = command::output(&mut command::program("rustc", &libraries));
    if folder.is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    command::timed("Adding WebAssembly to this Rust, a few seconds", || {
        command::run(&mut command::program("rustup", &["target", "add", WASM]))
    })
    .with_context(|| format!("this Rust has no {WASM} target, and rustup could not add it"))
}

/// Builds the library of a package as it is released, for `target` of wasm-bindgen; the folder that holds it.
pub(crate) fn library(package: &str, target: &str) -> Result<PathBuf> {
    standard_library()?;
    let out = command::target().join(package);
    let build = ["build", "--quiet", "--release", "--lib", "--target", WASM, "--package", package];
    command::run(&mut command::cargo(&build))?;
    let module = format!("{}.wasm", package.replace('-', "_"));
    let module = command::target().join(WASM).join("release").join(module);
    let bindgen = tools::wasm_bindgen()?.join("wasm-bindgen");
    command::run(command::program(bindgen, &["--target", target, "--out-dir"]).arg(&out).arg(&module))?;
    Ok(out)
}

#[derive(Deserialize)]
struct Compared {
    passed: usize,
    failed: usize,
}

/// Asks in WebAssembly about every case and every example what the native program is asked.
pub(crate) fn compare() -> Result<Tally> {
    let package = "pilothouse-wasm-tests";
    let what = "Comparing WebAssembly with the native program, about a minute";
    let compared = command::timed(what, || {
        let folder = library(package, "experimental-nodejs-module")?;
        let questions = folder.join("questions.json");
        let asked = command::output(
            command::cargo(&["run", "--quiet", "--package", package]).stderr(Stdio::inherit()),
        )
        .context("the native program gave no answers")?;
        fs::write(&questions, asked)?;
        let mut compare = command::program("node", &["tests/wasm/compare.mjs"]);
        command::output(compare.arg(&folder).arg(&questions).stderr(Stdio::inherit()))
            .context("WebAssembly gave no answers")
    })?;
    let Compared { passed, failed } = serde_json::from_str(&compared)?;
    Ok(Tally { passed, failed })
}

//! The Rust programs that build and check the page. Each is built once for all clones of the user.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{cache, command};

/// A program from the crates registry.
struct Tool {
    package: &'static str,
    version: String,
    binary: &'static str,
    /// How long the build takes on two cores, for people who wait.
    takes: &'static str,
}

/// The bundler of the page.
pub(crate) fn trunk() -> Result<PathBuf> {
    Tool { package: "trunk", version: "0.21.14".into(), binary: "trunk", takes: "three minutes" }.installed()
}

/// The generator of the page's JavaScript; its version must be that of the library.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    let version = locked("wasm-bindgen")?;
    Tool { package: "wasm-bindgen-cli", version, binary: "wasm-bindgen", takes: "a minute" }.installed()
}

/// The check for unused dependencies.
pub(crate) fn machete() -> Result<PathBuf> {
    let version = "0.9.2".into();
    Tool { package: "cargo-machete", version, binary: "cargo-machete", takes: "a minute" }.installed()
}

impl Tool {
    /// The folder that holds the program, which is built first where it is missing.
    fn installed(&self) -> Result<PathBuf> {
        let Tool { package, version, binary, takes } = self;
        let home = cache::tool(binary, version)?;
        let bin = home.join("bin");
        if bin.join(binary).with_extension(std::env::consts::EXE_EXTENSION).exists() {
            return Ok(bin);
        }
        let what = format!("Building {package} {version} into {}, once, about {takes}", home.display());
        command::timed(&what, || {
            let mut install = command::cargo(&["install", "--quiet", "--locked", package]);
            install
                .args(["--version", version, "--bin", binary, "--no-default-features", "--root"])
                .arg(&home);
            // Unoptimised tools are as good for us and are built in a third of the time.
            for (setting, value) in
                [("LTO", "off"), ("CODEGEN_UNITS", "256"), ("OPT_LEVEL", "0"), ("DEBUG", "0")]
            {
                install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
            }
            command::run(install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS"))
        })?;
        Ok(bin)
    }
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock =
        std::fs::read_to_string(command::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    version_in(&lock, package).with_context(|| format!("Cargo.lock names no {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let line = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(line.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";

    #[test]
    fn version_of_the_package_with_just_this_name() {
        assert_eq!(version_in(LOCK, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in(LOCK, "wasm"), None);
    }
}

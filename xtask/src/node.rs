//! Node.js and the packages of package-lock.json.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::command;

/// The oldest Node.js that the packages run on.
const OLDEST: u32 = 20;

/// Installs the packages unless those of package-lock.json are there.
pub(crate) fn packages() -> Result<()> {
    let version = command::output(&mut command::program("node", &["--version"]))
        .with_context(|| format!("Node.js is missing: install version {OLDEST} or newer"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST) {
        bail!("Node.js {version} is too old: install version {OLDEST} or newer");
    }
    let lock =
        fs::read(command::root().join("package-lock.json")).context("cannot read package-lock.json")?;
    let installed = command::root().join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    command::timed(
        "Installing the packages of package-lock.json into node_modules, about ten seconds",
        || command::run(&mut command::program(npm(), &["ci", "--no-audit", "--no-fund", "--loglevel=error"])),
    )?;
    Ok(fs::write(installed, lock)?)
}

/// A program of a package, with its arguments.
pub(crate) fn tool(name: &str, args: &[&str]) -> Command {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    command::program(bin().join(name), args)
}

/// A script of package.json.
pub(crate) fn script(name: &str) -> Command {
    command::program(npm(), &["run", "--silent", name])
}

/// PATH with these folders and that of the packages' programs in front.
pub(crate) fn path_with(folders: impl IntoIterator<Item = PathBuf>) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.into_iter().chain([bin()]).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}

fn bin() -> PathBuf {
    Path::new(command::root()).join("node_modules/.bin")
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

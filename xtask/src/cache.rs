//! The folder of the user in which tools are kept, so that a second clone needs no second build.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// Where a version of a tool is kept: `~/.cache/pilothouse/tools/NAME-VERSION`.
pub(crate) fn tool(name: &str, version: &str) -> Result<PathBuf> {
    let caches = match std::env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => std::env::home_dir().context("no home folder; set XDG_CACHE_HOME")?.join(".cache"),
    };
    Ok(caches.join("pilothouse/tools").join(format!("{name}-{version}")))
}

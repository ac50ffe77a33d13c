//! The weight of the page: every byte that is loaded until the first result is on screen, as gzip.
//!
//! All files of dist/ count, except those that `size.json` lists as loaded later; a browser test blocks exactly
//! these and still expects the first result.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};

use crate::command;

/// The budget of the design, in bytes.
const BUDGET: usize = 350_000;

/// What the path of the registry and the like may add, in bytes.
const TOLERANCE: usize = 1_000;

/// xtask/size.json.
#[derive(Deserialize, Serialize)]
struct Ratchet {
    /// The weight last accepted, in bytes.
    accepted: usize,
    /// The files that are loaded after the first result; `*` stands for the digest in a name.
    later: Vec<String>,
}

/// Weighs dist/ and fails where it is heavier than accepted.
pub(crate) fn run(accept: bool) -> Result<()> {
    let file = command::root().join("xtask/size.json");
    let mut ratchet: Ratchet =
        serde_json::from_slice(&fs::read(&file)?).context("cannot read xtask/size.json")?;
    let mut files = Vec::new();
    collect(String::new(), &mut files)?;
    let mut sum = 0;
    println!("\nLoaded until the first result, as gzip:");
    for name in files.iter().filter(|name| !ratchet.later.iter().any(|pattern| matches(pattern, name))) {
        let weight = gzipped(&fs::read(dist().join(name))?)?;
        println!("{weight:>9}  {name}");
        sum += weight;
    }
    println!("{sum:>9}  in all; accepted {}, budget {BUDGET}", ratchet.accepted);
    if let Some(pattern) =
        ratchet.later.iter().find(|pattern| !files.iter().any(|name| matches(pattern, name)))
    {
        bail!("xtask/size.json lists {pattern}, and dist/ has no such file");
    }
    if sum > BUDGET {
        bail!("{sum} bytes are loaded until the first result, {} over the budget", sum - BUDGET);
    }
    if accept {
        ratchet.accepted = sum;
        return Ok(fs::write(file, serde_json::to_string_pretty(&ratchet)? + "\n")?);
    }
    if sum > ratchet.accepted + TOLERANCE {
        bail!("{sum} bytes, {} more than accepted: `cargo xtask size --accept`", sum - ratchet.accepted);
    }
    Ok(())
}

fn dist() -> PathBuf {
    command::root().join("dist")
}

/// The names of all files below a folder of dist/, sorted.
fn collect(folder: String, out: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(dist().join(&folder)).context("there is no dist/: run `cargo xtask dist`")?;
    let mut names: Vec<_> = entries.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    names.sort();
    for name in names {
        let name = folder.clone() + &name.to_string_lossy();
        if dist().join(&name).is_dir() {
            collect(name + "/", out)?;
        } else {
            out.push(name);
        }
    }
    Ok(())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end) && !rest.contains('/'))
        }
        None => pattern == name,
    }
}

fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_the_digest() {
        assert!(matches("editor-*.js", "editor-0a1b2c.js"));
        assert!(!matches("editor-*.js", "editor-0a/1b2c.js"));
        assert!(!matches("editor-*.js", "boot.js"));
        assert!(matches("sw.js", "sw.js"));
    }
}

//! Writes the committed files that are made from the code, or says which are stale.

#![expect(clippy::print_stdout, reason = "the output of a command")]

mod conformance;
mod outputs;
mod profiles;
mod rules;
mod schemas;
mod semantics;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use outputs::{Output, orphans, outputs};

fn main() -> Result<()> {
    if std::env::args().any(|arg| arg == "--check") {
        return check();
    }
    let outputs = outputs();
    for output in &outputs {
        if !is_fresh(output) {
            let path = root().join(&output.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, &output.text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", output.path);
        }
    }
    for path in orphans(root(), &outputs)? {
        fs::remove_file(root().join(&path))?;
        println!("removed {path}");
    }
    Ok(())
}

fn check() -> Result<()> {
    let outputs = outputs();
    let stale = outputs.iter().filter(|output| !is_fresh(output)).map(|output| output.path.clone());
    let stale: Vec<String> = stale.chain(orphans(root(), &outputs)?).collect();
    if !stale.is_empty() {
        bail!("stale: {}. Run `cargo xtask codegen`", stale.join(", "));
    }
    Ok(())
}

fn is_fresh(output: &Output) -> bool {
    fs::read_to_string(root().join(&output.path)).is_ok_and(|text| text == output.text)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn committed_files_are_fresh() {
        if let Err(error) = super::check() {
            panic!("{error}");
        }
    }
}

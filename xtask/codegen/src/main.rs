//! Writes the committed files that are made from the code, or says which are stale.

#![expect(clippy::print_stdout, reason = "the output of a command")]

mod outputs;
mod profiles;
mod rules;
mod schemas;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use outputs::{Output, outputs};

fn main() -> Result<()> {
    if std::env::args().any(|arg| arg == "--check") {
        return check();
    }
    for output in outputs() {
        if !is_fresh(&output) {
            let path = root().join(&output.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, &output.text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", output.path);
        }
    }
    for path in outputs::orphans(root())? {
        fs::remove_file(root().join(&path))?;
        println!("removed {path}");
    }
    Ok(())
}

fn check() -> Result<()> {
    let stale = outputs().into_iter().filter(|output| !is_fresh(output)).map(|output| output.path);
    let stale: Vec<String> = stale.chain(outputs::orphans(root())?).collect();
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

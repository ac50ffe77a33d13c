//! The list of generated files. A new kind of file is a module with one function, and one line here.

use std::{fs, path::Path};

use anyhow::Result;

use crate::{conformance, profiles, rules, schemas, semantics};

/// A file that is made from the code.
pub(crate) struct Output {
    /// Where it stands, from the root of the checkout.
    pub(crate) path: String,
    /// The whole of it.
    pub(crate) text: String,
}

/// Every generated file.
pub(crate) fn outputs() -> Vec<Output> {
    let mut out =
        vec![profiles::profiles(), rules::index(), semantics::semantics(), conformance::conformance()];
    out.extend(rules::pages());
    out.extend(schemas::schemas());
    out.push(Output {
        path: "web/src/engine/first.json".into(),
        text: pilothouse_web::engine::first_answer() + "\n",
    });
    out
}

/// The folders in which every file is generated.
const FOLDERS: [&str; 2] = ["docs/rules", "docs/schemas"];

/// Files in these folders that nothing makes any longer.
pub(crate) fn orphans(root: &Path, outputs: &[Output]) -> Result<Vec<String>> {
    let mut orphans = Vec::new();
    for folder in FOLDERS.into_iter().filter(|folder| root.join(folder).exists()) {
        for entry in fs::read_dir(root.join(folder))? {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if outputs.iter().all(|output| output.path != path) {
                orphans.push(path);
            }
        }
    }
    orphans.sort();
    Ok(orphans)
}

/// A page of Markdown with the notice that it is generated.
pub(crate) fn page(path: impl Into<String>, source: &str, text: &str) -> Output {
    let notice = format!("<!-- Made from {source} by `cargo xtask codegen`; edit that instead. -->\n\n");
    Output { path: path.into(), text: notice + text.trim_end() + "\n" }
}

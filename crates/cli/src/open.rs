//! `pilothouse open`: the files of a link.

use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::Path,
};

use anyhow::{Context, bail};
use pilothouse_report::link::{Broken, Link, LinkedFile, MOST_BYTES, decode, safe_names};

use crate::{
    args::Open,
    output::{Outcome, complain},
    visible::visible_source,
};

/// What the tests of a link are written as.
const TESTS: &str = "pilothouse-tests.yaml";

pub(crate) fn run(args: &Open) -> anyhow::Result<Outcome> {
    let text = if args.link == "-" { from_stdin()? } else { args.link.clone() };
    let (mut link, failed) = match decode(&text) {
        Ok(link) => (link, false),
        Err(broken) => (rest(*broken)?, true),
    };
    note_view(&link);
    if !link.before.is_empty() {
        let text = std::mem::take(&mut link.before);
        complain("note", "the last file is what the others are compared with");
        link.files.push(LinkedFile { name: "before.yaml".to_owned(), text });
    }
    if !link.tests.is_empty() {
        let text = std::mem::take(&mut link.tests);
        // Among the manifests that are printed they would be taken for one.
        if args.output.is_some() {
            link.files.push(LinkedFile { name: TESTS.to_owned(), text });
        } else {
            complain(
                "note",
                &format!("the link holds tests too; with --output they are written as `{TESTS}`"),
            );
        }
    }
    let names = safe_names(&link.files);
    for (file, name) in link.files.iter().zip(&names) {
        if file.name != *name {
            complain("note", &format!("`{}` is called `{name}` here", file.name));
        }
    }
    let text = match &args.output {
        Some(folder) => write(folder, &link, &names)?,
        None => print(&link, &names),
    };
    Ok(Outcome { text, failed })
}

/// More letters than any link has that is opened.
fn from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    let most = 2 * MOST_BYTES as u64;
    io::stdin()
        .lock()
        .take(most)
        .read_to_string(&mut text)
        .context("cannot read the link from standard input")?;
    Ok(text)
}

/// What could be read of a broken link; an error where that is nothing.
fn rest(broken: Broken) -> anyhow::Result<Link> {
    if broken.rest.files.is_empty() {
        bail!("{broken}");
    }
    let last = broken.rest.files.last().map(|file| file.name.as_str()).unwrap_or_default();
    complain("error", &broken.to_string());
    complain("note", &format!("what could be read of it follows; `{last}` may end too early"));
    Ok(broken.rest)
}

/// What the link shows beside its files.
fn note_view(link: &Link) {
    let mut told = Vec::new();
    if !link.istio.is_empty() {
        told.push(format!("--istio {}", link.istio));
    }
    if !link.proxy.is_empty() {
        told.push(format!("--proxy {}", link.proxy));
    }
    if let Some(request) = &link.request {
        let method = if request.method.is_empty() { "GET" } else { &request.method };
        told.push(format!("{method} {}", request.url));
        told.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        told.extend(request.port.map(|port| format!("--port {port}")));
    }
    told.extend((!link.order.is_empty()).then(|| format!("{} as the oldest", link.order.join(", then "))));
    if !told.is_empty() {
        complain("note", &format!("the link also asks for: {}", told.join(", ")));
    }
}

/// The texts one after the other; a comment says where each begins, where there are several.
fn print(link: &Link, names: &[String]) -> String {
    let mut out = String::new();
    for (at, (file, name)) in link.files.iter().zip(names).enumerate() {
        if at > 0 {
            out.push_str("---\n");
        }
        if names.len() > 1 {
            out.push_str(&format!("# {name}\n"));
        }
        out.push_str(&file.text);
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            out.push('\n');
        }
    }
    // A pipe gets the very bytes; a terminal would act on some of them.
    if io::stdout().is_terminal() {
        out = out.lines().map(|line| visible_source(line) + "\n").collect();
    }
    out
}

/// Writes all files or, where one of them exists, none.
fn write(folder: &Path, link: &Link, names: &[String]) -> anyhow::Result<String> {
    let paths: Vec<_> = names.iter().map(|name| folder.join(name)).collect();
    // A link that leads nowhere exists too.
    let existing = paths.iter().filter(|path| path.symlink_metadata().is_ok());
    let existing: Vec<String> = existing.map(|path| format!("`{}`", path.display())).collect();
    if !existing.is_empty() {
        bail!("nothing is written, because {} exists already", existing.join(", "));
    }
    let mut out = String::new();
    for (file, path) in link.files.iter().zip(&paths) {
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::File::create_new(path)?.write_all(file.text.as_bytes()));
        written.with_context(|| format!("cannot write `{}`", path.display()))?;
        out.push_str(&format!("{}\n", path.display()));
    }
    Ok(out)
}

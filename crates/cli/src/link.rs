//! `pilothouse link`: the files inside an address.

use std::path::{Component, Path};

use anyhow::{Context, bail};
use pilothouse_analysis::{Request, Sources};
use pilothouse_report::link::{Link, LinkedFile, LinkedRequest, decode, encode, secret_header, secrets};

use crate::{
    args::{self, Istio},
    input,
    output::{Outcome, complain},
    settings::Settings,
};

/// The most letters of a link that everything which passes addresses on is known to take.
const LONG: usize = 32_000;
/// The most secrets that are noted one by one.
const SHOWN: usize = 10;

pub(crate) fn run(args: &args::Link, settings: &Settings) -> anyhow::Result<Outcome> {
    let link = Link {
        istio: if settings.istio == Istio::Current { String::new() } else { "1.1".to_owned() },
        proxy: args.proxy.as_ref().map(ToString::to_string).unwrap_or_default(),
        tab: args.tab.clone().unwrap_or_default(),
        request: request(args)?,
        tests: args.tests.as_deref().map(tests).transpose()?.unwrap_or_default(),
        files: files(&input::read(&args.input.paths, settings)?.sources),
        ..Link::default()
    };
    let packed = encode(&link);
    if decode(&packed).is_err() {
        bail!("the files are too large for a link, which holds at most 8 MB in 10000 files");
    }
    note_secrets(&link);
    if packed.len() > LONG {
        complain("note", &format!("the link has {} letters; mail and chat may cut it off", packed.len()));
    }
    let base = args.base.as_deref().unwrap_or_default();
    let base = base.split_once('#').map_or(base, |(base, _)| base);
    Ok(Outcome::passed(format!("{base}#{packed}\n")))
}

/// The text of a file of tests.
fn tests(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| anyhow::anyhow!(input::plain(&error)))
        .with_context(|| format!("cannot read `{}`", path.display()))
}

/// The request, which is tried as the page will try it.
fn request(args: &args::Link) -> anyhow::Result<Option<LinkedRequest>> {
    let Some(url) = &args.request else { return Ok(None) };
    let method = args.method.as_deref().unwrap_or("GET");
    let mut tried = Request::new(method, url)?;
    let mut headers = Vec::new();
    for line in &args.header {
        let (name, value) = line
            .split_once(':')
            .with_context(|| format!("the header `{line}` has no colon: write 'name: value'"))?;
        tried = tried.header(name.trim(), value.trim())?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(Some(LinkedRequest { method: method.to_owned(), url: url.clone(), headers, port: None }))
}

/// The texts, by names that say nothing of the folders they all lie in.
fn files(sources: &Sources) -> Vec<LinkedFile> {
    let paths: Vec<Vec<&str>> = sources.files.iter().map(|source| parts(&source.name)).collect();
    let first = paths.first().map(Vec::as_slice).unwrap_or_default();
    let folders = |path: &Vec<&str>| path.len().saturating_sub(1);
    let same = |path: &Vec<&str>| first.iter().zip(path).take_while(|(one, other)| one == other).count();
    let common = paths.iter().map(|path| same(path).min(folders(path))).min().unwrap_or_default();
    let file = |(source, path): (&pilothouse_analysis::Source, &Vec<&str>)| LinkedFile {
        name: path[common..].join("/"),
        text: source.text.clone(),
    };
    sources.files.iter().zip(&paths).map(file).collect()
}

/// The folders of a name and the name of the file, without `.`.
fn parts(name: &str) -> Vec<&str> {
    if name == input::STDIN {
        return vec!["stdin.yaml"];
    }
    let named = |part| match part {
        Component::Normal(part) => part.to_str(),
        Component::ParentDir => Some(".."),
        _ => None,
    };
    Path::new(name).components().filter_map(named).collect()
}

/// Points out what looks like a secret; the link holds it all the same.
fn note_secrets(link: &Link) {
    let mut notes = Vec::new();
    for file in &link.files {
        for secret in secrets(&file.text) {
            notes.push(format!("`{}` line {} looks like {}", file.name, secret.line, secret.what));
        }
    }
    for (name, value) in link.request.iter().flat_map(|request| &request.headers) {
        notes.extend(secret_header(name, value).map(|what| format!("the header `{name}` looks like {what}")));
    }
    for note in notes.iter().take(SHOWN) {
        complain("note", &format!("{note}, and whoever has the link can read it"));
    }
    if let Some(more) = notes.len().checked_sub(SHOWN).filter(|&more| more > 0) {
        complain("note", &format!("{more} more lines look like secrets"));
    }
}

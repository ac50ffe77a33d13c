//! Reading files, folders and standard input.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::bail;
use pilothouse_analysis::Sources;
use pilothouse_syntax::MAX_TEXT;
use walkdir::WalkDir;

use crate::{
    config::{self, ConfigFile, real},
    output::complain,
    settings::Settings,
};

/// What standard input is called in findings.
pub(crate) const STDIN: &str = "<stdin>";

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// The texts.
    pub(crate) sources: Sources,
    /// The settings that hold for each.
    pub(crate) configs: Vec<Option<Rc<ConfigFile>>>,
}

/// Reads all paths; files in folders that settings ignore are left out, those that are named are not. What cannot be read inside a folder is noted on standard error; what was named and cannot be
/// read is an error.
pub(crate) fn read(paths: &[PathBuf], settings: &Settings) -> anyhow::Result<Texts> {
    let mut reader = Reader::default();
    for path in paths {
        reader.config = settings.of(path).cloned();
        reader.add(path);
    }
    for note in &reader.notes {
        complain("note", note);
    }
    if !reader.errors.is_empty() {
        bail!("{}", reader.errors.join("\nerror: "));
    }
    if reader.texts.sources.files.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let names = names.join(", ");
        let but = if reader.ignored { ", those that pilothouse.toml ignores aside" } else { "" };
        bail!("there is no .yaml, .yml or .json file to read in {names}{but}");
    }
    Ok(reader.texts)
}

#[derive(Default)]
struct Reader {
    texts: Texts,
    /// The settings for the path that is being read.
    config: Option<Rc<ConfigFile>>,
    /// Whether settings left anything out.
    ignored: bool,
    notes: Vec<String>,
    errors: Vec<String>,
    /// Where the files read so far really are; a file that is reached twice is read once.
    known: BTreeSet<PathBuf>,
}

impl Reader {
    fn add(&mut self, path: &Path) {
        if path == Path::new("-") {
            if self.known.insert(path.to_owned()) {
                let text = read_text(io::stdin().lock());
                self.take(STDIN.to_owned(), text, true);
            }
        } else if path.is_dir() {
            self.add_folder(path);
        } else {
            self.add_file(path, true);
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        let mut skipped = Vec::new();
        let settings = self.config.clone();
        let at = real(folder);
        let ignored = |path: &Path| {
            let inside = path.strip_prefix(folder).ok().filter(|path| *path != Path::new(""));
            settings.as_ref().zip(inside).is_some_and(|(config, inside)| config.ignores(&at.join(inside)))
        };
        let mut any_ignored = false;
        let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| {
            let leave = ignored(entry.path());
            any_ignored |= leave;
            !leave && entry.file_name() != ".git"
        }) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.file_name() == config::NAME => {}
                Ok(entry) if !is_yaml(entry.path()) => skipped.push(entry.file_name().display().to_string()),
                // Reading a pipe or a device could last for ever.
                Ok(entry) if !entry.file_type().is_file() => {
                    self.notes
                        .push(format!("`{}` is not read: it is no regular file", entry.path().display()));
                }
                Ok(entry) => self.add_file(entry.path(), false),
                Err(error) => {
                    let path = error.path().unwrap_or(folder).display().to_string();
                    let why = match error.io_error() {
                        Some(error) => plain(error),
                        None => "the link leads back to a folder that it is in".to_owned(),
                    };
                    self.notes.push(format!("`{path}` is not read: {why}"));
                }
            }
        }
        self.ignored |= any_ignored;
        if !skipped.is_empty() {
            self.notes.push(skipped_note(folder, &skipped));
        }
    }

    fn add_file(&mut self, path: &Path, named: bool) {
        if self.known.insert(real(path)) {
            let text = fs::File::open(path).map_err(|error| plain(&error)).and_then(read_text);
            self.take(path.display().to_string(), text, named);
        }
    }

    fn take(&mut self, name: String, text: Result<String, String>, named: bool) {
        match text {
            Ok(text) => {
                self.texts.sources.add(name, text);
                self.texts.configs.push(self.config.clone());
            }
            Err(why) if named => self.errors.push(format!("cannot read `{name}`: {why}")),
            Err(why) => self.notes.push(format!("`{name}` is not read: {why}")),
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    let known = |end: &std::ffi::OsStr| ["yaml", "yml", "json"].iter().any(|it| end.eq_ignore_ascii_case(it));
    path.extension().is_some_and(known)
}

fn skipped_note(folder: &Path, names: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut list = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        list.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    let what = if names.len() == 1 {
        "1 file that is".to_owned()
    } else {
        format!("{} files that are", names.len())
    };
    format!("{what} neither .yaml, .yml nor .json in `{}`: {list}", folder.display())
}

/// The whole text, if it is one and not too large.
fn read_text(from: impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    from.take(MAX_TEXT as u64 + 1).read_to_end(&mut bytes).map_err(|error| plain(&error))?;
    if bytes.len() > MAX_TEXT {
        return Err(format!("it is larger than {} MiB", MAX_TEXT >> 20));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is UTF-16; save it as UTF-8".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!("it is no UTF-8 text: byte {} on line {line} is none", valid + 1)
    })
}

/// An error of the operating system without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

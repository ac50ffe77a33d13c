//! `pilothouse.toml`: finding it, reading it, and what is wrong in it.

use std::{
    env, fs,
    ops::Range,
    path::{self, Path, PathBuf},
};

use anyhow::{Context, anyhow};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use pilothouse_report::config::Config;
use pilothouse_syntax::LineIndex;
use toml::de::DeTable;

/// What the file is called.
pub(crate) const NAME: &str = "pilothouse.toml";

/// A file of settings.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    /// What it is called in messages.
    pub(crate) name: String,
    /// What it sets.
    pub(crate) config: Config,
    /// Where globs begin.
    folder: PathBuf,
    ignore: GlobSet,
}

impl ConfigFile {
    /// The file that holds for a path: in its folder, or the nearest above it.
    pub(crate) fn find(path: &Path) -> Option<PathBuf> {
        let real = real(path);
        let from = if path == Path::new("-") { env::current_dir().ok()? } else { real };
        from.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file())
    }

    /// Reads a file; whatever is wrong in it is told with the line and the column.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = shown(path);
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
        let at = |span: Option<Range<usize>>, message: &str| {
            let offset = span.map_or(0, |span| span.start.min(text.len())) as u32;
            let place = LineIndex::new(&text).chars(&text, offset);
            anyhow!(
                "{name}:{}:{}: {}",
                place.line + 1,
                place.column + 1,
                message.trim_end().replace('\n', "; ")
            )
        };
        let config: Config = toml::from_str(&text).map_err(|error| at(error.span(), error.message()))?;
        let mut ignore = GlobSetBuilder::new();
        for (number, pattern) in config.ignore.iter().enumerate() {
            let glob = GlobBuilder::new(pattern.trim_start_matches("./").trim_matches('/'))
                .literal_separator(true)
                .build()
                .map_err(|error| {
                    at(span_of_ignored(&text, number), &format!("`{pattern}` is no glob: {}", error.kind()))
                })?;
            ignore.add(glob);
        }
        let ignore = ignore.build().with_context(|| format!("{name}: the globs are too large"))?;
        let folder = real(path).parent().map(Path::to_owned).unwrap_or_default();
        Ok(ConfigFile { name, config, folder, ignore })
    }

    /// Whether a file or folder is not to be read, by where it really is.
    pub(crate) fn ignores(&self, real: &Path) -> bool {
        real.strip_prefix(&self.folder).is_ok_and(|path| self.ignore.is_match(path))
    }
}

/// Where a path really leads; one that leads nowhere as it is written.
pub(crate) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// A path as it is written from the working directory, where it is in it.
fn shown(path: &Path) -> String {
    let here = env::current_dir().and_then(fs::canonicalize).ok();
    let short = here.and_then(|here| real(path).strip_prefix(here).map(Path::to_owned).ok());
    short.as_deref().unwrap_or(path).display().to_string()
}

/// Where one of the globs stands.
fn span_of_ignored(text: &str, number: usize) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let globs = table.get_ref().get("ignore")?.get_ref().as_array()?;
    globs.get(number).map(|glob| glob.span())
}

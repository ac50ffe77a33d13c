//! What holds for a run: flags, and for each path the `pilothouse.toml` above it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::bail;
use pilothouse_analysis::{Finding, Severity};
use pilothouse_report::config;

use crate::{
    args::{Args, FailOn, Istio},
    config::ConfigFile,
};

/// The settings of a run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Which Istio reads the YAML.
    pub(crate) istio: Istio,
    by_path: BTreeMap<PathBuf, Rc<ConfigFile>>,
}

impl Settings {
    /// Reads the files that hold for the paths of a command.
    pub(crate) fn read(args: &Args) -> anyhow::Result<Self> {
        let mut files: BTreeMap<PathBuf, Rc<ConfigFile>> = BTreeMap::new();
        let mut by_path = BTreeMap::new();
        for path in args.command.paths().iter().filter(|_| !args.no_config) {
            let Some(file) = args.config.clone().or_else(|| ConfigFile::find(path)) else { continue };
            let config = match files.get(&file) {
                Some(known) => Rc::clone(known),
                None => Rc::new(ConfigFile::read(&file)?),
            };
            files.insert(file, Rc::clone(&config));
            by_path.insert((*path).clone(), config);
        }
        let said = files.values().filter_map(|file| Some((file, Istio::from(file.config.istio?))));
        let said: Vec<_> = said.collect();
        let istio = match (args.istio, &said[..]) {
            (Some(istio), _) => istio,
            (None, [(one, a), rest @ ..]) => match rest.iter().find(|(_, b)| a != b) {
                Some((other, _)) => bail!(
                    "`{}` and `{}` name different releases of Istio; say with --istio which one reads the YAML",
                    one.name,
                    other.name
                ),
                None => *a,
            },
            (None, []) => Istio::Current,
        };
        Ok(Settings { istio, by_path })
    }

    /// The file that holds for a path of the command line.
    pub(crate) fn of(&self, path: &Path) -> Option<&Rc<ConfigFile>> {
        self.by_path.get(path)
    }
}

/// How bad a finding is by a file of settings; none where it is not to be told.
pub(crate) fn severity(config: Option<&ConfigFile>, finding: &Finding) -> Option<Severity> {
    match config.and_then(|file| file.config.severity.get(&config::Code(finding.rule.code))) {
        Some(level) => level.severity(),
        None => Some(finding.severity),
    }
}

/// Whether a finding fails the run; a flag counts for more than a file of settings.
pub(crate) fn fails(flag: Option<FailOn>, config: Option<&ConfigFile>, severity: Severity) -> bool {
    let set = config.and_then(|file| file.config.fail_on).map(FailOn::from);
    match flag.or(set).unwrap_or(FailOn::Error) {
        FailOn::Never => false,
        FailOn::Error => severity >= Severity::Error,
        FailOn::Warning => severity >= Severity::Warning,
    }
}

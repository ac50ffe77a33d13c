//! `check --fix` and `check --diff`: what can be mended is mended, in the files or on paper.

mod file;

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use anyhow::bail;
use pilothouse_analysis::{
    Analysis, Finding, Severity,
    fix::{Proposal, Refusal, Trial, proposals},
};
use similar::TextDiff;

use crate::{input::STDIN, output::complain, visible::visible_source};

/// Fixes that meet are made one after the other; after so many rounds it is enough.
const ROUNDS: usize = 20;
/// How many resources are analysed again at most in one round.
const WORK: usize = 60_000;

/// How bad a finding is by the settings; one that is switched off is left alone.
type Severities<'a> = &'a dyn Fn(&Finding) -> Option<Severity>;

/// Texts that were mended.
struct Mended {
    analysis: Analysis,
    /// What was done, and to which text.
    done: Vec<String>,
    /// What could not be written, and why.
    refused: Vec<String>,
}

/// Mends the files and returns what they hold then. Each file is written as a whole or not at all.
pub(crate) fn write(
    analysis: Analysis,
    paths: &[PathBuf],
    severity: Severities<'_>,
) -> anyhow::Result<Analysis> {
    if paths.iter().any(|path| path == Path::new("-")) {
        bail!("standard input cannot be written to; `--diff` shows what would change");
    }
    let before = analysis.sources.clone();
    let mended = mend(analysis, severity);
    let mut errors = Vec::new();
    for (old, new) in before.files.iter().zip(&mended.analysis.sources.files) {
        if old.text != new.text
            && let Err(why) = file::replace(Path::new(&old.name), &old.text, &new.text)
        {
            errors.push(format!("cannot write `{}`: {why}", old.name));
        }
    }
    for note in &mended.refused {
        complain("note", note);
    }
    if !errors.is_empty() {
        bail!("{}", errors.join("\nerror: "));
    }
    for done in &mended.done {
        complain("fixed", done);
    }
    Ok(mended.analysis)
}

/// What [`write()`] would change, as a unified diff that `patch -p1` and `git apply` take.
pub(crate) fn diff(analysis: Analysis, severity: Severities<'_>) -> String {
    let before = analysis.sources.clone();
    let mended = mend(analysis, severity);
    let mut out = String::new();
    for (old, new) in before.files.iter().zip(&mended.analysis.sources.files) {
        if old.text != new.text {
            let name = if old.name == STDIN { "stdin" } else { old.name.trim_start_matches('/') };
            let diff = TextDiff::from_lines(old.text.as_str(), new.text.as_str());
            let (old, new) = (format!("a/{name}"), format!("b/{name}"));
            out.push_str(&diff.unified_diff().header(&old, &new).to_string());
        }
    }
    for note in mended.refused.iter().chain(&mended.done) {
        complain("note", note);
    }
    // A program needs the bytes as they are, a terminal must not act on them.
    match std::io::stdout().is_terminal() {
        true => {
            out.split_inclusive('\n').map(|line| visible_source(line.trim_end_matches('\n')) + "\n").collect()
        }
        false => out,
    }
}

/// Makes fixes until none is left that helps.
fn mend(mut analysis: Analysis, severity: Severities<'_>) -> Mended {
    let mut done = Vec::new();
    let mut refused = Vec::new();
    for _ in 0..ROUNDS {
        let mut findings = analysis.findings();
        findings.retain(|finding| severity(finding).is_some());
        let (all, not) = proposals(&analysis, &findings);
        refused =
            not.iter().filter_map(|(at, why)| Some(refusal(&analysis, findings.get(*at)?, why))).collect();
        let work = WORK.max(8 * analysis.effective.mesh.resources.len());
        // What is a guess, and what takes the place of a better fix, is for a person to choose.
        let sure = |proposal: &Proposal| {
            let fix = findings.get(proposal.finding).and_then(|finding| finding.fixes.get(proposal.fix));
            proposal.fix == 0 && fix.is_some_and(|fix| !fix.guess)
        };
        let all: Vec<Proposal> = all.into_iter().filter(sure).collect();
        let Some(round) = Trial::new(&analysis, work).make_most(&findings, &all) else { break };
        for proposal in &round.done {
            let Some(finding) = findings.get(proposal.finding) else { continue };
            let (name, code) = (name(&analysis, finding), finding.rule.code);
            done.push(format!("{name}: {} ({code})", proposal.title(&findings)));
        }
        analysis = round.analysis;
    }
    refused.dedup();
    Mended { analysis, done, refused }
}

fn refusal(analysis: &Analysis, finding: &Finding, why: &Refusal) -> String {
    format!("`{}` in {} is not fixed: {why}", finding.rule.code, name(analysis, finding))
}

fn name<'a>(analysis: &'a Analysis, finding: &Finding) -> &'a str {
    analysis.sources.get(finding.primary.file).map_or("", |source| source.name.as_str())
}

//! What a rule is and what it finds.

use std::{cell::OnceCell, fmt};

use pilothouse_syntax::TextRange;

use super::{
    dead_clauses::{DeadClause, dead_clauses},
    lost_destinations::{LostDestination, lost_destinations},
    undefined_subset::Gaps,
};
use crate::{Analysis, FileId, Request, effective::Origin, fix::Fix, resource::ResourceId};

/// A rule: what it is called, how bad it is, and how it is found.
pub struct Rule {
    /// The bad pattern in kebab case.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What istioctl (`IST0109`) and Kiali (`KIA1106`) call the same check.
    pub aliases: &'static [&'static str],
    /// Its page in Markdown: what it means, why, a wrong and a right example.
    pub docs: &'static str,
    /// Finds it.
    pub check: fn(&Analysis, &mut RuleContext<'_>),
}

impl Rule {
    /// The first sentence of the rule's page.
    pub fn summary(&self) -> &'static str {
        let mut lines = self.docs.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.next().unwrap_or_default()
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely not what is meant.
    Warning,
    /// Requests fail, or something is refused.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Something a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad this one is.
    pub severity: Severity,
    /// What happens to whom and why, in at most three sentences; names stand in backticks.
    pub message: String,
    /// Where it is.
    pub primary: Label,
    /// The other places it is about, each with what it is.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// What can be done by itself, the best first; whether it helps, a trial says ([`crate::fix::Trial`]).
    pub fixes: Vec<Fix>,
    /// A request that shows it.
    pub witness: Option<Request>,
    /// The semantics ids behind it.
    pub ids: Vec<&'static str>,
    /// The proxy it was seen on, as `--proxy` takes it; none where it holds for the input as such.
    pub proxy: Option<String>,
}

impl Finding {
    /// A finding of a rule at a place, for more to be said.
    pub(super) fn new(rule: &'static Rule, primary: Label, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            witness: None,
            ids: Vec::new(),
            proxy: None,
        }
    }
}

/// A place with a word on what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The resource.
    pub resource: Option<ResourceId>,
    /// The text.
    pub file: FileId,
    /// Where in it.
    pub range: TextRange,
    /// What it is; empty for the place of the finding itself.
    pub message: String,
    /// Whether the finding is found here too, and this is not only the other end of it.
    pub same: bool,
}

impl Label {
    /// A place in a resource; of one that goes over several lines the first.
    pub fn at(analysis: &Analysis, origin: Origin, message: impl Into<String>) -> Label {
        let file = analysis.effective.mesh.resource(origin.resource).file;
        let text = analysis.sources.get(file).map(|source| origin.range.of(&source.text)).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        let range = TextRange::new(origin.range.start, origin.range.start + line.len() as u32);
        Label { resource: Some(origin.resource), file, range, message: message.into(), same: false }
    }

    /// A resource as a whole: its name.
    pub fn named(analysis: &Analysis, id: ResourceId, message: impl Into<String>) -> Label {
        let range = analysis.effective.mesh.resource(id).name_range;
        Label::at(analysis, Origin { resource: id, range }, message)
    }

    /// A place where the same is found.
    pub(super) fn same(self) -> Label {
        Label { same: true, ..self }
    }
}

/// What several rules ask for, worked out once.
#[derive(Debug, Default)]
pub(super) struct Facts {
    dead_clauses: OnceCell<Vec<DeadClause>>,
    gaps: OnceCell<Gaps>,
    lost_destinations: OnceCell<Vec<LostDestination>>,
}

impl Facts {
    /// The clauses that no request reaches.
    pub(super) fn dead_clauses(&self, analysis: &Analysis) -> &[DeadClause] {
        self.dead_clauses.get_or_init(|| dead_clauses(analysis))
    }

    /// The subsets that routes name and that are missing for some proxy.
    pub(super) fn gaps(&self, analysis: &Analysis) -> &Gaps {
        self.gaps.get_or_init(|| Gaps::search(analysis))
    }

    /// The destinations that are not there.
    pub(super) fn lost_destinations(&self, analysis: &Analysis) -> &[LostDestination] {
        self.lost_destinations.get_or_init(|| lost_destinations(analysis))
    }
}

/// Takes the findings of one rule.
#[derive(Debug)]
pub struct RuleContext<'a> {
    /// The rule that is being checked.
    pub rule: &'static Rule,
    pub(super) facts: &'a Facts,
    pub(super) out: &'a mut Vec<Finding>,
}

impl RuleContext<'_> {
    /// Adds a finding at a place and returns it for more to be said.
    pub fn report(&mut self, primary: Label, message: impl Into<String>) -> &mut Finding {
        self.out.push(Finding::new(self.rule, primary, message));
        let at = self.out.len() - 1;
        &mut self.out[at]
    }
}

//! The worker's side: one analysis is kept, so that looking at another proxy costs no second one.

use pilothouse_analysis::{Analysis, Profile, Sources, analyze};
use pilothouse_report::{BindingView, Finding, Report, binding_view, report};

use super::protocol::{Answer, Counts, Lens, Overview, Question, Totals, View};

/// The rule that finds documents which cannot be read to their end.
const BROKEN: &str = "broken-yaml";

/// Answers questions about the newest texts it was given.
#[derive(Debug, Default)]
pub struct Server {
    sources: Sources,
    read: Option<Read>,
    /// The revision, profile and number of findings of the last overview that was sent.
    told: Option<(u32, String, u32)>,
}

/// The last analysis.
#[derive(Debug)]
struct Read {
    revision: u32,
    istio: String,
    analysis: Analysis,
    report: Report,
    counts: Counts,
    view: Option<BindingView>,
}

impl Server {
    /// The answer to a question; `sources` are the texts where they changed since the last one.
    pub fn answer(&mut self, question: &Question, sources: Option<Sources>) -> Answer {
        if let Some(sources) = sources {
            self.sources = sources;
            self.read = None;
        }
        let kept = self
            .read
            .take()
            .filter(|read| read.revision == question.revision && read.istio == question.istio);
        let read = kept.unwrap_or_else(|| Read::new(&self.sources, question));
        let about = (question.revision, question.istio.clone(), question.findings);
        let news = self.told.as_ref() != Some(&about);
        let overview = news.then(|| read.overview(question.findings as usize));
        self.told = Some(about);
        let read = self.read.insert(read);
        Answer { revision: question.revision, millis: 0.0, overview, view: read.view(&question.lens) }
    }
}

impl Read {
    fn new(sources: &Sources, question: &Question) -> Self {
        let profile = if question.istio == "1.1" { Profile::v1_1() } else { Profile::current() };
        let analysis = analyze(sources.clone(), profile);
        let mut report = report(&analysis);
        report.findings.sort_by_key(|finding| severity(finding));
        let count =
            |severity: &str| report.findings.iter().filter(|found| found.severity == severity).count() as u32;
        let counts = Counts { errors: count("error"), warnings: count("warning"), infos: count("info") };
        let istio = question.istio.clone();
        Self { revision: question.revision, istio, analysis, report, counts, view: None }
    }

    fn overview(&self, findings: usize) -> Overview {
        Overview {
            istio: self.report.istio.clone(),
            files: self.report.files.clone(),
            resources: self.report.resources.clone(),
            bindings: self.report.bindings.clone(),
            findings: self.report.findings.iter().take(findings).cloned().collect(),
            counts: self.counts,
            broken: self.report.findings.iter().find(|found| found.code == BROKEN).cloned(),
        }
    }

    fn view(&mut self, lens: &Lens) -> Option<View> {
        let known = self.report.bindings.iter().find(|row| row.id == lens.binding);
        let id = &known.or(self.report.bindings.first())?.id;
        if self.view.as_ref().is_none_or(|view| view.binding.id != *id) {
            self.view = binding_view(&self.analysis, id);
        }
        self.view.as_ref().map(|view| page(view, lens))
    }
}

/// Errors first; a stable sort keeps the order of places among equals.
fn severity(finding: &Finding) -> u8 {
    match finding.severity.as_str() {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

/// As much of a view as the lens asks for.
fn page(view: &BindingView, lens: &Lens) -> View {
    let rows = lens.rows as usize;
    let wanted = lens.filter.trim().to_lowercase();
    let passes = |domain: &String| domain.to_lowercase().contains(&wanted);
    let found: Vec<_> =
        view.hosts.iter().filter(|host| wanted.is_empty() || host.domains.iter().any(passes)).collect();
    let mut left = rows;
    let mut hosts = Vec::new();
    for host in &found {
        if left == 0 {
            break;
        }
        let mut host = (*host).clone();
        host.routes.truncate(left);
        left -= host.routes.len().max(1).min(left);
        hosts.push(host);
    }
    View {
        lens: lens.clone(),
        totals: Totals {
            hosts: view.hosts.len() as u32,
            found: found.len() as u32,
            routes: found.iter().map(|host| host.routes.len() as u32).sum(),
            policies: view.policies.len() as u32,
            listeners: view.listeners.len() as u32,
            dropped: view.dropped.len() as u32,
        },
        binding: BindingView {
            binding: view.binding.clone(),
            listeners: view.listeners.iter().take(rows).cloned().collect(),
            hosts,
            policies: view.policies.iter().take(rows).cloned().collect(),
            dropped: view.dropped.iter().take(rows).cloned().collect(),
        },
    }
}

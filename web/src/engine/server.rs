//! The worker's side: one analysis is kept, so that looking at another proxy costs no second one.

use pilothouse_analysis::{Analysis, KnownAge, Profile, Request, RequestError, Sources, analyze_with_ages};
use pilothouse_report::{
    BindingView, EnvoyBlock, Finding, Report, binding_view, envoy::envoy_blocks, fixes_within,
    profile_difference, report, trace_view,
};

use super::{
    aside::Said,
    comparison::{BROKEN, Comparison, Found, Pair},
    linked::linked,
    protocol::{Answer, Ask, Counts, Lens, Overview, Question, Reply, Totals, View},
    testing::tested,
    urls::known_urls,
};

/// How many resources are analysed again at most to try fixes while a person pauses: a fifth of a second or so.
const WORK: usize = 4_000;

/// What the text before is called in findings.
const BEFORE: &str = "before";

/// Answers questions about the newest texts it was given.
#[derive(Debug, Default)]
pub struct Server {
    sources: Sources,
    /// The text that these are compared with.
    before: Sources,
    read: Option<Read>,
    /// The revision, profile, order and number of findings of the last overview that was sent, and whether its fixes
    /// were.
    told: Option<(About, bool)>,
    /// The last question that was answered as a whole, without what it asked of a place.
    answered: Option<Question>,
    /// What was compared last.
    compared: Option<Pair>,
}

/// A revision, a profile, an order and a number of findings.
type About = (u32, String, Vec<String>, u32);

/// The last analysis.
#[derive(Debug)]
struct Read {
    revision: u32,
    istio: String,
    order: Vec<String>,
    analysis: Analysis,
    report: Report,
    counts: Counts,
    view: Option<BindingView>,
}

impl Server {
    /// Takes another text to compare with.
    pub fn keep(&mut self, before: String) {
        self.before = Sources::single(BEFORE, before);
        self.compared = None;
    }

    /// The answer to a question; `sources` are the texts where they changed since the last one.
    pub fn answer(&mut self, question: &Question, sources: Option<Sources>) -> Answer {
        if let Some(sources) = sources {
            self.sources = sources;
            (self.read, self.answered) = (None, None);
        }
        let whole = Question { aside: None, ..question.clone() };
        if let (Some(aside), Some(read)) = (&question.aside, &self.read)
            && self.answered.as_ref() == Some(&whole)
        {
            let said = Some(Said::new(&read.analysis, aside));
            return Answer { revision: question.revision, said, beside: true, ..Answer::default() };
        }
        self.answered = Some(whole);
        let before = self.read.take().filter(|read| read.revision == question.revision);
        let same = |read: &Read| read.istio == question.istio && read.order == question.order;
        let (read, difference) = match before {
            Some(read) if same(&read) => (read, None),
            before => {
                let read = Read::new(&self.sources, question);
                let other = before.filter(|before| before.istio != read.istio);
                let difference = other.map(|other| profile_difference(&other.analysis, &read.analysis));
                (read, difference)
            }
        };
        let about = (question.revision, question.istio.clone(), question.order.clone(), question.findings);
        let told = self.told.take().filter(|(known, _)| *known == about);
        let fixes_told = told.as_ref().is_some_and(|(_, fixes)| *fixes);
        let news = told.is_none() || question.fixes && !fixes_told;
        let overview = news.then(|| read.overview(question.findings as usize, question.fixes));
        self.told = Some((about, question.fixes || fixes_told));
        let read = self.read.insert(read);
        let view = read.view(&question.lens);
        let reply = view.as_ref().and_then(|view| read.reply(&view.binding.binding.id, &question.ask));
        let envoy = view.as_ref().filter(|_| question.envoy).and_then(|view| read.envoy(view));
        let link = question.link.as_ref().map(|tab| linked(&self.sources, &self.before, question, tab));
        let sent = self.read.as_ref().and_then(|read| read.sent(&view, &question.ask));
        let analysis = self.read.as_ref().map(|read| &read.analysis);
        let tested = analysis.and_then(|analysis| {
            let sent = sent.as_ref().map(|(proxy, ask)| (proxy.as_str(), ask));
            tested(analysis, &question.tests, sent)
        });
        let said = analysis.zip(question.aside.as_ref()).map(|(analysis, aside)| Said::new(analysis, aside));
        let comparison = self.comparison(question);
        let revision = question.revision;
        Answer {
            revision,
            millis: None,
            overview,
            view,
            reply,
            envoy,
            difference,
            link,
            said,
            comparison,
            tested,
            beside: false,
        }
    }

    /// Compares what was not compared last.
    fn comparison(&mut self, question: &Question) -> Option<Comparison> {
        let (before, read) = (question.before?, self.read.as_ref()?);
        let (istio, order) = (question.istio.clone(), question.order.clone());
        let pair = Pair { before, after: question.revision, istio, order };
        if self.compared.as_ref() == Some(&pair) {
            return None;
        }
        self.compared = Some(pair.clone());
        let broken = read.report.findings.iter().any(|found| found.code == BROKEN);
        let resources = read.report.resources.len();
        let ages = ages(&pair.order);
        let found = Found::new(&self.before, &self.sources, profile(&pair.istio), &ages, broken, resources);
        Some(Comparison { pair, found })
    }
}

impl Read {
    fn new(sources: &Sources, question: &Question) -> Self {
        let ages = ages(&question.order);
        let analysis = analyze_with_ages(sources.clone(), profile(&question.istio), &ages);
        let mut report = report(&analysis);
        report.findings.sort_by_key(|finding| rank(&finding.severity));
        let count =
            |severity: &str| report.findings.iter().filter(|found| found.severity == severity).count() as u32;
        let counts = Counts {
            errors: count("error"),
            warnings: count("warning"),
            infos: count("info"),
            allowed: report.allowed,
        };
        let (istio, order) = (question.istio.clone(), question.order.clone());
        Self { revision: question.revision, istio, order, analysis, report, counts, view: None }
    }

    fn overview(&self, most: usize, with_fixes: bool) -> Overview {
        let mut findings: Vec<Finding> = self.report.findings.iter().take(most).cloned().collect();
        let untried = with_fixes && self.try_fixes(&mut findings);
        Overview {
            istio: self.report.istio.clone(),
            files: self.report.files.clone(),
            resources: self.report.resources.clone(),
            bindings: self.report.bindings.clone(),
            findings,
            counts: self.counts,
            broken: self.report.findings.iter().find(|found| found.code == BROKEN).cloned(),
            untried,
        }
    }

    /// Adds the fixes that prove right to the first findings; says whether some were left untried.
    fn try_fixes(&self, rows: &mut [Finding]) -> bool {
        let mut findings = self.analysis.findings();
        findings.sort_by_key(|finding| rank(finding.severity.as_str()));
        findings.truncate(rows.len());
        let (fixes, untried) = fixes_within(&self.analysis, &findings, WORK);
        for (row, fixes) in rows.iter_mut().zip(fixes) {
            row.fixes = fixes;
        }
        untried
    }

    fn view(&mut self, lens: &Lens) -> Option<View> {
        let known = self.report.bindings.iter().find(|row| row.id == lens.binding);
        let id = &known.or(self.report.bindings.first())?.id;
        if self.view.as_ref().is_none_or(|view| view.binding.id != *id) {
            self.view = binding_view(&self.analysis, id);
        }
        self.view.as_ref().map(|view| page(view, lens))
    }

    fn envoy(&self, view: &View) -> Option<Vec<EnvoyBlock>> {
        let proxy = view.binding.binding.id.parse().ok()?;
        Some(envoy_blocks(&self.analysis, &proxy, &view.lens.filter, view.lens.rows as usize))
    }

    /// The request that is asked about, with its proxy.
    fn sent(&self, view: &Option<View>, ask: &Ask) -> Option<(String, Ask)> {
        let proxy = view.as_ref()?.binding.binding.id.clone();
        Some((proxy, self.asked(ask)?))
    }

    /// The request of the bar, or one that shows what there is to see; none for no request.
    fn asked(&self, ask: &Ask) -> Option<Ask> {
        match ask.url.as_deref() {
            None => suggestion(&self.report.findings, self.view.as_ref()?),
            Some("") => None,
            Some(_) => Some(ask.clone()),
        }
    }

    fn reply(&self, proxy: &str, ask: &Ask) -> Option<Reply> {
        let ask = self.asked(ask)?;
        let proxy = proxy.parse().ok()?;
        Some(match request(&ask) {
            Ok(request) => {
                let trace = self.analysis.trace(&proxy, &request);
                Reply::Trace(Box::new(trace_view(&self.analysis, &trace)))
            }
            Err(refused) => Reply::Refused(refused.to_string()),
        })
    }
}

fn profile(istio: &str) -> Profile {
    if istio == "1.1" { Profile::v1_1() } else { Profile::current() }
}

/// What is sent where a person asked for nothing yet: what a finding of the proxy shows, or the first URL there is.
fn suggestion(findings: &[Finding], view: &BindingView) -> Option<Ask> {
    let shows = |finding: &&Finding| finding.proxy.as_ref() == Some(&view.binding.id);
    let witness = findings.iter().filter(shows).find_map(|finding| finding.witness.as_ref());
    let url = || known_urls(view).into_iter().next().map(|url| Ask { url: Some(url), ..Ask::default() });
    witness.map(Ask::from).or_else(url)
}

pub(super) fn request(ask: &Ask) -> Result<Request, RequestError> {
    let request = Request::new(&ask.method, ask.url.as_deref().unwrap_or_default())?;
    ask.headers.iter().try_fold(request, |request, (name, value)| request.header(name, value))
}

/// The ages that an order stands for.
fn ages(order: &[String]) -> Vec<(String, KnownAge)> {
    let place = |(at, key): (usize, &String)| (key.clone(), KnownAge::Place(at as u32));
    order.iter().enumerate().map(place).collect()
}

/// Errors first; a stable sort keeps the order of places among equals.
fn rank(severity: &str) -> u8 {
    match severity {
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

#[cfg(test)]
mod tests;

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
mod tests {
    use pilothouse_report::Position;

    use super::{
        super::{aside::Aside, protocol::Patience},
        *,
    };

    const GATEWAY: &str = "apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: ['*.example.com']
";

    fn virtual_service(name: &str) -> String {
        format!(
            "---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{ name: {name}, namespace: shop }}
spec:
  hosts: [{name}.example.com]
  gateways: [istio-system/public]
  http:
  - match: [{{ uri: {{ prefix: /a }} }}]
    route: [{{ destination: {{ host: a }} }}]
  - route: [{{ destination: {{ host: b }} }}]
"
        )
    }

    fn sources() -> Sources {
        let services: String = ["one", "two", "three"].map(virtual_service).concat();
        Sources::single("shop.yaml", format!("{GATEWAY}{services}"))
    }

    fn question(revision: u32) -> Question {
        let lens = Lens { rows: 100, ..Lens::default() };
        Question {
            revision,
            istio: "current".to_owned(),
            findings: 10,
            lens,
            ask: Ask::default(),
            order: Vec::new(),
            envoy: false,
            link: None,
            before: None,
            fixes: false,
            aside: None,
            tests: Default::default(),
            patience: Patience::Typing,
        }
    }

    fn hosts(answer: &Answer) -> Vec<(&str, usize)> {
        let hosts = answer.view.iter().flat_map(|view| &view.binding.hosts);
        hosts.map(|host| (host.title.as_str(), host.routes.len())).collect()
    }

    #[test]
    fn the_first_answer_holds_everything() {
        let answer = Server::default().answer(&question(1), Some(sources()));
        let overview = answer.overview.as_ref().unwrap();
        assert_eq!(overview.resources.len(), 4);
        assert_eq!(overview.bindings[0].kind, "gateway");
        assert_eq!(
            hosts(&answer),
            [("one.example.com", 2), ("three.example.com", 2), ("two.example.com", 2)]
        );
    }

    #[test]
    fn what_did_not_change_is_not_sent_again() {
        let mut server = Server::default();
        server.answer(&question(1), Some(sources()));
        assert!(server.answer(&question(1), None).overview.is_none());
        assert!(server.answer(&Question { findings: 20, ..question(1) }, None).overview.is_some());
        let older = Question { istio: "1.1".to_owned(), ..question(1) };
        assert_eq!(server.answer(&older, None).overview.unwrap().istio, "1.1");
        assert!(server.answer(&question(2), Some(Sources::default())).view.is_none());
    }

    #[test]
    fn fixes_that_prove_right_come_with_their_findings_when_they_are_wanted() {
        let typo = GATEWAY.to_owned() + &virtual_service("one").replace("prefix:", "prefx:");
        let sources = Sources::single("shop.yaml", typo);
        let mut server = Server::default();
        let titles = |answer: Answer| -> Vec<String> {
            let findings = answer.overview.unwrap().findings;
            findings.iter().flat_map(|finding| &finding.fixes).map(|fix| fix.title.clone()).collect()
        };
        assert_eq!(titles(server.answer(&question(1), Some(sources))), [""; 0]);
        let wanted = Question { fixes: true, ..question(1) };
        assert_eq!(titles(server.answer(&wanted, None)), ["Write `prefix`", "Delete rule 2"]);
        assert!(server.answer(&wanted, None).overview.is_none());
        assert!(server.answer(&question(1), None).overview.is_none(), "what was told stays");
        assert!(server.answer(&wanted, None).overview.is_none());
    }

    #[test]
    fn what_is_asked_of_a_place_is_answered_beside_the_rest() {
        let at = Position { line: 2, column: 3 };
        let aside = Aside { number: 7, file: 0, at, wish: "explain".to_owned(), name: String::new() };
        let asked = Question { aside: Some(aside), ..question(1) };
        let mut server = Server::default();
        let first = server.answer(&asked, Some(sources()));
        assert!(first.overview.is_some() && !first.beside);
        let said = first.said.unwrap();
        assert_eq!(said.number, 7);
        assert!(said.json.contains(r#""title":"Resource.kind""#), "{}", said.json);
        let again = server.answer(&asked, None);
        assert_eq!((again.said, again.beside, again.view), (Some(said), true, None));
        let other = server.answer(&Question { findings: 1, ..asked }, None);
        assert!(!other.beside && other.view.is_some());
    }

    #[test]
    fn a_lens_filters_and_counts_what_it_leaves_out() {
        let lens = Lens { filter: " TWO ".to_owned(), rows: 1, ..Lens::default() };
        let answer = Server::default().answer(&Question { lens, ..question(1) }, Some(sources()));
        assert_eq!(hosts(&answer), [("two.example.com", 1)]);
        let totals = answer.view.unwrap().totals;
        assert_eq!((totals.hosts, totals.found, totals.routes), (3, 1, 2));
        let lens = Lens { rows: 3, ..Lens::default() };
        let answer = Server::default().answer(&Question { lens, ..question(1) }, Some(sources()));
        assert_eq!(hosts(&answer), [("one.example.com", 2), ("three.example.com", 1)]);
    }

    #[test]
    fn another_proxy_is_shown_on_request_and_the_first_one_instead_of_an_unknown() {
        let mut server = Server::default();
        let first = server.answer(&question(1), Some(sources()));
        let other = first.overview.unwrap().bindings[1].id.clone();
        let mut shown = |binding: &str| {
            let lens = Lens { binding: binding.to_owned(), rows: 1, ..Lens::default() };
            server.answer(&Question { lens, ..question(1) }, None).view.unwrap().binding.binding.id
        };
        assert_eq!(shown(&other), other);
        assert_eq!(shown("gateway/nowhere"), first.view.unwrap().binding.binding.id);
    }

    #[test]
    fn requests_are_answered_or_refused() {
        let mut server = Server::default();
        let mut reply = |url: Option<&str>| {
            let ask = Ask { url: url.map(str::to_owned), ..Ask::default() };
            server.answer(&Question { ask, ..question(1) }, Some(sources())).reply
        };
        let Some(Reply::Trace(trace)) = reply(Some("http://two.example.com/a/b")) else {
            panic!("no answer")
        };
        assert_eq!(trace.route, Some(1));
        let Some(Reply::Trace(trace)) = reply(None) else { panic!("no suggestion") };
        assert_eq!(trace.request.url, "http://one.example.com/a");
        assert!(
            matches!(reply(Some("two.example.com")), Some(Reply::Refused(why)) if why.contains("scheme"))
        );
        assert_eq!(reply(Some("")), None);
    }

    /// What comes of going from one text to another.
    fn found(before: &str, after: &str) -> Found {
        let mut server = Server::default();
        server.keep(before.to_owned());
        let after = Sources::single("after.yaml", after.to_owned());
        let question = Question { before: Some(1), ..question(1) };
        server.answer(&question, Some(after)).comparison.unwrap().found
    }

    #[test]
    fn two_revisions_are_compared_once() {
        let mut server = Server::default();
        server.keep(GATEWAY.to_owned());
        let asked = Question { before: Some(1), ..question(1) };
        let first = server.answer(&asked, Some(sources())).comparison.unwrap();
        assert_eq!(first.pair, Pair { before: 1, after: 1, istio: "current".to_owned(), order: Vec::new() });
        assert!(matches!(first.found, Found::Rollout(it) if it.0.safe && it.0.changes.len() == 3));
        assert_eq!(server.answer(&asked, None).comparison, None);
        assert!(server.answer(&Question { istio: "1.1".to_owned(), ..asked }, None).comparison.is_some());
        assert_eq!(server.answer(&question(1), None).comparison, None, "nobody asked");
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let broken = format!("{GATEWAY}---\na: [\n");
        // The list that begins in the last line is still open behind it.
        let end = broken.lines().count() as u32 + 1;
        assert!(matches!(found(&broken, GATEWAY), Found::BrokenBefore(line, _) if line == end));
        assert_eq!(found(GATEWAY, &broken), Found::BrokenAfter);
        assert_eq!(found("# nothing\n", GATEWAY), Found::NothingBefore);
        assert_eq!(found(GATEWAY, "# nothing\n"), Found::NothingAfter);
        assert!(matches!(found(GATEWAY, GATEWAY), Found::Rollout(it) if it.0.changes.is_empty()));
    }

    #[test]
    fn what_the_yaml_allows_is_counted_apart() {
        let refused = "# pilothouse: allow invalid-resource\napiVersion: networking.istio.io/v1\nkind: Gateway\n\
                       metadata: {name: a}\n";
        let allowed = Sources::single("shop.yaml", format!("{GATEWAY}---\n{refused}"));
        let counts = Server::default().answer(&question(1), Some(allowed)).overview.unwrap().counts;
        assert_eq!((counts.errors, counts.allowed), (0, 1));
    }

    #[test]
    fn a_link_is_made_where_it_is_wanted() {
        let mut server = Server::default();
        assert_eq!(server.answer(&question(1), Some(sources())).link, None);
        let wanted = Question { link: Some("routes".to_owned()), ..question(1) };
        let link = server.answer(&wanted, None).link.unwrap();
        assert!(link.fragment.starts_with("v1.") && link.secrets.is_empty());
    }

    #[test]
    fn broken_yaml_is_said_to_be_broken() {
        let broken = Sources::single("shop.yaml", format!("{GATEWAY}---\na: [\n"));
        let answer = Server::default().answer(&question(1), Some(broken));
        let overview = answer.overview.unwrap();
        assert_eq!(overview.broken.unwrap().file, "shop.yaml");
        assert_eq!(overview.counts.errors, 1);
    }
}

//! The whole state of the page, and what becomes of it when something happens.

use std::rc::Rc;

use pilothouse_report::{Edit, Place, WireRequest};
use yew::Reducible;

use super::{
    Action, Altered, Before, Cursor, Example, Files, KeptTests, Notice, Outcome, Overlay, Pane, Settings,
    Shared, SourceFile, Tab, Visit, altered, notice, recent,
};
use crate::engine::{Aside, Ask, Event, Failure, Kept, Lens, Pair, Patience, Question, Said, Tested};

/// How many rows a table shows at first, and how many more at a time.
const ROWS: u32 = 100;
/// How many findings come at first, and how many more at a time.
const FINDINGS: u32 = 100;

/// The state.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The texts.
    pub files: Files,
    /// The revision that these are compared with.
    pub before: Before,
    /// The tests that are kept.
    pub tests: KeptTests,
    /// What came of them last.
    pub tested: Option<Shared<Tested>>,
    /// What a person has chosen.
    pub settings: Settings,
    /// What the engine answered.
    pub outcome: Outcome,
    /// What to tell.
    pub notices: Vec<Notice>,
    /// What a host name must hold to be shown.
    pub filter: String,
    /// The request to send.
    pub ask: Ask,
    /// Which of the texts is in the editor.
    pub file: usize,
    /// The requests that were sent last, newest first.
    pub recent: Vec<WireRequest>,
    /// Where the cursor was put in the YAML.
    pub cursor: Option<Cursor>,
    /// What is pointed at in the result.
    pub pointed: Option<Place>,
    /// Where the editor is to go, and how many times it was sent there.
    pub goal: Option<(u32, Place)>,
    /// The texts that edits other than typing changed last, and how many times that was done.
    pub mended: (u32, Rc<Vec<Altered>>),
    /// What the editor asks of a place.
    aside: Option<Aside>,
    /// The last answer to that.
    pub said: Option<Rc<Said>>,
    /// The revision at which typing paused last.
    rested: u32,
    /// Undated resources in the order that a person has set, oldest first.
    pub order: Vec<String>,
    /// What stands above the page.
    pub overlay: Option<Overlay>,
    /// Which of the findings was gone to.
    pub found: Option<usize>,
    /// What is known of the address.
    pub visit: Visit,
    rows: u32,
    findings: u32,
    patience: Patience,
}

impl App {
    /// The page as it opens: with what was kept, or else with the first example.
    pub fn open(kept: Option<Vec<SourceFile>>, settings: Settings, first: &Example) -> Self {
        let notices = if kept.is_none() { vec![Notice::Look(first.look().to_owned())] } else { Vec::new() };
        Self {
            files: Files::new(kept.unwrap_or_else(|| first.files())),
            before: Before::default(),
            tests: KeptTests::default(),
            tested: None,
            settings,
            outcome: Outcome::default(),
            notices,
            filter: String::new(),
            ask: Ask::default(),
            file: 0,
            recent: Vec::new(),
            cursor: None,
            pointed: None,
            goal: None,
            mended: Default::default(),
            aside: None,
            said: None,
            rested: 0,
            order: Vec::new(),
            overlay: None,
            found: None,
            visit: Visit::default(),
            rows: ROWS,
            findings: FINDINGS,
            patience: Patience::Typing,
        }
    }

    /// The same with a text to compare with and the requests sent last, as they were kept.
    pub fn with_kept(self, before: Before, recent: Vec<WireRequest>) -> Self {
        Self { before, recent, ..self }
    }

    /// The same with the tests that were kept.
    pub fn with_tests(self, tests: KeptTests) -> Self {
        Self { tests, ..self }
    }

    /// What the Rollout tab compares.
    pub fn pair(&self) -> Pair {
        Pair {
            before: self.before.revision,
            after: self.files.revision,
            istio: self.settings.istio.clone(),
            order: self.order.clone(),
        }
    }

    /// What to ask the engine; none while there is nothing to analyse.
    pub fn question(&self) -> Option<Question> {
        (!self.files.is_blank()).then(|| Question {
            revision: self.files.revision,
            istio: self.settings.istio.clone(),
            findings: self.findings,
            lens: Lens {
                binding: self.settings.binding.clone(),
                filter: self.filter.clone(),
                rows: self.rows,
            },
            ask: self.ask.clone(),
            order: self.order.clone(),
            envoy: self.settings.tab == Tab::Envoy,
            link: self.link_wanted(),
            before: self.compares().then_some(self.before.revision),
            fixes: self.tries_fixes(),
            aside: self.aside.clone(),
            tests: Kept {
                text: self.tests.text.to_string(),
                revision: self.tests.revision,
                run: self.settings.tab == Tab::Tests,
                wish: self.tests.wish.clone(),
            },
            patience: self.patience,
        })
    }

    /// Whether two revisions are to be compared: once the newest text is analysed, so that its marks do not wait.
    fn compares(&self) -> bool {
        let analysed = self.outcome.revision == self.files.revision;
        self.settings.tab == Tab::Rollout && !self.before.is_blank() && analysed
    }

    /// Whether fixes are to be tried: once the newest text is analysed, something was found, and typing pauses.
    fn tries_fixes(&self) -> bool {
        let found = self.outcome.overview.as_ref().is_some_and(|overview| overview.counts.all() > 0);
        let current = self.files.revision;
        // What the editor asks is answered first.
        found && self.aside.is_none() && self.outcome.revision == current && self.rested == current
    }

    /// No longer asks what the editor wanted to know.
    fn leave_aside(&mut self) {
        let said = self.aside.take().map(|aside| Said::nothing(aside.number));
        self.said = said.map(Rc::new).or(self.said.take());
    }

    /// Makes edits of the texts as they were analysed.
    fn mend(&mut self, revision: u32, edits: &[Edit]) {
        if revision != self.files.revision {
            return;
        }
        let altered = altered(&self.files, edits);
        if altered.is_empty() {
            return;
        }
        let mut list = (**self.files.list()).clone();
        for it in &altered {
            list[it.file] = it.after.clone();
        }
        self.files = self.files.mended(Rc::new(list));
        self.patience = Patience::Typing;
        self.settings.pane = Pane::Editor;
        self.mended = (self.mended.0 + 1, Rc::new(altered));
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Edit(file, text) => {
                self.files = self.files.edited(file, &text);
                self.found = None;
                self.patience = Patience::Typing;
            }
            Action::Mend(revision, edits) => self.mend(revision, &edits),
            Action::Aside(aside) => {
                self.aside = Some(aside);
                // Nobody is asked about nothing.
                if self.files.is_blank() {
                    self.leave_aside();
                }
            }
            Action::Rest(revision) => self.rested = revision,
            Action::Load(example) => self.load(&example),
            Action::Back(before, kept) => {
                self.replace(Rc::clone(before.list()));
                self.before = self.before.edited(&kept.text);
                self.dismiss(&Notice::Look(String::new()));
                self.dismiss(&Notice::Replaced { title: String::new(), before, kept });
            }
            Action::File(file) => (self.file, self.goal) = (file, None),
            Action::Keep => self.before = self.before.snapshot(&self.files),
            Action::Before(text) => self.before = self.before.edited(&text),
            Action::EditTests(text) => {
                self.tests = self.tests.edited(&text);
                self.patience = Patience::Typing;
            }
            Action::WriteTests(wish) => {
                self.tests = self.tests.wishing(wish);
                self.settings.tab = Tab::Tests;
            }
            Action::RemoveTest(range) => self.tests = self.tests.without(range),
            Action::RestoreTest => self.tests = self.tests.undone(),
            Action::Istio(istio) => {
                self.settings.istio = istio;
                self.patience = Patience::Typing;
            }
            Action::Tab(tab) => self.settings.tab = tab,
            Action::Binding(binding) => {
                self.settings.binding = binding;
                self.rows = ROWS;
            }
            Action::Split(split) => {
                self.settings.split = split.clamp(*Settings::SPLITS.start(), *Settings::SPLITS.end());
            }
            Action::Pane(pane) => self.settings.pane = pane,
            Action::Theme(theme) => self.settings.theme = theme,
            Action::Filter(filter) => {
                self.filter = filter;
                self.rows = ROWS;
            }
            Action::Ask(ask) => self.ask = ask,
            Action::Sent(ask) => {
                self.ask = ask;
                self.remember();
            }
            Action::Forget(request) => self.recent = recent::without(&self.recent, &request),
            Action::ForgetAll => self.recent.clear(),
            Action::Try(request) => {
                self.ask = Ask::from(&request);
                self.settings.binding = request.proxy.unwrap_or_else(|| self.settings.binding.clone());
                self.settings.pane = Pane::Result;
                // The bar stands above every view; what a rollout breaks is read on beside its answer.
                if self.settings.tab == Tab::Findings {
                    self.settings.tab = Tab::Routes;
                }
                self.remember();
            }
            Action::Oldest(key) => {
                self.order.retain(|known| *known != key);
                self.order.insert(0, key);
            }
            Action::NoOrder => self.order.clear(),
            Action::Findings => {
                self.settings.tab = Tab::Findings;
                self.settings.pane = Pane::Result;
            }
            Action::Finding { forward } => self.go_to_finding(forward),
            Action::Overlay(overlay) => self.overlay = overlay,
            Action::MoreRows => self.rows += ROWS,
            Action::MoreFindings => self.findings += FINDINGS,
            Action::Engine(Event::Answered(answer)) => {
                if let Some(difference) = &answer.difference {
                    self.tell(Notice::Flipped(difference.clone()));
                }
                if let Some(linked) = answer.link.as_ref().filter(|_| answer.revision == self.files.revision)
                {
                    self.visit.linked = Some(Rc::new(linked.clone()));
                }
                if let Some(said) = &answer.said
                    && self.aside.as_ref().is_some_and(|aside| aside.number == said.number)
                {
                    self.aside = None;
                    let current = answer.revision == self.files.revision;
                    self.said =
                        Some(Rc::new(if current { said.clone() } else { Said::nothing(said.number) }));
                }
                if let Some(tested) = &answer.tested {
                    self.tests = self.tests.written(tested);
                    let ran = tested.output.is_some().then(|| Shared::from(tested.clone()));
                    self.tested = ran.or(self.tested.take());
                }
                self.outcome = self.outcome.answered(&answer, self.files.loaded);
            }
            Action::Engine(Event::Failed(failure)) => {
                if failure == Failure::Restarted {
                    self.tell(Notice::Restarted);
                }
                if failure != Failure::Restarted {
                    self.leave_aside();
                }
                self.outcome = self.outcome.failed(&failure);
            }
            Action::Wait => self.patience = Patience::Asked,
            Action::Partial => self.outcome = self.outcome.partial(),
            Action::Cursor(file, at) => self.cursor = Some(Cursor { file: file as u32, at }),
            Action::Point(place) => self.pointed = place,
            Action::Reveal(place) => self.reveal(place),
            Action::Tell(notice) => self.tell(notice),
            Action::Dismiss(notice) => self.dismiss(&notice),
            Action::Visit(step) => self.step(step),
        }
    }

    fn reveal(&mut self, place: Place) {
        let times = self.goal.as_ref().map_or(0, |(times, _)| *times);
        self.file = (place.file as usize).min(self.files.list().len().saturating_sub(1));
        self.goal = Some((times + 1, place));
        self.settings.pane = Pane::Editor;
        self.pointed = None;
    }

    fn go_to_finding(&mut self, forward: bool) {
        let Some(overview) = self.outcome.overview.clone() else { return };
        let count = overview.findings.len();
        if count == 0 {
            return;
        }
        let at = match (self.found, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at.min(count) + count - 1) % count,
        };
        let finding = &overview.findings[at];
        self.found = Some(at);
        self.reveal(overview.place(&finding.file, finding.range));
    }

    fn remember(&mut self) {
        let shown = self.outcome.view.as_ref().map(|view| view.binding.binding.id.as_str());
        let chosen = Some(self.settings.binding.as_str()).filter(|id| !id.is_empty());
        let proxy = chosen.or(shown).unwrap_or_default();
        self.recent = recent::with(&self.recent, &self.ask, proxy);
    }

    fn load(&mut self, example: &Example) {
        let (before, kept) = (self.files.clone(), self.before.clone());
        self.replace(Rc::new(example.files()));
        self.before = kept.of_example(example);
        self.settings.binding = String::new();
        self.tell(Notice::Look(example.look().to_owned()));
        // An example that nobody changed is nobody's text to miss.
        let text_lost = !before.is_blank() && Example::shown(before.list()).is_none();
        let kept_lost = self.before != kept && !kept.is_blank() && !kept.is_example();
        if text_lost || kept_lost {
            self.tell(Notice::Replaced { title: example.title().to_owned(), before, kept });
        }
    }

    pub(super) fn replace(&mut self, list: Rc<Vec<SourceFile>>) {
        self.files = self.files.replaced(list);
        self.patience = Patience::Typing;
        self.filter = String::new();
        self.ask = Ask::default();
        self.file = 0;
        self.cursor = None;
        self.pointed = None;
        self.goal = None;
        self.order.clear();
        self.found = None;
        self.dismiss(&Notice::Flipped(String::new()));
        self.rows = ROWS;
        self.findings = FINDINGS;
    }

    pub(super) fn tell(&mut self, new: Notice) {
        self.notices = notice::with(&self.notices, new);
    }

    pub(super) fn dismiss(&mut self, matter: &Notice) {
        self.notices = notice::without(&self.notices, matter);
    }
}

impl Reducible for App {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        if next.told() != self.told() {
            next.outdate_link();
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests;

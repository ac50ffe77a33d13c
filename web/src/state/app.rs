//! The whole state of the page and everything that can happen to it.

use std::rc::Rc;

use pilothouse_report::{Edit, Place, Position, Range, WireRequest};
use yew::Reducible;

use super::{
    Altered, Before, Cursor, Example, Files, KeptTests, Notice, Outcome, Pane, Settings, Shared, SourceFile,
    Step, Tab, Theme, Typed, Visit, altered, notice, recent,
};
use crate::engine::{Aside, Ask, Event, Failure, Kept, Lens, Pair, Patience, Question, Said, Tested, Wish};

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

/// What may stand above the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Everything that can be done, found by its name.
    Palette(Typed),
    /// The list of keys.
    Keys,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Action {
    /// The editor holds another text.
    Edit(usize, Rc<str>),
    /// These edits are to be made in the texts of this revision.
    Mend(u32, Rc<Vec<Edit>>),
    /// The editor wants to know something of a place.
    Aside(Aside),
    /// Typing pauses at this revision.
    Rest(u32),
    /// An example is chosen.
    Load(Example),
    /// Another text is wanted in the editor.
    File(usize),
    /// The texts before an example are wanted back, and what they were compared with.
    Back(Files, Before),
    /// What the editor holds now is to be compared with what it will hold.
    Keep,
    /// The text to compare with is this.
    Before(Rc<str>),
    /// The text of the tests is this.
    EditTests(Rc<str>),
    /// Tests are to be written, and shown.
    WriteTests(Wish),
    /// The test at this place of their text is to go.
    RemoveTest(Range),
    /// It is wanted back.
    RestoreTest,
    /// Another Istio is to be modelled.
    Istio(String),
    /// Another view is opened.
    Tab(Tab),
    /// Another proxy is looked at.
    Binding(String),
    /// The divider moved.
    Split(f64),
    /// The other pane of a narrow window is opened.
    Pane(Pane),
    /// Other colours.
    Theme(Theme),
    /// Host names must hold this.
    Filter(String),
    /// Another request is to be sent.
    Ask(Ask),
    /// The request in the bar is meant as it stands, and worth keeping.
    Sent(Ask),
    /// A request that was kept is to be forgotten.
    Forget(WireRequest),
    /// All of them are.
    ForgetAll,
    /// The request that shows a finding is to be sent.
    Try(WireRequest),
    /// This undated resource, by its key, is older than the others.
    Oldest(String),
    /// The ages are to be as the YAML says.
    NoOrder,
    /// The findings are wanted, from wherever.
    Findings,
    /// The YAML of the next finding, or of the one before, is wanted.
    Finding {
        /// Whether the next one.
        forward: bool,
    },
    /// Something is to stand above the page, or nothing.
    Overlay(Option<Overlay>),
    /// More rows are wanted.
    MoreRows,
    /// More findings are wanted.
    MoreFindings,
    /// The engine has told something.
    Engine(Event),
    /// The run that took too long is wanted all the same.
    Wait,
    /// What can be read of broken texts is wanted.
    Partial,
    /// The cursor was put here.
    Cursor(usize, Position),
    /// This is pointed at in the result.
    Point(Option<Place>),
    /// The YAML of this is wanted.
    Reveal(Place),
    /// Something is to be told.
    Tell(Notice),
    /// It was read.
    Dismiss(Notice),
    /// Something with the address.
    Visit(Step),
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
mod tests {
    use pilothouse_report::{Finding, Range};

    use super::*;
    use crate::{
        engine::{Answer, Counts, Overview},
        state::{EXAMPLES, colour},
    };

    fn app() -> App {
        App::open(Some(vec![SourceFile::new("own.yaml", "a: 1\n")]), Settings::default(), &EXAMPLES[0])
    }

    fn after(app: App, actions: impl IntoIterator<Item = Action>) -> App {
        actions.into_iter().fold(Rc::new(app), |app, action| app.reduce(action)).as_ref().clone()
    }

    #[test]
    fn whoever_comes_for_the_first_time_sees_an_example_and_what_to_look_at() {
        let app = App::open(None, Settings::default(), &EXAMPLES[0]);
        assert_eq!(app.notices, [Notice::Look(EXAMPLES[0].look().to_owned())]);
        assert_eq!(app.files.list().as_slice(), EXAMPLES[0].files());
        assert!(app.question().is_some());
    }

    #[test]
    fn an_example_can_be_taken_back() {
        let loaded = after(app(), [Action::Load(EXAMPLES[1])]);
        let Some(Notice::Replaced { before, kept, .. }) = loaded.notices.last().cloned() else {
            panic!("no way back")
        };
        let back = after(loaded, [Action::Back(before, kept)]);
        assert_eq!(&*back.files.get(0).unwrap().text, "a: 1\n");
        assert_eq!(back.notices, []);
        assert_eq!(back.files.loaded, 3, "the editor is told both times");
    }

    #[test]
    fn nobody_misses_an_example_that_was_not_changed() {
        let other = after(App::open(None, Settings::default(), &EXAMPLES[0]), [Action::Load(EXAMPLES[1])]);
        assert_eq!(other.notices, [Notice::Look(EXAMPLES[1].look().to_owned())]);
    }

    #[test]
    fn nothing_is_asked_about_nothing() {
        assert_eq!(after(app(), [Action::Edit(0, " \n".into())]).question(), None);
    }

    #[test]
    fn every_edit_asks_anew_and_with_the_usual_patience() {
        let waited = after(app(), [Action::Wait]);
        assert_eq!(waited.question().unwrap().patience, Patience::Asked);
        let edited = after(waited, [Action::Edit(0, "a: 2\n".into())]).question().unwrap();
        assert_eq!((edited.patience, edited.revision), (Patience::Typing, 2));
    }

    #[test]
    fn what_changes_nothing_renders_nothing() {
        let app = Rc::new(app());
        assert!(Rc::ptr_eq(&app, &Rc::clone(&app).reduce(Action::Edit(0, "a: 1\n".into()))));
    }

    #[test]
    fn findings_are_gone_to_one_by_one_and_round() {
        let finding = |line: u32| {
            let at = Position { line, column: 1 };
            Finding { file: "own.yaml".into(), range: Range { start: at, end: at }, ..Finding::default() }
        };
        let overview = Overview {
            files: vec!["own.yaml".into()],
            findings: vec![finding(3), finding(1)],
            ..Overview::default()
        };
        let mut app = app();
        app.outcome.overview = Some(overview.into());
        let mut line = |forward: bool| {
            app = after(app.clone(), [Action::Finding { forward }]);
            app.goal.as_ref().map(|(_, place)| place.range.start.line)
        };
        assert_eq!([line(true), line(true), line(true)], [Some(3), Some(1), Some(3)]);
        assert_eq!([line(false), line(false)], [Some(1), Some(3)]);
        let edited = after(app, [Action::Edit(0, "b: 1\n".into())]);
        assert_eq!(edited.found, None);
        let blank = after(edited, [Action::Engine(Event::Answered(Answer::default().into()))]);
        assert_eq!(
            after(blank.clone(), [Action::Finding { forward: false }]).settings.pane,
            blank.settings.pane
        );
    }

    #[test]
    fn the_divider_stays_in_the_window() {
        assert_eq!(after(app(), [Action::Split(-5.0)]).settings.split, 20.0);
        assert_eq!(after(app(), [Action::Split(99.0)]).settings.split, 80.0);
    }

    #[test]
    fn a_filter_or_another_proxy_begins_with_the_first_rows() {
        let more = after(app(), [Action::MoreRows, Action::MoreRows]);
        assert_eq!(more.question().unwrap().lens.rows, 3 * ROWS);
        let filtered = after(more.clone(), [Action::Filter("x".to_owned())]);
        assert_eq!(filtered.question().unwrap().lens.rows, ROWS);
        let other = after(more, [Action::Binding("gateway/a".to_owned())]);
        assert_eq!(other.question().unwrap().lens.rows, ROWS);
    }

    #[test]
    fn going_to_the_yaml_twice_is_two_goals_and_opens_its_pane() {
        let place = Place::default();
        let there = after(app(), [Action::Pane(Pane::Result), Action::Reveal(place.clone())]);
        assert_eq!((there.goal.clone(), there.settings.pane), (Some((1, place.clone())), Pane::Editor));
        assert_eq!(after(there, [Action::Reveal(place.clone())]).goal, Some((2, place)));
    }

    #[test]
    fn another_text_is_in_the_editor_when_it_is_chosen_or_a_place_in_it_is_wanted() {
        let two = vec![SourceFile::new("a.yaml", "a: 1\n"), SourceFile::new("b.yaml", "b: 1\n")];
        let app = App::open(Some(two), Settings::default(), &EXAMPLES[0]);
        let place = Place { file: 1, ..Place::default() };
        let there = after(app, [Action::Reveal(place)]);
        assert_eq!(there.file, 1);
        let back = after(there, [Action::File(0)]);
        assert_eq!((back.file, back.goal.clone()), (0, None), "nothing draws the cursor away");
        assert_eq!(after(back, [Action::File(1), Action::Load(EXAMPLES[1])]).file, 0);
    }

    #[test]
    fn trying_a_finding_sends_its_request_through_its_proxy() {
        let request = WireRequest {
            proxy: Some("sidecar/shop".to_owned()),
            method: "POST".to_owned(),
            url: "http://shop/".to_owned(),
            ..WireRequest::default()
        };
        let tried = after(app(), [Action::Try(request)]).question().unwrap();
        assert_eq!(tried.lens.binding, "sidecar/shop");
        assert_eq!((tried.ask.method.as_str(), tried.ask.url.as_deref()), ("POST", Some("http://shop/")));
    }

    #[test]
    fn two_revisions_are_compared_in_their_tab_once_the_text_is_analysed() {
        let kept = after(app(), [Action::Keep, Action::Tab(Tab::Rollout)]);
        assert_eq!(kept.question().unwrap().before, None);
        let analysed =
            |revision| Action::Engine(Event::Answered(Rc::new(Answer { revision, ..Answer::default() })));
        let ready = after(kept, [analysed(1)]);
        assert_eq!(ready.question().unwrap().before, Some(1));
        assert_eq!(
            ready.pair(),
            Pair { before: 1, after: 1, istio: "current".to_owned(), order: Vec::new() }
        );
        let edited = after(ready.clone(), [Action::Edit(0, "a: 2\n".into())]);
        assert_eq!(edited.question().unwrap().before, None, "the marks of the editor come first");
        assert_eq!(after(edited, [analysed(2)]).question().unwrap().before, Some(1));
        assert_eq!(after(ready.clone(), [Action::Tab(Tab::Routes)]).question().unwrap().before, None);
        assert_eq!(after(ready, [Action::Before("".into())]).question().unwrap().before, None);
    }

    #[test]
    fn fixes_are_tried_once_typing_pauses_and_something_was_found() {
        let found = || {
            let counts = Counts { warnings: 1, ..Counts::default() };
            let overview = Some(Overview { counts, ..Overview::default() });
            Action::Engine(Event::Answered(Rc::new(Answer { revision: 1, overview, ..Answer::default() })))
        };
        assert!(!after(app(), [Action::Rest(1)]).question().unwrap().fixes);
        assert!(!after(app(), [found()]).question().unwrap().fixes);
        let both = after(app(), [Action::Rest(1), found()]);
        assert!(both.question().unwrap().fixes);
        assert!(!after(both, [Action::Edit(0, "a: 2\n".into())]).question().unwrap().fixes);
    }

    #[test]
    fn edits_are_made_in_the_text_they_are_for_and_in_no_newer_one() {
        let range = Range { start: Position { line: 1, column: 4 }, end: Position { line: 1, column: 5 } };
        let edit = Edit { file: "own.yaml".to_owned(), range, text: "2".to_owned() };
        let mend = |revision| Action::Mend(revision, Rc::new(vec![edit.clone()]));
        let mended = after(app(), [Action::Pane(Pane::Result), mend(1)]);
        assert_eq!(&*mended.files.get(0).unwrap().text, "a: 2\n");
        assert_eq!((mended.mended.0, mended.mended.1.len()), (1, 1));
        assert_eq!((mended.files.revision, mended.files.loaded), (2, 1), "the editor keeps its history");
        assert_eq!(mended.settings.pane, Pane::Editor);
        assert_eq!(after(mended.clone(), [mend(1)]), mended);
    }

    #[test]
    fn the_editor_hears_what_it_asked_and_nothing_of_texts_that_are_gone() {
        let aside = |number| {
            Action::Aside(Aside {
                number,
                file: 0,
                at: Position { line: 1, column: 1 },
                wish: "offer".to_owned(),
                name: String::new(),
            })
        };
        let said = |revision, number| {
            let said = Some(Said { number, json: "{}".to_owned() });
            Action::Engine(Event::Answered(Rc::new(Answer { revision, said, ..Answer::default() })))
        };
        let asked = after(app(), [aside(1)]);
        assert_eq!(asked.question().unwrap().aside.unwrap().number, 1);
        let json = |app: &App| app.said.as_ref().map(|said| (said.number, said.json.clone()));
        let heard = after(asked.clone(), [said(1, 1)]);
        assert_eq!((json(&heard), heard.question().unwrap().aside), (Some((1, "{}".to_owned())), None));
        let older = after(asked.clone(), [aside(2), said(1, 1)]);
        assert_eq!((json(&older), older.question().unwrap().aside.unwrap().number), (None, 2));
        let edited = after(asked.clone(), [Action::Edit(0, "a: 2\n".into()), said(1, 1)]);
        assert_eq!(json(&edited), Some((1, "null".to_owned())));
        let failed = after(asked, [Action::Engine(Event::Failed(Failure::Slow))]);
        assert_eq!((json(&failed), failed.question().unwrap().aside), (Some((1, "null".to_owned())), None));
        let blank = after(app(), [Action::Edit(0, "".into()), aside(3)]);
        assert_eq!(json(&blank), Some((3, "null".to_owned())));
    }

    #[test]
    fn an_example_of_a_rollout_brings_its_before_and_gives_back_ones_own() {
        let pair = Example::of_rollout().unwrap();
        let loaded = after(app(), [Action::Keep, Action::Load(pair)]);
        assert_eq!(&*loaded.before.text, pair.before().unwrap());
        let Some(Notice::Replaced { before, kept, .. }) = loaded.notices.last().cloned() else {
            panic!("no way back")
        };
        let back = after(loaded, [Action::Back(before, kept)]);
        assert_eq!((&*back.before.text, back.notices), ("a: 1\n", Vec::new()));
        let shown = after(App::open(None, Settings::default(), &EXAMPLES[0]), [Action::Load(pair)]);
        assert!(shown.notices.iter().all(|notice| matches!(notice, Notice::Look(_))), "nothing was lost");
    }

    #[test]
    fn tests_are_run_in_their_tab_and_written_where_they_are_asked_for() {
        let typed = after(app(), [Action::EditTests("tests: []\n".into())]);
        let asked = typed.question().unwrap().tests;
        assert_eq!((asked.text.as_str(), asked.revision, asked.run), ("tests: []\n", 1, false));
        let wished = after(typed, [Action::WriteTests(Wish::This)]);
        let asked = wished.question().unwrap().tests;
        assert_eq!((asked.run, asked.wish), (true, Some(Wish::This)));
        let tested = Tested { revision: 1, written: Some("tests: [1]\n".to_owned()), ..Tested::default() };
        let answer = Answer { tested: Some(tested), ..Answer::default() };
        let written = after(wished, [Action::Engine(Event::Answered(Rc::new(answer)))]);
        let asked = written.question().unwrap().tests;
        assert_eq!((asked.text.as_str(), asked.revision, asked.wish), ("tests: [1]\n", 2, None));
        assert_eq!(written.tested, None, "nothing was run yet");
    }

    #[test]
    fn requests_that_are_meant_are_kept_and_can_be_forgotten() {
        let ask = |url: &str| Ask { url: Some(url.to_owned()), ..Ask::default() };
        let sent = after(
            app(),
            [
                Action::Ask(ask("http://a/typ")),
                Action::Sent(ask("http://a/typed")),
                Action::Try(WireRequest { url: "http://b/".to_owned(), ..WireRequest::default() }),
            ],
        );
        let urls: Vec<&str> = sent.recent.iter().map(|request| request.url.as_str()).collect();
        assert_eq!(urls, ["http://b/", "http://a/typed"]);
        let less = after(sent.clone(), [Action::Forget(sent.recent[0].clone())]);
        assert_eq!(less.recent, sent.recent[1..]);
        assert_eq!(after(less, [Action::ForgetAll]).recent, []);
    }

    #[test]
    fn a_request_leaves_the_findings_for_its_route_and_no_other_view() {
        let tried = |tab| after(app(), [Action::Tab(tab), Action::Try(WireRequest::default())]).settings.tab;
        assert_eq!([tried(Tab::Findings), tried(Tab::Rollout)], [Tab::Routes, Tab::Rollout]);
    }

    #[test]
    fn a_restarted_engine_is_told_until_it_is_read() {
        let told = after(app(), [Action::Engine(Event::Failed(Failure::Restarted))]);
        assert_eq!(told.notices, [Notice::Restarted]);
        assert_eq!(after(told, [Action::Dismiss(Notice::Restarted)]).notices, []);
    }

    #[test]
    fn colours_and_style_sheets_agree() {
        let tokens = include_str!("../../style/tokens.css");
        let most = (0..100).map(colour).max().unwrap();
        assert!(
            (1..=most).all(|number| tokens.contains(&format!(".o{number} {{ --c: var(--o{number}); }}")))
        );
        assert!(!tokens.contains(&format!("--o{}:", most + 1)));
    }
}

//! The whole state of the page and everything that can happen to it.

use std::rc::Rc;

use pilothouse_report::{Place, Position, WireRequest};
use yew::Reducible;

use super::{
    Cursor, Example, Files, Notice, Outcome, Pane, Settings, SourceFile, Step, Tab, Theme, Visit, notice,
};
use crate::engine::{Ask, Event, Failure, Lens, Patience, Question};

/// How many rows a table shows at first, and how many more at a time.
const ROWS: u32 = 100;
/// How many findings come at first, and how many more at a time.
const FINDINGS: u32 = 100;

/// The state.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The texts.
    pub files: Files,
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
    /// Where the cursor was put in the YAML.
    pub cursor: Option<Cursor>,
    /// What is pointed at in the result.
    pub pointed: Option<Place>,
    /// Where the editor is to go, and how many times it was sent there.
    pub goal: Option<(u32, Place)>,
    /// Undated resources in the order that a person has set, oldest first.
    pub order: Vec<String>,
    /// What is known of the address.
    pub visit: Visit,
    rows: u32,
    findings: u32,
    patience: Patience,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Action {
    /// The editor holds another text.
    Edit(usize, Rc<str>),
    /// An example is chosen.
    Load(Example),
    /// The texts before an example are wanted back.
    Back(Files),
    /// Another text is wanted in the editor.
    File(usize),
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
    /// The request that shows a finding is to be sent.
    Try(WireRequest),
    /// This undated resource, by its key, is older than the others.
    Oldest(String),
    /// The ages are to be as the YAML says.
    NoOrder,
    /// The findings are wanted, from wherever.
    Findings,
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
            settings,
            outcome: Outcome::default(),
            notices,
            filter: String::new(),
            ask: Ask::default(),
            file: 0,
            cursor: None,
            pointed: None,
            goal: None,
            order: Vec::new(),
            visit: Visit::default(),
            rows: ROWS,
            findings: FINDINGS,
            patience: Patience::Typing,
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
            patience: self.patience,
        })
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Edit(file, text) => {
                self.files = self.files.edited(file, &text);
                self.patience = Patience::Typing;
            }
            Action::Load(example) => self.load(&example),
            Action::Back(before) => {
                self.replace(Rc::clone(before.list()));
                self.dismiss(&Notice::Look(String::new()));
                self.dismiss(&Notice::Replaced { title: String::new(), before });
            }
            Action::File(file) => (self.file, self.goal) = (file, None),
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
            Action::Try(request) => {
                self.ask = Ask::from(&request);
                self.settings.binding = request.proxy.unwrap_or_else(|| self.settings.binding.clone());
                self.settings.pane = Pane::Result;
                self.settings.tab = Tab::Routes;
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
                self.outcome = self.outcome.answered(&answer, self.files.loaded);
            }
            Action::Engine(Event::Failed(failure)) => {
                if failure == Failure::Restarted {
                    self.tell(Notice::Restarted);
                }
                self.outcome = self.outcome.failed(&failure);
            }
            Action::Wait => self.patience = Patience::Asked,
            Action::Partial => self.outcome = self.outcome.partial(),
            Action::Cursor(file, at) => self.cursor = Some(Cursor { file: file as u32, at }),
            Action::Point(place) => self.pointed = place,
            Action::Reveal(place) => {
                let times = self.goal.as_ref().map_or(0, |(times, _)| *times);
                self.file = (place.file as usize).min(self.files.list().len().saturating_sub(1));
                self.goal = Some((times + 1, place));
                self.settings.pane = Pane::Editor;
                self.pointed = None;
            }
            Action::Tell(notice) => self.tell(notice),
            Action::Dismiss(notice) => self.dismiss(&notice),
            Action::Visit(step) => self.step(step),
        }
    }

    fn load(&mut self, example: &Example) {
        let before = self.files.clone();
        self.replace(Rc::new(example.files()));
        self.settings.binding = String::new();
        self.tell(Notice::Look(example.look().to_owned()));
        // An example that nobody changed is nobody's text to miss.
        if !before.is_blank() && Example::shown(before.list()).is_none() {
            self.tell(Notice::Replaced { title: example.title().to_owned(), before });
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
    use super::*;
    use crate::state::{EXAMPLES, colour};

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
        let Some(Notice::Replaced { before, .. }) = loaded.notices.last().cloned() else {
            panic!("no way back")
        };
        let back = after(loaded, [Action::Back(before)]);
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

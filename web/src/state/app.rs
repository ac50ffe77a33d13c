//! The whole state of the page and everything that can happen to it.

use std::rc::Rc;

use pilothouse_report::{Place, Position};
use yew::Reducible;

use super::{Cursor, Example, Files, Notice, Outcome, Pane, Settings, SourceFile, Tab, Theme, notice};
use crate::engine::{Event, Failure, Lens, Patience, Question};

/// How many rows a table shows at first, and how many more at a time.
const ROWS: u32 = 200;
/// How many findings come at first, and how many more at a time.
const FINDINGS: u32 = 200;

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
    /// Where the cursor was put in the YAML.
    pub cursor: Option<Cursor>,
    /// What is pointed at in the result.
    pub pointed: Option<Place>,
    /// Where the editor is to go, and how many times it was sent there.
    pub goal: Option<(u32, Place)>,
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
            cursor: None,
            pointed: None,
            goal: None,
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
            Action::MoreRows => self.rows += ROWS,
            Action::MoreFindings => self.findings += FINDINGS,
            Action::Engine(Event::Answered(answer)) => {
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
                self.goal = Some((times + 1, place));
                self.settings.pane = Pane::Editor;
                self.pointed = None;
            }
            Action::Tell(notice) => self.tell(notice),
            Action::Dismiss(notice) => self.dismiss(&notice),
        }
    }

    fn load(&mut self, example: &Example) {
        let before = self.files.clone();
        self.replace(Rc::new(example.files()));
        self.settings.binding = String::new();
        self.tell(Notice::Look(example.look().to_owned()));
        if !before.is_blank() {
            self.tell(Notice::Replaced { title: example.title().to_owned(), before });
        }
    }

    fn replace(&mut self, list: Rc<Vec<SourceFile>>) {
        self.files = self.files.replaced(list);
        self.patience = Patience::Typing;
        self.filter = String::new();
        self.cursor = None;
        self.pointed = None;
        self.goal = None;
        self.rows = ROWS;
        self.findings = FINDINGS;
    }

    fn tell(&mut self, new: Notice) {
        self.notices = notice::with(&self.notices, new);
    }

    fn dismiss(&mut self, matter: &Notice) {
        self.notices = notice::without(&self.notices, matter);
    }
}

impl Reducible for App {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        if next == *self { self } else { Rc::new(next) }
    }
}

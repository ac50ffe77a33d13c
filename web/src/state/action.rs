//! Everything that can happen to the page.

use std::rc::Rc;

use pilothouse_report::{Edit, Place, Position, Range, WireRequest};

use super::{Before, Example, Files, Notice, Pane, Step, Tab, Theme, Typed};
use crate::engine::{Aside, Ask, Event, Wish};

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

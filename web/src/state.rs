//! What the page knows. Plain data and reducers, without a browser, so that native tests reach all of it.

mod action;
mod app;
mod before;
mod curl;
mod examples;
mod files;
mod kept_tests;
mod keys;
mod letters;
mod lit;
mod mend;
mod notice;
mod outcome;
mod palette;
mod position;
mod recent;
mod settings;
mod shared;
mod sharing;
mod storage;
mod visit;
mod way;

pub use action::{Action, Overlay};
pub use app::App;
pub use before::Before;
pub use curl::{is_curl, read_curl};
pub use examples::{EXAMPLES, Example};
pub use files::{Files, SourceFile};
pub use kept_tests::KeptTests;
pub use keys::{KEYS, Stroke, action};
pub use letters::{colour, letter};
pub use lit::{Cursor, Lit};
pub use mend::{Altered, Hunk, altered, hunks};
pub use notice::Notice;
pub use outcome::{Health, Outcome, Shown};
pub use palette::{Command, Typed, commands, matching};
pub use position::{offset, position};
pub use settings::{Pane, Settings, Tab, Theme};
pub use shared::Shared;
pub use sharing::{Form, Made, Sharing};
pub use storage::{
    Storage, forget_files, restore, restore_before, restore_kept, restore_recent, restore_tests,
    store_before, store_files, store_fragment, store_recent, store_settings, store_tests,
};
pub use visit::{Kept, Step, Visit};
pub use way::{Met, Way};

//! What is asked of one place of a text while it is written, beside the question about the whole.

use pilothouse_analysis::Analysis;
use pilothouse_report::{Position, writing::Cursor};
use serde::{Deserialize, Serialize};

/// A question about a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Which question it is; the answer has the same number.
    pub number: u32,
    /// The text.
    pub file: u32,
    /// Where in it.
    pub at: Position,
    /// `offer`, `explain`, `lead`, `name` or `rename`.
    pub wish: String,
    /// The new name, for the last.
    pub name: String,
}

/// The answer to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which question it answers.
    pub number: u32,
    /// The answer as JSON, which the page hands to the editor unread: its forms need not be known there.
    pub json: String,
}

impl Said {
    /// That there is nothing to say.
    pub fn nothing(number: u32) -> Self {
        Self { number, json: "null".to_owned() }
    }

    pub(super) fn new(analysis: &Analysis, aside: &Aside) -> Self {
        let cursor = Cursor { analysis, file: aside.file, at: aside.at };
        let json = match aside.wish.as_str() {
            "offer" => json(&cursor.offer()),
            "explain" => json(&cursor.explanation()),
            "lead" => json(&cursor.leads()),
            "name" => json(&cursor.name()),
            "rename" => json(&cursor.rename(&aside.name)),
            _ => "null".to_owned(),
        };
        Self { number: aside.number, json }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

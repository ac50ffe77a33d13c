//! What can be done about a finding: changes of what is written, as edits of the text that keep comments and layout.
//!
//! Rules say what should change ([`Fix`]), the layout of the text says which bytes that are ([`edits`]), and a trial
//! says whether anything is gained ([`Trial`]). Neither is done before somebody asks for it.

mod layout;
mod list;
mod piece;
mod trial;

use pilothouse_syntax::TextRange;

pub use piece::Piece;
pub use trial::{Proposal, Round, Trial, proposals};

pub use crate::resource::Scalar;
use crate::{Analysis, FileId, Sources, effective::Origin};
use layout::Layouts;

/// Something that may be done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: ``Rename `rotue` to `route` ``.
    pub title: String,
    /// What of the text changes.
    pub changes: Vec<Change>,
    /// Whether it sends requests where nobody may want them, so that a person has to choose it.
    pub guess: bool,
}

impl Fix {
    /// A fix that only does what is plainly meant.
    pub fn new(title: impl Into<String>, changes: Vec<Change>) -> Fix {
        Fix { title: title.into(), changes, guess: false }
    }

    /// The same as a guess.
    pub fn guess(self) -> Fix {
        Fix { guess: true, ..self }
    }

    /// Another name at some places.
    pub fn write(analysis: &Analysis, places: impl IntoIterator<Item = Origin>, name: &str) -> Fix {
        let replace =
            |place| Change::Replace { at: Spot::of(analysis, place), with: Scalar::Text(name.to_owned()) };
        Fix::new(format!("Write `{name}`"), places.into_iter().map(replace).collect())
    }

    /// One more namespace that a resource is exported to; `beside` is any value of its `spec`.
    pub fn export(analysis: &Analysis, beside: Origin, namespace: &str) -> Fix {
        let key = &analysis.effective.mesh.resource(beside.resource).key;
        let title = format!("Export `{}/{}` to `{namespace}`", key.namespace, key.name);
        let items = vec![Piece::Text(namespace.to_owned())];
        Fix::new(title, vec![Change::Add { beside: Spot::of(analysis, beside), list: "exportTo", items }])
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The text.
    pub file: FileId,
    /// Exactly the bytes of a value, a key or an item of a list.
    pub range: TextRange,
}

impl Spot {
    /// The place of an origin.
    pub fn of(analysis: &Analysis, origin: Origin) -> Spot {
        Spot { file: analysis.effective.mesh.resource(origin.resource).file, range: origin.range }
    }
}

/// A change of what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another scalar in the place of a value or a key.
    Replace {
        /// The scalar.
        at: Spot,
        /// What stands there then.
        with: Scalar,
    },
    /// Items of one list are taken out, or a key with its value.
    Remove {
        /// The items, or the key, or the value.
        items: Vec<Spot>,
    },
    /// Items of one list are put in front of another one of it, in their order.
    Move {
        /// The items.
        items: Vec<Spot>,
        /// Where they go.
        before: Spot,
    },
    /// Items come to the end of a list; a list that is not there is begun.
    Add {
        /// Any value of the mapping that holds the list.
        beside: Spot,
        /// The key of the list.
        list: &'static str,
        /// The items.
        items: Vec<Piece>,
    },
    /// A separator of documents in front of what is not read for the lack of one.
    Separate {
        /// What should be a document of its own.
        at: Spot,
    },
}

/// Other bytes for some of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The text.
    pub file: FileId,
    /// The bytes that go; none where something is put in between.
    pub range: TextRange,
    /// What stands there then.
    pub text: String,
}

/// Why a fix cannot be made in a text, as the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    fn new<T>(why: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal(why.into()))
    }
}

/// The edits of a fix, or why the way in which the text is written does not allow it.
pub fn edits(analysis: &Analysis, fix: &Fix) -> Result<Vec<Edit>, Refusal> {
    Layouts::new(&analysis.sources).edits(fix)
}

/// The texts with edits made; of edits that overlap the later one is left out.
pub fn apply(sources: &Sources, edits: &[Edit]) -> Sources {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort();
    let mut out = sources.clone();
    for (at, source) in sources.files.iter().enumerate() {
        let mut own = sorted.iter().filter(|edit| edit.file.0 as usize == at).peekable();
        if own.peek().is_none() {
            continue;
        }
        let mut text = String::with_capacity(source.text.len());
        let mut done = 0;
        for edit in own.filter(|edit| edit.range.end as usize <= source.text.len()) {
            if edit.range.start >= done {
                text.push_str(TextRange::new(done, edit.range.start).of(&source.text));
                text.push_str(&edit.text);
                done = edit.range.end;
            }
        }
        text.push_str(TextRange::new(done, source.text.len() as u32).of(&source.text));
        out.files[at].text = text;
    }
    out
}

/// Whether two edits change the same bytes or meet at one place.
fn meet(one: &Edit, other: &Edit) -> bool {
    one.file == other.file && one.range.start <= other.range.end && other.range.start <= one.range.end
}

//! Why a link cannot be read, and what is left of it.

use thiserror::Error;

use super::{Link, MOST_BYTES, MOST_FILES};

/// A link that cannot be read whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Broken {
    /// What is wrong with it.
    pub why: Why,
    /// What could be read; its last text may end too early, and after [`Why::Changed`] any text may be wrong.
    pub rest: Link,
}

impl Broken {
    pub(super) fn new(why: Why) -> Box<Self> {
        Box::new(Self { why, rest: Link::default() })
    }
}

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Why {
    /// It does not begin as links do.
    #[error("This is no link of Pilothouse: those begin with `v1.`.")]
    NoLink,
    /// Its version, or something in it, is unknown here.
    #[error("This link was made by a newer Pilothouse than this one.")]
    Newer,
    /// It holds a letter that no link holds.
    #[error("The link holds {0:?}, which no link does: it was changed on its way.")]
    Stranger(char),
    /// It ends too early.
    #[error("The link is cut off: its end is missing.")]
    Cut,
    /// Something in it is not as it was made.
    #[error("The link was changed on its way: what it holds does not fit its check sum.")]
    Changed,
    /// It unpacks to more than is opened.
    #[error("The link unpacks to more than {} MB, which is not opened.", MOST_BYTES / 1_000_000)]
    TooLarge,
    /// It holds more texts than are opened.
    #[error("The link holds more than {MOST_FILES} texts, which are not opened.")]
    TooMany,
}

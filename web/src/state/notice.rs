//! What a person is told above the result until it no longer holds or is put away.

use std::rc::Rc;

use pilothouse_report::link::Link;

use super::{Before, Files};

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Texts were replaced by an example; these stood there before.
    Replaced {
        /// What stands there now.
        title: String,
        /// What to go back to.
        before: Files,
        /// What that was compared with.
        kept: Before,
    },
    /// What the example shows.
    Look(String),
    /// What the Istio just chosen makes otherwise than the one before.
    Flipped(String),
    /// The text came from a link; a person's own is kept.
    FromLink,
    /// The link in the address bar cannot be read whole; it stays there until that is dealt with.
    BrokenLink {
        /// What is wrong with it.
        why: String,
        /// What was in it: the texts, or the link itself where nothing of it could be read.
        held: Rc<str>,
        /// What could be read of it.
        rest: Rc<Link>,
    },
    /// The browser keeps nothing for this page.
    StorageDenied,
    /// The text is longer than what is kept over a reload.
    TooLongToKeep,
    /// The engine was gone and has been started again.
    Restarted,
    /// The editor could not be loaded; the plain text field stays.
    PlainEditor,
    /// A newer version of the page is there.
    Newer,
}

impl Notice {
    /// A notice on broken links, to dismiss one.
    pub fn broken_link() -> Self {
        Notice::BrokenLink { why: String::new(), held: "".into(), rest: Rc::default() }
    }

    /// Whether both speak of the same matter, so that the newer one takes the older one's place.
    pub fn same_matter(&self, other: &Notice) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The notices with one more.
pub fn with(notices: &[Notice], new: Notice) -> Vec<Notice> {
    let mut out = without(notices, &new);
    out.push(new);
    out
}

/// The notices without those on the matter.
pub fn without(notices: &[Notice], matter: &Notice) -> Vec<Notice> {
    notices.iter().filter(|notice| !notice.same_matter(matter)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_notice_takes_the_place_of_the_older() {
        let first = with(&[Notice::StorageDenied], Notice::Look("one".to_owned()));
        let second = with(&first, Notice::Look("two".to_owned()));
        assert_eq!(second, [Notice::StorageDenied, Notice::Look("two".to_owned())]);
        assert_eq!(without(&second, &Notice::StorageDenied), [Notice::Look("two".to_owned())]);
    }
}

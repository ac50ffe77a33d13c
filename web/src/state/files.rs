//! The texts that are being worked on.

use std::rc::Rc;

/// A named text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// What people call it.
    pub name: Rc<str>,
    /// The YAML or JSON; lines end with `\n`, as editors in browsers have it.
    pub text: Rc<str>,
}

impl SourceFile {
    /// A text with its line ends made one.
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: normal(text) }
    }
}

/// The texts and how often they changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    list: Rc<Vec<SourceFile>>,
    /// Goes up with every change; answers of the engine carry it.
    pub revision: u32,
    /// Goes up when something else than the editor changed a text.
    pub loaded: u32,
}

impl Files {
    /// The texts to begin with.
    pub fn new(list: Vec<SourceFile>) -> Self {
        Self { list: Rc::new(list), revision: 1, loaded: 1 }
    }

    /// The texts.
    pub fn list(&self) -> &Rc<Vec<SourceFile>> {
        &self.list
    }

    /// One of them.
    pub fn get(&self, file: usize) -> Option<&SourceFile> {
        self.list.get(file)
    }

    /// Whether there is nothing to analyse.
    pub fn is_blank(&self) -> bool {
        self.list.iter().all(|file| file.text.trim().is_empty())
    }

    /// With the text that the editor now holds.
    pub fn edited(&self, file: usize, text: &str) -> Self {
        let text = normal(text);
        if self.list.get(file).is_none_or(|old| old.text == text) {
            return self.clone();
        }
        let mut list = (*self.list).clone();
        list[file].text = text;
        Self { list: Rc::new(list), revision: self.revision + 1, loaded: self.loaded }
    }

    /// With other texts under the same names, which the editor takes over without losing what can be undone.
    pub fn mended(&self, list: Rc<Vec<SourceFile>>) -> Self {
        Self { list, revision: self.revision + 1, loaded: self.loaded }
    }

    /// With other texts in place of all.
    pub fn replaced(&self, list: Rc<Vec<SourceFile>>) -> Self {
        Self { list, revision: self.revision + 1, loaded: self.loaded + 1 }
    }
}

/// Lines that end as editors in browsers have it, so that positions mean the same on both sides.
pub(super) fn normal(text: &str) -> Rc<str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        Files::new(vec![SourceFile::new("a.yaml", "a: 1\n")])
    }

    #[test]
    fn an_edit_counts_but_loads_nothing() {
        let after = files().edited(0, "a: 2\n");
        assert_eq!((after.revision, after.loaded), (2, 1));
        assert_eq!(&*after.get(0).unwrap().text, "a: 2\n");
    }

    #[test]
    fn the_same_text_is_no_edit() {
        assert_eq!(files().edited(0, "a: 1\n"), files());
        assert_eq!(files().edited(7, "a: 2\n"), files());
    }

    #[test]
    fn line_ends_are_made_one() {
        let after = files().edited(0, "a: 1\r\nb: 2\rc: 3\n");
        assert_eq!(&*after.get(0).unwrap().text, "a: 1\nb: 2\nc: 3\n");
    }

    #[test]
    fn replacing_is_told_to_the_editor() {
        let after = files().replaced(Rc::new(vec![SourceFile::new("b.yaml", "")]));
        assert_eq!((after.revision, after.loaded, after.is_blank()), (2, 2, true));
    }
}

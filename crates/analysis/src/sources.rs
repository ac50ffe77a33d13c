//! The in-memory input: named texts.

/// One text of the input, by its place in [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A named text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What people call it: a path, or the name of a tab.
    pub name: String,
    /// The YAML or JSON.
    pub text: String,
}

/// Everything that is analysed together, as if it were applied to one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The texts; their order means nothing to Istio.
    pub files: Vec<Source>,
}

impl Sources {
    /// One text.
    pub fn single(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut sources = Self::default();
        sources.add(name, text);
        sources
    }

    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(Source { name: name.into(), text: text.into() });
        FileId(self.files.len() as u32 - 1)
    }

    /// The texts with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(n, source)| (FileId(n as u32), source))
    }

    /// A text by its id.
    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }
}

//! The revision that the editor's is compared with.

use std::rc::Rc;

use super::{EXAMPLES, Example, Files, files::normal};

/// A text and how often it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The YAML or JSON; lines end with `\n`.
    pub text: Rc<str>,
    /// Goes up with every change, from 0 on; comparisons carry it.
    pub revision: u32,
}

impl Before {
    /// The text to begin with.
    pub fn new(text: &str) -> Self {
        Self { text: normal(text), revision: 0 }
    }

    /// With another text.
    pub fn edited(&self, text: &str) -> Self {
        let text = normal(text);
        if text == self.text { self.clone() } else { Self { text, revision: self.revision + 1 } }
    }

    /// With what all texts of the editor hold now.
    pub fn snapshot(&self, files: &Files) -> Self {
        let texts: Vec<&str> = files.list().iter().map(|file| file.text.trim_end()).collect();
        self.edited(&(texts.join("\n---\n") + "\n"))
    }

    /// What an example is compared with; where it has nothing, what a person kept stays, and another example's goes.
    pub fn of_example(&self, example: &Example) -> Self {
        match example.before() {
            Some(text) => self.edited(text),
            None if self.is_example() => self.edited(""),
            None => self.clone(),
        }
    }

    /// Whether there is nothing to compare with.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is what an example is compared with, so that nobody misses it.
    pub fn is_example(&self) -> bool {
        EXAMPLES.iter().filter_map(Example::before).any(|text| text == &*self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::SourceFile;

    #[test]
    fn a_snapshot_is_one_text_of_all_files() {
        let files = Files::new(vec![SourceFile::new("a.yaml", "a: 1\n"), SourceFile::new("b.yaml", "b: 2")]);
        let kept = Before::default().snapshot(&files);
        assert_eq!((&*kept.text, kept.revision), ("a: 1\n---\nb: 2\n", 1));
        assert_eq!(kept.snapshot(&files), kept, "the same once more is no change");
    }

    #[test]
    fn what_a_person_kept_outlives_examples_without_a_before() {
        let own = Before::new("a: 1\n");
        assert_eq!(own.of_example(&EXAMPLES[0]), own);
        let pair = EXAMPLES.iter().find(|example| example.before().is_some()).unwrap();
        let demonstrated = own.of_example(pair);
        assert!(demonstrated.is_example() && !own.is_example());
        assert!(demonstrated.of_example(&EXAMPLES[0]).is_blank());
    }
}

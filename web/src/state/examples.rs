//! The gallery: the files of `examples/`, each with a title and a sentence on what to look at.

use super::SourceFile;

/// An example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its file's name without the ending.
    pub id: &'static str,
    /// The YAML.
    pub text: &'static str,
}

/// The example of a rollout, and the revision it comes from. That stands apart from `examples/`, whose files may be
/// read together.
const ROLLOUT: (&str, &str) = ("replace-a-version", include_str!("../../before/replace-a-version.yaml"));

macro_rules! examples {
    ($($id:literal),+ $(,)?) => {
        /// All examples; the first one greets whoever comes for the first time.
        pub const EXAMPLES: &[Example] = &[$(Example {
            id: $id,
            text: include_str!(concat!("../../../examples/", $id, ".yaml")),
        }),+];
    };
}

examples![
    "one-host-three-teams",
    "https-port-names",
    "order-between-teams",
    "sidecars-never-merge",
    "merged-destination-rules",
    "make-before-break",
    "replace-a-version",
    "shared-certificate",
    "all-five-at-once",
];

impl Example {
    /// What it is called: the file's line `# title: …`.
    pub fn title(&self) -> &'static str {
        self.header("# title: ").unwrap_or(self.id)
    }

    /// What to look at: the file's line `# look: …`.
    pub fn look(&self) -> &'static str {
        self.header("# look: ").unwrap_or_default()
    }

    /// The revision it is compared with, where it shows a rollout.
    pub fn before(&self) -> Option<&'static str> {
        (self.id == ROLLOUT.0).then_some(ROLLOUT.1)
    }

    /// The one that shows a rollout.
    pub fn of_rollout() -> Option<Example> {
        EXAMPLES.iter().copied().find(|example| example.before().is_some())
    }

    /// The texts to work on.
    pub fn files(&self) -> Vec<SourceFile> {
        vec![SourceFile::new(&format!("{}.yaml", self.id), self.text)]
    }

    /// The example that some texts are, unchanged.
    pub fn shown(files: &[SourceFile]) -> Option<Example> {
        let [only] = files else { return None };
        EXAMPLES.iter().copied().find(|example| example.text == &*only.text)
    }

    fn header(&self, key: &str) -> Option<&'static str> {
        self.text.lines().take_while(|line| line.starts_with('#')).find_map(|line| line.strip_prefix(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_an_example() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let names = entries.map(|name| name.into_string().unwrap());
        let mut files: Vec<String> =
            names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
        files.sort();
        let mut listed: Vec<&str> = EXAMPLES.iter().map(|example| example.id).collect();
        listed.sort_unstable();
        assert_eq!(listed, files);
    }

    #[test]
    fn one_example_shows_a_rollout() {
        let pair = Example::of_rollout().unwrap();
        assert!(pair.before().is_some_and(|before| before != pair.text));
    }

    #[test]
    fn every_example_says_what_it_is_and_what_to_look_at() {
        for example in EXAMPLES {
            assert_ne!(example.title(), example.id, "no title");
            assert!(example.look().ends_with('.'), "{}: {:?}", example.id, example.look());
        }
    }
}

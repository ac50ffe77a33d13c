//! What outlives a reload, and how it is written down.

use pilothouse_report::WireRequest;
use serde::{Deserialize, Serialize};

use super::{Before, Kept, KeptTests, Notice, Settings, SourceFile};

const SETTINGS: &str = "pilothouse.settings";
const FILES: &str = "pilothouse.files";
const BEFORE: &str = "pilothouse.before";
const TESTS: &str = "pilothouse.tests";
const RECENT: &str = "pilothouse.recent";
/// What stood behind the `#` of the address when the texts were kept.
const FRAGMENT: &str = "pilothouse.fragment";
/// Also read by `theme.js`, before anything else runs.
const THEME: &str = "pilothouse.theme";

/// Longer texts are not kept: writing them would block typing, and browsers allow little more.
const MOST: usize = 1_000_000;

/// A place that keeps texts by name. Browsers may deny it at any time.
pub trait Storage {
    /// The text of a name.
    fn get(&self, name: &str) -> Option<String>;
    /// Sets it; whether that was possible.
    fn set(&self, name: &str, value: &str) -> bool;
}

#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    text: String,
}

/// What was kept; what cannot be read counts as absent.
pub fn restore(storage: &dyn Storage) -> (Option<Vec<SourceFile>>, Settings) {
    let settings: Option<Settings> =
        storage.get(SETTINGS).and_then(|json| serde_json::from_slice(json.as_bytes()).ok());
    (restore_files(storage), settings.unwrap_or_default().checked())
}

fn restore_files(storage: &dyn Storage) -> Option<Vec<SourceFile>> {
    let files: Option<Vec<Stored>> =
        storage.get(FILES).and_then(|json| serde_json::from_slice(json.as_bytes()).ok());
    let files = files.filter(|files| !files.is_empty());
    files.map(|files| files.iter().map(|file| SourceFile::new(&file.name, &file.text)).collect())
}

/// At which address the texts were kept; `tab` is a storage of this tab alone, which has those of a link.
pub fn restore_kept(storage: &dyn Storage, tab: &dyn Storage) -> Kept {
    let fragment = |storage: &dyn Storage| storage.get(FRAGMENT).unwrap_or_default();
    Kept { fragment: fragment(storage), guest: restore_files(tab).map(|files| (files, fragment(tab))) }
}

/// Keeps what stands behind the `#` of the address; where that fails, so does keeping texts, which is told.
pub fn store_fragment(storage: &dyn Storage, fragment: &str) {
    storage.set(FRAGMENT, fragment);
}

/// Keeps no texts any more.
pub fn forget_files(storage: &dyn Storage) {
    storage.set(FILES, "[]");
}

/// Keeps the choices; what to tell where that fails.
pub fn store_settings(storage: &dyn Storage, settings: &Settings) -> Option<Notice> {
    let json = serde_json::to_string(settings).unwrap_or_default();
    let kept = storage.set(SETTINGS, &json) && storage.set(THEME, settings.theme.as_str());
    (!kept).then_some(Notice::StorageDenied)
}

/// Keeps the texts; what to tell where that fails.
pub fn store_files(storage: &dyn Storage, files: &[SourceFile]) -> Option<Notice> {
    if files.iter().map(|file| file.text.len()).sum::<usize>() > MOST {
        return Some(Notice::TooLongToKeep);
    }
    let stored = files.iter().map(|file| Stored { name: file.name.to_string(), text: file.text.to_string() });
    let json = serde_json::to_string(&stored.collect::<Vec<_>>()).unwrap_or_default();
    (!storage.set(FILES, &json)).then_some(Notice::StorageDenied)
}

/// The text to compare with that was kept.
pub fn restore_before(storage: &dyn Storage) -> Before {
    storage.get(BEFORE).map(|text| Before::new(&text)).unwrap_or_default()
}

/// Keeps the text to compare with; what to tell where that fails.
pub fn store_before(storage: &dyn Storage, before: &Before) -> Option<Notice> {
    if before.text.len() > MOST {
        return Some(Notice::TooLongToKeep);
    }
    (!storage.set(BEFORE, &before.text)).then_some(Notice::StorageDenied)
}

/// The tests that were kept.
pub fn restore_tests(storage: &dyn Storage) -> KeptTests {
    storage.get(TESTS).map(|text| KeptTests::new(&text)).unwrap_or_default()
}

/// Keeps the tests; what to tell where that fails.
pub fn store_tests(storage: &dyn Storage, tests: &KeptTests) -> Option<Notice> {
    if tests.text.len() > MOST {
        return Some(Notice::TooLongToKeep);
    }
    (!storage.set(TESTS, &tests.text)).then_some(Notice::StorageDenied)
}

/// The requests that were sent last, newest first.
pub fn restore_recent(storage: &dyn Storage) -> Vec<WireRequest> {
    storage.get(RECENT).and_then(|json| serde_json::from_slice(json.as_bytes()).ok()).unwrap_or_default()
}

/// Keeps the requests that were sent last; what to tell where that fails.
pub fn store_recent(storage: &dyn Storage, recent: &[WireRequest]) -> Option<Notice> {
    let json = serde_json::to_string(recent).unwrap_or_default();
    (!storage.set(RECENT, &json)).then_some(Notice::StorageDenied)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap};

    use super::*;
    use crate::state::Tab;

    /// A storage that forgets with the program.
    #[derive(Default)]
    struct Memory(RefCell<BTreeMap<String, String>>);

    impl Storage for Memory {
        fn get(&self, name: &str) -> Option<String> {
            self.0.borrow().get(name).cloned()
        }

        fn set(&self, name: &str, value: &str) -> bool {
            self.0.borrow_mut().insert(name.to_owned(), value.to_owned());
            true
        }
    }

    /// A storage that throws, as in a private window or a sandbox.
    struct Denied;

    impl Storage for Denied {
        fn get(&self, _: &str) -> Option<String> {
            None
        }

        fn set(&self, _: &str, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn texts_and_choices_come_back() {
        let storage = Memory::default();
        let files = vec![SourceFile::new("a.yaml", "a: \"1\"\n# ü\n")];
        let settings = Settings { tab: Tab::Findings, split: 60.0, ..Settings::default() };
        assert_eq!(store_files(&storage, &files), None);
        assert_eq!(store_settings(&storage, &settings), None);
        assert_eq!(restore(&storage), (Some(files), settings));
    }

    #[test]
    fn the_text_before_and_the_last_requests_come_back() {
        let storage = Memory::default();
        let recent = vec![WireRequest { url: "http://a/".to_owned(), ..WireRequest::default() }];
        let before = Before::new("a: 1\n");
        assert_eq!(store_before(&storage, &before), None);
        assert_eq!(store_recent(&storage, &recent), None);
        assert_eq!((restore_before(&storage), restore_recent(&storage)), (before, recent.clone()));
        storage.set(RECENT, "{");
        assert_eq!(restore_recent(&storage), []);
        let long = Before::new(&"x".repeat(MOST + 1));
        assert_eq!(store_before(&storage, &long), Some(Notice::TooLongToKeep));
        assert_eq!(store_before(&Denied, &Before::default()), Some(Notice::StorageDenied));
        assert_eq!(store_recent(&Denied, &recent), Some(Notice::StorageDenied));
    }

    #[test]
    fn an_empty_or_spoilt_storage_is_as_at_first() {
        let storage = Memory::default();
        assert_eq!(restore(&storage), (None, Settings::default()));
        storage.set(SETTINGS, "{");
        storage.set(FILES, "[1]");
        assert_eq!(restore(&storage), (None, Settings::default()));
        storage.set(FILES, "[]");
        assert_eq!(restore(&storage).0, None);
    }

    #[test]
    fn texts_of_a_link_are_kept_apart_with_their_address() {
        let (storage, tab) = (Memory::default(), Memory::default());
        assert_eq!(restore_kept(&storage, &tab), Kept::default());
        store_fragment(&storage, "v1.own");
        store_fragment(&tab, "v1.link");
        let files = vec![SourceFile::new("a.yaml", "a: 1\n")];
        store_files(&tab, &files);
        let kept = Kept { fragment: "v1.own".to_owned(), guest: Some((files, "v1.link".to_owned())) };
        assert_eq!(restore_kept(&storage, &tab), kept);
        forget_files(&tab);
        assert_eq!(restore_kept(&storage, &tab).guest, None);
        assert_eq!(restore_kept(&Denied, &Denied), Kept::default());
    }

    #[test]
    fn a_storage_that_throws_is_told() {
        let files = vec![SourceFile::new("a.yaml", "a: 1\n")];
        assert_eq!(store_files(&Denied, &files), Some(Notice::StorageDenied));
        assert_eq!(store_settings(&Denied, &Settings::default()), Some(Notice::StorageDenied));
        assert_eq!(restore(&Denied), (None, Settings::default()));
    }

    #[test]
    fn a_text_too_long_is_told_and_leaves_what_is_kept() {
        let storage = Memory::default();
        store_files(&storage, &[SourceFile::new("a.yaml", "short")]);
        let long = "x".repeat(MOST + 1);
        assert_eq!(store_files(&storage, &[SourceFile::new("a.yaml", &long)]), Some(Notice::TooLongToKeep));
        assert_eq!(&*restore(&storage).0.unwrap()[0].text, "short");
    }
}

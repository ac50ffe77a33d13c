//! The keys of the page, and what each does.

use super::{Action, Overlay, Typed};

/// A key that was pressed, with what was held.
#[derive(Clone, Copy, Debug)]
pub struct Stroke<'a> {
    /// Its name, as browsers call it.
    pub key: &'a str,
    /// Whether Ctrl, or Cmd on a Mac, was held.
    pub command: bool,
    /// Whether Shift was.
    pub shift: bool,
    /// Whether letters go into a text where it was pressed.
    pub typing: bool,
}

/// What a key does wherever it is pressed; none for the keys of the browser and of single parts.
pub fn action(stroke: Stroke<'_>) -> Option<Action> {
    match stroke {
        Stroke { key: "k" | "K", command: true, shift: false, .. } => {
            Some(Action::Overlay(Some(Overlay::Palette(Typed::default()))))
        }
        Stroke { key: "F8", command: false, shift, .. } => Some(Action::Finding { forward: !shift }),
        Stroke { key: "?", command: false, typing: false, .. } => Some(Action::Overlay(Some(Overlay::Keys))),
        _ => None,
    }
}

/// The keys as they are listed: keys, and what they do. `Mod` is Ctrl, and Cmd on a Mac.
pub const KEYS: [(&str, &[(&str, &str)]); 3] = [
    (
        "Everywhere",
        &[
            ("Mod K", "Find a view, a resource, an example or a setting by its name"),
            ("F8, Shift F8", "Go to the next finding, or the one before"),
            ("?", "These keys, outside of texts"),
            ("Escape", "Close what is open"),
        ],
    ),
    (
        "In the YAML",
        &[
            ("Escape, Tab", "Leave the editor, one after the other"),
            ("Tab, Shift Tab", "Indent, or the other way"),
            ("Ctrl Space", "Offer what may stand here"),
            ("Mod I", "Say what the word means and where it is defined"),
            ("F12", "Go to what defines the name"),
            ("F2", "Rename the subset or Gateway wherever it is named"),
            ("Mod .", "List the findings with their fixes"),
            ("Mod F", "Find and replace"),
            ("Mod Z, Mod Shift Z", "Undo, and do again"),
        ],
    ),
    (
        "In lists and on the divider",
        &[
            ("Arrow keys", "Another view; more room for YAML or result"),
            ("Home, End", "The first and the last"),
            ("Enter", "Send the request; take what is marked in the palette"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn done(key: &str, command: bool, shift: bool, typing: bool) -> String {
        action(Stroke { key, command, shift, typing }).map(|action| format!("{action:?}")).unwrap_or_default()
    }

    #[test]
    fn keys_do_what_the_list_says() {
        assert_eq!(done("k", true, false, true), "Overlay(Some(Palette(Typed { text: \"\", marked: 0 })))");
        assert_eq!(done("F8", false, false, true), "Finding { forward: true }");
        assert_eq!(done("F8", false, true, false), "Finding { forward: false }");
        assert_eq!(done("?", false, true, false), "Overlay(Some(Keys))");
    }

    #[test]
    fn texts_and_browsers_keep_theirs() {
        assert_eq!(done("?", false, true, true), "");
        for key in ["r", "t", "w", "l", "f", "s", "p", "n"] {
            assert_eq!(done(key, true, false, false), "", "{key}");
        }
        assert_eq!(done("k", false, false, false), "");
    }
}

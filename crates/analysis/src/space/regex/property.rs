//! Classes of code points with a Unicode name: `\pL`, `\p{Greek}`.

mod categories;
mod scripts;

use super::CodePoints;

/// The class that RE2 knows by a name. RE2 takes exact names only.
pub(super) fn class(name: &str) -> Option<CodePoints> {
    if name == "Any" {
        return Some(CodePoints::all());
    }
    if let Some(script) = scripts::NAMES.iter().position(|known| *known == name) {
        return Some(decode(&scripts::RUNS, |kind| kind == script + 1));
    }
    let group = name.len() == 1 || categories::NAMES.contains(&name);
    let wanted = |kind: usize| kind > 0 && categories::NAMES[kind - 1].starts_with(name);
    let known = group && categories::NAMES.iter().any(|category| category.starts_with(name));
    known.then(|| decode(&categories::RUNS, wanted))
}

/// Whether Go's `regexp` knows a name: it ignores case, spaces, `_` and `-`, and knows the long names of categories.
pub(super) fn known_to_go(name: &str) -> bool {
    const MORE: [&str; 5] = ["any", "ascii", "assigned", "cn", "lc"];
    let plain = plain(name);
    let same = |known: &&&str| self::plain(known) == plain;
    MORE.contains(&plain.as_str())
        || GO_ALIASES.iter().any(|known| self::plain(known) == plain)
        || scripts::NAMES.iter().any(|known| same(&known))
        || categories::NAMES.iter().any(|known| same(&known) || self::plain(&known[..1]) == plain)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Go's further names of categories.
#[rustfmt::skip]
const GO_ALIASES: [&str; 42] = [
    "Cased_Letter", "Close_Punctuation", "Combining_Mark", "Connector_Punctuation", "Control", "Currency_Symbol",
    "Dash_Punctuation", "Decimal_Number", "Enclosing_Mark", "Final_Punctuation", "Format", "Initial_Punctuation",
    "Letter", "Letter_Number", "Line_Separator", "Lowercase_Letter", "Mark", "Math_Symbol", "Modifier_Letter",
    "Modifier_Symbol", "Nonspacing_Mark", "Number", "Open_Punctuation", "Other", "Other_Letter", "Other_Number",
    "Other_Punctuation", "Other_Symbol", "Paragraph_Separator", "Private_Use", "Punctuation", "Separator",
    "Space_Separator", "Spacing_Mark", "Surrogate", "Symbol", "Titlecase_Letter", "Unassigned", "Uppercase_Letter",
    "cntrl", "digit", "punct",
];

/// The code points of the wanted kinds.
fn decode(runs: &[u8], wanted: impl Fn(usize) -> bool) -> CodePoints {
    let mut ranges = Vec::new();
    let mut first = 0;
    let mut bytes = runs.iter();
    while let Some(&kind) = bytes.next() {
        let (mut length, mut shift) = (0, 0);
        for &byte in bytes.by_ref() {
            length |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        if wanted(kind.into()) {
            ranges.push((first, first + length - 1));
        }
        first += length;
    }
    CodePoints::new(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        let numbers = class("N").unwrap();
        let controls = class("Cc").unwrap();
        for c in '\0'..'\u{3000}' {
            assert_eq!(numbers.contains(c as u32), c.is_numeric(), "{c:?}");
            assert_eq!(controls.contains(c as u32), c.is_control(), "{c:?}");
        }
    }

    #[test]
    fn groups_are_the_union_of_their_categories() {
        let mut letters = CodePoints::default();
        for name in ["Ll", "Lm", "Lo", "Lt", "Lu"] {
            letters.extend(class(name).unwrap().ranges().iter().copied());
        }
        assert_eq!(class("L").unwrap(), letters);
    }

    #[test]
    fn tables_cover_every_code_point() {
        for runs in [&categories::RUNS[..], &scripts::RUNS] {
            assert_eq!(decode(runs, |_| true), CodePoints::all());
        }
    }

    #[test]
    fn names() {
        assert!(class("Greek").unwrap().contains('α' as u32));
        assert!(class("greek").is_none() && class("Letter").is_none() && class("Cn").is_none());
        assert!(class("").is_none() && class("X").is_none() && class("é").is_none());
        assert!(known_to_go("greek") && known_to_go("Letter") && known_to_go("lu") && known_to_go("z"));
        assert!(!known_to_go("Klingon") && !known_to_go(""));
    }
}

//! Expected and found marks held against each other.

use std::fmt::Write;

use pilothouse_syntax::LineIndex;

use crate::{Fixture, Mark, Place};

/// Whether what was found is what a fixture marks, one for one; else what is missing and what is too much.
pub fn compare(fixture: &Fixture, found: &[Mark]) -> Result<(), String> {
    let mut unexpected: Vec<&Mark> = found.iter().collect();
    let mut missing = Vec::new();
    for expected in &fixture.marks {
        match unexpected.iter().position(|found| fits(fixture, expected, found)) {
            Some(at) => drop(unexpected.remove(at)),
            None => missing.push(expected),
        }
    }
    if missing.is_empty() && unexpected.is_empty() {
        return Ok(());
    }
    let mut out = String::new();
    for (what, marks) in [("expected, not found", missing), ("found, not expected", unexpected)] {
        for mark in marks {
            let _ = writeln!(out, "  {what}: {}: {}\n    {}", mark.code, mark.text, fixture.excerpt(mark));
        }
    }
    Err(out)
}

fn fits(fixture: &Fixture, expected: &Mark, found: &Mark) -> bool {
    expected.file == found.file
        && expected.code == found.code
        && same_place(fixture, expected, found)
        && says(&found.text, &expected.text)
}

fn same_place(fixture: &Fixture, expected: &Mark, found: &Mark) -> bool {
    let Place::Range(found_range) = found.place else { return expected.place == found.place };
    let text = fixture.files.get(found.file).map(|(_, text)| text.as_str()).unwrap_or_default();
    match expected.place {
        Place::Line(line) => LineIndex::new(text).line(found_range.start) == line,
        // Carets stand under one line; a range may go on behind it.
        Place::Range(range) => {
            let line_end =
                text[range.start as usize..].find('\n').map_or(text.len(), |end| range.start as usize + end);
            range.start == found_range.start && range.end == found_range.end.min(line_end as u32)
        }
    }
}

/// Whether a text holds all parts in order.
fn says(text: &str, parts: &str) -> bool {
    let mut rest = text;
    parts.split('…').map(str::trim).all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use pilothouse_syntax::TextRange;

    use super::*;

    fn found(start: u32, end: u32, text: &str) -> Mark {
        Mark { file: 0, place: Place::Range(TextRange::new(start, end)), code: "x".into(), text: text.into() }
    }

    #[test]
    fn each_difference_shows() {
        let fixture = Fixture::parse("host: web\n#     ^^^ x: one … two\n");
        assert_eq!(compare(&fixture, &[found(6, 9, "one and two")]), Ok(()));
        assert_eq!(compare(&fixture, &[found(6, 40, "one and two")]), Ok(()), "it may go on");
        assert!(compare(&fixture, &[]).is_err_and(|it| it.contains("expected, not found: x: one … two")));
        assert!(compare(&fixture, &[found(6, 9, "two one")]).is_err());
        assert!(
            compare(&fixture, &[found(6, 8, "one two")]).is_err_and(|it| it.contains("found, not expected"))
        );
        assert!(compare(&fixture, &[found(6, 9, "one two"), found(6, 9, "one two")]).is_err());
    }
}

//! Tests put behind those that a text has already.

use pilothouse_syntax::{Value as Read, parse};

/// A text with the tests of another one behind its own. Where its list cannot go on, as one in brackets cannot, they
/// become a document of their own.
pub fn joined(text: &str, more: &str) -> String {
    let own = text.trim_end();
    if own.is_empty() || is_empty(own) {
        return more.to_owned();
    }
    match (dash(own), more.strip_prefix("tests:\n")) {
        (Some(column), Some(items)) => {
            let indent = " ".repeat(column);
            let lines: String = items.lines().map(|line| format!("{indent}{line}\n")).collect();
            format!("{own}\n{lines}")
        }
        _ => format!("{own}\n---\n{more}"),
    }
}

/// Whether a text holds an empty list of tests and nothing else.
fn is_empty(text: &str) -> bool {
    let parsed = parse(text);
    let [document] = &parsed.documents[..] else { return false };
    let root = document.root().filter(|root| document.problem.is_none() && root.entries().count() == 1);
    let tests = root.and_then(|root| root.get("tests"));
    !text.contains('#') && tests.is_some_and(|tests| tests.items().next().is_none())
}

/// The column of the dashes of a list of tests that a text ends with; none where no further item can follow.
fn dash(text: &str) -> Option<usize> {
    let parsed = parse(text);
    let document = parsed.documents.last().filter(|it| it.problem.is_none() && parsed.problem.is_none())?;
    let last = document.root()?.entries().last().filter(|entry| entry.name() == "tests")?;
    if !matches!(last.value.value(), Read::Sequence) {
        return None;
    }
    let first = last.value.items().next()?.range().start as usize;
    let line = text.get(..first)?.rsplit('\n').next()?;
    let before = line.trim_end().strip_suffix('-')?;
    before.bytes().all(|byte| byte == b' ').then_some(before.len())
}

#[cfg(test)]
mod tests {
    use super::joined;

    const MORE: &str = "tests:\n- name: b\n  request: 1\n";

    #[test]
    fn a_list_goes_on_where_it_can() {
        for (text, expected) in [
            ("", MORE),
            ("tests: []\n", MORE),
            ("tests:\n", MORE),
            ("tests:\n- name: a\n", "tests:\n- name: a\n- name: b\n  request: 1\n"),
            ("tests:\n  - name: a # one\n", "tests:\n  - name: a # one\n  - name: b\n    request: 1\n"),
            ("tests: [{name: a}]\n", "tests: [{name: a}]\n---\ntests:\n- name: b\n  request: 1\n"),
            ("tests: # none\n", "tests: # none\n---\ntests:\n- name: b\n  request: 1\n"),
            ("testCases:\n- a: 1\n", "testCases:\n- a: 1\n---\ntests:\n- name: b\n  request: 1\n"),
            ("tests:\n- [\n", "tests:\n- [\n---\ntests:\n- name: b\n  request: 1\n"),
        ] {
            assert_eq!(joined(text, MORE), expected, "{text}");
        }
    }
}

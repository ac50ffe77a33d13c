//! docs/semantics.md: what Istio does by the ids of our notes, each with the tests that cite it.

use std::fmt::Write;

use pilothouse_tests::semantics::{Citation, citations, exceptions, families};

use crate::outputs::{Output, page};

/// The list of all ids.
pub(crate) fn semantics() -> Output {
    let (citations, exceptions) = (citations(), exceptions());
    let mut text = String::from(
        "# What Istio does, and the tests of it\n\n\
         Traces, findings and lists of what was left out name rules by an id, such as RDS-5. Here each id stands with \
         the tests that cite it: cases under `tests/suite`, small configurations with the tables they come to, and \
         tests beside the code. A † marks tests that also ask Istio 1.1.\n",
    );
    for family in families() {
        let _ = write!(text, "\n## {}\n\n| id | what | tests |\n| --- | --- | --- |\n", family.title);
        for (id, title) in family.ids {
            let tests = match (citations.get(&id), exceptions.get(&id)) {
                (Some(tests), _) => tests.iter().map(link).collect::<Vec<_>>().join(", "),
                (None, Some(reason)) => format!("*none: {reason}*"),
                (None, None) => "**none**".to_owned(),
            };
            let _ = writeln!(text, "| {id} | {title} | {tests} |");
        }
    }
    page("docs/semantics.md", "tests/suite/ids.txt", &text)
}

fn link(citation: &Citation) -> String {
    let Citation { path, test, in_1_1 } = citation;
    let mark = if *in_1_1 { "†" } else { "" };
    let name = match test {
        Some(test) => test.as_str(),
        None => {
            let name = path.trim_start_matches("tests/suite/").trim_end_matches(".yaml");
            name.rsplit_once("/fixtures/").map_or(name, |(_, name)| name)
        }
    };
    format!("[{name}](../{path}){mark}")
}

//! Tests of requests in the worker: running them, and writing more of them.

use pilothouse_analysis::{Analysis, mesh::Proxy};
use pilothouse_report::request_tests::{self, TestText, TestsOutput};
use serde::{Deserialize, Serialize};

use super::{protocol::Ask, server::request};

/// What the text is called in what is told about it.
const NAME: &str = "pilothouse-tests.yaml";

/// The tests that a question comes with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The YAML.
    pub text: String,
    /// Which state of it.
    pub revision: u32,
    /// Whether they are to be run.
    pub run: bool,
    /// What is to be written into it.
    pub wish: Option<Wish>,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// A test that expects of the request in the bar what it gets now.
    This,
    /// A test for each route that none reaches.
    Uncovered,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// Which state of the text it is about.
    pub revision: u32,
    /// What came of the tests; none where they were not to be run.
    pub output: Option<TestsOutput>,
    /// The text with what was to be written.
    pub written: Option<String>,
    /// Routes that got no test, each with the reason.
    pub left_out: Vec<String>,
}

/// Runs and writes; `sent` is the request in the bar with its proxy, where there is one.
pub fn tested(analysis: &Analysis, kept: &Kept, sent: Option<(&str, &Ask)>) -> Option<Tested> {
    if !kept.run && kept.wish.is_none() {
        return None;
    }
    let mut text = TestText { name: NAME.to_owned(), text: kept.text.clone() };
    let mut tested = Tested { revision: kept.revision, ..Tested::default() };
    let more = match &kept.wish {
        None => None,
        Some(Wish::This) => sent.and_then(|(proxy, ask)| {
            let proxy: Proxy = proxy.parse().ok()?;
            let trace = analysis.trace(&proxy, &request(ask).ok()?);
            Some(request_tests::write_trace(analysis, &trace))
        }),
        Some(Wish::Uncovered) => {
            let written = request_tests::write(analysis, std::slice::from_ref(&text), None);
            tested.left_out = written.left_out;
            (written.tests > 0).then_some(written.text)
        }
    };
    if kept.wish.is_some() {
        if let Some(more) = more {
            text.text = request_tests::joined(&text.text, &more);
        }
        tested.written = Some(text.text.clone());
    }
    // What was written is asked about anew, since it is another text.
    tested.output =
        (kept.run && kept.wish.is_none()).then(|| request_tests::run(analysis, std::slice::from_ref(&text)));
    Some(tested)
}

#[cfg(test)]
mod tests {
    use pilothouse_analysis::{Profile, Sources, analyze};

    use super::*;
    use crate::state::EXAMPLES;

    fn analysis() -> Analysis {
        let mut sources = Sources::default();
        for file in EXAMPLES[0].files() {
            sources.add(&*file.name, &*file.text);
        }
        analyze(sources, Profile::current())
    }

    #[test]
    fn what_is_expected_of_this_request_passes() {
        let analysis = analysis();
        let binding = analysis.bindings[0].proxy.to_string();
        let ask = Ask { url: Some("https://none.example.com/".to_owned()), ..Ask::default() };
        let wish = Kept { wish: Some(Wish::This), ..Kept::default() };
        let text = tested(&analysis, &wish, Some((&binding, &ask))).unwrap().written.unwrap();
        let run = Kept { text, run: true, ..Kept::default() };
        let output = tested(&analysis, &run, None).unwrap().output.unwrap();
        assert_eq!((output.tests.len(), output.passed()), (1, true), "{output:#?}");
    }

    #[test]
    fn tests_for_what_is_left_are_joined_to_those_there_are() {
        let analysis = analysis();
        let own = "tests:\n- name: own\n  request: {url: 'https://none.example.com/'}\n  expect: {outcome: tls-refused}\n";
        let wish = Kept { text: own.to_owned(), wish: Some(Wish::Uncovered), ..Kept::default() };
        let text = tested(&analysis, &wish, None).unwrap().written.unwrap();
        assert!(text.starts_with(own), "{text}");
        let output =
            tested(&analysis, &Kept { text, run: true, ..Kept::default() }, None).unwrap().output.unwrap();
        assert!(output.tests.len() > 2 && output.problems.is_empty(), "{output:#?}");
    }

    #[test]
    fn nothing_is_done_unasked() {
        assert_eq!(tested(&analysis(), &Kept::default(), None), None);
    }
}

//! The tests that a person keeps: what came of them, which routes they leave out, and their text.

use pilothouse_report::request_tests::{TestState, TestsOutput};
use yew::prelude::*;

use super::{
    ground::Ground, test_row::test_row, tests_card::tests_card, uncovered_card::uncovered_card,
    words::counted,
};
use crate::{
    engine::{Tested, Wish},
    state::{Action, KeptTests, Shared},
};

/// The view; `tested` is what came of the last run.
pub fn tests_tab(ground: &Ground, kept: &KeptTests, tested: Option<&Shared<Tested>>) -> Html {
    let run = tested.and_then(|tested| Some((tested.revision == kept.revision, tested.output.as_ref()?)));
    html! {
        <>
            if kept.is_blank() {
                {introduction(ground)}
            }
            if let Some((current, output)) = run {
                <div class={classes!("tests", (!current).then_some("behind"))} aria-busy={(!current).to_string()}>
                    if !kept.is_blank() {
                        {summary(output)}
                        {rows(ground, kept, output)}
                    }
                    {uncovered_card(ground, kept, &output.coverage)}
                </div>
            }
            {tests_card(ground, kept, run.map(|(_, output)| output.problems.as_slice()).unwrap_or_default())}
        </>
    }
}

/// What the view is for.
fn introduction(ground: &Ground) -> Html {
    html! {
        <section class="card" aria-label="No tests yet">
            <div class="introduction">
                <p>
                    {"A test is a request and what is to come of it. It runs while you type, so that a change that \
                      sends requests elsewhere is seen at once."}
                </p>
                <button
                    type="button"
                    class="button"
                    title="The request in the bar above, with what it gets now"
                    onclick={ground.on_click(Action::WriteTests(Wish::This))}
                >
                    {"Expect what the bar shows"}
                </button>
                {" "}
                <button
                    type="button"
                    class="button"
                    title="For each route a request that reaches it, with what it gets now"
                    onclick={ground.on_click(Action::WriteTests(Wish::Uncovered))}
                >
                    {"Write a test for every route"}
                </button>
            </div>
        </section>
    }
}

fn summary(output: &TestsOutput) -> Html {
    let all = output.tests.len();
    let [passed, failed, open] =
        [TestState::Passed, TestState::Failed, TestState::Undecided].map(|state| output.count(state));
    let unread = output.problems.iter().filter(|problem| !problem.note).count();
    let (tone, title) = match (failed, open + unread) {
        (0, 0) if all == 0 => ("warning", "There is no test yet".to_owned()),
        (0, 0) if all == 1 => ("ok", "The test passes".to_owned()),
        (0, 0) => ("ok", format!("All {all} tests pass")),
        (0, _) => ("warning", format!("{passed} of {} pass", counted(all, "test"))),
        _ => (
            "error",
            format!("{failed} of {} {}", counted(all, "test"), if failed == 1 { "fails" } else { "fail" }),
        ),
    };
    let mut rest = Vec::new();
    if open > 0 {
        rest.push(format!("{open} cannot be decided."));
    }
    if unread > 0 {
        rest.push(format!("The text has {}.", counted(unread, "problem")));
    }
    html! {
        <p class={classes!("answer", tone)} role="status">
            <strong>{title}</strong>
            if !rest.is_empty() {
                <span class="sentence">{rest.join(" ")}</span>
            }
        </p>
    }
}

fn rows(ground: &Ground, kept: &KeptTests, output: &TestsOutput) -> Html {
    // What needs a look comes first.
    let order = [TestState::Failed, TestState::Undecided, TestState::Passed];
    let sorted =
        order.into_iter().flat_map(|state| output.tests.iter().filter(move |test| test.state == state));
    html! {
        if !output.tests.is_empty() {
            <ul class="card test-list" aria-label="Tests">
                for test in sorted {
                    {test_row(ground, kept, test)}
                }
            </ul>
        }
    }
}

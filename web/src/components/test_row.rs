//! A test: whether it passes, what was expected and what there is.

use pilothouse_report::request_tests::{TestRow, TestState};
use yew::prelude::*;

use super::{
    ground::Ground,
    words::{visible, words},
};
use crate::state::{Action, KeptTests};

pub fn test_row(ground: &Ground, kept: &KeptTests, test: &TestRow) -> Html {
    let (class, sign, word) = match test.state {
        TestState::Passed => ("passed", "✓", "passes"),
        TestState::Failed => ("failed", "×", "fails"),
        TestState::Undecided => ("open", "?", "undecided"),
    };
    let request = &test.request;
    let sent = format!("{} {}", request.method, request.url);
    html! {
        <li {class}>
            <span class="sign" aria-hidden="true">{sign}</span>
            <div class="test">
                <div class="head">
                    <button
                        type="button"
                        class="link name"
                        title={format!("Send {}", visible(&sent))}
                        onclick={ground.on_click(Action::Try(request.clone()))}
                    >
                        <bdi>{visible(&test.name)}</bdi>
                    </button>
                    <span class="state">{word}</span>
                    <span class="grow" />
                    if kept.has_own_lines(test.range) {
                        <button
                            type="button"
                            class="link remove"
                            aria-label={format!("Remove {}", visible(&test.name))}
                            onclick={ground.on_click(Action::RemoveTest(test.range))}
                        >
                            {"Remove"}
                        </button>
                    }
                </div>
                if test.state != TestState::Passed {
                    <p class="sent"><code><bdi>{visible(&sent)}</bdi></code></p>
                    <p>{words(&test.answer)}</p>
                }
                if !test.failures.is_empty() {
                    <dl class="mismatches">
                        for failure in &test.failures {
                            <div>
                                <dt>{format!("expected {}", failure.field)}</dt>
                                <dd>{words(&failure.expected)}</dd>
                                <dt>{"actual"}</dt>
                                <dd class="actual">{words(&failure.actual)}</dd>
                            </div>
                        }
                    </dl>
                }
            </div>
        </li>
    }
}

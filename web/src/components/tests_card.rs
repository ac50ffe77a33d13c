//! The text of the tests, with what is wrong in it.

use pilothouse_report::request_tests::TestProblem;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{copy_button::CopyButton, ground::Ground, words::words};
use crate::{
    browser,
    state::{Action, KeptTests},
};

/// What the file is called that is saved.
const NAME: &str = "pilothouse-tests.yaml";

pub fn tests_card(ground: &Ground, kept: &KeptTests, problems: &[TestProblem]) -> Html {
    let dispatch = ground.dispatch.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        dispatch.dispatch(Action::EditTests(text.into()));
    });
    html! {
        <section class="card before" aria-label="Tests as YAML">
            <header>
                <h3>{"As YAML"}</h3>
                <span class="about">{format!("for pilothouse test … --tests {NAME}")}</span>
                <span class="grow" />
                if kept.undo.is_some() {
                    <span class="about" role="status">{"Removed."}</span>
                    <button type="button" class="button" onclick={ground.on_click(Action::RestoreTest)}>
                        {"Undo"}
                    </button>
                }
                if !kept.is_blank() {
                    <CopyButton text={AttrValue::from(kept.text.to_string())} label="Copy" />
                    <a class="button" href={browser::file(&kept.text)} download={NAME}>{"Save"}</a>
                }
            </header>
            <textarea
                aria-label="Tests"
                aria-describedby="test-problems"
                spellcheck="false"
                autocapitalize="off"
                wrap="off"
                rows={(kept.text.lines().count().clamp(4, 24) + 1).to_string()}
                placeholder={"tests:\n- name: …\n  request: {url: https://…}\n  expect: {destination: …}"}
                value={kept.text.to_string()}
                {oninput}
            />
            <div role="status">
            <ul id="test-problems" class="problems">
                for problem in problems {
                    <li class={if problem.note { "note" } else { "refused" }}>
                        <span class="line">
                            {format!("{}:{}", problem.range.start.line, problem.range.start.column)}
                        </span>
                        {" "}{words(&problem.message)}
                    </li>
                }
            </ul>
            </div>
        </section>
    }
}

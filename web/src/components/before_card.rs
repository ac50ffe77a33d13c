//! The revision to come from: kept from the editor or pasted.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{
    ground::Ground,
    words::{code, counted, words},
};
use crate::state::{Action, Before, Example};

/// What is kept; `broken` is the line behind which it cannot be read on, and why.
pub fn before_card(ground: &Ground, before: &Before, broken: Option<(u32, &str)>) -> Html {
    let blank = before.is_blank();
    let about = if blank {
        "nothing is kept yet".to_owned()
    } else {
        format!("what you kept, {}, to the editor", counted(before.text.lines().count(), "line"))
    };
    let dispatch = ground.dispatch.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        dispatch.dispatch(Action::Before(text.into()));
    });
    html! {
        <section class="card before" aria-label="Before">
            <header>
                <h3>{"From"}</h3>
                <span class="about">{about}</span>
                <span class="grow" />
                <button
                    type="button"
                    class="button"
                    title="Remembers what the editor holds now, to compare with what you make of it"
                    onclick={ground.on_click(Action::Keep)}
                >
                    {"Keep as before"}
                </button>
                if !blank {
                    <button type="button" class="button" onclick={ground.on_click(Action::Before("".into()))}>
                        {"Forget"}
                    </button>
                }
            </header>
            if blank {
                {introduction(ground)}
            }
            if let Some((line, why)) = broken {
                {broken_line(&before.text, line, why)}
            }
            <details>
                <summary>{if blank { "Or paste what runs today" } else { "Show and edit it" }}</summary>
                <textarea
                    aria-label="YAML before"
                    spellcheck="false"
                    autocapitalize="off"
                    wrap="off"
                    value={before.text.to_string()}
                    {oninput}
                />
            </details>
        </section>
    }
}

/// What the view is for.
fn introduction(ground: &Ground) -> Html {
    html! {
        <div class="introduction">
            <p>
                {"Changes reach proxies one by one, in no order that anybody guarantees. Keep the YAML as it is, edit \
                  it, and see here which requests fail on the way and in which stages none does."}
            </p>
            if let Some(example) = Example::of_rollout() {
                <button type="button" class="button" onclick={ground.on_click(Action::Load(example))}>
                    {"Show me with an example"}
                </button>
            }
        </div>
    }
}

fn broken_line(text: &str, line: u32, why: &str) -> Html {
    let written = text.lines().nth(line.saturating_sub(1) as usize).map(str::trim).unwrap_or_default();
    html! {
        <p class="refused" role="status">
            {format!("What you kept cannot be read to its end, so nothing is compared. Line {line}: ")}
            if !written.is_empty() { {code(written)}{" "} }
            {words(why)}
        </p>
    }
}

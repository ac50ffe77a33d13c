//! What becomes of a request: a sentence, and the way to it step by step.

use pilothouse_report::{RouteRow, TraceStep, TraceView};
use yew::prelude::*;

use super::{
    ground::Ground,
    origin_link::origin_link,
    weight_bar::weight_bar,
    words::{counted, visible, words},
};
use crate::{
    engine::{Reply, View, Wish},
    state::{Action, Way},
};

/// The answer, or why there is no request.
pub fn answer_line(ground: &Ground, reply: &Reply, view: &View) -> Html {
    match reply {
        Reply::Refused(why) => refusal(why),
        Reply::Trace(trace) => answer(ground, trace, view),
    }
}

/// Why there is no request.
pub fn refusal(why: &str) -> Html {
    html! { <p class="answer refused" aria-live="polite">{words(why)}</p> }
}

fn answer(ground: &Ground, trace: &TraceView, view: &View) -> Html {
    let shares = route(trace, view).map(|route| weight_bar(&route.action.destinations));
    html! {
        <>
            <p class={classes!("answer", trace.tone.clone())} aria-live="polite">
                <strong>{"→ "}{words(&trace.title)}</strong>
                {shares.unwrap_or_default()}
                <span class="grow" />
                if let Some(place) = &trace.origin {
                    <span class="source">
                        if let Some(number) = trace.route {
                            <span class="soft">{format!("route {number}")}</span>
                        }
                        {origin_link(ground, place)}
                    </span>
                }
                <button
                    type="button"
                    class="link"
                    title="Keeps this request as a test that expects what it gets now"
                    onclick={ground.on_click(Action::WriteTests(Wish::This))}
                >
                    {"Expect this"}
                </button>
                <span class="sentence">{words(&trace.sentence)}</span>
            </p>
            <details class="trace">
                <summary>{format!("How it comes to that, in {}", counted(trace.steps.len(), "step"))}</summary>
                <ol>
                    for step in &trace.steps {
                        {step_row(ground, step)}
                    }
                </ol>
            </details>
        </>
    }
}

/// The row of the route that takes the request, where it is shown.
fn route<'a>(trace: &TraceView, view: &'a View) -> Option<&'a RouteRow> {
    let host = view.binding.hosts.iter().find(|host| Way::through(trace, &view.binding, host).is_some())?;
    host.routes.iter().find(|route| Some(route.number) == trace.route)
}

fn step_row(ground: &Ground, step: &TraceStep) -> Html {
    let (class, sign, word) = match step.passed {
        Some(true) => ("passed", "✓", "holds: "),
        Some(false) => ("failed", "×", "does not hold: "),
        None => ("told", "·", ""),
    };
    html! {
        <li {class}>
            <span class="sign" aria-hidden="true">{sign}</span>
            <span class="step">
                <span class="unseen">{word}</span>
                {words(&step.text)}
                if let Some(id) = &step.id {
                    {" "}<span class="id">{visible(id)}</span>
                }
            </span>
            if let Some(place) = &step.origin {
                {origin_link(ground, place)}
            }
        </li>
    }
}

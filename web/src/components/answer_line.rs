//! What becomes of a request: a sentence, and the way to it step by step.

use pilothouse_report::{RouteRow, TraceStep, TraceView};
use yew::prelude::*;

use super::{
    origin_link::OriginLink,
    weight_bar::WeightBar,
    words::{Words, counted, visible},
};
use crate::{
    engine::{Reply, View},
    state::{Shared, Way},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub reply: Shared<Reply>,
    pub view: Shared<View>,
}

#[component]
pub fn AnswerLine(props: &Props) -> Html {
    let trace = match &*props.reply {
        Reply::Refused(why) => {
            return html! { <p class="answer refused" aria-live="polite"><Words text={why.clone()} /></p> };
        }
        Reply::Trace(trace) => trace,
    };
    let route = route(trace, &props.view);
    let shares = route.map(|route| &route.action.destinations).filter(|all| all.len() > 1);
    html! {
        <>
            <p class={classes!("answer", trace.tone.clone())} aria-live="polite">
                <strong>{"→ "}<Words text={trace.title.clone()} /></strong>
                if let Some(destinations) = shares {
                    <WeightBar destinations={destinations.clone()} />
                }
                <span class="sentence"><Words text={trace.sentence.clone()} /></span>
                if let Some(place) = trace.origin.clone() {
                    <span class="source">
                        if let Some(number) = trace.route {
                            <span class="soft">{format!("route {number}")}</span>
                        }
                        <OriginLink {place} />
                    </span>
                }
            </p>
            <details class="trace">
                <summary>{format!("How it comes to that, in {}", counted(trace.steps.len(), "step"))}</summary>
                <ol>
                    for step in &trace.steps {
                        {step_row(step)}
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

fn step_row(step: &TraceStep) -> Html {
    let (class, sign, word) = match step.passed {
        Some(true) => ("passed", "✓", "holds: "),
        Some(false) => ("failed", "×", "does not hold: "),
        None => ("told", "·", ""),
    };
    html! {
        <li {class}>
            <span class="sign" aria-hidden="true">{sign}</span>
            <span class="text">
                <span class="unseen">{word}</span>
                <Words text={step.text.clone()} />
                if let Some(id) = &step.id {
                    {" "}<span class="id">{visible(id)}</span>
                }
            </span>
            if let Some(place) = step.origin.clone() {
                <OriginLink {place} />
            }
        </li>
    }
}

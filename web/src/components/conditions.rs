//! What a route asks of a request.

use pilothouse_report::Condition;
use yew::prelude::*;

use super::{code::Code, words::visible};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub conditions: Vec<Condition>,
    /// Whether it is the first route, before which nothing is taken.
    pub first: bool,
}

#[component]
pub fn Conditions(props: &Props) -> Html {
    if props.conditions.is_empty() {
        let all = if props.first { "everything" } else { "everything else" };
        return html! { <span class="condition"><code>{all}</code></span> };
    }
    html! {
        for condition in &props.conditions {
            <span class="condition">
                <bdi class="subject">{visible(&condition.subject)}</bdi>
                if !condition.value.is_empty() {
                    {" "}<Code text={condition.value.clone()} />
                }
            </span>
        }
    }
}

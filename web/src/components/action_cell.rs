//! What a route does with a request.

use pilothouse_report::ActionCell;
use yew::prelude::*;

use super::{destination::Destinations, weight_bar::WeightBar, words::visible};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub action: ActionCell,
}

#[component]
pub fn Action(props: &Props) -> Html {
    let action = &props.action;
    html! {
        <>
            if action.destinations.len() > 1 {
                <WeightBar destinations={action.destinations.clone()} />
            }
            if !action.destinations.is_empty() {
                <Destinations destinations={action.destinations.clone()} />
            }
            if !action.text.is_empty() {
                <bdi class="does">{visible(&action.text)}</bdi>
            }
            if !action.details.is_empty() {
                <span class="details">
                    for detail in &action.details { <bdi>{visible(detail)}</bdi> }
                </span>
            }
        </>
    }
}

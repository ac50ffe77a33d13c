//! What a route does with a request.

use pilothouse_report::ActionCell;
use yew::prelude::*;

use super::{destinations::destinations, weight_bar::weight_bar, words::visible};

/// Destinations with their shares, or what else is done, and further effects.
pub fn action_cell(action: &ActionCell) -> Html {
    html! {
        <>
            if !action.destinations.is_empty() {
                {destinations(&action.destinations)}
            }
            if !action.text.is_empty() {
                <bdi class="effect">{visible(&action.text)}</bdi>
            }
            {weight_bar(&action.destinations)}
            if !action.details.is_empty() {
                <span class="details">
                    for detail in &action.details { <bdi>{visible(detail)}</bdi> }
                </span>
            }
        </>
    }
}

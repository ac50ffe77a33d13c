//! What a route asks of a request.

use pilothouse_report::Condition;
use yew::prelude::*;

use super::words::{code, visible};

/// All conditions; `first` is the first route, before which nothing is taken.
pub fn conditions(conditions: &[Condition], first: bool) -> Html {
    if conditions.is_empty() {
        let all = if first { "everything" } else { "everything else" };
        return html! { <span class="condition"><code>{all}</code></span> };
    }
    html! {
        for condition in conditions {
            <span class="condition">
                <bdi class="subject">{visible(&condition.subject)}</bdi>
                if !condition.value.is_empty() {
                    {" "}{code(&condition.value)}
                }
            </span>
        }
    }
}

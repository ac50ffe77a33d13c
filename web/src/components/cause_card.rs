//! One reason for which requests break on the way, with a request that shows it.

use pilothouse_report::CauseRow;
use yew::prelude::*;

use super::{
    ground::Ground,
    words::{visible, words},
};
use crate::state::Action;

/// What is missing, when, and what becomes of a request before, meanwhile and after.
pub fn cause_card(ground: &Ground, cause: &CauseRow) -> Html {
    let request = format!("{} {}", cause.witness.method, visible(&cause.witness.url));
    let what = cause.what.strip_suffix('.').unwrap_or(&cause.what);
    html! {
        <article class="finding error cause">
            <h3>{words(what)}</h3>
            <p>{words(&cause.when)}</p>
            <p class="request-line">
                <code><bdi>{&request}</bdi></code>
                for (name, value) in &cause.witness.headers {
                    <code><bdi>{visible(&format!("{name}: {value}"))}</bdi></code>
                }
                <button
                    type="button"
                    class="button"
                    aria-label={format!("Try it: {request}")}
                    onclick={ground.on_click(Action::Try(cause.witness.clone()))}
                >
                    {"Try it"}
                </button>
            </p>
            <dl class="passage">
                <div><dt>{"before"}</dt><dd>{words(&cause.before)}</dd></div>
                <div class="meanwhile"><dt>{"meanwhile"}</dt><dd>{words(&cause.during)}</dd></div>
                <div><dt>{"after"}</dt><dd>{words(&cause.after)}</dd></div>
            </dl>
        </article>
    }
}

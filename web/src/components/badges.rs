//! What is to be known of a route: a few words each, and the reason on request.

use pilothouse_report::Mark;
use yew::prelude::*;

/// The marks of some kinds, each by its place among all; `open` is the one whose reason is shown.
pub fn badges<'a>(
    marks: impl Iterator<Item = (usize, &'a Mark)>,
    open: Option<usize>,
    toggle: &Callback<usize>,
) -> Html {
    marks
        .map(|(at, mark)| {
            let onclick = toggle.reform(move |event: MouseEvent| {
                event.stop_propagation();
                at
            });
            html! {
                <button
                    type="button"
                    class={classes!("badge", tone(&mark.kind))}
                    title={mark.reason.clone()}
                    aria-expanded={(open == Some(at)).to_string()}
                    {onclick}
                >
                    {&mark.text}
                </button>
            }
        })
        .collect()
}

/// How bad a sort of mark is.
pub fn tone(kind: &str) -> &'static str {
    match kind {
        "never" | "missing" => "error",
        "order" => "warning",
        _ => "info",
    }
}

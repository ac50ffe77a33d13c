//! What is to be known of a route: a few words each, and the reason on request.

use pilothouse_report::Mark;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub marks: Vec<Mark>,
    /// The one whose reason is shown.
    pub open: Option<usize>,
    /// Takes which one is pressed.
    pub toggle: Callback<usize>,
}

#[component]
pub fn Badges(props: &Props) -> Html {
    html! {
        for (at, mark) in props.marks.iter().enumerate() {
            <button
                type="button"
                class={classes!("badge", tone(&mark.kind))}
                title={mark.reason.clone()}
                aria-expanded={(props.open == Some(at)).to_string()}
                onclick={props.toggle.reform(move |event: MouseEvent| {
                    event.stop_propagation();
                    at
                })}
            >
                {&mark.text}
            </button>
        }
    }
}

/// How bad a sort of mark is.
pub fn tone(kind: &str) -> &'static str {
    match kind {
        "never" | "missing" => "error",
        "order" => "warning",
        _ => "info",
    }
}

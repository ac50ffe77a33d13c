//! Changes the pane where there is room for one.

use yew::prelude::*;

use super::ground::use_ground;
use crate::state::{Action, Pane};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub pane: Pane,
}

#[component]
pub fn PaneSwitch(props: &Props) -> Html {
    let ground = use_ground();
    let counts = ground.overview.counts;
    let serious = counts.errors + counts.warnings;
    let button = |pane: Pane, name: &'static str, badge: Option<u32>| {
        let dispatch = ground.dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Pane(pane)));
        html! {
            <button type="button" aria-pressed={(props.pane == pane).to_string()} {onclick}>
                {name}
                if let Some(number) = badge {
                    <span class="count">{number}<span class="unseen">{" findings"}</span></span>
                }
            </button>
        }
    };
    html! {
        <nav class="pane-switch" aria-label="Panes">
            {button(Pane::Editor, "YAML", None)}
            {button(Pane::Result, "Result", (serious > 0).then_some(serious))}
        </nav>
    }
}

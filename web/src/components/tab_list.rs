//! The views of the result to choose from.

use yew::prelude::*;

use super::ground::use_ground;
use crate::{
    browser,
    state::{Action, Tab},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub tab: Tab,
}

#[component]
pub fn TabList(props: &Props) -> Html {
    let ground = use_ground();
    let open = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |tab| dispatch.dispatch(Action::Tab(tab)))
    };
    let current = props.tab;
    let onkeydown = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => current.step(-1),
                "ArrowRight" => current.step(1),
                "Home" => Tab::ALL[0],
                "End" => Tab::ALL[Tab::ALL.len() - 1],
                _ => return,
            };
            event.prevent_default();
            open.emit(to);
            if let Some(tab) = browser::element(&format!("tab-{}", to.id())) {
                let _ = tab.focus();
            }
        })
    };
    let counts = ground.overview.counts;
    let serious = counts.errors + counts.warnings;
    let severity = if counts.errors > 0 { "error" } else { "warning" };
    html! {
        <div class="tabs" role="tablist" aria-label="Views of the result" {onkeydown}>
            for tab in Tab::ALL {
                <button
                    type="button"
                    role="tab"
                    id={format!("tab-{}", tab.id())}
                    aria-selected={(tab == current).to_string()}
                    aria-controls="panel"
                    tabindex={if tab == current { "0" } else { "-1" }}
                    onclick={open.reform(move |_| tab)}
                >
                    {tab.title()}
                    if tab == Tab::Findings && serious > 0 {
                        <span class={classes!("count", severity)}>{serious}</span>
                    }
                </button>
            }
        </div>
    }
}

//! The views of the result to choose from.

use yew::prelude::*;

use super::ground::Ground;
use crate::{
    browser,
    state::{Action, Tab},
};

/// The tabs with the one that is open; arrow keys go from one to the next.
pub fn tab_list(ground: &Ground, open: Tab) -> Html {
    let onkeydown = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => open.step(-1),
                "ArrowRight" => open.step(1),
                "Home" => Tab::ALL[0],
                "End" => Tab::ALL[Tab::ALL.len() - 1],
                _ => return,
            };
            event.prevent_default();
            dispatch.dispatch(Action::Tab(to));
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
                    aria-selected={(tab == open).to_string()}
                    aria-controls="panel"
                    tabindex={if tab == open { "0" } else { "-1" }}
                    onclick={ground.on_click(Action::Tab(tab))}
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

//! Changes the pane where there is room for one.

use yew::prelude::*;

use super::ground::Ground;
use crate::state::{Action, Pane};

/// A button for each pane; that of the result says how much was found.
pub fn pane_switch(ground: &Ground, shown: Pane) -> Html {
    let counts = ground.overview.counts;
    let serious = counts.errors + counts.warnings;
    html! {
        <nav class="pane-switch" aria-label="Panes">
            for (pane, name) in [(Pane::Editor, "YAML"), (Pane::Result, "Result")] {
                <button
                    type="button"
                    aria-pressed={(shown == pane).to_string()}
                    onclick={ground.on_click(Action::Pane(pane))}
                >
                    {name}
                    if pane == Pane::Result && serious > 0 {
                        <span class="count">{serious}<span class="unseen">{" findings"}</span></span>
                    }
                </button>
            }
        </nav>
    }
}

//! Shows more of what is long.

use yew::prelude::*;

use super::ground::Ground;
use crate::state::Action;

/// How many of all things are shown, and a button for more of them; nothing where all are shown.
pub fn more_button(ground: &Ground, shown: usize, all: u32, things: &str, more: Action) -> Html {
    if shown >= all as usize {
        return Html::default();
    }
    html! {
        <p class="more">
            {format!("{shown} of {all} {things} are shown.")}
            <button type="button" class="button" onclick={ground.on_click(more)}>{"Show more"}</button>
        </p>
    }
}

//! What stands above the page.

use yew::prelude::*;

use super::{dialog::Dialog, ground::Ground, keys_list::keys_list, palette};
use crate::state::{Action, App, Overlay};

/// What is open above the page, if anything is.
pub fn overlay(ground: &Ground, app: &App) -> Html {
    let Some(overlay) = &app.overlay else { return Html::default() };
    let dispatch = ground.dispatch.clone();
    let close = Callback::from(move |()| dispatch.dispatch(Action::Overlay(None)));
    let onclose = close.clone();
    match overlay {
        Overlay::Palette(typed) => html! {
            <Dialog
                key="palette"
                label="Find anything by its name"
                class="palette"
                marked={palette::row(typed.marked)}
                {onclose}
            >
                {palette::palette(ground, &app.files, typed)}
            </Dialog>
        },
        Overlay::Keys => html! {
            <Dialog key="keys" label="Keys" class="keys" {onclose}>{keys_list(&close)}</Dialog>
        },
    }
}

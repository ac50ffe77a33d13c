//! Goes round the colours.

use yew::prelude::*;

use super::{ground::Ground, icons};
use crate::state::{Action, Theme};

/// A button that shows the colours as they are.
pub fn theme_button(ground: &Ground, theme: Theme) -> Html {
    let drawing = match theme {
        Theme::System => icons::half(),
        Theme::Light => icons::sun(),
        Theme::Dark => icons::moon(),
    };
    let label = format!("Colours: {}. Change to {}.", theme.as_str(), theme.next().as_str());
    html! {
        <button
            type="button"
            class="button square"
            title={label.clone()}
            aria-label={label}
            onclick={ground.on_click(Action::Theme(theme.next()))}
        >
            {drawing}
        </button>
    }
}

//! Goes round the colours.

use yew::prelude::*;

use super::{ground::use_ground, icons};
use crate::state::{Action, Theme};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub theme: Theme,
}

#[component]
pub fn ThemeButton(props: &Props) -> Html {
    let ground = use_ground();
    let theme = props.theme;
    let onclick = Callback::from(move |_| ground.dispatch.dispatch(Action::Theme(theme.next())));
    let drawing = match theme {
        Theme::System => icons::half(),
        Theme::Light => icons::sun(),
        Theme::Dark => icons::moon(),
    };
    let label = format!("Colours: {}. Change to {}.", theme.as_str(), theme.next().as_str());
    html! {
        <button type="button" class="button square" title={label.clone()} aria-label={label} {onclick}>
            {drawing}
        </button>
    }
}

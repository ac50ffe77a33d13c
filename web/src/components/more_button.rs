//! Shows more of what is long.

use yew::prelude::*;

use super::ground::use_ground;
use crate::state::Action;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// How many are shown.
    pub shown: usize,
    /// How many there are.
    pub all: usize,
    /// What they are.
    pub things: AttrValue,
    /// Whether findings are meant, and not rows of a table.
    #[prop_or_default]
    pub findings: bool,
}

/// Nothing where all are shown.
#[component]
pub fn MoreButton(props: &Props) -> Html {
    let ground = use_ground();
    if props.shown >= props.all {
        return Html::default();
    }
    let findings = props.findings;
    let onclick = Callback::from(move |_| {
        ground.dispatch.dispatch(if findings { Action::MoreFindings } else { Action::MoreRows });
    });
    html! {
        <p class="more">
            {format!("{} of {} {} are shown.", props.shown, props.all, props.things)}
            <button type="button" class="button" {onclick}>{"Show more"}</button>
        </p>
    }
}

//! The proxies to look from.

use pilothouse_report::BindingRow;
use yew::prelude::*;

use super::{
    ground::use_ground,
    select::Select,
    words::{Words, visible},
};
use crate::state::Action;

/// More than these stand in a list.
const CHIPS: usize = 8;
/// Longer lists would block the page.
const MOST: usize = 1_000;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The one that is shown.
    pub binding: BindingRow,
}

#[component]
pub fn BindingChips(props: &Props) -> Html {
    let ground = use_ground();
    let rows = &ground.overview.bindings;
    let choose = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |id| dispatch.dispatch(Action::Binding(id)))
    };
    let chips = if rows.len() <= CHIPS {
        html! {
            <div class="chips" role="group" aria-label="Proxy to look from">
                for row in rows.iter() {
                    <button
                        type="button"
                        class="chip"
                        aria-pressed={(row.id == props.binding.id).to_string()}
                        onclick={choose.reform({
                            let id = row.id.clone();
                            move |_| id.clone()
                        })}
                    >
                        <bdi>{visible(&row.title)}</bdi>
                    </button>
                }
            </div>
        }
    } else {
        let options = rows.iter().take(MOST).map(|row| (row.id.clone().into(), visible(&row.title).into()));
        html! {
            <Select
                label="Proxy to look from"
                value={props.binding.id.clone()}
                options={options.collect::<Vec<_>>()}
                onchange={choose}
            />
        }
    };
    html! {
        <>
            {chips}
            if let Some(assumed) = &props.binding.assumed {
                <p class="assumed"><Words text={assumed.clone()} /></p>
            }
        </>
    }
}

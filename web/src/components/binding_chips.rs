//! The proxies to look from.

use pilothouse_report::BindingRow;
use yew::prelude::*;

use super::{
    ground::Ground,
    select::Select,
    words::{visible, words},
};
use crate::state::Action;

/// More than these stand in a list.
const CHIPS: usize = 8;
/// Longer lists would block the page.
const MOST: usize = 1_000;

/// All proxies with the one that is shown, and what had to be assumed about that.
pub fn binding_chips(ground: &Ground, shown: &BindingRow) -> Html {
    let rows = &ground.overview.bindings;
    html! {
        <>
            if rows.len() <= CHIPS {
                <div class="chips" role="group" aria-label="Proxy to look from">
                    for row in rows.iter() {
                        <button
                            type="button"
                            class="chip"
                            aria-pressed={(row.id == shown.id).to_string()}
                            onclick={ground.on_click(Action::Binding(row.id.clone()))}
                        >
                            <bdi>{visible(&row.title)}</bdi>
                        </button>
                    }
                </div>
            } else {
                {list(ground, shown)}
            }
            if rows.len() > MOST {
                <p class="assumed">
                    {format!("The list holds the first {MOST} of {} proxies; ", rows.len())}
                    <code>{"pilothouse routes --proxy"}</code>{" shows any of them."}
                </p>
            }
            if let Some(assumed) = &shown.assumed {
                <p class="assumed">{words(assumed)}</p>
            }
        </>
    }
}

fn list(ground: &Ground, shown: &BindingRow) -> Html {
    let rows = ground.overview.bindings.iter().take(MOST);
    let options: Vec<_> = rows.map(|row| (row.id.clone().into(), visible(&row.title).into())).collect();
    let dispatch = ground.dispatch.clone();
    let onchange = Callback::from(move |id| dispatch.dispatch(Action::Binding(id)));
    html! { <Select label="Proxy to look from" value={shown.id.clone()} {options} {onchange} /> }
}

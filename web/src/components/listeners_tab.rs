//! Ports that a proxy listens on, and what it does with connections; of a sidecar those for what goes out.

use yew::prelude::*;

use super::{
    binding_chips::binding_chips, dropped_list::dropped_list, ground::use_ground,
    listener_card::listener_card, more_button::more_button,
};
use crate::{
    engine::View,
    state::{Action, Shared},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
}

#[component]
pub fn ListenersTab(props: &Props) -> Html {
    let ground = use_ground();
    let binding = &props.view.binding;
    // What a Gateway declares and does not get is a server; dropped routes stand with the routes.
    let servers = binding.dropped.iter().filter(|row| row.what.starts_with("server"));
    html! {
        <>
            <div class="stand">{binding_chips(&ground, &binding.binding)}</div>
            if binding.listeners.is_empty() {
                <p class="none">{"This gateway listens on no port."}</p>
            }
            for listener in &binding.listeners {
                {listener_card(&ground, listener)}
            }
            {more_button(
                &ground,
                binding.listeners.len(),
                props.view.totals.listeners,
                "listeners",
                Action::MoreRows,
            )}
            {dropped_list(&ground, "Servers without effect", servers)}
        </>
    }
}

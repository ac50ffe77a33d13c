//! Ports that a proxy listens on, and what it does with connections.

use yew::prelude::*;

use super::{
    binding_chips::BindingChips, dropped_list::DroppedList, listener_card::ListenerCard,
    more_button::MoreButton,
};
use crate::{engine::View, state::Shared};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
}

#[component]
pub fn ListenersTab(props: &Props) -> Html {
    let view = &props.view;
    let binding = &view.binding;
    let none = if binding.binding.kind == "sidecar" {
        "Listeners of sidecars are not shown; their routes are."
    } else {
        "This gateway listens on no port."
    };
    // What a Gateway declares and does not get is a server; dropped routes stand with the routes.
    let servers = binding.dropped.iter().filter(|row| row.what.starts_with("server")).cloned();
    html! {
        <>
            <div class="stand"><BindingChips binding={binding.binding.clone()} /></div>
            if binding.listeners.is_empty() {
                <p class="none">{none}</p>
            }
            for listener in &binding.listeners {
                <ListenerCard listener={listener.clone()} />
            }
            <MoreButton shown={binding.listeners.len()} all={view.totals.listeners as usize} things="listeners" />
            <DroppedList title="Servers without effect" rows={servers.collect::<Vec<_>>()} />
        </>
    }
}

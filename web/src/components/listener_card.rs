//! A port with its filter chains.

use pilothouse_report::{ChainRow, ListenerRow};
use yew::prelude::*;

use super::{
    destinations::destinations,
    ground::Ground,
    origin_link::origin_link,
    words::{code, visible, words},
};

/// One port, and what is done with connections to it.
pub fn listener_card(ground: &Ground, listener: &ListenerRow) -> Html {
    let networks = listener.chains.iter().any(|chain| !chain.networks.is_empty());
    html! {
        <section class="card listener">
            <header>
                <h3>{format!("Port {}", listener.port)}</h3>
                <span class="about">{code(&listener.name)}</span>
                <span class="grow" />
                if listener.refused.is_some() {
                    <span class="badge error">{"refused by Envoy"}</span>
                }
            </header>
            if let Some(refused) = &listener.refused {
                <p class="refused">{words(refused)}</p>
            }
            <table class="chains">
                <caption class="unseen">{"What is done with connections"}</caption>
                <thead>
                    <tr>
                        <th scope="col">{if networks { "Server names, networks" } else { "Server names" }}</th>
                        <th scope="col">{"Protocol"}</th>
                        <th scope="col">{"Goes to"}</th>
                        <th scope="col">{"Written in"}</th>
                    </tr>
                </thead>
                <tbody>
                    for chain in &listener.chains {
                        {chain_row(ground, chain)}
                    }
                </tbody>
            </table>
        </section>
    }
}

fn chain_row(ground: &Ground, chain: &ChainRow) -> Html {
    html! {
        <tr>
            <td>
                if chain.server_names.is_empty() && chain.networks.is_empty() {
                    <span class="soft">{"any"}</span>
                }
                for name in chain.server_names.iter().chain(&chain.networks) {
                    <span class="server-name">{code(name)}</span>
                }
            </td>
            <td>
                {&chain.protocol}
                if chain.terminates_tls {
                    <span class="soft">{", TLS ends here"}</span>
                }
            </td>
            <td>
                if let Some(routes) = &chain.routes {
                    <span class="soft">{"routes "}</span><bdi>{visible(routes)}</bdi>
                }
                if !chain.destinations.is_empty() {
                    {destinations(&chain.destinations)}
                }
            </td>
            <td class="written">
                if let Some(place) = &chain.origin {
                    {origin_link(ground, place)}
                }
            </td>
        </tr>
    }
}

//! A port with its filter chains.

use pilothouse_report::{ChainRow, ListenerRow};
use yew::prelude::*;

use super::{
    destinations::destinations,
    ground::Ground,
    origin_link::origin_link,
    table::table,
    words::{code, visible, words},
};

/// One port, and what is done with connections to it.
pub fn listener_card(ground: &Ground, listener: &ListenerRow) -> Html {
    let networks = listener.chains.iter().any(|chain| !chain.networks.is_empty());
    let names = if networks { "Server names, networks" } else { "Server names" };
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
            {table(
                "What is done with connections",
                [names, "Protocol", "Goes to", "Written in"],
                listener.chains.iter().map(|chain| chain_row(ground, chain)),
            )}
        </section>
    }
}

fn chain_row(ground: &Ground, chain: &ChainRow) -> [Html; 4] {
    let names: Html = chain
        .server_names
        .iter()
        .chain(&chain.networks)
        .map(|name| html! { <span class="server-name">{code(name)}</span> })
        .collect();
    let any = chain.server_names.is_empty() && chain.networks.is_empty();
    [
        if any {
            html! { <span class="soft">{"any"}</span> }
        } else {
            names
        },
        html! {
            <>
                {&chain.protocol}
                if chain.terminates_tls {
                    <span class="soft">{", TLS ends here"}</span>
                }
            </>
        },
        html! {
            <>
                if let Some(routes) = &chain.routes {
                    <span class="soft">{"routes "}</span><bdi>{visible(routes)}</bdi>
                }
                if !chain.destinations.is_empty() {
                    {destinations(&chain.destinations)}
                }
            </>
        },
        chain.origin.as_ref().map(|place| origin_link(ground, place)).unwrap_or_default(),
    ]
}

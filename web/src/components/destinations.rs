//! Where requests go, with the share of each destination.

use pilothouse_report::DestinationCell;
use yew::prelude::*;

use super::words::{code, percent, visible};

/// All destinations in one line; a host is not repeated for its next subset.
pub fn destinations(destinations: &[DestinationCell]) -> Html {
    let shared = destinations.len() > 1;
    let before = [None].into_iter().chain(destinations.iter().map(Some));
    let parts = destinations.iter().zip(before).map(|(cell, before)| {
        let same_host = before.is_some_and(|before| before.short == cell.short && before.port == cell.port);
        destination(cell, same_host, shared)
    });
    html! { <span class="destinations">{for parts}</span> }
}

fn destination(cell: &DestinationCell, same_host: bool, shared: bool) -> Html {
    let title = match &cell.why {
        Some(why) => format!("{}\n{why}", visible(&cell.cluster)),
        None => visible(&cell.cluster),
    };
    html! {
        <span class={classes!("destination", cell.state.clone())} {title}>
            if !same_host {
                {code(&cell.short)}
                if cell.port > 0 {
                    <span class="port">{format!(":{}", cell.port)}</span>
                }
            }
            if !cell.subset.is_empty() {
                {code(&cell.subset)}
            }
            if shared {
                <span class="percent">{percent(cell.percent)}</span>
            }
            if cell.state == "missing" {
                <span class="unseen">{"missing"}</span>
            }
        </span>
    }
}

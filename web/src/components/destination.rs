//! A destination with its share.

use pilothouse_report::DestinationCell;
use yew::prelude::*;

use super::{
    code::Code,
    words::{percent, visible},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub destination: DestinationCell,
    /// Whether the one before has the same host, which then need not be repeated.
    #[prop_or_default]
    pub same_host: bool,
    /// Whether there are several, so that shares matter.
    #[prop_or_default]
    pub shared: bool,
}

#[component]
pub fn Destination(props: &Props) -> Html {
    let cell = &props.destination;
    let mut title = visible(&cell.cluster);
    if let Some(why) = &cell.why {
        title = format!("{title}\n{why}");
    }
    html! {
        <span class={classes!("destination", cell.state.clone())} {title}>
            if !props.same_host {
                <Code text={cell.short.clone()} />
                if cell.port > 0 {
                    <span class="port">{format!(":{}", cell.port)}</span>
                }
            }
            if !cell.subset.is_empty() {
                <Code text={cell.subset.clone()} />
            }
            if props.shared {
                <span class="percent">{percent(cell.percent)}</span>
            }
            if cell.state == "missing" {
                <span class="unseen">{"missing"}</span>
            }
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub struct ListProps {
    pub destinations: Vec<DestinationCell>,
}

/// Destinations in one line.
#[component]
pub fn Destinations(props: &ListProps) -> Html {
    let shared = props.destinations.len() > 1;
    let before = [None].into_iter().chain(props.destinations.iter().map(|cell| Some(&cell.short)));
    let parts = props.destinations.iter().zip(before).map(|(cell, before)| {
        html! {
            <Destination destination={cell.clone()} same_host={before == Some(&cell.short)} {shared} />
        }
    });
    html! { <span class="destinations">for part in parts { {part} }</span> }
}

//! Shares of destinations as a bar; the numbers stand beside it.

use pilothouse_report::DestinationCell;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub destinations: Vec<DestinationCell>,
}

/// Drawn as SVG, whose widths are attributes and no styles.
#[component]
pub fn WeightBar(props: &Props) -> Html {
    let mut from = 0.0;
    let parts: Vec<Html> = props
        .destinations
        .iter()
        .enumerate()
        .map(|(at, destination)| {
            let class = if destination.state == "missing" {
                "share missing".to_owned()
            } else {
                format!("share s{}", at % 4)
            };
            let part = html! {
                <rect {class} x={from.to_string()} y="0" width={destination.percent.to_string()} height="8" />
            };
            from += destination.percent;
            part
        })
        .collect();
    html! {
        <svg class="weights" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {parts}
        </svg>
    }
}

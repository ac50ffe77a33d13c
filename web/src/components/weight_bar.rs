//! Shares of destinations as a bar; the numbers stand beside it.

use pilothouse_report::DestinationCell;
use yew::prelude::*;

/// Drawn as SVG, whose widths are attributes and no styles; nothing for a single destination.
pub fn weight_bar(destinations: &[DestinationCell]) -> Html {
    if destinations.len() < 2 {
        return Html::default();
    }
    let mut from = 0.0;
    let parts: Html = destinations
        .iter()
        .enumerate()
        .map(|(at, destination)| {
            let shade =
                if destination.state == "missing" { "missing".to_owned() } else { format!("s{}", at % 4) };
            let (x, width) = (from.to_string(), destination.percent.to_string());
            from += destination.percent;
            html! { <rect class={classes!("share", shade)} {x} y="0" {width} height="8" /> }
        })
        .collect();
    html! {
        <svg class="weights" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {parts}
        </svg>
    }
}

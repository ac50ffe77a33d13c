//! Everything the rules found, the worst first, and what is not modelled.

use pilothouse_report::Place;
use yew::prelude::*;

use super::{
    finding_card::FindingCard,
    ground::{Ground, use_ground},
    more_button::more_button,
    origin_link::origin_link,
    words::visible,
};
use crate::state::{Action, Shared};

/// Longer lists of what is not modelled help nobody.
const MOST: usize = 100;

#[component]
pub fn FindingsTab() -> Html {
    let ground = use_ground();
    let overview = &ground.overview;
    html! {
        <>
            if overview.counts.all() == 0 {
                <p class="none">
                    {"Nothing found: this YAML breaks none of the guidelines that Pilothouse knows."}
                </p>
            }
            for finding in &overview.findings {
                <FindingCard finding={Shared::from(finding.clone())} places={ground.places(finding)} />
            }
            {more_button(&ground, overview.findings.len(), overview.counts.all(), "findings", Action::MoreFindings)}
            if overview.untried {
                <p class="none">
                    {"This is too much to try every fix here. "}<code>{"pilothouse check --fix"}</code>{" tries them all."}
                </p>
            }
            if overview.counts.allowed > 0 {
                <p class="none">{format!("{} allowed by comments or annotations.", overview.counts.allowed)}</p>
            }
            {not_modelled(&ground)}
        </>
    }
}

/// The resources of kinds that play no part in what is shown.
fn not_modelled(ground: &Ground) -> Html {
    let rows = || ground.overview.resources.iter().enumerate().filter(|(_, row)| !row.modelled);
    let all = rows().count();
    let items: Vec<Html> = rows()
        .take(MOST)
        .map(|(at, row)| {
            let place = Place { resource: at as u32, file: row.file, range: row.range };
            html! {
                <li>
                    <span class="what">{visible(&row.key.kind)}</span>
                    {origin_link(ground, &place)}
                </li>
            }
        })
        .collect();
    if items.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card dropped">
            <h3>{"Not modelled"}</h3>
            <p class="soft">
                {"These play no part in what is shown here. In a cluster they may change what happens to requests."}
            </p>
            <ul>
                {items}
                if all > MOST {
                    <li class="soft">{format!("and {} more", all - MOST)}</li>
                }
            </ul>
        </section>
    }
}

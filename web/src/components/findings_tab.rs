//! Everything the rules found, the worst first, and what is not modelled.

use yew::prelude::*;

use super::{
    finding_card::FindingCard, ground::use_ground, more_button::MoreButton, origin_link::OriginLink,
    words::visible,
};
use pilothouse_report::Place;

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
                <FindingCard finding={finding.clone()} />
            }
            <MoreButton
                shown={overview.findings.len()}
                all={overview.counts.all() as usize}
                things="findings"
                findings={true}
            />
            <NotModelled />
        </>
    }
}

/// The resources of kinds that play no part in what is shown.
#[component]
fn NotModelled() -> Html {
    let ground = use_ground();
    let rows = ground.overview.resources.iter().enumerate().filter(|(_, row)| !row.modelled);
    let rows: Vec<_> = rows.take(MOST).collect();
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card dropped">
            <h3>{"Not modelled"}</h3>
            <p class="soft">
                {"These play no part in what is shown here. In a cluster they may change what happens to requests."}
            </p>
            <ul>
                for (at, row) in rows {
                    <li>
                        <span class="what">{visible(&row.key.kind)}</span>
                        <OriginLink place={Place { resource: at as u32, file: row.file, range: row.range }} />
                    </li>
                }
            </ul>
        </section>
    }
}

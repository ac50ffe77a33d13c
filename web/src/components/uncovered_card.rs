//! The routes that no test reaches.

use pilothouse_report::{
    Place,
    request_tests::{Coverage, UncoveredRoute},
};
use yew::prelude::*;

use super::{
    ground::Ground,
    origin_link::origin_link,
    words::{counted, visible, words},
};
use crate::{
    engine::Wish,
    state::{Action, KeptTests},
};

/// Longer lists help nobody.
const MOST: usize = 50;

pub fn uncovered_card(ground: &Ground, kept: &KeptTests, coverage: &Coverage) -> Html {
    let left = coverage.uncovered.len();
    let title = match (left, coverage.routes) {
        (_, 0) => return Html::default(),
        (0, all) => return html! { <p class="none">{format!("{} reached by tests.", all_of(all))}</p> },
        (1, all) => format!("1 of {} is reached by no test", counted(all as usize, "route")),
        (left, all) => format!("{left} of {} are reached by no test", counted(all as usize, "route")),
    };
    html! {
        <section class="card uncovered" aria-label="Routes without a test">
            <header>
                <h3>{title}</h3>
                <span class="grow" />
                <button
                    type="button"
                    class="button"
                    title="For each of them a request that reaches it, with what it gets now"
                    onclick={ground.on_click(Action::WriteTests(Wish::Uncovered))}
                >
                    {"Write tests for these"}
                </button>
            </header>
            <ul>
                for route in coverage.uncovered.iter().take(MOST) {
                    <li>
                        {origin_link(ground, &place(ground, route))}
                        <span class="what">
                            <code><bdi>{visible(&route.host)}</bdi></code>{" "}{words(&route.conditions)}
                        </span>
                    </li>
                }
                if left > MOST {
                    <li class="soft">{format!("and {} more", left - MOST)}</li>
                }
            </ul>
            if !kept.left_out.is_empty() {
                <div role="status">
                    for why in kept.left_out.iter().take(MOST) {
                        <p class="soft">{words(why)}{"."}</p>
                    }
                </div>
            }
        </section>
    }
}

fn all_of(routes: u32) -> String {
    if routes == 1 { "The only route is".to_owned() } else { format!("All {routes} routes are") }
}

fn place(ground: &Ground, route: &UncoveredRoute) -> Place {
    let file = ground.overview.file(&route.file);
    let resource = ground.overview.resource_at(file, route.range).map_or(u32::MAX, |at| at as u32);
    Place { resource, file, range: route.range }
}

//! What has no part in the configuration, and why.

use pilothouse_report::DroppedRow;
use yew::prelude::*;

use super::{
    ground::Ground,
    origin_link::origin_link,
    words::{visible, words},
};

/// A list under a title; nothing where nothing was dropped.
pub fn dropped_list<'a>(
    ground: &Ground,
    title: &str,
    rows: impl IntoIterator<Item = &'a DroppedRow>,
) -> Html {
    let items: Vec<Html> = rows.into_iter().map(|row| item(ground, row)).collect();
    if items.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card dropped">
            <h3>{title}</h3>
            <ul>{items}</ul>
        </section>
    }
}

fn item(ground: &Ground, row: &DroppedRow) -> Html {
    let here = Some(row.origin.clone());
    html! {
        <li
            onmouseenter={ground.point(here.clone())}
            onmouseleave={ground.point(None)}
            onfocusin={ground.point(here)}
            onfocusout={ground.point(None)}
        >
            <span class="what">{visible(&row.what)}</span>
            {origin_link(ground, &row.origin)}
            <span class="why">{words(&row.reason)}{" "}<span class="id">{&row.id}</span></span>
            if let Some(winner) = &row.winner {
                <span class="winner">{"instead: "}{origin_link(ground, winner)}</span>
            }
        </li>
    }
}

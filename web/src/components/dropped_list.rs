//! What has no part in the configuration, and why.

use pilothouse_report::DroppedRow;
use yew::prelude::*;

use super::{
    ground::use_ground,
    origin_link::OriginLink,
    words::{Words, visible},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub title: AttrValue,
    pub rows: Vec<DroppedRow>,
}

#[component]
pub fn DroppedList(props: &Props) -> Html {
    let ground = use_ground();
    if props.rows.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card dropped">
            <h3>{&props.title}</h3>
            <ul>
                for row in &props.rows {
                    <li
                        onmouseenter={ground.point(Some(row.origin.clone()))}
                        onmouseleave={ground.point(None)}
                        onfocusin={ground.point(Some(row.origin.clone()))}
                        onfocusout={ground.point(None)}
                    >
                        <span class="what">{visible(&row.what)}</span>
                        <OriginLink place={row.origin.clone()} />
                        <span class="why">
                            <Words text={row.reason.clone()} />
                            {" "}<span class="id">{&row.id}</span>
                        </span>
                        if let Some(winner) = row.winner.clone() {
                            <span class="winner">{"instead: "}<OriginLink place={winner} /></span>
                        }
                    </li>
                }
            </ul>
        </section>
    }
}

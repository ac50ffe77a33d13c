//! The resources that differ between two revisions.

use pilothouse_report::ChangeRow;
use yew::prelude::*;

use super::{
    ground::Ground,
    origin_link::origin_link,
    words::{code, counted, visible},
};

/// What is created, changed and deleted.
pub fn change_list(ground: &Ground, changes: &[ChangeRow]) -> Html {
    html! {
        <section class="card changes" aria-label="What changes">
            <h3>{counted(changes.len(), "change")}</h3>
            <ul>
                for change in changes {
                    <li>{sort(&change.kind)}{resource(ground, &change.name)}</li>
                }
            </ul>
        </section>
    }
}

fn sort(kind: &str) -> Html {
    let (class, word) = match kind {
        "added" => ("ok", "created"),
        "removed" => ("error", "deleted"),
        _ => ("info", "changed"),
    };
    html! { <span class={classes!("badge", class)}>{word}</span> }
}

/// A resource by its `Kind/namespace/name`, with the way to its YAML where the editor has it.
pub fn resource(ground: &Ground, name: &str) -> Html {
    let (kind, rest) = name.split_once('/').unwrap_or(("", name));
    html! {
        <span class="resource">
            <span class="soft">{visible(kind)}</span>
            if let Some(place) = ground.resource(name) {
                {origin_link(ground, &place)}
            } else {
                {code(rest)}
            }
        </span>
    }
}

//! What decides the order between VirtualServices, and a way to say which is older without writing it into the YAML.

use pilothouse_report::ResourceRow;
use yew::prelude::*;

use super::{ground::Ground, words::visible};
use crate::state::Action;

/// The control; nothing where there is no order to speak of.
pub fn order_control(ground: &Ground) -> Html {
    let services: Vec<&ResourceRow> = ground
        .overview
        .resources
        .iter()
        .filter(|row| row.key.kind == "VirtualService" && row.active)
        .collect();
    let mut undated: Vec<&ResourceRow> =
        services.iter().copied().filter(|row| row.created.is_none()).collect();
    if services.len() < 2 {
        return Html::default();
    }
    let set = &ground.order;
    let rule = match (services.len() - undated.len(), undated.len()) {
        _ if !set.is_empty() => "order: as you have set it",
        (0, _) => "order: by name, no timestamps",
        (_, 0) => "order: by creation time",
        _ => "order: by creation time, undated ones last and by name",
    };
    if undated.len() < 2 {
        return html! { <span class="order">{rule}</span> };
    }
    let place = |row: &ResourceRow| set.iter().position(|known| *known == key(row)).unwrap_or(usize::MAX);
    undated.sort_by(|a, b| {
        let names = |row: &ResourceRow| (row.key.name.clone(), row.key.namespace.clone());
        place(a).cmp(&place(b)).then_with(|| names(a).cmp(&names(b)))
    });
    html! {
        <details class="order">
            <summary>{rule}</summary>
            <p>{"Your YAML does not say which is older. Here you can; nothing is written into it."}</p>
            <ol>
                for (at, row) in undated.iter().enumerate() {
                    <li>
                        <bdi>{visible(&format!("{}/{}", row.key.namespace, row.key.name))}</bdi>
                        if at > 0 {
                            <button
                                type="button"
                                class="button"
                                onclick={ground.on_click(Action::Oldest(key(row)))}
                            >
                                {"Make oldest"}
                            </button>
                        }
                    </li>
                }
            </ol>
            if !set.is_empty() {
                <button type="button" class="button" onclick={ground.on_click(Action::NoOrder)}>
                    {"As the YAML says"}
                </button>
            }
        </details>
    }
}

/// A resource as `Kind/namespace/name`.
fn key(row: &ResourceRow) -> String {
    format!("{}/{}/{}", row.key.kind, row.key.namespace, row.key.name)
}

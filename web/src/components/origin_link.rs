//! Where something is written: the letter of its resource, its name and its line, which lead to the YAML.

use pilothouse_report::Place;
use yew::prelude::*;

use super::{ground::Names, words::visible};

/// The link to a place.
pub fn origin_link(names: &Names, place: &Place) -> Html {
    let (file, line) = names.line(place);
    let shown = html! {
        <span class="where">
            <span class={if names.names_files() { "file-name" } else { "unseen" }}>{visible(file)}</span>
            <span class="line">{&line}</span>
        </span>
    };
    let onclick = names.reveal(place);
    let Some(name) = names.name(place) else {
        return html! { <button type="button" class="origin" {onclick}>{shown}</button> };
    };
    let title = format!("{} {} in {}{line}", name.kind, visible(&name.name), visible(file));
    html! {
        <button type="button" class={classes!("origin", name.colour)} {title} {onclick}>
            <span class="letter">{name.letter}</span>
            <bdi class="name">{visible(&name.name)}</bdi>
            {shown}
        </button>
    }
}

//! Where something is written: the letter of its resource, its name and its line, which lead to the YAML.

use pilothouse_report::Place;
use yew::prelude::*;

use super::{ground::use_ground, words::visible};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub place: Place,
}

#[component]
pub fn OriginLink(props: &Props) -> Html {
    let ground = use_ground();
    let place = &props.place;
    let (file, line) = ground.line(place);
    let where_ = html! {
        <>
            <span class={if ground.names_files() { "file-name" } else { "unseen" }}>{visible(file)}</span>
            <span class="line">{&line}</span>
        </>
    };
    let onclick = ground.reveal(place);
    if !ground.knows(place) {
        return html! { <button type="button" class="origin" {onclick}>{where_}</button> };
    }
    let name = ground.name(place.resource);
    let title = format!("{} {} in {}{line}", name.kind, visible(&name.name), visible(file));
    html! {
        <button type="button" class={classes!("origin", name.colour)} {title} {onclick}>
            <span class="letter">{name.letter}</span>
            <bdi class="name">{visible(&name.name)}</bdi>
            <span class="where">{where_}</span>
        </button>
    }
}

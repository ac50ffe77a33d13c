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
    let line = ground.line(place);
    let onclick = ground.reveal(place);
    if !ground.knows(place) {
        return html! {
            <button type="button" class="origin" {onclick}><span class="line">{line}</span></button>
        };
    }
    let name = ground.name(place.resource);
    html! {
        <button
            type="button"
            class={classes!("origin", name.colour)}
            title={format!("{} {}, {line}", name.kind, visible(&name.name))}
            {onclick}
        >
            <span class="letter">{name.letter}</span>
            <bdi class="name">{visible(&name.name)}</bdi>
            <span class="line">{line}</span>
        </button>
    }
}

//! A name as it stands in the YAML.

use yew::prelude::*;

use super::words::visible;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub text: AttrValue,
}

/// Written left to right on its own, whatever the name holds.
#[component]
pub fn Code(props: &Props) -> Html {
    html! { <code><bdi>{visible(&props.text)}</bdi></code> }
}

//! The bar on top: the name, the examples, which Istio, which colours.

use yew::prelude::*;

use super::{ground::use_ground, icons, select::Select, share_menu::ShareMenu, theme_button::theme_button};
use crate::state::{Action, EXAMPLES, Example, Files, Settings, Sharing};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub files: Files,
    pub settings: Settings,
    pub sharing: Sharing,
}

#[component]
pub fn Header(props: &Props) -> Html {
    let ground = use_ground();
    let load = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |id: String| {
            if let Some(example) = EXAMPLES.iter().find(|example| example.id == id) {
                dispatch.dispatch(Action::Load(*example));
            }
        })
    };
    let istio = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |istio| dispatch.dispatch(Action::Istio(istio)))
    };
    let shown = use_memo(props.files.clone(), |files| Example::shown(files.list()));
    let examples = use_memo(*shown, |shown| options(shown.is_none()));
    let versions = vec![("current".into(), "Istio current".into()), ("1.1".into(), "Istio 1.1".into())];
    html! {
        <header class="header">
            {icons::helm()}
            <h1>{"Pilothouse"}</h1>
            <span class="tagline">{"see what Istio makes of your YAML"}</span>
            <span class="grow" />
            <Select
                label="Example"
                class="examples"
                value={shown.map_or("", |example| example.id)}
                options={(*examples).clone()}
                onchange={load}
            />
            <Select
                label="Which Istio is modelled"
                value={props.settings.istio.clone()}
                options={versions}
                onchange={istio}
            />
            <ShareMenu sharing={props.sharing.clone()} />
            {theme_button(&ground, props.settings.theme)}
        </header>
    }
}

fn options(own: bool) -> Vec<(AttrValue, AttrValue)> {
    let own = own.then_some((AttrValue::Static(""), AttrValue::Static("Examples")));
    let examples = EXAMPLES.iter().map(|example| (example.id.into(), example.title().into()));
    own.into_iter().chain(examples).collect()
}

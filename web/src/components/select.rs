//! A list to choose from.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is chosen, for those who do not see it.
    pub label: AttrValue,
    /// The chosen value.
    pub value: AttrValue,
    /// Values with their names.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// Takes another choice.
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Select(props: &Props) -> Html {
    let node = use_node_ref();
    // The attribute `selected` says what was chosen at first; the property says what is chosen now.
    use_effect_with((node.clone(), props.value.clone(), props.options.clone()), |(node, value, _)| {
        if let Some(select) = node.cast::<HtmlSelectElement>() {
            select.set_value(value);
        }
    });
    let onchange =
        props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <select ref={node} aria-label={props.label.clone()} class={props.class.clone()} {onchange}>
            for (value, name) in &props.options {
                <option value={value.clone()}>{name}</option>
            }
        </select>
    }
}

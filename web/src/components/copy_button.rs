//! Copies a text, or shows it where the browser does not allow that.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::browser;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is copied; none while it is not there.
    pub text: Option<AttrValue>,
    /// What the button says.
    pub label: AttrValue,
    /// What the text is good for.
    #[prop_or_default]
    pub purpose: AttrValue,
}

/// What became of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    Not,
    Done,
    Denied,
}

#[component]
pub fn CopyButton(props: &Props) -> Html {
    let copied = use_state_eq(|| Copied::Not);
    let field = use_node_ref();
    // Another text is not copied yet.
    use_effect_with(props.text.clone(), {
        let copied = copied.setter();
        move |_| copied.set(Copied::Not)
    });
    use_effect_with((*copied, field.clone()), |(copied, field)| {
        if let Some(field) = field.cast::<HtmlTextAreaElement>().filter(|_| *copied == Copied::Denied) {
            let _ = field.focus();
            field.select();
        }
    });
    let onclick = {
        let (text, copied) = (props.text.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (Some(text), copied) = (text.clone(), copied.clone()) else { return };
            spawn_local(async move {
                copied.set(if browser::copied(&text).await { Copied::Done } else { Copied::Denied });
            });
        })
    };
    let said = if *copied == Copied::Done { "copied" } else { "" };
    html! {
        <div class="copy">
            <button type="button" class="button" disabled={props.text.is_none()} {onclick}>{&props.label}</button>
            <span class="soft">{&props.purpose}</span>
            <span class="copied" role="status">{said}</span>
            if let (Copied::Denied, Some(text)) = (*copied, &props.text) {
                <label class="denied">
                    <span>{"The browser does not let the page copy. Here it is, selected:"}</span>
                    <textarea ref={field} readonly=true rows="4" spellcheck="false" value={text.clone()} />
                </label>
            }
        </div>
    }
}

//! The headers of a request, to take away and to add to.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{icons, words::visible};

type Headers = Vec<(String, String)>;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub headers: Headers,
    pub onchange: Callback<Headers>,
}

#[component]
pub fn HeaderChips(props: &Props) -> Html {
    let adding = use_state(|| false);
    let field = use_node_ref();
    use_effect_with((*adding, field.clone()), |(adding, field)| {
        if let Some(field) = field.cast::<HtmlInputElement>().filter(|_| *adding) {
            let _ = field.focus();
        }
    });
    let add = {
        let (headers, onchange, adding) = (props.headers.clone(), props.onchange.clone(), adding.setter());
        move |field: HtmlInputElement| {
            if let Some((name, value)) = field.value().split_once(':') {
                let mut headers = headers.clone();
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
                onchange.emit(headers);
            }
            adding.set(false);
        }
    };
    let onkeydown = {
        let (add, adding) = (add.clone(), adding.setter());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => add(event.target_unchecked_into()),
            "Escape" => adding.set(false),
            _ => {}
        })
    };
    let onblur = Callback::from(move |event: FocusEvent| add(event.target_unchecked_into()));
    let remove = |at: usize| {
        let (mut headers, onchange) = (props.headers.clone(), props.onchange.clone());
        headers.remove(at);
        Callback::from(move |_: MouseEvent| onchange.emit(headers.clone()))
    };
    html! {
        <>
            for (at, (name, value)) in props.headers.iter().enumerate() {
                <span class="chip header-chip">
                    <bdi>{visible(&format!("{name}: {value}"))}</bdi>
                    <button
                        type="button"
                        class="close"
                        aria-label={format!("Take the header {} away", visible(name))}
                        onclick={remove(at)}
                    >
                        {icons::cross()}
                    </button>
                </span>
            }
            if *adding {
                <input
                    ref={field}
                    type="text"
                    class="header-field"
                    spellcheck="false"
                    aria-label="Header, as name: value"
                    placeholder="name: value"
                    {onkeydown}
                    {onblur}
                />
            } else {
                <button
                    type="button"
                    class="button"
                    onclick={let adding = adding.setter(); move |_| adding.set(true)}
                >
                    {"+ header"}
                </button>
            }
        </>
    }
}

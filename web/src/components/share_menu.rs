//! The button that passes on what is shown, and what it opens.

use gloo::events::EventListener;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{copy_button::CopyButton, ground::use_ground, icons, words::words};
use crate::{
    browser,
    engine::MOST_LETTERS,
    state::{Action, Form, Made, Sharing, Step},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub sharing: Sharing,
}

#[component]
pub fn ShareMenu(props: &Props) -> Html {
    let ground = use_ground();
    let open = use_state(|| false);
    let (button, panel) = (use_node_ref(), use_node_ref());
    let onclick = {
        let (open, dispatch) = (open.clone(), ground.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            // Whoever wants to share does not wait for the text to rest.
            dispatch.dispatch(Action::Visit(Step::Rests));
            open.set(!*open);
        })
    };
    let onkeydown = {
        let (open, button) = (open.setter(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                open.set(false);
                focus(&button);
            }
        })
    };
    use_effect_with((*open, panel.clone()), {
        let (set, button) = (open.setter(), button.clone());
        move |(open, panel): &(bool, NodeRef)| {
            if *open {
                focus(panel);
            }
            let panel = panel.clone();
            let outside = open.then(|| {
                EventListener::new(&gloo::utils::document(), "pointerdown", move |event| {
                    let at = event.target();
                    if !browser::is_inside(&panel, at.as_ref()) && !browser::is_inside(&button, at.as_ref()) {
                        set.set(false);
                    }
                })
            });
            move || drop(outside)
        }
    });
    html! {
        <div class="share" {onkeydown}>
            <button
                ref={button}
                type="button"
                class="button"
                aria-expanded={open.to_string()}
                aria-controls="share"
                {onclick}
            >
                {icons::share()}
                <span class="word">{"Share"}</span>
            </button>
            if *open {
                <section ref={panel} id="share" class="share-panel" aria-label="Share" tabindex="-1">
                    {content(&props.sharing)}
                </section>
            }
        </div>
    }
}

fn content(sharing: &Sharing) -> Html {
    let page = browser::page_address();
    html! {
        <>
            if !sharing.secrets.is_empty() {
                <div class="banner warning">
                    <div>
                        <p>{"Whoever gets this can read all of it. Nothing is taken out:"}</p>
                        <ul>
                            for secret in &sharing.secrets {
                                <li>{words(secret)}</li>
                            }
                        </ul>
                    </div>
                </div>
            }
            if sharing.link == Made::TooLong {
                <p class="banner info">
                    {format!(
                        "The YAML is too long for a link, which has at most {} letters. What stands below holds all of it.",
                        MOST_LETTERS,
                    )}
                </p>
            }
            for (form, text) in Form::ALL.map(|form| (form, sharing.text(form, &page))) {
                if sharing.link != Made::TooLong || text.is_some() {
                    <CopyButton
                        key={form.title()}
                        label={form.title()}
                        purpose={form.purpose()}
                        text={text.map(AttrValue::from)}
                    />
                }
            }
            <p class="soft">
                {"Nothing is uploaded: browsers send no server what stands behind the # of an address."}
            </p>
        </>
    }
}

fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

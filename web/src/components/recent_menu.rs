//! The requests that were sent last, to send again or to forget.
//!
//! The browser itself opens and closes the list, also on Escape and on a click elsewhere.

use pilothouse_report::WireRequest;
use yew::prelude::*;

use super::{ground::Ground, icons, words::visible};
use crate::{browser, state::Action};

const MENU: &str = "recent-requests";
/// The field of the URL, in ids.
pub const URL: &str = "url";

/// The button with its list; `origins` says what proxies are called, by their ids.
pub fn recent_menu(ground: &Ground, recent: &[WireRequest], origins: &[(AttrValue, AttrValue)]) -> Html {
    if recent.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <button
                type="button"
                class="button square"
                title="Recent requests"
                aria-label="Recent requests"
                popovertarget={MENU}
            >
                {icons::clock()}
            </button>
            <section id={MENU} popover="auto" class="recent" aria-label="Recent requests" tabindex="-1">
                <ul>
                    for request in recent { {row(ground, request, origins)} }
                </ul>
                <button type="button" class="link" onclick={forget(ground, Action::ForgetAll, URL)}>
                    {"Forget all"}
                </button>
            </section>
        </>
    }
}

/// Forgets, and gives the keyboard to what stays, since the button that had it goes.
fn forget(ground: &Ground, action: Action, stays: &'static str) -> Callback<MouseEvent> {
    let dispatch = ground.dispatch.clone();
    Callback::from(move |_| {
        dispatch.dispatch(action.clone());
        if let Some(element) = browser::element(stays) {
            let _ = element.focus();
        }
    })
}

fn row(ground: &Ground, request: &WireRequest, origins: &[(AttrValue, AttrValue)]) -> Html {
    let headers: String = request.headers.iter().map(|(name, value)| format!(" · {name}: {value}")).collect();
    let line = visible(&format!("{} {}{headers}", request.method, request.url));
    let origin = origins.iter().find(|(id, _)| Some(&**id) == request.proxy.as_deref());
    html! {
        <li>
            <button
                type="button"
                class="again"
                popovertarget={MENU}
                popovertargetaction="hide"
                onclick={ground.on_click(Action::Try(request.clone()))}
            >
                <code><bdi>{&line}</bdi></code>
                <span class="soft">{origin.map(|(_, name)| name.clone()).unwrap_or_default()}</span>
            </button>
            <button
                type="button"
                class="close"
                aria-label={format!("Forget {line}")}
                onclick={forget(ground, Action::Forget(request.clone()), MENU)}
            >
                {icons::cross()}
            </button>
        </li>
    }
}

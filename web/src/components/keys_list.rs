//! The keys of the page.

use yew::prelude::*;

use crate::{browser, state::KEYS};

/// All keys, by where they are pressed, and a button that closes the list.
pub fn keys_list(close: &Callback<()>) -> Html {
    let held = if browser::is_mac() { "⌘" } else { "Ctrl" };
    html! {
        <>
            <header>
                <h2>{"Keys"}</h2>
                <button type="button" class="button" onclick={close.reform(|_| ())}>{"Close"}</button>
            </header>
            for (place, keys) in &KEYS {
                <section>
                    <h3>{*place}</h3>
                    <dl>
                        for (keys, what) in *keys {
                            <dt>
                                for stroke in keys.split(", ") {
                                    <kbd>{stroke.replace("Mod", held)}</kbd>
                                }
                            </dt>
                            <dd>{*what}</dd>
                        }
                    </dl>
                </section>
            }
        </>
    }
}

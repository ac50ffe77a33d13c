//! What to do while there is no YAML.

use yew::prelude::*;

use super::ground::Ground;
use crate::state::{Action, EXAMPLES};

/// Paste, or begin with an example.
pub fn empty_state(ground: &Ground) -> Html {
    html! {
        <div class="view empty">
            <h2>{"Paste your YAML"}</h2>
            <p>
                {"The output of "}<code>{"kubectl get -o yaml"}</code>
                {", a rendered chart, several documents or JSON: what Istio makes of it appears here while you type. \
                  Nothing leaves this tab."}
            </p>
            <h3>{"Or begin with an example"}</h3>
            <ul class="gallery">
                for example in EXAMPLES.iter().copied() {
                    <li>
                        <button type="button" class="card" onclick={ground.on_click(Action::Load(example))}>
                            <strong>{example.title()}</strong>
                            <span>{example.look()}</span>
                        </button>
                    </li>
                }
            </ul>
        </div>
    }
}

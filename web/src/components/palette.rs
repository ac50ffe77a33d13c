//! Everything that can be done, found by typing its name.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ground::Ground, words::visible};
use crate::state::{Action, Command, Files, Overlay, Typed, commands, matching};

/// A field to type into, and what is found by it.
pub fn palette(ground: &Ground, files: &Files, typed: &Typed) -> Html {
    let all = commands(&ground.overview, files.list());
    let found = matching(&all, &typed.text);
    let at = typed.marked;
    let dispatch = ground.dispatch.clone();
    let to = move |typed: Typed| dispatch.dispatch(Action::Overlay(Some(Overlay::Palette(typed))));
    let oninput = {
        let to = to.clone();
        Callback::from(move |event: InputEvent| {
            to(Typed { text: event.target_unchecked_into::<HtmlInputElement>().value(), marked: 0 });
        })
    };
    let onkeydown = {
        let (typed, count) = (typed.clone(), found.len());
        let take = found.get(at).map(|command| taken(ground, command));
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => to(typed.moved(true, count)),
                "ArrowUp" => to(typed.moved(false, count)),
                "Enter" => take.iter().for_each(|take| take.emit(())),
                _ => return,
            }
            event.prevent_default();
        })
    };
    html! {
        <>
            <input
                type="text"
                role="combobox"
                aria-label="Find a view, a resource, an example or a setting"
                placeholder="Find a view, a resource, an example or a setting"
                aria-expanded="true"
                aria-controls="palette"
                aria-autocomplete="list"
                aria-activedescendant={(!found.is_empty()).then(|| row(at))}
                autocomplete="off"
                spellcheck="false"
                value={typed.text.clone()}
                {oninput}
                {onkeydown}
            />
            <ul id="palette" role="listbox" aria-label="What is found">
                for (place, command) in found.iter().enumerate() {
                    <li
                        id={row(place)}
                        role="option"
                        aria-selected={(place == at).to_string()}
                        onclick={taken(ground, command).reform(|_| ())}
                    >
                        <span class="kind">{command.kind}</span>
                        <span class="name">{visible(&command.name)}</span>
                    </li>
                }
            </ul>
            if found.is_empty() {
                <p class="none" role="status">{"Nothing is called so."}</p>
            }
        </>
    }
}

/// Closes the palette and does what a command says.
fn taken(ground: &Ground, command: &Command) -> Callback<()> {
    let (dispatch, action) = (ground.dispatch.clone(), command.action.clone());
    Callback::from(move |()| {
        dispatch.dispatch(Action::Overlay(None));
        dispatch.dispatch(action.clone());
    })
}

/// The id of the row at a place.
pub fn row(place: usize) -> String {
    format!("palette-{place}")
}

//! The names of the texts, to choose the one in the editor.

use yew::prelude::*;

use super::{ground::Ground, words::visible};
use crate::state::{Action, Files};

/// More names than this would block the page.
const MOST: usize = 200;

/// The names; buttons where there is a choice.
pub fn file_tabs(ground: &Ground, files: &Files, open: usize) -> Html {
    let list = files.list();
    if let [only] = list.as_slice() {
        return html! { <div class="file-tabs"><span class="file">{visible(&only.name)}</span></div> };
    }
    html! {
        <div class="file-tabs" role="group" aria-label="Files">
            for (at, file) in list.iter().enumerate().take(MOST) {
                <button
                    type="button"
                    class="file"
                    aria-pressed={(at == open).to_string()}
                    onclick={ground.on_click(Action::File(at))}
                >
                    {visible(&file.name)}
                </button>
            }
            if list.len() > MOST {
                <span class="soft">{format!("and {} more, which are analysed too", list.len() - MOST)}</span>
            }
        </div>
    }
}

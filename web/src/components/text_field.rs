//! The plain text field, before the editor is there and where it cannot be had.

use std::rc::Rc;

use pilothouse_report::{Place, Position};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::state::{offset, position};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Where to find the field.
    pub field: NodeRef,
    pub text: Rc<str>,
    /// Where to go, and how many times that was asked.
    pub goal: Option<(u32, Place)>,
    /// Takes the text that is typed.
    pub edit: Callback<String>,
    /// Takes where the cursor is put.
    pub place: Callback<Position>,
}

#[component]
pub fn TextField(props: &Props) -> Html {
    use_effect_with(props.goal.clone(), {
        let (field, text) = (props.field.clone(), Rc::clone(&props.text));
        move |goal| {
            if let (Some(field), Some((_, place))) = (field.cast::<HtmlTextAreaElement>(), goal) {
                reveal(&field, &text, place);
            }
        }
    });
    let oninput =
        props.edit.reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let moved = {
        let (field, place) = (props.field.clone(), props.place.clone());
        move || {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
            if let Ok(Some(at)) = field.selection_start() {
                place.emit(position(&field.value(), at));
            }
        }
    };
    let onclick = Callback::from({
        let moved = moved.clone();
        move |_: MouseEvent| moved()
    });
    let onkeyup = Callback::from(move |_: KeyboardEvent| moved());
    html! {
        <textarea
            ref={props.field.clone()}
            aria-label="YAML"
            spellcheck="false"
            autocapitalize="off"
            wrap="off"
            value={props.text.to_string()}
            {oninput}
            {onclick}
            {onkeyup}
        />
    }
}

/// Selects the place; the field scrolls by itself only as far as its first line, so the height is reckoned.
fn reveal(field: &HtmlTextAreaElement, text: &str, place: &Place) {
    let (from, to) = (offset(text, place.range.start), offset(text, place.range.end));
    let _ = field.focus();
    let _ = field.set_selection_range(from, to);
    let lines = text.split('\n').count().max(1) as f64;
    let line = f64::from(place.range.start.line.saturating_sub(3));
    field.set_scroll_top((f64::from(field.scroll_height()) * line / lines) as i32);
}

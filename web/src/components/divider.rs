//! The line between the panes: dragged with a pointer, moved with the arrow keys, put back by a double click.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::ground::use_ground;
use crate::state::{Action, Settings};

/// How far an arrow key moves it, in percent.
const STEP: f64 = 2.0;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The width of the pane before it, in percent.
    pub split: f64,
}

#[component]
pub fn Divider(props: &Props) -> Html {
    let ground = use_ground();
    let node = use_node_ref();
    let dragging = use_mut_ref(|| false);
    let set = Callback::from(move |split: f64| ground.dispatch.dispatch(Action::Split(split)));

    let onpointerdown = {
        let dragging = dragging.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            event.prevent_default();
            let divider: HtmlElement = event.target_unchecked_into();
            // Without a capture the drag merely ends at the edge of the line.
            let _ = divider.set_pointer_capture(event.pointer_id());
            let _ = divider.focus();
            *dragging.borrow_mut() = true;
        })
    };
    let onpointermove = {
        let (dragging, set, node) = (dragging.clone(), set.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            let panes = node.cast::<HtmlElement>().and_then(|divider| divider.parent_element());
            if let (true, Some(panes)) = (*dragging.borrow(), panes) {
                let whole = panes.get_bounding_client_rect();
                set.emit((f64::from(event.client_x()) - whole.left()) / whole.width().max(1.0) * 100.0);
            }
        })
    };
    let release = Callback::from(move |_: PointerEvent| *dragging.borrow_mut() = false);
    let ondblclick = set.reform(|_: MouseEvent| Settings::SPLIT);
    let split = props.split;
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowLeft" => split - STEP,
            "ArrowRight" => split + STEP,
            "Home" => *Settings::SPLITS.start(),
            "End" => *Settings::SPLITS.end(),
            "Enter" => Settings::SPLIT,
            _ => return,
        };
        event.prevent_default();
        set.emit(to);
    });
    html! {
        <div
            ref={node}
            class="divider"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label="Width of the editor"
            aria-valuenow={split.round().to_string()}
            aria-valuemin={Settings::SPLITS.start().to_string()}
            aria-valuemax={Settings::SPLITS.end().to_string()}
            {onpointerdown}
            {onpointermove}
            onpointerup={release.clone()}
            onpointercancel={release}
            {ondblclick}
            {onkeydown}
        />
    }
}

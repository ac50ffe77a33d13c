//! Something that stands above the page until it is closed.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::browser;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it is called.
    pub label: AttrValue,
    /// Told when it was closed, by Escape for example.
    pub onclose: Callback<()>,
    pub class: Classes,
    /// The id of what is to be in view.
    #[prop_or_default]
    pub marked: Option<AttrValue>,
    pub children: Html,
}

#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            // Shown so, the browser keeps the focus inside and gives it back.
            let _ = dialog.show_modal();
        }
        move || dialog.iter().for_each(HtmlDialogElement::close)
    });
    use_effect_with(props.marked.clone(), |marked| {
        marked.iter().for_each(|marked| browser::scroll_to(marked));
    });
    let onclose = props.onclose.reform(|_: Event| ());
    // The dialog itself is hit only outside of what it holds.
    let onpointerdown = {
        let (node, close) = (node.clone(), props.onclose.clone());
        Callback::from(move |event: PointerEvent| {
            if event.target() == node.get().map(Into::into) {
                close.emit(());
            }
        })
    };
    html! {
        <dialog
            ref={node}
            class={classes!("dialog", props.class.clone())}
            aria-label={props.label.clone()}
            {onclose}
            {onpointerdown}
        >
            <div class="dialog-body">{props.children.clone()}</div>
        </dialog>
    }
}

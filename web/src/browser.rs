//! The few things the page asks of the browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::state::Storage;

/// The browser's storage for this address; it may be denied, full or gone.
#[derive(Clone, Copy, Debug)]
pub struct LocalStorage;

impl Storage for LocalStorage {
    fn get(&self, name: &str) -> Option<String> {
        local_storage()?.get_item(name).ok()?
    }

    fn set(&self, name: &str, value: &str) -> bool {
        local_storage().is_some_and(|storage| storage.set_item(name, value).is_ok())
    }
}

fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// An element of the page by its id.
pub fn element(id: &str) -> Option<HtmlElement> {
    gloo::utils::document().get_element_by_id(id)?.dyn_into().ok()
}

/// The page's outermost element.
pub fn root() -> Option<Element> {
    gloo::utils::document().document_element()
}

/// Whether a person has marked some text, so that a click meant that and nothing else.
pub fn text_is_marked() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Puts a text on the clipboard; a browser that refuses says so itself.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// The address of a text to save as a file.
pub fn file(text: &str) -> String {
    format!("data:text/yaml;charset=utf-8,{}", js_sys::encode_uri_component(text))
}

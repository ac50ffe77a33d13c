//! The few things the page asks of the browser.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, EventTarget, HtmlElement, Node, ScrollIntoViewOptions, ScrollLogicalPosition};

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

/// The browser's storage for this tab alone, which a reload outlives.
#[derive(Clone, Copy, Debug)]
pub struct TabStorage;

impl Storage for TabStorage {
    fn get(&self, name: &str) -> Option<String> {
        tab_storage()?.get_item(name).ok()?
    }

    fn set(&self, name: &str, value: &str) -> bool {
        tab_storage().is_some_and(|storage| storage.set_item(name, value).is_ok())
    }
}

fn tab_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
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
    if let Some(clipboard) = clipboard() {
        let _ = clipboard.write_text(text);
    }
}

/// Puts a text on the clipboard; whether the browser allowed it.
pub async fn copied(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

/// The clipboard, which browsers give to pages from a safe origin alone.
fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::has(&navigator, &"clipboard".into()).is_ok_and(|has| has).then(|| navigator.clipboard())
}

/// What stands behind the `#` of the address.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.strip_prefix('#').map(str::to_owned).unwrap_or(hash)
}

/// Puts this behind the `#`, without a step in the history.
pub fn set_fragment(wanted: &str) {
    let Some(window) = web_sys::window().filter(|_| fragment() != wanted) else { return };
    // Without a `#` at all the address would stay as it is.
    let to = if wanted.is_empty() { page_address() } else { format!("#{wanted}") };
    let _ =
        window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&to)));
}

/// The address of the page without what stands behind the `#`.
pub fn page_address() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Brings an element into view, by its id.
pub fn scroll_to(id: &str) {
    if let Some(element) = element(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether commands are given with Cmd here and not with Ctrl.
pub fn is_mac() -> bool {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// Whether letters typed into an element become its text.
pub fn takes_letters(element: Option<&EventTarget>) -> bool {
    element.and_then(|element| element.dyn_ref::<HtmlElement>()).is_some_and(|element| {
        let written = matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
        written || element.is_content_editable()
    })
}

/// Whether an event happened in an element.
pub fn is_inside(element: &yew::NodeRef, target: Option<&EventTarget>) -> bool {
    let node = target.and_then(|target| target.dyn_ref::<Node>());
    element.get().is_some_and(|element| element.contains(node))
}

/// The address of a text to save as a file.
pub fn file(text: &str) -> String {
    format!("data:text/yaml;charset=utf-8,{}", js_sys::encode_uri_component(text))
}

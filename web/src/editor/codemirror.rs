//! The editor in JavaScript and the Rust functions it calls, owned together.

use js_sys::Uint32Array;
use pilothouse_report::{Position, Range};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use super::marks::{Origins, Problem};
use crate::engine::editor_module;

#[wasm_bindgen]
extern "C" {
    type Module;

    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Module,
        host: &HtmlElement,
        text: &str,
        label: &str,
        on_change: &JsValue,
        on_cursor: &JsValue,
    ) -> Result<Editor, JsValue>;

    type Editor;

    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Editor, text: &str);

    #[wasm_bindgen(method, js_name = setProblems)]
    fn set_problems(this: &Editor, problems: JsValue);

    #[wasm_bindgen(method, js_name = setOrigins)]
    fn set_origins(this: &Editor, lines: Uint32Array, letters: &str);

    #[wasm_bindgen(method, js_name = setLit)]
    fn set_lit(this: &Editor, range: JsValue);

    #[wasm_bindgen(method)]
    fn reveal(this: &Editor, range: JsValue);

    #[wasm_bindgen(method)]
    fn focus(this: &Editor, anchor: u32, head: u32);

    #[wasm_bindgen(method)]
    fn destroy(this: &Editor);
}

/// A shown editor; dropping it removes it.
pub struct CodeMirror {
    editor: Editor,
    _on_change: Closure<dyn FnMut(String)>,
    _on_cursor: Closure<dyn FnMut(u32, u32)>,
}

impl CodeMirror {
    /// Loads the editor's code and shows the editor in `host`, with what `text` then gives.
    pub async fn show(
        host: HtmlElement,
        text: impl FnOnce() -> String,
        on_change: impl FnMut(String) + 'static,
        mut on_cursor: impl FnMut(Position) + 'static,
    ) -> Result<Self, JsValue> {
        let module: Module = JsFuture::from(editor_module()).await?.unchecked_into();
        let on_change = Closure::<dyn FnMut(String)>::new(on_change);
        let on_cursor =
            Closure::<dyn FnMut(u32, u32)>::new(move |line, column| on_cursor(Position { line, column }));
        let label = "YAML. Escape and then Tab leaves the editor.";
        let editor = module.mount(&host, &text(), label, on_change.as_ref(), on_cursor.as_ref())?;
        Ok(Self { editor, _on_change: on_change, _on_cursor: on_cursor })
    }

    /// Replaces the text.
    pub fn set_text(&self, text: &str) {
        self.editor.set_text(text);
    }

    /// Draws squiggles.
    pub fn set_problems(&self, problems: &[Problem]) {
        self.editor.set_problems(plain(problems));
    }

    /// Draws the bar of origins.
    pub fn set_origins(&self, origins: &Origins) {
        self.editor.set_origins(Uint32Array::from(&origins.lines[..]), &origins.letters);
    }

    /// Lights lines up, or none.
    pub fn set_lit(&self, range: Option<Range>) {
        self.editor.set_lit(range.map_or(JsValue::UNDEFINED, |range| plain(&range)));
    }

    /// Scrolls to a range, selects it and takes the keyboard.
    pub fn reveal(&self, range: Range) {
        self.editor.reveal(plain(&range));
    }

    /// Takes the keyboard with a selection in UTF-16 units from the beginning.
    pub fn focus(&self, anchor: u32, head: u32) {
        self.editor.focus(anchor, head);
    }
}

impl Drop for CodeMirror {
    fn drop(&mut self) {
        self.editor.destroy();
    }
}

/// As a plain object of JavaScript.
fn plain(value: &(impl Serialize + ?Sized)) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

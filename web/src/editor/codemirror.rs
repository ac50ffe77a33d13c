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
        on_other: &JsValue,
        on_fix: &JsValue,
    ) -> Result<Editor, JsValue>;

    type Editor;

    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Editor, text: &str);

    #[wasm_bindgen(method)]
    fn amend(this: &Editor, text: &str, others: JsValue);

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

/// What a person does in the editor.
#[derive(Clone, Debug)]
pub enum Did {
    /// The text is another one.
    Typed(String),
    /// The cursor was put somewhere.
    Moved(Position),
    /// Undoing or redoing gave another text of the input what it holds.
    Other(usize, String),
    /// A fix of a finding is wanted, both by their places.
    Fix(usize, usize),
}

/// A text that is changed together with the one in the editor.
#[derive(Clone, Debug, Serialize)]
pub struct Other {
    /// Which text.
    pub file: usize,
    /// What it held.
    pub before: String,
    /// What it holds.
    pub after: String,
}

/// A shown editor; dropping it removes it.
pub struct CodeMirror {
    editor: Editor,
    _on_change: Closure<dyn FnMut(String)>,
    _on_cursor: Closure<dyn FnMut(u32, u32)>,
    _on_other: Closure<dyn FnMut(u32, String)>,
    _on_fix: Closure<dyn FnMut(u32, u32)>,
}

impl CodeMirror {
    /// Loads the editor's code and shows the editor in `host`, with what `text` then gives.
    pub async fn show(
        host: HtmlElement,
        text: impl FnOnce() -> String,
        tell: impl Fn(Did) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let module: Module = JsFuture::from(editor_module()).await?.unchecked_into();
        let [typed, moved, other, fix] = [(); 4].map(|()| tell.clone());
        let on_change = Closure::<dyn FnMut(String)>::new(move |text| typed(Did::Typed(text)));
        let on_cursor = Closure::<dyn FnMut(u32, u32)>::new(move |line, column| {
            moved(Did::Moved(Position { line, column }))
        });
        let on_other =
            Closure::<dyn FnMut(u32, String)>::new(move |file, text| other(Did::Other(file as usize, text)));
        let on_fix = Closure::<dyn FnMut(u32, u32)>::new(move |finding, at| {
            fix(Did::Fix(finding as usize, at as usize));
        });
        let label = "YAML. Escape and then Tab leaves the editor.";
        let editor = module.mount(
            &host,
            &text(),
            label,
            on_change.as_ref(),
            on_cursor.as_ref(),
            on_other.as_ref(),
            on_fix.as_ref(),
        )?;
        Ok(Self {
            editor,
            _on_change: on_change,
            _on_cursor: on_cursor,
            _on_other: on_other,
            _on_fix: on_fix,
        })
    }

    /// Replaces the text.
    pub fn set_text(&self, text: &str) {
        self.editor.set_text(text);
    }

    /// Takes over a text that was changed together with others, as one step that can be undone.
    pub fn amend(&self, text: &str, others: &[Other]) {
        self.editor.amend(text, plain(others));
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

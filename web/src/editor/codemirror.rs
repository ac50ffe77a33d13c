//! The editor in JavaScript and the Rust functions it calls, owned together.

use js_sys::{Function, Object, Reflect, Uint32Array};
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
        hooks: &Object,
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
    /// These edits of the texts are wanted, as JSON of the engine.
    Mend(String),
    /// A place in a text is wanted.
    Go(u32, Range),
    /// Something is asked of a place; the answer is JSON of the engine.
    Ask {
        /// What is asked.
        wish: String,
        /// Where.
        at: Position,
        /// The new name, for a renaming.
        name: String,
        /// Takes the answer.
        answer: Function,
    },
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
    _hooks: Hooks,
}

/// The functions that the editor calls, under the names by which it knows them.
struct Hooks {
    object: Object,
    _text: [Closure<dyn Fn(String)>; 2],
    _numbers: [Closure<dyn Fn(u32, u32)>; 2],
    _other: Closure<dyn Fn(u32, String)>,
    _go: Closure<dyn Fn(u32, u32, u32, u32, u32)>,
    _ask: Closure<dyn Fn(String, u32, u32, String, Function)>,
}

impl Hooks {
    fn new(tell: impl Fn(Did) + Clone + 'static) -> Self {
        let [typed, moved, other, fix, ask, go, mend] = [(); 7].map(|()| tell.clone());
        let text: [Closure<dyn Fn(String)>; 2] = [
            Closure::new(move |text| typed(Did::Typed(text))),
            Closure::new(move |edits| mend(Did::Mend(edits))),
        ];
        let numbers: [Closure<dyn Fn(u32, u32)>; 2] = [
            Closure::new(move |line, column| moved(Did::Moved(Position { line, column }))),
            Closure::new(move |finding, at| fix(Did::Fix(finding as usize, at as usize))),
        ];
        let other =
            Closure::<dyn Fn(u32, String)>::new(move |file, text| other(Did::Other(file as usize, text)));
        let go = Closure::<dyn Fn(u32, u32, u32, u32, u32)>::new(move |file, line, column, to_line, to| {
            let (start, end) = (Position { line, column }, Position { line: to_line, column: to });
            go(Did::Go(file, Range { start, end }));
        });
        let ask = Closure::<dyn Fn(String, u32, u32, String, Function)>::new(
            move |wish, line, column, name, answer| {
                ask(Did::Ask { wish, at: Position { line, column }, name, answer });
            },
        );
        let object = Object::new();
        let functions = [
            ("change", text[0].as_ref()),
            ("mend", text[1].as_ref()),
            ("cursor", numbers[0].as_ref()),
            ("fix", numbers[1].as_ref()),
            ("other", other.as_ref()),
            ("go", go.as_ref()),
            ("ask", ask.as_ref()),
        ];
        for (name, function) in functions {
            // A plain object takes any property.
            let _ = Reflect::set(&object, &name.into(), function);
        }
        Self { object, _text: text, _numbers: numbers, _other: other, _go: go, _ask: ask }
    }
}

impl CodeMirror {
    /// Loads the editor's code and shows the editor in `host`, with what `text` then gives.
    pub async fn show(
        host: HtmlElement,
        text: impl FnOnce() -> String,
        tell: impl Fn(Did) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let module: Module = JsFuture::from(editor_module()).await?.unchecked_into();
        let hooks = Hooks::new(tell);
        let label = "YAML. Escape and then Tab leaves the editor.";
        let editor = module.mount(&host, &text(), label, &hooks.object)?;
        Ok(Self { editor, _hooks: hooks })
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

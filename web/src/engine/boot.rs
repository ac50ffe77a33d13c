//! What `boot.js` hands to the page.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The object that `boot.js` sets.
    pub type Boot;

    #[wasm_bindgen(thread_local_v2, js_namespace = globalThis, js_name = pilothouse)]
    static BOOT: Boot;

    #[wasm_bindgen(method, getter)]
    fn js(this: &Boot) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn worker(this: &Boot) -> String;

    #[wasm_bindgen(method, getter)]
    fn wasm(this: &Boot) -> JsValue;

    #[wasm_bindgen(method, js_name = editor)]
    fn import_editor(this: &Boot) -> Promise;
}

/// The address of the worker's script.
pub fn worker_address() -> String {
    BOOT.with(Boot::worker)
}

/// What a new worker is sent first: the addresses of the engine's glue and of its module.
pub fn worker_parts() -> JsValue {
    let parts = js_sys::Object::new();
    BOOT.with(|boot| {
        for (name, value) in [("js", boot.js()), ("wasm", boot.wasm())] {
            // A plain object takes any property.
            let _ = js_sys::Reflect::set(&parts, &name.into(), &value);
        }
    });
    parts.into()
}

/// Loads the editor's module, once.
pub fn editor_module() -> Promise {
    BOOT.with(Boot::import_editor)
}

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
    fn worker(this: &Boot) -> String;

    #[wasm_bindgen(method)]
    fn engine(this: &Boot) -> Promise;

    #[wasm_bindgen(method)]
    fn editor(this: &Boot) -> Promise;

    #[wasm_bindgen(method)]
    fn update(this: &Boot);
}

/// The event on the window that tells of a newer version of the page.
pub const UPDATE: &str = "pilothouse-update";

/// The address of the worker's script.
pub fn worker_address() -> String {
    BOOT.with(Boot::worker)
}

/// Loads what a new worker is sent first: the address of the engine's glue and its compiled module.
pub fn engine_parts() -> Promise {
    BOOT.with(Boot::engine)
}

/// Loads the editor's module, once.
pub fn editor_module() -> Promise {
    BOOT.with(Boot::editor)
}

/// Starts the page again in its newer version.
pub fn update() {
    BOOT.with(Boot::update);
}

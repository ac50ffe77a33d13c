//! What a browser calls.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Measures by the browser's clock; the rows as JSON.
#[wasm_bindgen]
pub fn measure() -> String {
    serde_json::to_string(&crate::rows(now)).unwrap_or_default()
}

//! The engine, in a worker of its own. It is loaded while the page already shows its first result.

use wasm_bindgen::JsCast;

fn main() {
    if let Ok(scope) = js_sys::global().dyn_into() {
        pilothouse_web::engine::serve(scope);
    }
}

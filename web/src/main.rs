//! The page. One binary has two roles: in a document it shows the page, in a worker it is the engine.
#![allow(unreachable_pub, reason = "nothing uses a binary; `pub` says what a module offers to the others")]

mod browser;
mod components;
mod editor;
mod engine;
mod state;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => engine::serve(scope),
        Err(_) => components::show(),
    }
}

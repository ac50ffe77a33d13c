//! The worker: takes questions as messages and posts answers.

use js_sys::{Array, Uint8Array};
use pilothouse_analysis::Sources;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance};

use super::server::Server;

/// The sorts of messages from the worker.
pub const READY: &str = "ready";
/// The run of the question with this number has begun.
pub const BEGUN: &str = "begun";
/// The answer as bytes of JSON.
pub const ANSWER: &str = "answer";
/// The engine is about to break, and why.
pub const PANIC: &str = "panic";

/// Answers questions until the worker is ended.
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    let last_words = scope.clone();
    std::panic::set_hook(Box::new(move |panic| post(&last_words, PANIC, &panic.to_string().into())));
    let mut server = Server::default();
    let clock = scope.performance();
    let to = scope.clone();
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = Array::from(&event.data());
        post(&to, BEGUN, &message.get(0));
        let now = || clock.as_ref().map_or(0.0, Performance::now);
        let Some(bytes) = answer(&mut server, &message, now) else { return };
        let bytes = Uint8Array::from(&bytes[..]);
        let reply = Array::of2(&ANSWER.into(), &bytes);
        // Only a message that cannot be copied is refused, and bytes can.
        let _ = to.post_message_with_transfer(&reply, &Array::of1(&bytes.buffer()));
    });
    scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
    listen.forget();
    post(&scope, READY, &JsValue::UNDEFINED);
}

fn post(scope: &DedicatedWorkerGlobalScope, sort: &str, value: &JsValue) {
    let _ = scope.post_message(&Array::of2(&sort.into(), value));
}

/// A message is the number, the question as JSON, the names and texts where they changed, and the text before where
/// that changed.
fn answer(server: &mut Server, message: &Array, now: impl Fn() -> f64) -> Option<Vec<u8>> {
    let question = serde_json::from_str(&message.get(1).as_string()?).ok()?;
    let start = now();
    if let Some(before) = message.get(4).as_string() {
        server.keep(before);
    }
    let mut answer = server.answer(&question, sources(&message.get(2), &message.get(3)));
    answer.millis = Some(now() - start);
    serde_json::to_vec(&answer).ok()
}

fn sources(names: &JsValue, texts: &JsValue) -> Option<Sources> {
    let (names, texts) = (names.dyn_ref::<Array>()?, texts.dyn_ref::<Array>()?);
    let mut sources = Sources::default();
    for (name, text) in names.iter().zip(texts.iter()) {
        sources.add(name.as_string().unwrap_or_default(), text.as_string().unwrap_or_default());
    }
    Some(sources)
}

//! Everything we say of a configuration as one text, which must be the same natively and in WebAssembly.
//!
//! The native program (`main.rs`) asks about every case and every example; `compare.mjs` asks the same in WebAssembly.

use pilothouse_analysis::{Profile, Sources, analyze, analyze_exactly, mesh::Proxy};
use pilothouse_report::{answers, binding_views, envoy, report};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// What the page and the command are told: the report, all that is shown of each proxy, Envoy's configuration of
/// `proxies` and the answers to `requests`, both lists as JSON.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen)]
pub fn everything(istio: &str, input: &str, proxies: &str, requests: &str) -> String {
    let profile = if istio == "1.1" { Profile::v1_1() } else { Profile::current() };
    let sources = || Sources::single("input.yaml", input.to_owned());
    let shown = analyze(sources(), profile.clone());
    let views: Vec<_> = binding_views(&shown, shown.bindings.iter().map(|binding| &binding.proxy)).collect();
    let exact = analyze_exactly(sources(), profile);
    let listed: Vec<String> = serde_json::from_str(proxies).unwrap_or_default();
    let listed: Vec<Proxy> = listed.iter().filter_map(|proxy| proxy.parse().ok()).collect();
    let asked: Vec<Value> = serde_json::from_str(requests).unwrap_or_default();
    let answered: Vec<Value> = asked.iter().map(|entry| answers::answer_entry(&exact, entry)).collect();
    json!({
        "report": report(&shown),
        "views": views,
        "envoy": envoy::envoy(&exact, &listed),
        "answers": answered,
    })
    .to_string()
}

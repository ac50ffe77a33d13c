//! How fast the analysis is, held against merely parsing the same text.
//!
//! The same code measures natively (`main.rs`) and in a browser (`chromium.mjs`); only the clock differs.

pub mod measure;
pub mod mesh;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod work;

pub use measure::{Row, rows};
pub use mesh::{Shape, mesh};

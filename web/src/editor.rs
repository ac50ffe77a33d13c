//! The binding to CodeMirror, which `web/js/editor.js` wraps.

mod codemirror;
mod marks;

pub use codemirror::{CodeMirror, Did, Other};
pub use marks::{Origins, problems};

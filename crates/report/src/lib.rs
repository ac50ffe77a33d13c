//! The wire model: plain structs made from an analysis, which the command prints and the page shows.
//!
//! Nothing is decided here; every value is read from `pilothouse-analysis`.

pub mod model;

pub use model::*;

//! The page and its engine: two programs that share what crosses between them.
//!
//! Each is linked apart, so that the page is small and is seen before the engine is there.
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "only the two programs use it; `pub` says what a module offers"
)]

mod browser;
pub mod components;
mod editor;
pub mod engine;
mod state;

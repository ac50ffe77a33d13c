//! Sets of requests: what a route takes, what is left of it behind others, and a request that shows it.

mod regex;

pub use regex::{MAX_BYTES, Pattern, Patterns, Refusal};

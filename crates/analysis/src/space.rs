//! Sets of requests: what a route takes, what is left of it behind others, and a request that shows it.
//!
//! Every claim of two routes' overlap, or of a route that none can reach, is decided exactly or said to be undecided.
//! [`Space`] answers for the routes of a virtual host, [`RequestSet`] computes with few sets in general, and
//! [`matches()`] tells for one request why a route takes it or not.
//!
//! Left out: header values that are not UTF-8, and what Envoy itself does to headers before it looks for a route.

mod condition;
mod domain;
mod hosts;
mod index;
mod matcher;
mod path;
mod regex;
mod request_set;
mod routes;
mod solver;
mod text;
mod witness;

pub use condition::{Condition, Language, Part};
pub use hosts::Hosts;
pub use matcher::{Failed, Matcher, RequestFacts, matches};
pub use path::{normalise_path, split_target};
pub use regex::{Literal, MAX_BYTES, Pattern, Patterns, Refusal, validator_refusal};
pub use request_set::RequestSet;
pub use routes::Space;
pub use text::{Answer, TextSet};
pub use witness::Witness;

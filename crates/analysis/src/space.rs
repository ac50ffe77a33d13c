//! Sets of requests: what a route takes, what is left of it behind others, and a request that shows it.

mod condition;
mod matcher;
mod path;
mod regex;

pub use condition::{Condition, Language, Literal, Part};
pub use matcher::{Failed, Matcher, RequestFacts, matches};
pub use path::{normalise_path, split_target};
pub use regex::{MAX_BYTES, Pattern, Patterns, Refusal};

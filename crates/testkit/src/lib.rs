//! Fixtures for tests: YAML in which comments mark what is to be found.
//!
//! A comment line with carets marks the text above it; `…` in its words stands for anything:
//!
//! ```yaml
//! subset: v3
//! #       ^^ undefined-subset: get 503 … `v1`, `v2`
//! ```
//!
//! Carets that touch the `#` include its column, and `#<` marks the first column alone. A comment behind a line,
//! `# error`, marks the line as a whole. `#- name.yaml` begins another file.

mod compare;
mod fixture;
mod page;

pub use compare::compare;
pub use fixture::{Fixture, Mark, Place};
pub use page::{Block, Page};

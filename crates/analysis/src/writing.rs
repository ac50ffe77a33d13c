//! What helps while YAML is written: what may stand at a place, what stands there means, where it leads, and how a
//! name is changed everywhere.
//!
//! All of it reads the syntax tree and the field tables. A line that is being typed is read with a word put in its
//! place, so that the parser itself says where it belongs.

mod completion;
mod context;
mod gap;
mod meaning;
mod names;
mod rename;
mod target;

pub use completion::{Completion, Item, completion};
pub use meaning::{Meaning, meaning};
pub use rename::{Name, named, rename};
pub use target::{Definition, definitions};

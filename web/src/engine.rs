//! The engine: one analysis in a worker of its own, asked and answered with plain data.
//!
//! The newest question wins; a run that is too long or panics is ended with its worker, and a new worker starts.

mod aside;
mod boot;
mod client;
mod comparison;
mod desk;
mod first;
mod linked;
mod protocol;
mod serve;
mod server;
mod testing;
mod urls;

pub use aside::{Aside, Said};
pub use boot::{UPDATE, editor_module, update};
pub use client::{Engine, Event};
pub use comparison::{Comparison, Found, Pair, Rollout};
pub use desk::Failure;
pub use first::first_answer;
pub use linked::{Linked, MOST_LETTERS};
pub use protocol::{Answer, Ask, Counts, Lens, Overview, Patience, Question, Reply, View};
pub use serve::serve;
pub use testing::{Kept, Tested, Wish};
pub use urls::known_urls;

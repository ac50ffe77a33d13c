//! The structs. Lines and columns begin at 1; columns count UTF-16 units, as editors and JavaScript do.

mod envoy;
mod finding;
mod input;
mod place;
mod request;
mod rollout;
mod routes;

pub use envoy::*;
pub use finding::*;
pub use input::*;
pub use place::*;
pub use request::*;
pub use rollout::*;
pub use routes::*;

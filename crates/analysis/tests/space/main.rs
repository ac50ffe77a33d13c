//! The laws of sets of texts and requests, checked against a matcher that tries every request of a small world.

mod laws;
mod random;
mod routes;
mod world;

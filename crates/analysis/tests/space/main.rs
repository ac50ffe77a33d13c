//! The laws of sets of texts and requests, checked against a matcher that tries every request of a small world.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod random;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod world;

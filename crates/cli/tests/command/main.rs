//! The command as a person or a CI job runs it: what is read, what is printed where, and the exit code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod check;
mod explain;
mod fix;
mod folders;
mod routes;
mod run;
mod sidecar_request;

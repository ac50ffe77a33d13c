//! The command as a person or a CI job runs it: what is read, what is printed where, and the exit code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod allowances;
mod bad_input;
mod check;
mod config;
mod explain;
mod fix;
mod folders;
mod github;
mod link;
mod pages;
mod routes;
mod run;
mod sarif;
mod schemas;
mod sidecar_request;
mod test;

//! What leaves a workload through its sidecar: listeners, TLS and TCP rules, and connections on their way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod listeners;
mod rules;
mod ways;
mod world;

//! What leaves a workload through its sidecar: listeners, TLS and TCP rules, and connections on their way.

mod listeners;
mod rules;
mod ways;
mod world;

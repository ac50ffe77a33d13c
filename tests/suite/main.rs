//! Each rule of our notes on Istio's semantics, proven by a small configuration and the tables it comes to.
//!
//! The README beside this file says how a case is written.

#![expect(clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "a test fails by panicking")]

mod answer;
mod case;
mod coverage;
mod random;
mod rollout;

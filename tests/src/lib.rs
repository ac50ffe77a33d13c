//! What the tests of the whole have in common: conformance cases and how we agree with them, tables, and the ids of
//! our notes on Istio's semantics with the tests that cite them.

pub mod agreement;
pub mod cases;
pub mod difference;
pub mod semantics;
pub mod table;

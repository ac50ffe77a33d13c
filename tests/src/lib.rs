//! Reads the conformance cases and compares answers, telling the first difference.

pub mod cases;
pub mod difference;

//! Tests that people keep: a request and what is to come of it, held against what the configuration does today.

mod checks;
mod coverage;
mod form;
mod joined;
mod model;
mod read;
mod reader;
mod run;
mod today;
mod validator;
mod write;

pub use form::{Case, Expect, Outcome, Sent, TestFile, Weight};
pub use joined::joined;
pub use model::{
    Coverage, Mismatch, TestProblem, TestRow, TestState, TestsOutput, UncoveredRoute, WrittenTests,
};
pub use run::run;
pub use write::{write, write_trace};

/// A text that holds tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestText {
    /// What it is called.
    pub name: String,
    /// The YAML.
    pub text: String,
}

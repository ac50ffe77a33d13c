//! What comes of tests, as the command prints it and the page shows it.

use serde::{Deserialize, Serialize};

use crate::model::{Range, ResourceKey, WireRequest};

/// What came of all tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestsOutput {
    /// `current` or `1.1`.
    pub istio: String,
    /// The tests that were run, in their order.
    pub tests: Vec<TestRow>,
    /// What could not be read, or is not looked at.
    pub problems: Vec<TestProblem>,
    /// Which routes the tests reach.
    pub coverage: Coverage,
}

impl TestsOutput {
    /// How many tests ended so.
    pub fn count(&self, state: TestState) -> usize {
        self.tests.iter().filter(|test| test.state == state).count()
    }

    /// Whether every test was read and passed.
    pub fn passed(&self) -> bool {
        self.count(TestState::Passed) == self.tests.len() && self.problems.iter().all(|problem| problem.note)
    }
}

/// A test and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestRow {
    /// What it is about.
    pub name: String,
    /// The name of the text it stands in.
    pub file: String,
    /// Where in it.
    pub range: Range,
    /// What is sent, through the first of the proxies that take it.
    pub request: WireRequest,
    /// What came of it.
    pub state: TestState,
    /// What the configuration does with the request today, as a sentence.
    pub answer: String,
    /// The expectations that do not hold.
    pub failures: Vec<Mismatch>,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TestState {
    /// All that is expected holds.
    #[default]
    Passed,
    /// Something does not.
    Failed,
    /// It hangs on which resource is older, and the input does not say.
    Undecided,
}

impl TestState {
    /// In one word.
    pub fn as_str(self) -> &'static str {
        match self {
            TestState::Passed => "passed",
            TestState::Failed => "failed",
            TestState::Undecided => "undecided",
        }
    }
}

/// An expectation that does not hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mismatch {
    /// The field of `expect`.
    pub field: String,
    /// What was expected, in words.
    pub expected: String,
    /// What there is, in words.
    pub actual: String,
    /// Where the expectation stands.
    pub range: Range,
    /// The proxy it was seen on.
    pub proxy: String,
}

/// Something in a file of tests that cannot be read, or that is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestProblem {
    /// The name of the text.
    pub file: String,
    /// Where in it.
    pub range: Range,
    /// What is wrong and what becomes of the test.
    pub message: String,
    /// Whether it only tells what is not looked at; anything else fails the run.
    pub note: bool,
}

/// Which routes are reached by tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coverage {
    /// How many routes the input writes that some proxy has.
    pub routes: u32,
    /// Those that no test reaches.
    pub uncovered: Vec<UncoveredRoute>,
}

/// A route that no test reaches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UncoveredRoute {
    /// The resource it is written in.
    pub resource: ResourceKey,
    /// The virtual host, by what people call it.
    pub host: String,
    /// What it asks of a request, in words.
    pub conditions: String,
    /// The name of the text.
    pub file: String,
    /// Where in it.
    pub range: Range,
}

/// Tests written from what the configuration does today.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WrittenTests {
    /// The file of tests, as YAML.
    pub text: String,
    /// How many tests it holds.
    pub tests: u32,
    /// The routes without a test, each with the reason, as sentences.
    pub left_out: Vec<String>,
}

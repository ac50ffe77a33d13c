//! What came of tests, for people.

use std::fmt::Write;

use pilothouse_report::{
    Range,
    request_tests::{TestState, TestsOutput},
};

use crate::visible::visible;

/// A line for each test, more where it does not pass, and what the tests leave out.
pub(super) fn text(output: &TestsOutput) -> String {
    let mut out = String::new();
    for test in &output.tests {
        let mark = match test.state {
            TestState::Passed => "pass",
            TestState::Failed => "FAIL",
            TestState::Undecided => "OPEN",
        };
        let _ = writeln!(out, "{mark}  {}", test.name);
        if test.state == TestState::Passed {
            continue;
        }
        let _ = writeln!(out, "      {}", place(&test.file, test.range));
        let request = &test.request;
        let _ = write!(out, "      {} {}", request.method, request.url);
        for (name, value) in &request.headers {
            let _ = write!(out, " -H '{name}: {value}'");
        }
        if let Some(proxy) = &request.proxy {
            let _ = write!(out, " through {proxy}");
        }
        let _ = writeln!(out, "\n      {}", test.answer);
        for failure in &test.failures {
            let _ = writeln!(
                out,
                "      {}: {}\n        expected  {}\n        actual    {}",
                place(&test.file, failure.range),
                failure.field,
                failure.expected,
                failure.actual
            );
        }
    }
    for problem in &output.problems {
        let level = if problem.note { "note" } else { "error" };
        let _ = writeln!(out, "{}: {level}: {}", place(&problem.file, problem.range), problem.message);
    }
    let _ = writeln!(out, "\n{}", summary(output));
    for route in &output.coverage.uncovered {
        let _ = writeln!(
            out,
            "  {}  {} {}/{}  `{}`  {}",
            place(&route.file, route.range),
            route.resource.kind,
            route.resource.namespace,
            route.resource.name,
            route.host,
            route.conditions
        );
    }
    visible(&out)
}

fn summary(output: &TestsOutput) -> String {
    let mut parts = vec![format!("{} passed", output.count(TestState::Passed))];
    let unread = output.problems.iter().filter(|problem| !problem.note).count();
    for (number, what) in [
        (output.count(TestState::Failed), "failed"),
        (output.count(TestState::Undecided), "undecided"),
        (unread, if unread == 1 { "problem in the files" } else { "problems in the files" }),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    let (left, all) = (output.coverage.uncovered.len(), output.coverage.routes);
    let coverage = match left {
        0 => format!("All {all} routes are reached."),
        1 => format!("1 of {all} routes is reached by no test:"),
        _ => format!("{left} of {all} routes are reached by no test:"),
    };
    format!("{}. {coverage}", parts.join(", "))
}

/// `FILE:LINE:COLUMN`.
pub(super) fn place(file: &str, range: Range) -> String {
    format!("{file}:{}:{}", range.start.line, range.start.column)
}

//! What came of tests, as the JUnit XML that CI systems read.

use std::fmt::Write;

use pilothouse_report::request_tests::{TestProblem, TestRow, TestState, TestsOutput};

use super::text::place;

/// One suite for each file; what cannot be read is an error.
pub(super) fn text(output: &TestsOutput) -> String {
    let mut files: Vec<&str> = Vec::new();
    let tests = output.tests.iter().map(|test| test.file.as_str());
    for file in tests.chain(output.problems.iter().map(|problem| problem.file.as_str())) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pilothouse\">\n".to_owned();
    for file in files {
        let tests: Vec<&TestRow> = output.tests.iter().filter(|test| test.file == file).collect();
        let (notes, errors): (Vec<&TestProblem>, Vec<&TestProblem>) =
            output.problems.iter().filter(|problem| problem.file == file).partition(|problem| problem.note);
        let failures = tests.iter().filter(|test| test.state != TestState::Passed).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{}\">",
            escaped(file),
            tests.len() + errors.len(),
            errors.len()
        );
        tests.iter().for_each(|test| case(&mut out, test));
        for problem in errors {
            let at = escaped(&place(file, problem.range));
            let message = escaped(&problem.message);
            let _ = writeln!(
                out,
                "    <testcase classname=\"{}\" name=\"{at}\">\n      <error message=\"{message}\">{at}: {message}</error>\n    </testcase>",
                escaped(file)
            );
        }
        if !notes.is_empty() {
            out.push_str("    <system-out>");
            for note in notes {
                let _ = writeln!(out, "{}: {}", escaped(&place(file, note.range)), escaped(&note.message));
            }
            out.push_str("</system-out>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, test: &TestRow) {
    let head = format!("<testcase classname=\"{}\" name=\"{}\"", escaped(&test.file), escaped(&test.name));
    if test.state == TestState::Passed {
        let _ = writeln!(out, "    {head}/>");
        return;
    }
    let message = match test.failures.first() {
        Some(failure) => format!("{}: expected {}, is {}", failure.field, failure.expected, failure.actual),
        None => test.answer.clone(),
    };
    let mut all = format!("{}\n{}", place(&test.file, test.range), test.answer);
    for failure in &test.failures {
        let _ = write!(
            all,
            "\n{}: {}: expected {}, is {}",
            place(&test.file, failure.range),
            failure.field,
            failure.expected,
            failure.actual
        );
    }
    let _ = writeln!(
        out,
        "    {head}>\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
        test.state.as_str(),
        escaped(&message),
        escaped(&all)
    );
}

/// Text as XML 1.0 may hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}')
            }
            letter => out.push(letter),
        }
    }
    out
}

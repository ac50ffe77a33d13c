//! Prints one line of JSON for each document of a file that is not blank: what Kubernetes makes of it, or why
//! it refuses it.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::{env, fs, process::ExitCode};

use pilothouse_syntax::{LineIndex, Problem, json::quote, parse_yaml};

fn main() -> ExitCode {
    let Some(path) = env::args().nth(1) else {
        println!("usage: to_json FILE");
        return ExitCode::from(2);
    };
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            println!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        println!("{{\"error\":\"yaml: invalid UTF-8\",\"line\":1}}");
        return ExitCode::SUCCESS;
    };
    let lines = LineIndex::new(&text);
    let refuse = |problem: &Problem| {
        let mut out = "{\"error\":".to_owned();
        quote(&mut out, &problem.message);
        println!("{out},\"line\":{}}}", lines.line(problem.range.start) + 1);
    };
    let parse = parse_yaml(&text);
    for document in &parse.documents {
        match document.to_json() {
            Ok(json) => println!("{{\"json\":{json}}}"),
            Err(problem) => refuse(&problem),
        }
    }
    if let Some(problem) = &parse.problem {
        refuse(problem);
    }
    ExitCode::SUCCESS
}

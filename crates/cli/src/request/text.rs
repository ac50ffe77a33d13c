//! Traces and answers for people.

use std::fmt::Write;

use pilothouse_analysis::Analysis;
use pilothouse_report::{Place, TraceView};
use serde_json::Value;

use crate::visible::visible;

/// The way of a request through each proxy.
pub(super) fn traces(analysis: &Analysis, views: &[TraceView]) -> String {
    let mut out = String::new();
    for (at, view) in views.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let request = &view.request;
        let _ = write!(out, "{} {}", request.method, request.url);
        for (name, value) in &request.headers {
            let _ = write!(out, " -H '{name}: {value}'");
        }
        let _ = writeln!(out, "\nthrough {}  {}\n", view.binding.title, view.binding.id);
        for step in &view.steps {
            let mark = match (step.kind.as_str(), step.passed) {
                ("end", Some(true)) => "=",
                ("end", _) => "!",
                (_, Some(true)) => "+",
                (_, Some(false)) => "-",
                (_, None) => " ",
            };
            let number = step.route.map(|number| format!("{number:>2}  ")).unwrap_or_default();
            let id = step.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            let place = step
                .origin
                .as_ref()
                .map(|place| format!("  {}", place_text(analysis, place)))
                .unwrap_or_default();
            let indent = if step.route.is_some() { "  " } else { "" };
            let gap = if step.kind == "end" { "\n" } else { "" };
            let _ = writeln!(out, "{gap}{mark} {indent}{number}{}{id}{place}", step.text);
        }
    }
    visible(&out)
}

fn place_text(analysis: &Analysis, place: &Place) -> String {
    let file = analysis.sources.files.get(place.file as usize).map_or("", |source| &source.name);
    format!("{file}:{}", place.range.start.line)
}

/// One line for each request of a file.
pub(super) fn answers(entries: &[Value], answers: &[Value]) -> String {
    let mut out = String::new();
    for (at, (entry, answer)) in entries.iter().zip(answers).enumerate() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = write!(out, "{}  {} {}  ", at + 1, text(&entry["method"]), text(&entry["url"]));
        let parts: Vec<String> = answer
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| *key != "outcome")
            .map(|(key, value)| format!("{key} {}", text(value)))
            .collect();
        let outcome = answer.get("outcome").map(text).unwrap_or_else(|| "not sent".into());
        let _ = writeln!(out, "{outcome}: {}", parts.join(", "));
    }
    visible(&out)
}

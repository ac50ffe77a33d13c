//! Findings as workflow commands of GitHub Actions, which become annotations of the lines they are about.

use pilothouse_analysis::{Analysis, Checked};
use pilothouse_report::{Finding, check_output};

use crate::{excerpt, input::STDIN, visible::visible};

/// A command for each finding, and a closing line for those who read the log.
pub(crate) fn commands(analysis: &Analysis, checked: Checked) -> String {
    let closing = excerpt::closing(analysis, &checked.findings, checked.allowed.len());
    let output = check_output(analysis, checked);
    let mut out: String = output.findings.iter().map(command).collect();
    out.push_str(&closing);
    out
}

fn command(finding: &Finding) -> String {
    let kind = match finding.severity.as_str() {
        "info" => "notice",
        severity => severity,
    };
    let (start, end) = (finding.range.start, finding.range.end);
    let mut properties = Vec::new();
    if finding.file != STDIN {
        let file = finding.file.strip_prefix("./").unwrap_or(&finding.file);
        properties.extend([("file", file.to_owned()), ("line", start.line.to_string())]);
        // GitHub takes columns of one line only.
        let one_line = start.line == end.line;
        properties.extend(one_line.then(|| ("col", start.column.to_string())));
        properties.push(("endLine", end.line.to_string()));
        properties.extend(one_line.then(|| ("endColumn", end.column.to_string())));
    }
    properties.push(("title", finding.code.clone()));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(&visible(value)))).collect();
    format!("::{kind} {}::{}\n", properties.join(","), data(&visible(&spoken(finding))))
}

/// A finding in words: the message, what to do, and a request that shows it.
pub(crate) fn spoken(finding: &Finding) -> String {
    let mut parts = vec![finding.message.clone()];
    parts.extend(finding.help.clone());
    parts.extend(finding.witness.as_ref().map(|request| {
        let headers = request.headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'"));
        let headers: String = headers.collect();
        format!("A request that shows it: {} {}{headers}", request.method, request.url)
    }));
    parts.join("\n")
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use pilothouse_report::{Position, Range, WireRequest};

    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let place = |line, column| Position { line, column };
        let mut finding = Finding {
            code: "a-b".into(),
            severity: "info".into(),
            message: "100 % of `a::b`,\r\nand more.".into(),
            file: "a,b:c%d.yaml".into(),
            range: Range { start: place(3, 5), end: place(3, 9) },
            help: Some("Do it.".into()),
            ..Finding::default()
        };
        assert_eq!(
            command(&finding),
            "::notice file=a%2Cb%3Ac%25d.yaml,line=3,col=5,endLine=3,endColumn=9,title=a-b::100 %25 of `a::b`,\\u{d}\
             %0Aand more.%0ADo it.\n"
        );
        finding.range.end = place(4, 1);
        finding.severity = "error".into();
        finding.witness = Some(WireRequest {
            method: "GET".into(),
            url: "http://a/".into(),
            headers: vec![("x".into(), "y".into())],
            ..WireRequest::default()
        });
        let text = command(&finding);
        assert!(text.starts_with("::error file=a%2Cb%3Ac%25d.yaml,line=3,endLine=4,title=a-b::"), "{text}");
        assert!(text.ends_with("%0AA request that shows it: GET http://a/ -H 'x: y'\n"), "{text}");
    }
}

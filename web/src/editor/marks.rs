//! What the editor marks of an overview: squiggles of findings and the bar of origins.

use pilothouse_report::{Fix, Range};
use serde::Serialize;

use crate::{
    engine::Overview,
    state::{colour, letter},
};

/// A squiggle with its note.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    severity: &'static str,
    code: String,
    message: String,
    range: Range,
    /// Its place among the findings.
    finding: usize,
    /// What can be done about it.
    fixes: Vec<String>,
}

/// The squiggles of one text.
pub fn problems(overview: &Overview, file: usize) -> Vec<Problem> {
    let name = overview.files.get(file).map_or("", String::as_str);
    let here = overview.findings.iter().enumerate().filter(|(_, finding)| finding.file == name);
    here.map(|(at, finding)| Problem {
        severity: match finding.severity.as_str() {
            "error" => "error",
            "warning" => "warning",
            _ => "info",
        },
        code: finding.code.clone(),
        message: finding.message.clone(),
        range: finding.range,
        finding: at,
        fixes: finding.fixes.iter().map(command).collect(),
    })
    .collect()
}

/// A fix as the name of a command, without what marks names.
fn command(fix: &Fix) -> String {
    let title = fix.title.replace('`', "");
    if fix.guess { format!("{title} (a guess)") } else { title }
}

/// The resources of one text, packed so that thousands cross to JavaScript at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// First line, last line and colour of each.
    pub lines: Vec<u32>,
    /// Their letters, with blanks between.
    pub letters: String,
}

impl Origins {
    /// Those of one text.
    pub fn new(overview: &Overview, file: usize) -> Self {
        let mut origins = Self::default();
        let here = overview.resources.iter().enumerate().filter(|(_, row)| row.file as usize == file);
        for (resource, row) in here {
            // A range that ends at the beginning of a line does not reach into it.
            let last = if row.range.end.column <= 1 { row.range.end.line - 1 } else { row.range.end.line };
            let first = row.range.start.line;
            origins.lines.extend([first, last.max(first), colour(resource) as u32]);
            if !origins.letters.is_empty() {
                origins.letters.push(' ');
            }
            origins.letters.push_str(&letter(resource));
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_report::{Finding, Position, ResourceRow};

    use super::*;

    fn range(from: (u32, u32), to: (u32, u32)) -> Range {
        let at = |(line, column)| Position { line, column };
        Range { start: at(from), end: at(to) }
    }

    fn resource(file: u32, range: Range) -> ResourceRow {
        ResourceRow { file, range, ..ResourceRow::default() }
    }

    #[test]
    fn each_text_has_the_bars_of_its_resources() {
        let overview = Overview {
            resources: vec![
                resource(0, range((1, 1), (5, 1))),
                resource(1, range((1, 1), (9, 3))),
                resource(0, range((6, 1), (8, 4))),
            ],
            ..Overview::default()
        };
        let origins = Origins::new(&overview, 0);
        assert_eq!(origins.lines, [1, 4, 1, 6, 8, 3]);
        assert_eq!(origins.letters, "A C");
    }

    #[test]
    fn each_text_has_the_squiggles_of_its_findings() {
        let finding = |file: &str, severity: &str| Finding {
            file: file.to_owned(),
            severity: severity.to_owned(),
            ..Finding::default()
        };
        let overview = Overview {
            files: vec!["a.yaml".to_owned(), "b.yaml".to_owned()],
            findings: vec![
                finding("a.yaml", "error"),
                finding("b.yaml", "warning"),
                finding("b.yaml", "odd"),
            ],
            ..Overview::default()
        };
        let severities: Vec<&str> = problems(&overview, 1).iter().map(|problem| problem.severity).collect();
        assert_eq!(severities, ["warning", "info"]);
        assert_eq!(problems(&overview, 7), []);
    }

    #[test]
    fn a_squiggle_offers_the_fixes_and_says_what_is_a_guess() {
        let fix = |title: &str, guess| Fix { title: title.to_owned(), guess, edits: Vec::new() };
        let fixes = vec![fix("Rename `a` to `b`", false), fix("Remove `a`", true)];
        let finding = Finding { file: "b.yaml".to_owned(), fixes, ..Finding::default() };
        let overview = Overview {
            files: vec!["b.yaml".to_owned()],
            findings: vec![Finding::default(), finding],
            ..Overview::default()
        };
        let shown = problems(&overview, 0);
        assert_eq!((shown.len(), shown[0].finding), (1, 1));
        assert_eq!(shown[0].fixes, ["Rename a to b", "Remove a (a guess)"]);
    }
}

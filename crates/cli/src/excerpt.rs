//! Findings as text, each with the lines it is about and carets under what is meant.

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use pilothouse_analysis::{Analysis, Checked, FileId, Finding, Severity, rules::Label};
use pilothouse_syntax::{LineIndex, TextRange};

use crate::visible::{visible, visible_source};

/// Places further apart than this many lines are shown in excerpts of their own.
const NEAR: u32 = 30;
/// A place further to the right than this many bytes is named and not shown.
const WIDE: u32 = 4096;
/// How many bytes of a line behind a place are shown at most.
const BEHIND: usize = 120;

/// All findings and a closing line.
pub(crate) fn text(analysis: &Analysis, checked: &Checked) -> String {
    let lines: Vec<LineIndex> =
        analysis.sources.files.iter().map(|file| LineIndex::new(&file.text)).collect();
    let renderer = Renderer::styled();
    let mut out = String::new();
    for finding in &checked.findings {
        out.push_str(&one(analysis, &lines, &renderer, finding));
        out.push_str("\n\n");
    }
    out.push_str(&closing(analysis, &checked.findings, checked.allowed.len()));
    out
}

/// How many findings there are, how many more the input allows, and what was read.
pub(crate) fn closing(analysis: &Analysis, findings: &[Finding], allowed: usize) -> String {
    let number = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    };
    let input = format!(
        "{} in {}",
        number(analysis.effective.mesh.resources.len(), "resource"),
        number(analysis.sources.files.len(), "file")
    );
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")];
    let counts = counts.iter().filter(|(severity, _)| of(*severity) > 0);
    let counts = counts.map(|(severity, word)| number(of(*severity), word));
    let nothing = findings.is_empty().then(|| "Nothing found".to_owned());
    let allowed = (allowed > 0).then(|| format!("{allowed} allowed"));
    let counts: Vec<String> = nothing.into_iter().chain(counts).chain(allowed).collect();
    format!("{}: {input}.\n", counts.join(", "))
}

fn one(analysis: &Analysis, lines: &[LineIndex], renderer: &Renderer, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::NOTE,
    };
    let (title, rest) = first_sentence(&finding.message);
    let mut elements: Vec<Element<'_>> = Vec::new();
    for excerpt in excerpts(finding, lines) {
        elements.extend(excerpt.elements(analysis, lines));
    }
    elements.extend((!rest.is_empty()).then(|| Level::NOTE.message(visible(rest)).into()));
    elements.extend(finding.help.as_ref().map(|help| Level::HELP.message(visible(help)).into()));
    elements.extend(
        finding.witness.as_ref().map(|request| {
            Level::NOTE.message(visible(&format!("a request that shows it: {request}"))).into()
        }),
    );
    renderer.render(&[level.primary_title(visible(title)).id(finding.rule.code).elements(elements)])
}

/// Where the first sentence ends: names, which stand in backticks, may hold anything.
fn first_sentence(message: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in message.char_indices() {
        quoted ^= c == '`';
        if c == '.' && !quoted && message[at + 1..].starts_with(' ') {
            return (&message[..at], message[at + 2..].trim_start());
        }
    }
    (message.strip_suffix('.').unwrap_or(message), "")
}

/// Lines of one file with the places in them.
struct Excerpt<'f> {
    file: FileId,
    first: u32,
    last: u32,
    labels: Vec<(AnnotationKind, &'f Label)>,
}

/// The places of a finding, those that are near each other together.
fn excerpts<'f>(finding: &'f Finding, lines: &[LineIndex]) -> Vec<Excerpt<'f>> {
    let mut out: Vec<Excerpt<'f>> = Vec::new();
    let primary = std::iter::once((AnnotationKind::Primary, &finding.primary));
    for (kind, label) in primary.chain(finding.related.iter().map(|label| (AnnotationKind::Context, label))) {
        let line = lines.get(label.file.0 as usize).map_or(0, |lines| lines.line(label.range.start));
        let near = out.iter_mut().find(|excerpt| {
            excerpt.file == label.file && line + NEAR >= excerpt.first && line <= excerpt.last + NEAR
        });
        match near {
            Some(excerpt) => {
                excerpt.first = excerpt.first.min(line);
                excerpt.last = excerpt.last.max(line);
                excerpt.labels.push((kind, label));
            }
            None => {
                out.push(Excerpt { file: label.file, first: line, last: line, labels: vec![(kind, label)] });
            }
        }
    }
    out
}

impl<'f> Excerpt<'f> {
    fn elements(&self, analysis: &Analysis, lines: &[LineIndex]) -> Vec<Element<'f>> {
        let Some(source) = analysis.sources.get(self.file) else { return Vec::new() };
        let Some(lines) = lines.get(self.file.0 as usize) else { return Vec::new() };
        let path = visible(&source.name);
        let (wide, shown): (Vec<_>, Vec<_>) =
            self.labels.iter().partition(|(_, label)| lines.utf8(label.range.start).column > WIDE);
        let mut out = Vec::new();
        if !shown.is_empty() {
            out.push(self.snippet(&source.text, lines, &shown).path(path.clone()).into());
        }
        for (_, label) in wide {
            let at = lines.utf16(label.range.start);
            let origin =
                Origin::path(path.clone()).line(at.line as usize + 1).char_column(at.column as usize + 1);
            out.push(origin.into());
        }
        out
    }

    fn snippet(
        &self,
        text: &str,
        lines: &LineIndex,
        labels: &[&(AnnotationKind, &'f Label)],
    ) -> Snippet<'f, Annotation<'f>> {
        let mut shown = String::new();
        let mut annotations = Vec::new();
        for number in self.first..=self.last {
            let line = line(text, lines, number);
            let here = labels.iter().filter(|(_, label)| lines.line(label.range.start) == number);
            let spans: Vec<_> = here
                .map(|(kind, label)| (*kind, *label, span(line, lines.start(number), label.range)))
                .collect();
            let needed = spans.iter().map(|(_, _, span)| span.1 + BEHIND).max().unwrap_or(BEHIND);
            let cut = line.floor_char_boundary(needed);
            for (kind, label, (start, end)) in spans {
                // Signs may be longer than what they stand for.
                let at = |offset: usize| shown.len() + visible_source(&line[..offset]).len();
                let annotation = kind.span(at(start)..at(end));
                let label = (!label.message.is_empty()).then(|| visible(&label.message));
                annotations.push(annotation.label(label));
            }
            shown.push_str(&visible_source(&line[..cut]));
            shown.push_str(if cut < line.len() { "…\n" } else { "\n" });
        }
        Snippet::source(shown).line_start(self.first as usize + 1).annotations(annotations)
    }
}

/// A line without its end.
fn line<'t>(text: &'t str, lines: &LineIndex, number: u32) -> &'t str {
    let start = lines.start(number);
    let end = if number + 1 < lines.lines() { lines.start(number + 1) } else { text.len() as u32 };
    TextRange::new(start, end).of(text).trim_end_matches(['\n', '\r'])
}

/// The part of a range on its first line, in bytes of that line; at most what fits a terminal.
fn span(line: &str, line_start: u32, range: TextRange) -> (usize, usize) {
    let start = line.floor_char_boundary((range.start - line_start) as usize);
    let end = (range.end.saturating_sub(line_start) as usize).min(start + BEHIND);
    let end = line.floor_char_boundary(end).max(start);
    (start, start + line[start..end].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn sentences_end_outside_names() {
        assert_eq!(first_sentence("One. Two. Three."), ("One", "Two. Three."));
        assert_eq!(first_sentence("`a. b` and a.b. Two."), ("`a. b` and a.b", "Two."));
        assert_eq!(first_sentence("Only one."), ("Only one", ""));
        assert_eq!(first_sentence(""), ("", ""));
    }
}

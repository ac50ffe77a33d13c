//! What a comment is about: what begins below it, or on its line.

use super::{Comment, comments, gap};
use crate::{Document, NoticeKind, Parse, TextRange, tree::Kind};

/// A comment with what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands in the text, the `#` included.
    pub range: TextRange,
    /// The entries and items that begin on its line or, for a comment on a line of its own, on the next one that holds
    /// anything; above the first key of a document the whole of it. None where nothing begins there.
    pub about: Option<TextRange>,
}

/// The comments of all documents that can be read, and those between them, in the order of the text.
pub fn remarks(text: &str, parse: &Parse) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut units = Units::default();
    // What a refused separator takes with it is no YAML that could have comments.
    let lost = parse.problem.iter().map(|problem| problem.range.start);
    let lost = lost.chain(parse.notices.iter().map(|notice| notice.range.start)).min();
    let mut from = 0;
    for document in &parse.documents {
        gap(text, from, document.range.start as usize, &mut found);
        from = document.range.end as usize;
        if document.problem.is_none() {
            let tail = document.notices.iter().find(|notice| notice.kind == NoticeKind::DroppedTail);
            let end = tail.map_or(u32::MAX, |notice| notice.range.start);
            found.extend(comments(text, document).into_iter().filter(|comment| comment.range.start < end));
            units.add(document);
        }
    }
    gap(text, from, lost.map_or(text.len(), |lost| (lost as usize).max(from)), &mut found);
    let about = |comment: &Comment| units.beginning_on(text, &line_about(text, comment)?);
    found.iter().map(|comment| Remark { range: comment.range, about: about(comment) }).collect()
}

/// The line that a comment is about.
struct Line {
    range: TextRange,
    /// Whether the comment stands above it.
    below: bool,
}

fn line_about(text: &str, comment: &Comment) -> Option<Line> {
    let hash = comment.range.start as usize;
    let start = super::line_start(text, hash);
    // A dash alone says nothing yet: what it begins stands below.
    let alone = |before: &str| before.chars().all(|c| c.is_whitespace() || c == '-' || c == '\u{feff}');
    if !alone(&text[start..hash]) {
        return Some(Line { range: TextRange::new(start as u32, comment.range.start), below: false });
    }
    let mut at = comment.range.end as usize;
    for line in text[at..].split_inclusive('\n') {
        if !alone(line.split('#').next().unwrap_or_default()) {
            return Some(Line { range: TextRange::new(at as u32, (at + line.len()) as u32), below: true });
        }
        at += line.len();
    }
    None
}

/// What begins somewhere in some documents, in the order of the text.
#[derive(Default)]
struct Units {
    /// The entries of mappings, the items of lists, and scalars.
    parts: Vec<TextRange>,
    /// The documents' topmost values.
    roots: Vec<TextRange>,
}

impl Units {
    fn add(&mut self, document: &Document) {
        let from = self.parts.len();
        let tree = document.tree();
        let range = |node: u32| {
            let raw = &tree.nodes[node as usize];
            TextRange::new(raw.start, raw.end)
        };
        self.roots.extend(document.root().map(|root| root.range()));
        for (node, raw) in tree.nodes.iter().enumerate() {
            let mut children = tree.children(node as u32);
            match raw.kind {
                // A value may stand on another line than its key.
                Kind::Scalar | Kind::Alias => self.parts.push(range(node as u32)),
                Kind::Sequence => self.parts.extend(children.map(range)),
                Kind::Mapping => {
                    while let (Some(key), Some(value)) = (children.next(), children.next()) {
                        self.parts.push(range(key).cover(range(value)));
                    }
                }
            }
        }
        self.parts[from..].sort_unstable();
    }

    fn beginning_on(&self, text: &str, line: &Line) -> Option<TextRange> {
        let on = |ranges: &[TextRange]| {
            let first = ranges.partition_point(|range| range.start < line.range.start);
            let last = ranges.partition_point(|range| range.start < line.range.end);
            ranges[first..last].iter().copied().reduce(TextRange::cover)
        };
        let parts = on(&self.parts)?;
        let all = on(&self.roots).filter(|_| line.below).map_or(parts, |root| root.cover(parts));
        // A block scalar goes on to the line behind it.
        let end = all.start as usize + all.of(text).trim_end().len();
        Some(TextRange::new(all.start, end as u32))
    }
}

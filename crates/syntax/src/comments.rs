//! Comments, recovered from the gaps between scalars: libyaml does not tell of them.

mod subject;

pub use subject::{Remark, remarks};

use crate::{Document, Style, TextRange, tree::Kind};

/// One comment, from its `#` to the end of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands in the text, the `#` included.
    pub range: TextRange,
    /// Whether nothing stands before it on its line.
    pub own_line: bool,
}

/// The comments of a document in the order of the text it came from.
pub fn comments(text: &str, document: &Document) -> Vec<Comment> {
    let mut out = Vec::new();
    let range = document.range;
    let mut from = range.start as usize;
    for (start, end) in scalars(text, document) {
        if from < start {
            gap(text, from, start, &mut out);
        }
        from = from.max(end);
    }
    gap(text, from, range.end as usize, &mut out);
    out
}

/// The byte ranges that are scalars. Of a block scalar the header line lies outside: a comment may follow `|`.
fn scalars<'a>(text: &'a str, document: &'a Document) -> impl Iterator<Item = (usize, usize)> + 'a {
    document.tree().nodes.iter().filter(|node| node.kind == Kind::Scalar).map(|node| {
        let (start, end) = (node.start as usize, node.end as usize);
        match node.style {
            Style::Block => {
                let header = text[start..end].find('\n').map_or(end, |n| start + n);
                (header, end)
            }
            _ => (start, end),
        }
    })
}

fn gap(text: &str, from: usize, to: usize, out: &mut Vec<Comment>) {
    let mut at = from;
    while let Some(found) = text[at..to].find('#') {
        let hash = at + found;
        let before = text[..hash].chars().next_back();
        let starts = before.is_none_or(|c| c.is_whitespace() || c == '\u{feff}' || ",[{]}\"'|>".contains(c));
        let separator = text[..hash].ends_with("---") && line_start(text, hash) + 3 == hash;
        if !starts && !separator {
            at = hash + 1;
            continue;
        }
        let end = text[hash..to].find(['\n', '\r']).map_or(to, |n| hash + n);
        let own_line = text[line_start(text, hash)..hash].trim().is_empty();
        out.push(Comment { range: TextRange::new(hash as u32, end as u32), own_line });
        at = end;
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

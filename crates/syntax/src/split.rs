//! A text cut into documents as Kubernetes' `YAMLReader` cuts it, before any YAML is parsed.

use std::borrow::Cow;

use crate::{Problem, TextRange};

/// One document's text, with LF line ends and a final LF.
#[derive(Clone, Debug)]
pub struct Chunk<'a> {
    /// What the parser reads.
    pub text: Cow<'a, str>,
    base: u32,
    /// Offsets in `text` before which a CR was dropped.
    dropped: Vec<u32>,
    len: u32,
}

impl Chunk<'_> {
    /// The offset in the whole text of an offset in this chunk.
    pub fn source(&self, at: u32) -> u32 {
        let at = at.min(self.text.len() as u32);
        let dropped = self.dropped.partition_point(|&cut| cut < at) as u32;
        self.base + (at + dropped).min(self.len)
    }

    /// Where the chunk stands in the whole text.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.base, self.base + self.len)
    }

    /// Whether nothing but blanks, comments and separators is in it: Kubernetes skips such a chunk.
    pub fn is_blank(&self) -> bool {
        self.text.split('\n').enumerate().all(|(n, line)| {
            let trimmed = line.trim();
            trimmed.is_empty() || trimmed.starts_with('#') || n == 0 && line.starts_with("---")
        })
    }
}

/// The chunks of a text. An `Err` is a separator line that Kubernetes refuses: the document before it is lost,
/// and nothing follows.
pub fn split(text: &str) -> Split<'_> {
    Split { text, from: 0, pos: 0, done: false }
}

/// Iterator over the chunks of a text, see [`split`].
#[derive(Debug)]
pub struct Split<'a> {
    text: &'a str,
    from: usize,
    pos: usize,
    done: bool,
}

impl<'a> Iterator for Split<'a> {
    type Item = Result<Chunk<'a>, BadSeparator>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        while self.pos < self.text.len() {
            let start = self.pos;
            self.pos = self.text[start..].find('\n').map_or(self.text.len(), |n| start + n + 1);
            let line = &self.text[start..self.pos];
            let Some(rest) = line.strip_prefix("---") else { continue };
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                self.done = true;
                return Some(Err(BadSeparator {
                    line: TextRange::new(start as u32, (start + line.trim_end().len()) as u32),
                    lost: TextRange::new(self.from as u32, start as u32),
                    after: TextRange::new(self.pos as u32, self.text.len() as u32),
                    text: rest.to_owned(),
                }));
            }
            // A separator with nothing collected before it stays in the chunk.
            if self.from != start {
                return Some(Ok(self.cut(start)));
            }
        }
        self.done = true;
        (self.from != self.pos).then(|| Ok(self.cut(self.pos)))
    }
}

impl<'a> Split<'a> {
    fn cut(&mut self, end: usize) -> Chunk<'a> {
        let base = std::mem::replace(&mut self.from, self.pos);
        let raw = &self.text[base..end];
        let (len, base) = (raw.len() as u32, base as u32);
        if raw.ends_with('\n') && !raw.contains("\r\n") {
            return Chunk { text: Cow::Borrowed(raw), base, dropped: Vec::new(), len };
        }
        let mut text = String::with_capacity(raw.len() + 1);
        let mut dropped = Vec::new();
        for line in raw.split_inclusive('\n') {
            match line.strip_suffix("\r\n") {
                Some(line) => {
                    text.push_str(line);
                    dropped.push(text.len() as u32);
                }
                None => text.push_str(line.strip_suffix('\n').unwrap_or(line)),
            }
            text.push('\n');
        }
        Chunk { text: Cow::Owned(text), base, dropped, len }
    }
}

/// A line that starts like a separator and holds something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSeparator {
    /// The line.
    pub line: TextRange,
    /// The document collected so far, which Kubernetes loses.
    pub lost: TextRange,
    /// What follows and is never read.
    pub after: TextRange,
    /// What stands behind the dashes.
    pub text: String,
}

impl BadSeparator {
    /// The problem in Kubernetes' words.
    pub fn problem(&self) -> Problem {
        Problem { message: format!("invalid Yaml document separator: {}", self.text), range: self.line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text)
            .map(|chunk| chunk.map_or_else(|bad| format!("! {}", bad.text), |c| c.text.into_owned()))
            .collect()
    }

    #[test]
    fn separators_at_the_margin_only() {
        assert_eq!(texts("a\n---\nb\n  ---\nc"), ["a\n", "b\n  ---\nc\n"]);
        assert_eq!(texts("---\na\n--- # x\nb\n"), ["---\na\n", "b\n"]);
    }

    #[test]
    fn bad_separator_ends_everything() {
        assert_eq!(texts("a\n---\nb\n--- {c: 1}\nd\n---\ne\n"), ["a\n", "! {c: 1}"]);
    }

    #[test]
    fn offsets_survive_crlf() {
        let text = "a\r\n---\r\nb: ü\r\nc: 2\r\n";
        let chunk = split(text).nth(1).unwrap().unwrap();
        assert_eq!(chunk.text, "b: ü\nc: 2\n");
        let at = chunk.text.find("c:").unwrap() as u32;
        assert_eq!(chunk.source(at) as usize, text.find("c:").unwrap());
        assert_eq!(chunk.source(chunk.text.len() as u32) as usize, text.len());
    }

    #[test]
    fn missing_final_newline_stays_inside_the_text() {
        let chunk = split("a: 1").next().unwrap().unwrap();
        assert_eq!(chunk.source(5), 4);
    }
}

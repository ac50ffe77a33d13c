//! Byte offsets to lines and columns, and back. Bytes are used inside, lines and columns at the edges.

/// A place in a text as people and editors count it; both numbers begin at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0, in units of the encoding asked for.
    pub column: u32,
}

/// Where the lines of one text begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`; they end at `\n`.
    pub fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        Self { starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The number of lines, at least one.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of a byte offset, from 0.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// The byte offset at which a line begins; the last line's for one that is not there.
    pub fn start(&self, line: u32) -> u32 {
        self.starts.get(line as usize).or(self.starts.last()).copied().unwrap_or_default()
    }

    /// The position of a byte offset with columns in bytes.
    pub fn utf8(&self, offset: u32) -> Position {
        let line = self.line(offset);
        Position { line, column: offset - self.start(line) }
    }

    /// The position of a byte offset with columns in UTF-16 units, as JavaScript counts.
    pub fn utf16(&self, text: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let before = text.get(self.start(line) as usize..offset as usize).unwrap_or_default();
        Position { line, column: before.encode_utf16().count() as u32 }
    }

    /// The position of a byte offset with columns in characters, as people count.
    pub fn chars(&self, text: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let before = text.get(self.start(line) as usize..offset as usize).unwrap_or_default();
        Position { line, column: before.chars().count() as u32 }
    }

    /// The byte offset of a position with columns in UTF-16 units, clamped to its line.
    pub fn offset_utf16(&self, text: &str, position: Position) -> u32 {
        let start = self.start(position.line);
        let line = text.get(start as usize..).unwrap_or_default().split('\n').next().unwrap_or_default();
        let mut units = 0;
        for (at, c) in line.char_indices() {
            if units >= position.column {
                return start + at as u32;
            }
            units += c.len_utf16() as u32;
        }
        start + line.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_each_encoding() {
        let text = "a: ü\nb: 𝄞x\n";
        let lines = LineIndex::new(text);
        let x = text.find('x').unwrap() as u32;
        assert_eq!(lines.utf8(x), Position { line: 1, column: 7 });
        assert_eq!(lines.utf16(text, x), Position { line: 1, column: 5 });
        assert_eq!(lines.chars(text, x), Position { line: 1, column: 4 });
        assert_eq!(lines.offset_utf16(text, Position { line: 1, column: 5 }), x);
        assert_eq!(lines.offset_utf16(text, Position { line: 0, column: 99 }), 5);
        assert_eq!(lines.lines(), 3);
    }

    #[test]
    fn offset_at_a_line_break_belongs_to_the_line_it_ends() {
        let lines = LineIndex::new("ab\ncd");
        assert_eq!(lines.line(2), 0);
        assert_eq!(lines.line(3), 1);
    }
}

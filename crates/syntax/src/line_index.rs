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
    /// For each character outside ASCII the byte behind it, and how many more bytes than UTF-16 units there are up
    /// to that byte. A column is then found at once, however long its line is.
    wide: Vec<(u32, u32)>,
}

impl LineIndex {
    /// Finds the lines of `text`; they end at `\n`.
    pub fn new(text: &str) -> Self {
        let (mut starts, mut wide) = (vec![0], Vec::new());
        let mut surplus = 0;
        for (at, byte) in text.bytes().enumerate() {
            // The first byte of a character tells its length; only one of four bytes takes two units.
            let (bytes, units) = match byte {
                b'\n' => {
                    starts.push(at as u32 + 1);
                    continue;
                }
                0xc0..=0xdf => (2, 1),
                0xe0..=0xef => (3, 1),
                0xf0.. => (4, 2),
                _ => continue,
            };
            surplus += bytes - units;
            wide.push((at as u32 + bytes, surplus));
        }
        Self { starts, wide }
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
    pub fn utf16(&self, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.start(line);
        Position { line, column: (offset - start) - (self.surplus(offset) - self.surplus(start)) }
    }

    /// How many more bytes than UTF-16 units there are before an offset.
    fn surplus(&self, offset: u32) -> u32 {
        match self.wide.partition_point(|&(end, _)| end <= offset) {
            0 => 0,
            behind => self.wide[behind - 1].1,
        }
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
        assert_eq!(lines.utf16(x), Position { line: 1, column: 5 });
        assert_eq!(lines.chars(text, x), Position { line: 1, column: 4 });
        assert_eq!(lines.offset_utf16(text, Position { line: 1, column: 5 }), x);
        assert_eq!(lines.offset_utf16(text, Position { line: 0, column: 99 }), 5);
        assert_eq!(lines.lines(), 3);
        for (offset, _) in text.char_indices() {
            let position = lines.utf16(offset as u32);
            let before = &text[lines.start(position.line) as usize..offset];
            assert_eq!(position.column as usize, before.encode_utf16().count());
            assert_eq!(lines.offset_utf16(text, position), offset as u32);
        }
    }

    #[test]
    fn offset_at_a_line_break_belongs_to_the_line_it_ends() {
        let lines = LineIndex::new("ab\ncd");
        assert_eq!(lines.line(2), 0);
        assert_eq!(lines.line(3), 1);
    }
}

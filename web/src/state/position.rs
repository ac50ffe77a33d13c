//! Lines and columns of a text, for the plain text field, which counts from its beginning.

use pilothouse_report::Position;

/// The position of an offset in UTF-16 units.
pub fn position(text: &str, offset: u32) -> Position {
    let mut at = Position { line: 1, column: 1 };
    let mut left = offset;
    for letter in text.chars() {
        let units = letter.len_utf16() as u32;
        if left < units {
            break;
        }
        left -= units;
        if letter == '\n' {
            at = Position { line: at.line + 1, column: 1 };
        } else {
            at.column += units;
        }
    }
    at
}

/// The offset of a position in UTF-16 units, held inside its line and the text.
pub fn offset(text: &str, at: Position) -> u32 {
    let mut before = 0;
    for (line, content) in (1..).zip(text.split('\n')) {
        let length = content.encode_utf16().count() as u32;
        if line == at.line {
            return before + (at.column.max(1) - 1).min(length);
        }
        before += length + 1;
    }
    before.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 1\nü🐙: x\nend";

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn offsets_and_positions_agree() {
        for (offset_, position_) in
            [(0, at(1, 1)), (4, at(1, 5)), (5, at(2, 1)), (8, at(2, 4)), (15, at(3, 4))]
        {
            assert_eq!(position(TEXT, offset_), position_);
            assert_eq!(offset(TEXT, position_), offset_);
        }
    }

    #[test]
    fn what_lies_outside_is_held_inside() {
        assert_eq!(position(TEXT, 99), at(3, 4));
        assert_eq!(offset(TEXT, at(9, 9)), 15);
        assert_eq!(offset(TEXT, at(1, 99)), 4);
        assert_eq!(offset(TEXT, at(0, 0)), 15);
        assert_eq!(offset("", at(1, 1)), 0);
    }
}

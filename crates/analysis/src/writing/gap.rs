//! The place in a text where something is being written, and the text with a word in that place.

use pilothouse_syntax::{TextRange, split::split};

/// A word that nobody writes.
pub(super) const WORD: &str = "pilothouse-was-here";

/// What is being written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The document around the place.
    pub(super) document: TextRange,
    /// What stands there so far, from where it begins.
    pub(super) range: TextRange,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Whether a colon follows.
    pub(super) colon: bool,
    /// Whether it stands behind `key: `, so that it can be no key of a block.
    pub(super) behind_key: bool,
}

/// The document that holds a place; empty between documents.
pub(super) fn document_at(text: &str, offset: u32) -> Option<TextRange> {
    let mut found = None;
    for chunk in split(text) {
        let range = chunk.ok()?.range();
        if range.start <= offset && offset <= range.end {
            // Where a separator follows at once, the place is before it.
            found = Some(range);
        }
    }
    let behind_separator = || {
        let before = text.get(..offset as usize)?.trim_end_matches([' ', '\r', '\n']);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let blank = before.is_empty() || line.starts_with("---");
        blank.then(|| TextRange::new(offset, offset))
    };
    found.or_else(behind_separator)
}

impl Gap {
    /// What is being written at an offset; none where that cannot be told from the line.
    pub(super) fn at(text: &str, offset: u32) -> Option<Gap> {
        let document = document_at(text, offset)?;
        let at = offset as usize;
        let start = text.get(..at)?.rfind('\n').map_or(0, |line| line + 1).max(document.start as usize);
        let end = text.get(at..)?.find('\n').map_or(text.len(), |line| at + line).min(document.end as usize);
        let end = end.max(at);
        let before = Lead::read(text.get(start..at)?)?;
        let rest = text.get(at..end)?.trim_end_matches('\r');
        let from = start + before.start;
        let length = before.length(rest);
        let colon = rest.get(length..)?.trim_start_matches(['"', '\'']).trim_start().starts_with(':');
        // What stands at once behind a colon is no value of it yet.
        if text.get(..from)?.ends_with(':') {
            return None;
        }
        Some(Gap {
            document,
            range: TextRange::new(from as u32, (at + length) as u32),
            quoted: before.quote.is_some(),
            colon,
            behind_key: before.behind_key,
        })
    }

    /// The document with the word in the gap, and where the word begins. With `cut` all behind its line is left out.
    pub(super) fn filled(&self, text: &str, cut: bool) -> Option<(String, u32)> {
        let (from, to) = (self.range.start as usize, self.range.end as usize);
        let head = text.get(self.document.start as usize..from)?;
        let tail = text.get(to..self.document.end.max(self.range.end) as usize)?;
        let line = tail.find('\n').unwrap_or(tail.len());
        let quote = self.quoted.then(|| text.get(..from)?.chars().next_back()).flatten();
        let closed = quote.is_none_or(|quote| tail.get(..line).is_some_and(|rest| rest.starts_with(quote)));
        let mut out = format!("{head}{WORD}");
        if let Some(quote) = quote.filter(|_| !closed) {
            out.push(quote);
        }
        // A key at the very end of what is read needs a value to be one.
        let key = if cut { ": ~" } else { ": " };
        let rest = if cut { tail.get(..line)? } else { tail };
        if self.behind_key || self.colon {
            out.push_str(rest);
        } else if let Some(quote) = quote.filter(|_| closed) {
            out.push(quote);
            out.push_str(key);
            out.push_str(rest.get(1..)?);
        } else {
            out.push_str(key);
            out.push_str(rest);
        }
        Some((out, head.len() as u32))
    }
}

/// What stands on a line before the place.
struct Lead {
    /// Where the word at its end begins.
    start: usize,
    /// The quote it stands in.
    quote: Option<char>,
    /// Whether a key stands before it.
    behind_key: bool,
    /// How many brackets are open.
    depth: usize,
}

impl Lead {
    /// None in a comment.
    fn read(line: &str) -> Option<Lead> {
        let mut lead = Lead { start: 0, quote: None, behind_key: false, depth: 0 };
        // Whether a word has begun since the last thing that parts words.
        let mut inside = false;
        let mut letters = line.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let blank_follows = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
            let behind = at + letter.len_utf8();
            if let Some(quote) = lead.quote {
                if letter == '\\' && quote == '"' {
                    letters.next();
                } else if letter == quote {
                    lead.quote = None;
                }
                continue;
            }
            match letter {
                '#' if line.get(..at)?.chars().next_back().is_none_or(char::is_whitespace) => return None,
                ' ' | '\t' if !inside => lead.start = behind,
                '-' if !inside && lead.depth == 0 && !lead.behind_key && blank_follows => lead.start = behind,
                '"' | '\'' if !inside => {
                    (lead.quote, lead.start, inside) = (Some(letter), behind, true);
                }
                '{' | '[' if !inside => {
                    lead.depth += 1;
                    (lead.start, lead.behind_key) = (behind, false);
                }
                '}' | ']' if lead.depth > 0 => {
                    lead.depth -= 1;
                    inside = true;
                }
                ',' if lead.depth > 0 => (lead.start, lead.behind_key, inside) = (behind, false, false),
                ':' if blank_follows => (lead.start, lead.behind_key, inside) = (behind, true, false),
                _ => inside = true,
            }
        }
        Some(lead)
    }

    /// How much of what follows belongs to the word.
    fn length(&self, rest: &str) -> usize {
        if let Some(quote) = self.quote {
            return rest.find(quote).unwrap_or(rest.len());
        }
        let ends = |(at, letter): (usize, char)| {
            let next = rest.get(at + letter.len_utf8()..).and_then(|it| it.chars().next());
            let ends = match letter {
                ':' => next.is_none_or(char::is_whitespace),
                '#' => rest.get(..at).is_some_and(|it| it.is_empty() || it.ends_with([' ', '\t'])),
                ',' | '}' | ']' => self.depth > 0,
                _ => false,
            };
            ends.then_some(at)
        };
        let end = rest.char_indices().find_map(ends).unwrap_or(rest.len());
        rest.get(..end).map_or(end, |word| word.trim_end().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the gap at `|` holds, and what it is: `key`, `value`, in quotes or before a colon.
    fn gap(marked: &str) -> String {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let Some(gap) = Gap::at(&text, offset as u32) else { return "none".to_owned() };
        let sort = if gap.behind_key { "value" } else { "key" };
        let more = [(gap.quoted, " quoted"), (gap.colon, " colon")];
        let more: String = more.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        format!("{sort}{more} `{}`", gap.range.of(&text))
    }

    #[test]
    fn lines_say_what_is_being_written() {
        for (marked, wanted) in [
            ("a:\n  b|c: d", "key colon `bc`"),
            ("a:\n  |", "key ``"),
            ("a:\n- |", "key ``"),
            ("a:\n- - b|", "key `b`"),
            ("a: |", "value ``"),
            ("a:|", "none"),
            ("a: b|c # d", "value `bc`"),
            ("a: b # c|", "none"),
            ("# a|", "none"),
            ("a: b#c|", "value `b#c`"),
            ("a: b c|\r\n", "value `b c`"),
            ("a: 'b|c'", "value quoted `bc`"),
            ("- a: \"b|", "value quoted `b`"),
            ("  \"b|c\": 1", "key quoted colon `bc`"),
            ("a: { b: c, d|: e }", "key colon `d`"),
            ("a: { b: c|, d: e }", "value `c`"),
            ("a: [{ b|", "key `b`"),
            ("a: [b, c|]", "key `c`"),
            ("a: http://b|", "value `http://b`"),
            ("---\n|", "key ``"),
            ("a: 1\n---\n|", "key ``"),
            ("", "key ``"),
        ] {
            let marked = if marked.is_empty() { "|" } else { marked };
            assert_eq!(gap(marked), wanted, "{marked:?}");
        }
    }
}

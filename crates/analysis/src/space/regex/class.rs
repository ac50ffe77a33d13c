//! Sets of characters in a pattern: `[a-z]`, `[[:alpha:]]`, `\d`, `\pL`, and single characters by escapes.

use super::{CodePoints, code_points::LAST, parser::Parser, property, syntax::Dialect};

const BAD_ESCAPE: &str = "invalid escape sequence";
const BAD_RANGE: &str = "invalid character class range";
const NO_BRACKET: &str = "missing closing ]";

type Read<T> = Result<T, &'static str>;

impl Parser<'_> {
    /// `[…]`, from its bracket on.
    pub(super) fn bracket(&mut self) -> Read<CodePoints> {
        let negated = self.eat("[^") || !self.eat("[");
        let first = self.at;
        let mut set = Vec::new();
        loop {
            let c = self.peek().ok_or(NO_BRACKET)?;
            if c == ']' && self.at > first {
                break;
            }
            if let Some(class) = self.posix_class()? {
                set.extend_from_slice(class.ranges());
            } else if let Some(class) = self.named_class()? {
                set.extend_from_slice(class.ranges());
            } else {
                let (low, high) = self.range()?;
                set.extend_from_slice(self.fold(CodePoints::new(vec![(low, high)])).ranges());
            }
        }
        self.at += 1;
        let set = CodePoints::new(set);
        Ok(if negated { set.complement() } else { set })
    }

    fn range(&mut self) -> Read<(u32, u32)> {
        let low = self.bracket_char()?;
        let rest = self.rest();
        if !rest.starts_with('-') || rest.starts_with("-]") || rest == "-" {
            return Ok((low, low));
        }
        self.at += 1;
        let high = self.bracket_char()?;
        if high < low { Err(BAD_RANGE) } else { Ok((low, high)) }
    }

    fn bracket_char(&mut self) -> Read<u32> {
        match self.peek().ok_or(NO_BRACKET)? {
            '\\' => self.escape(),
            c => {
                self.at += c.len_utf8();
                Ok(c as u32)
            }
        }
    }

    /// `[:name:]` inside a bracket, if one is ahead.
    fn posix_class(&mut self) -> Read<Option<CodePoints>> {
        let Some(rest) = self.rest().strip_prefix("[:") else { return Ok(None) };
        let Some(length) = rest.find(":]") else { return Ok(None) };
        let name = &rest[..length];
        let class = self.fold(posix(name.strip_prefix('^').unwrap_or(name)).ok_or(BAD_RANGE)?);
        self.at += length + 4;
        Ok(Some(if name.starts_with('^') { class.complement() } else { class }))
    }

    /// `\d`, `\pN`, `\p{^Greek}` and their kin, if one is ahead.
    pub(super) fn named_class(&mut self) -> Read<Option<CodePoints>> {
        let mut ahead = self.rest().chars();
        let (Some('\\'), Some(letter)) = (ahead.next(), ahead.next()) else { return Ok(None) };
        let negated = letter.is_ascii_uppercase();
        let set = match letter.to_ascii_lowercase() {
            'd' => posix("digit"),
            'w' => posix("word"),
            's' => Some(CodePoints::new(vec![(9, 10), (12, 13), (32, 32)])),
            'p' => return self.property(negated).map(Some),
            _ => return Ok(None),
        };
        self.at += 2;
        let set = self.fold(set.unwrap_or_default());
        Ok(Some(if negated { set.complement() } else { set }))
    }

    /// `\p` or `\P` with what follows.
    fn property(&mut self, mut negated: bool) -> Read<CodePoints> {
        let rest = &self.rest()[2..];
        let (mut name, length) = match rest.strip_prefix('{') {
            Some(braced) => {
                let length = braced.find('}').ok_or(BAD_RANGE)?;
                (&braced[..length], length + 2)
            }
            None => {
                let length = rest.chars().next().ok_or(BAD_RANGE)?.len_utf8();
                (&rest[..length], length)
            }
        };
        if let Some(other) = name.strip_prefix('^') {
            (negated, name) = (!negated, other);
        }
        let class = match self.dialect {
            Dialect::Re2 => property::class(name),
            // What Go would match is of no interest: it only decides whether the pattern is let in.
            Dialect::Go => property::known_to_go(name).then(CodePoints::all),
        };
        let class = self.fold(class.ok_or(BAD_RANGE)?);
        self.at += 2 + length;
        Ok(if negated { class.complement() } else { class })
    }

    /// A character written with a backslash, which is ahead.
    pub(super) fn escape(&mut self) -> Read<u32> {
        let c = self.rest()[1..].chars().next().ok_or("trailing \\ at end of expression")?;
        self.at += 1 + c.len_utf8();
        match c {
            '0'..='7' => self.octal(c),
            'x' => self.hexadecimal(),
            'a' => Ok(7),
            't' => Ok(9),
            'n' => Ok(10),
            'v' => Ok(11),
            'f' => Ok(12),
            'r' => Ok(13),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(c as u32),
            _ => Err(BAD_ESCAPE),
        }
    }

    /// `\0`, `\07`, `\101`; a lone digit other than 0 would be a back reference.
    fn octal(&mut self, first: char) -> Read<u32> {
        let digit = |parser: &Self| parser.peek().and_then(|c| c.to_digit(8));
        if first != '0' && digit(self).is_none() {
            return Err(BAD_ESCAPE);
        }
        let mut code = first as u32 - '0' as u32;
        for _ in 0..2 {
            let Some(next) = digit(self) else { break };
            code = code * 8 + next;
            self.at += 1;
        }
        Ok(code)
    }

    /// `\x41`, `\x{41}`.
    fn hexadecimal(&mut self) -> Read<u32> {
        let braced = self.eat("{");
        let (mut code, mut digits) = (0, 0);
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) {
            if (!braced && digits == 2) || code > LAST {
                break;
            }
            code = code * 16 + digit;
            digits += 1;
            self.at += 1;
        }
        let whole = if braced { digits > 0 && self.eat("}") } else { digits == 2 };
        if whole && code <= LAST { Ok(code) } else { Err(BAD_ESCAPE) }
    }
}

/// The classes of POSIX, as pairs of first and last character.
fn posix(name: &str) -> Option<CodePoints> {
    let pairs = match name {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "ascii" => "\0\x7F",
        "blank" => "\t\t  ",
        "cntrl" => "\0\x1F\x7F\x7F",
        "digit" => "09",
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "word" => "09AZ__az",
        "xdigit" => "09AFaf",
        _ => return None,
    };
    Some(CodePoints::new(pairs.as_bytes().chunks(2).map(|pair| (pair[0].into(), pair[1].into())).collect()))
}

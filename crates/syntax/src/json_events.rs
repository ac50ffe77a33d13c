//! Events from JSON text: kubectl tries JSON first when a text starts with `{`, and JSON has strings that
//! YAML's scanner refuses.

use crate::event::{Event, EventKind, Events, Failure, Style, fail};

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
    /// The value is complete.
    Done,
}

/// A reader of one JSON value that starts at `from`.
pub(crate) struct JsonEvents<'a> {
    text: &'a str,
    at: usize,
    /// Whether each open collection is an object.
    open: Vec<bool>,
    expect: Expect,
}

impl<'a> JsonEvents<'a> {
    pub(crate) fn new(text: &'a str, from: usize) -> Self {
        Self { text, at: from, open: Vec::new(), expect: Expect::Value }
    }

    fn blanks(&mut self) {
        let rest = self.text.as_bytes()[self.at..].iter();
        self.at += rest.take_while(|c| matches!(c, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected<T>(&self) -> Result<T, Failure> {
        match self.text[self.at..].chars().next() {
            Some(c) => fail(format!("invalid character {c:?} in JSON"), self.at as u32),
            None => fail("unexpected end of JSON input", self.at as u32),
        }
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::Done } else { Expect::CommaOrEnd };
    }

    fn close(&mut self, event: &mut Event) -> Result<(), Failure> {
        self.at += 1;
        self.open.pop();
        self.after_value();
        event.kind = EventKind::End;
        Ok(())
    }

    fn value(&mut self, event: &mut Event) -> Result<(), Failure> {
        match self.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                let object = bracket == b'{';
                self.at += 1;
                self.open.push(object);
                self.expect = if object { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
                event.kind = if object { EventKind::Mapping } else { EventKind::Sequence };
                Ok(())
            }
            Some(b'"') => {
                self.string(event)?;
                self.after_value();
                Ok(())
            }
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                self.plain(event)?;
                self.after_value();
                Ok(())
            }
            _ => self.unexpected(),
        }
    }

    fn plain(&mut self, event: &mut Event) -> Result<(), Failure> {
        let rest = &self.text[self.at..];
        let len = rest.bytes().take_while(|c| c.is_ascii_alphanumeric() || b"+-.".contains(c)).count();
        let word = &rest[..len];
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            return self.unexpected();
        }
        self.at += len;
        event.kind = EventKind::Scalar;
        (event.style, event.implicit) = (Style::Plain, true);
        event.value.clear();
        event.value.push_str(word);
        Ok(())
    }

    fn string(&mut self, event: &mut Event) -> Result<(), Failure> {
        event.kind = EventKind::Scalar;
        (event.style, event.implicit) = (Style::Double, false);
        event.value.clear();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(len) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                self.at = self.text.len();
                return self.unexpected();
            };
            event.value.push_str(&rest[..len]);
            self.at += len;
            match rest.as_bytes()[len] {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.escape(&mut event.value)?,
                _ => return self.unexpected(),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Failure> {
        let Some(&symbol) = self.text.as_bytes().get(self.at + 1) else { return self.unexpected() };
        out.push(match symbol {
            b'"' | b'\\' | b'/' => symbol as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit(self.at)?;
                self.at += 6;
                let low = (0xd800..0xdc00).contains(&unit).then(|| self.unit(self.at).ok()).flatten();
                let low = low.filter(|low| (0xdc00..0xe000).contains(low));
                if low.is_some() {
                    self.at += 6;
                }
                let units = [Some(unit), low].into_iter().flatten();
                out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
                return Ok(());
            }
            _ => return self.unexpected(),
        });
        self.at += 2;
        Ok(())
    }

    /// The code unit of a `\uXXXX` at `at`.
    fn unit(&self, at: usize) -> Result<u16, Failure> {
        let digits =
            self.text.get(at..).and_then(|rest| rest.strip_prefix("\\u")).and_then(|rest| rest.get(..4));
        match digits.filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit())) {
            Some(digits) => Ok(u16::from_str_radix(digits, 16).unwrap_or_default()),
            None => fail("invalid escape in JSON string", at as u32),
        }
    }
}

impl Events for JsonEvents<'_> {
    fn next(&mut self, event: &mut Event) -> Result<(), Failure> {
        event.tag.clear();
        event.anchor.clear();
        event.flow = true;
        self.blanks();
        if self.expect == Expect::CommaOrEnd && self.peek() == Some(b',') {
            self.at += 1;
            self.expect = if self.open.last() == Some(&true) { Expect::Key } else { Expect::Value };
            self.blanks();
        }
        event.start = self.at as u32;
        match (self.expect, self.peek()) {
            (Expect::Done, _) => event.kind = EventKind::DocumentEnd,
            (Expect::KeyOrEnd | Expect::CommaOrEnd, Some(b'}')) if self.open.last() == Some(&true) => {
                self.close(event)?;
            }
            (Expect::ValueOrEnd | Expect::CommaOrEnd, Some(b']')) if self.open.last() == Some(&false) => {
                self.close(event)?;
            }
            (Expect::Key | Expect::KeyOrEnd, Some(b'"')) => {
                self.string(event)?;
                event.end = self.at as u32;
                self.blanks();
                if self.peek() != Some(b':') {
                    return self.unexpected();
                }
                self.at += 1;
                self.expect = Expect::Value;
                return Ok(());
            }
            (Expect::Value | Expect::ValueOrEnd, _) => self.value(event)?,
            _ => return self.unexpected(),
        }
        event.end = self.at as u32;
        Ok(())
    }
}

fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.find(['e', 'E']) {
        Some(at) => (&word[..at], Some(&word[at + 1..])),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

//! The items of a list, or the entries of a mapping, as pieces of text with their comments.

use pilothouse_syntax::{TextRange, Written, WrittenKind};

use super::{
    Piece, Refusal, Spot,
    layout::line_end,
    piece::{Hand, Quotes},
};

/// Items or entries in the order of the text.
pub(super) struct Rows {
    /// The places that each is known by: the item, or key and value.
    names: Vec<[TextRange; 2]>,
    /// What belongs to each: from the comments above it to the end of its last line.
    bodies: Vec<TextRange>,
    holder: TextRange,
    flow: bool,
    list: bool,
    /// The column of dashes or keys.
    column: usize,
}

impl Rows {
    /// The rows of a list or mapping, where each stands in lines of its own or between brackets.
    pub(super) fn of(holder: Written<'_>, text: &str) -> Result<Rows, Refusal> {
        let list = holder.kind() == WrittenKind::Sequence;
        let children: Vec<TextRange> = holder.children().map(Written::range).collect();
        let names: Vec<[TextRange; 2]> = match holder.kind() {
            WrittenKind::Sequence => children.into_iter().map(|item| [item, item]).collect(),
            WrittenKind::Mapping => children.chunks_exact(2).map(|entry| [entry[0], entry[1]]).collect(),
            _ => return Refusal::new("it is no list"),
        };
        let flow = holder.range().of(text).starts_with(['[', '{']);
        let mut out = Rows {
            bodies: names.iter().map(|[first, last]| first.cover(*last)).collect(),
            names,
            holder: holder.range(),
            flow,
            list,
            column: 0,
        };
        if !flow {
            out.widen(text)?;
        }
        Ok(out)
    }

    /// Takes dashes, comments and the rest of the last line to each row of a block.
    fn widen(&mut self, text: &str) -> Result<(), Refusal> {
        let mut from = self.holder.start as usize;
        for at in 0..self.bodies.len() {
            let body = self.bodies[at];
            let start = if self.list { dash(text, from, body.start as usize)? } else { body.start as usize };
            let line = line_start(text, start);
            let alone = text[line..start].chars().all(|c| c == ' ');
            // The first row may follow the dash of a list around it, or the `---` of the document.
            if !alone && at > 0 {
                return Refusal::new("several stand in one line");
            }
            if at == 0 {
                self.column = text[line..start].chars().count();
            }
            let end = (body.end as usize).max(start + 1);
            let end = start + text[start..end].trim_end().len();
            let end = with_comments(text, end, self.column);
            let start = if alone {
                above(text, line, if at == 0 { 0 } else { from }, self.column).unwrap_or(start)
            } else {
                start
            };
            self.bodies[at] = TextRange::new(start as u32, end as u32);
            from = end;
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.bodies.len()
    }

    /// Which rows stand at some places, in the order of the text.
    pub(super) fn places(&self, spots: &[Spot]) -> Result<Vec<usize>, Refusal> {
        let place = |spot: &Spot| self.names.iter().position(|names| names.contains(&spot.range));
        let found: Option<Vec<usize>> = spots.iter().map(place).collect();
        let Some(mut found) = found else { return Refusal::new("not all of it is in one list") };
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Rows in another order, or only some of them: the bytes that change, and what stands there then. What stands
    /// in between stays where it is; of rows that go, what stands behind them goes too.
    pub(super) fn arranged(&self, text: &str, order: &[usize]) -> (TextRange, String) {
        let (all, shown) = (self.bodies.len(), order.len());
        let gap =
            |behind: usize| TextRange::new(self.bodies[behind].end, self.bodies[behind + 1].start).of(text);
        let gap_at = |place: usize| match (place, shown == all) {
            (0, _) => "",
            (_, true) => gap(place - 1),
            (_, false) => order[place].checked_sub(1).map_or("", gap),
        };
        let kept = order.iter().enumerate().take_while(|(place, row)| place == *row).count();
        let tail = order.iter().rev().zip((0..all).rev()).take_while(|(row, last)| *row == last).count();
        let tail = tail.min(shown - kept);
        let start = if kept > 0 { self.bodies[kept - 1].end } else { self.bodies[0].start };
        let end = if tail > 0 { self.bodies[all - tail].start } else { self.bodies[all - 1].end };
        let mut out = String::new();
        for (place, row) in order.iter().enumerate().take(shown - tail).skip(kept) {
            out.push_str(gap_at(place));
            out.push_str(self.bodies[*row].of(text));
        }
        if tail > 0 {
            out.push_str(gap_at(shown - tail));
        }
        (TextRange::new(start, end), out)
    }

    /// Where more items of a list go, and their text.
    pub(super) fn addition(
        &self,
        text: &str,
        quotes: Quotes,
        items: &[Piece],
    ) -> Result<(u32, String), Refusal> {
        let hand = Hand::of(self.bodies.last().map_or("", |last| last.of(text)), quotes);
        let flow = || items.iter().map(|item| item.flow(hand)).collect::<Result<Vec<String>, Refusal>>();
        if self.flow {
            return self.between(text, &flow()?);
        }
        let braces = self.names.last().is_some_and(|[item, _]| item.of(text).starts_with('{'));
        let lines = match braces {
            true => flow()?.into_iter().map(|item| format!("- {item}")).collect(),
            false => Piece::List(items.to_vec()).block(hand)?,
        };
        Ok(self.below(text, lines))
    }

    /// Where one more entry of a mapping goes, and its text.
    pub(super) fn entry(
        &self,
        text: &str,
        quotes: Quotes,
        key: &str,
        value: &Piece,
    ) -> Result<(u32, String), Refusal> {
        let hand = Hand::of(self.holder.of(text), quotes);
        if self.flow {
            let key = if quotes == Quotes::Double { format!("\"{key}\"") } else { key.to_owned() };
            return self.between(text, &[format!("{key}: {}", value.flow(hand)?)]);
        }
        Ok(self.below(text, value.under(key, hand)?))
    }

    /// Lines behind the last row.
    fn below(&self, text: &str, lines: Vec<String>) -> (u32, String) {
        let end = line_end(text);
        let indent = " ".repeat(self.column);
        (
            self.bodies.last().map_or(self.holder.end, |last| last.end),
            lines.into_iter().map(|line| format!("{end}{indent}{line}")).collect(),
        )
    }

    /// Pieces behind the last one between brackets, in lines of their own where the others are.
    fn between(&self, text: &str, pieces: &[String]) -> Result<(u32, String), Refusal> {
        let Some(last) = self.bodies.last() else { return Ok((self.holder.start + 1, pieces.join(", "))) };
        let before = self.bodies.iter().rev().nth(1).map_or(self.holder.start + 1, |other| other.end);
        let gap = TextRange::new(before, last.start).of(text).trim_start_matches(',');
        if gap.contains('#') {
            return Refusal::new("comments stand between the brackets");
        }
        let gap = if gap.contains('\n') || self.len() > 1 { gap } else { " " };
        Ok((last.end, pieces.iter().map(|piece| format!(",{gap}{piece}")).collect()))
    }
}

/// The dash of an item: the first sign behind `from` that is no blank and no comment.
fn dash(text: &str, from: usize, item: usize) -> Result<usize, Refusal> {
    let mut at = from;
    while at < item {
        let rest = &text[at..item];
        match rest.bytes().next() {
            Some(b'-') => return Ok(at),
            Some(b'#') => at += rest.find('\n').unwrap_or(rest.len()),
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            _ => break,
        }
    }
    Refusal::new("its dash is not found")
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The end of a row's last line, with the comments below that are indented further than the row.
fn with_comments(text: &str, end: usize, column: usize) -> usize {
    let mut done = end;
    let mut at = end;
    for (number, line) in text[end..].split_inclusive('\n').enumerate() {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let own = number == 0 || content.trim_start().starts_with('#') && indent > column;
        if !own {
            break;
        }
        done = at + content.len();
        at += line.len();
    }
    done
}

/// Where the comments right above a line begin that are indented as the row is.
fn above(text: &str, line: usize, from: usize, column: usize) -> Option<usize> {
    let mut start = None;
    let mut line = line;
    while line > 0 {
        let previous = line_start(text, line - 1);
        let content = text[previous..line].trim_end();
        let indent = content.len() - content.trim_start().len();
        if previous < from || indent != column || !content.trim_start().starts_with('#') {
            break;
        }
        start = Some(previous + indent);
        line = previous;
    }
    start
}

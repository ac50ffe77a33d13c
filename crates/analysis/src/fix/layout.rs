//! From changes of values to edits of the text, by the layout that is there.

use std::cell::OnceCell;

use pilothouse_syntax::{Parse, Style, TextRange, Written, WrittenKind, parse};

use super::{
    Change, Edit, Fix, Piece, Refusal, Scalar, Spot,
    list::Rows,
    meet,
    piece::{self, Quotes},
};
use crate::{FileId, Sources};

/// The layouts of some texts, each read when it is first needed.
pub(super) struct Layouts<'s> {
    sources: &'s Sources,
    parsed: Vec<OnceCell<Parse>>,
}

impl<'s> Layouts<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Layouts { sources, parsed: sources.files.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The edits of a fix.
    pub(super) fn edits(&self, fix: &Fix) -> Result<Vec<Edit>, Refusal> {
        let edits = fix.changes.iter().map(|change| match change {
            Change::Replace { at, with } => self.replace(*at, with),
            Change::Remove { items } => self.remove(items),
            Change::Move { items, before } => self.reorder(items, *before),
            Change::Add { beside, list, items } => self.add(*beside, list, items),
            Change::Separate { at } => self.separate(*at),
        });
        let mut edits = edits.collect::<Result<Vec<Edit>, Refusal>>()?;
        edits.sort();
        match edits.windows(2).any(|pair| meet(&pair[0], &pair[1])) {
            true => Refusal::new("its parts are in each other's way"),
            false => Ok(edits),
        }
    }

    fn text(&self, file: FileId) -> &'s str {
        self.sources.get(file).map_or("", |source| source.text.as_str())
    }

    fn parsed(&self, file: FileId) -> Option<&Parse> {
        Some(self.parsed.get(file.0 as usize)?.get_or_init(|| parse(self.text(file))))
    }

    /// The nodes down to the one at a place. What an anchor names is none to edit, for it stands elsewhere too.
    fn path(&self, spot: Spot) -> Result<Vec<Written<'_>>, Refusal> {
        let text = self.text(spot.file);
        let documents = self.parsed(spot.file).map_or(&[][..], |parse| &parse.documents);
        let behind = documents.partition_point(|document| document.range.start <= spot.range.start);
        let root = behind.checked_sub(1).and_then(|at| documents[at].written());
        let path = root.map(|root| root.path_to(spot.range)).unwrap_or_default();
        if path.is_empty() {
            return Refusal::new("the place is not found in the text");
        }
        for node in &path {
            let written = node.range().of(text);
            if node.kind() == WrittenKind::Alias {
                return Refusal::new(format!("`{written}` repeats what stands elsewhere"));
            }
            if written.starts_with(['&', '!']) {
                let word = written.split_whitespace().next().unwrap_or_default();
                let what =
                    if word.starts_with('&') { "other places may repeat" } else { "has a type of its own" };
                return Refusal::new(format!("it is in a part that is marked `{word}` and {what}"));
            }
        }
        Ok(path)
    }

    /// Whether some items may be taken out or moved: none holds what other places repeat, or repeats it.
    fn check(&self, spots: &[Spot]) -> Result<(), Refusal> {
        for spot in spots {
            let path = self.path(*spot)?;
            let text = self.text(spot.file);
            let [.., holder, node] = &path[..] else { continue };
            let mut inside: Vec<Written<'_>> = vec![*node];
            // Of an entry either end may be named.
            let mut entries = holder.children().zip(holder.children().skip(1)).step_by(2);
            let entry = entries.find(|(key, value)| key.range() == spot.range || value.range() == spot.range);
            inside.extend(entry.filter(|_| holder.kind() == WrittenKind::Mapping).map(|(_, value)| value));
            while let Some(node) = inside.pop() {
                let written = node.range().of(text);
                if node.kind() == WrittenKind::Alias || written.starts_with('&') {
                    let word = written.split_whitespace().next().unwrap_or_default();
                    return Refusal::new(format!("it holds `{word}`, which ties it to other places"));
                }
                inside.extend(node.children());
            }
        }
        Ok(())
    }

    fn replace(&self, at: Spot, with: &Scalar) -> Result<Edit, Refusal> {
        let path = self.path(at)?;
        let text = self.text(at.file);
        let quotes = match at.range.of(text).bytes().next() {
            Some(b'\'') => Quotes::Single,
            Some(b'"') => Quotes::Double,
            _ if is_json(&path, text) => Quotes::Double,
            _ => Quotes::Needed,
        };
        match path.last() {
            Some(node) if node.kind() == WrittenKind::Scalar && node.style() != Style::Block => {}
            _ => return Refusal::new("the value goes over several lines"),
        }
        Ok(Edit { file: at.file, range: at.range, text: piece::scalar(with, quotes)? })
    }

    fn remove(&self, items: &[Spot]) -> Result<Edit, Refusal> {
        let Some(&first) = items.first() else { return Refusal::new("there is nothing to take out") };
        let path = self.path(first)?;
        self.check(items)?;
        self.remove_from(&path, first.file, items)
    }

    fn remove_from(&self, path: &[Written<'_>], file: FileId, items: &[Spot]) -> Result<Edit, Refusal> {
        let [above @ .., holder, _] = path else { return Refusal::new("it is the whole document") };
        let text = self.text(file);
        let rows = Rows::of(*holder, text)?;
        let gone = rows.places(items)?;
        let kept: Vec<usize> = (0..rows.len()).filter(|at| !gone.contains(at)).collect();
        if !kept.is_empty() {
            let (range, text) = rows.arranged(text, &kept);
            return Ok(Edit { file, range, text });
        }
        // An empty list would be left: its key goes with it.
        let [.., mapping] = above else { return Refusal::new("nothing would be left") };
        let key = mapping.children().zip(mapping.children().skip(1)).step_by(2);
        let key = key.filter(|(_, value)| value.range() == holder.range()).map(|(key, _)| key).next();
        match key {
            Some(key) if holder.kind() == WrittenKind::Sequence => {
                let path: Vec<Written<'_>> = above.iter().copied().chain([key]).collect();
                self.remove_from(&path, file, &[Spot { file, range: key.range() }])
            }
            _ => Refusal::new("nothing would be left"),
        }
    }

    fn reorder(&self, items: &[Spot], before: Spot) -> Result<Edit, Refusal> {
        let path = self.path(before)?;
        self.check(items)?;
        let [.., holder, _] = &path[..] else { return Refusal::new("it is no item of a list") };
        let text = self.text(before.file);
        let rows = Rows::of(*holder, text)?;
        let moved = rows.places(items)?;
        let target = rows.places(&[before])?;
        let mut order = Vec::with_capacity(rows.len());
        for at in (0..rows.len()).filter(|at| !moved.contains(at)) {
            if target.contains(&at) {
                order.extend(&moved);
            }
            order.push(at);
        }
        if order.len() != rows.len() {
            return Refusal::new("it would stand in front of itself");
        }
        let (range, text) = rows.arranged(text, &order);
        Ok(Edit { file: before.file, range, text })
    }

    fn add(&self, beside: Spot, list: &str, items: &[Piece]) -> Result<Edit, Refusal> {
        let path = self.path(beside)?;
        let text = self.text(beside.file);
        let Some(mapping) = path.iter().rev().skip(1).find(|node| node.kind() == WrittenKind::Mapping) else {
            return Refusal::new("it is in no mapping");
        };
        let quotes = if is_json(&path, text) { Quotes::Double } else { Quotes::Needed };
        let mut entries = mapping.children().zip(mapping.children().skip(1)).step_by(2);
        let (at, written) = match entries.find(|(key, _)| key.text() == list) {
            Some((_, value)) if value.kind() == WrittenKind::Sequence => {
                self.path(Spot { file: beside.file, range: value.range() })?;
                Rows::of(value, text)?.addition(text, quotes, items)?
            }
            Some(_) => return Refusal::new(format!("`{list}` is not written as a list")),
            None => Rows::of(*mapping, text)?.entry(text, quotes, list, &Piece::List(items.to_vec()))?,
        };
        Ok(Edit { file: beside.file, range: TextRange::at(at), text: written })
    }

    fn separate(&self, at: Spot) -> Result<Edit, Refusal> {
        let text = self.text(at.file);
        let start =
            text.get(..at.range.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |it| it + 1);
        if start as u32 != at.range.start {
            return Refusal::new("it is indented, so it may belong to what stands above");
        }
        Ok(Edit { file: at.file, range: TextRange::at(start as u32), text: format!("---{}", line_end(text)) })
    }
}

/// How lines of a text end.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether the nodes are those of a document that is JSON, or looks like it.
fn is_json(path: &[Written<'_>], text: &str) -> bool {
    path.first().is_some_and(|root| root.range().of(text).starts_with(['{', '[']))
}

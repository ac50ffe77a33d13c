//! The facade: a text's documents and the view of a node in one.

use std::borrow::Cow;

use crate::{
    MAX_TEXT, Style, TextRange, Value, decode,
    decode::Values,
    event::Failure,
    json,
    json_events::JsonEvents,
    split::{Chunk, split},
    tree::{self, Tree},
};

/// Something that makes Kubernetes refuse a document, in the words of its own reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the whole text.
    pub range: TextRange,
}

/// Something that Kubernetes reads otherwise than a person would guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happens.
    pub kind: NoticeKind,
    /// Where.
    pub range: TextRange,
    /// The other place it is about, such as the first of two equal keys.
    pub other: TextRange,
}

/// The kinds of [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A key is written twice in one mapping; the later value counts.
    DuplicateKey,
    /// A merge key replaces a value written before it.
    MergeOverride,
    /// A key replaces what a merge brought; that is what merges are for, only strict reading refuses it.
    MergedKeyReplaced,
    /// Two merges bring one key; only strict reading refuses it.
    MergedTwice,
    /// Text behind a finished document, up to the next separator: it is never read.
    DroppedTail,
    /// A document that is lost since the separator after it is refused.
    LostDocument,
    /// Text behind a refused separator: it is never read.
    NeverRead,
}

/// The documents of one text.
#[derive(Clone, Debug, Default)]
pub struct Parse {
    /// Every document that is not blank, in order.
    pub documents: Vec<Document>,
    /// What ended the reading of the text as a whole: a bad separator, or a text that is too large.
    pub problem: Option<Problem>,
    /// What the splitting of the text lost.
    pub notices: Vec<Notice>,
}

/// One document: a tree whose ranges are bytes of the whole text.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where the document stands.
    pub range: TextRange,
    /// Why Kubernetes refuses it; the tree then holds what stood before.
    pub problem: Option<Problem>,
    /// What Kubernetes reads otherwise than one would guess.
    pub notices: Vec<Notice>,
    tree: Tree,
    values: Values,
}

/// Reads a text as kubectl does: as JSON where it starts with `{` and is JSON, else as YAML.
pub fn parse(text: &str) -> Parse {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && text.len() <= MAX_TEXT
        && let Some(parse) = parse_json(text)
    {
        return parse;
    }
    parse_yaml(text)
}

/// Reads a text as Kubernetes' YAML reader does.
pub fn parse_yaml(text: &str) -> Parse {
    let mut parse = Parse::default();
    if text.len() > MAX_TEXT {
        let message = format!("the text is larger than {} MiB and is not read", MAX_TEXT >> 20);
        parse.problem = Some(Problem { message, range: TextRange::at(0) });
        return parse;
    }
    for chunk in split(text) {
        match chunk {
            Ok(chunk) if chunk.is_blank() => {}
            Ok(chunk) => parse.documents.push(Document::read(&chunk)),
            Err(bad) => {
                let mut lose = |kind, range: TextRange| {
                    if !range.of(text).trim().is_empty() {
                        parse.notices.push(Notice { kind, range, other: bad.line });
                    }
                };
                lose(NoticeKind::LostDocument, bad.lost);
                lose(NoticeKind::NeverRead, bad.after);
                parse.problem = Some(bad.problem());
            }
        }
    }
    parse
}

/// One JSON value after the other; none where the first cannot be read.
fn parse_json(text: &str) -> Option<Parse> {
    let mut parse = Parse::default();
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if at == text.len() {
            return Some(parse);
        }
        let (tree, failure) = tree::build(&mut JsonEvents::new(text, at), None);
        if failure.is_some() && parse.documents.is_empty() {
            return None;
        }
        let end = if failure.is_some() { text.len() as u32 } else { tree.end };
        let range = TextRange::new(at as u32, end);
        parse.documents.push(Document::new(tree, failure, range));
        at = end as usize;
    }
}

impl Document {
    fn read(chunk: &Chunk<'_>) -> Self {
        let (mut tree, mut failure) = tree::read_yaml(&chunk.text);
        let tail = (failure.is_none()).then(|| dropped_tail(&chunk.text, tree.end)).flatten();
        for node in &mut tree.nodes {
            (node.start, node.end) = (chunk.source(node.start), chunk.source(node.end));
        }
        if let Some(failure) = &mut failure {
            failure.at = chunk.source(failure.at);
        }
        let mut document = Self::new(tree, failure, chunk.range());
        if let Some((start, end)) = tail {
            let range = TextRange::new(chunk.source(start), chunk.source(end));
            let root = document.root().map_or(TextRange::at(range.start), Node::range);
            document.notices.push(Notice { kind: NoticeKind::DroppedTail, range, other: root });
        }
        document
    }

    /// Values for a tree whose offsets are those of the whole text.
    fn new(tree: Tree, failure: Option<Failure>, range: TextRange) -> Self {
        let (values, undecodable) = decode::decode(&tree);
        let failure = failure
            .or(undecodable)
            .or_else(|| values.unsupported.then(|| json::write(&tree, &values).err()).flatten());
        let problem = failure.map(|Failure { message, at }| {
            let end = (at + 1).min(range.end).max(at);
            Problem { message, range: TextRange::new(at, end) }
        });
        let mut document = Self { range, problem, notices: Vec::new(), tree, values };
        document.notices = document
            .values
            .overlaps
            .iter()
            .map(|&(kind, later, earlier)| Notice {
                kind,
                range: document.node(later).range(),
                other: document.node(earlier).range(),
            })
            .collect();
        document
    }

    /// The topmost value; none where the document is empty.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.tree.nodes.is_empty()).then(|| self.node(0))
    }

    /// The number of nodes: a measure of size.
    pub fn len(&self) -> usize {
        self.tree.nodes.len()
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.tree.nodes.is_empty()
    }

    /// The JSON that Kubernetes makes of the document, or why it refuses it.
    pub fn to_json(&self) -> Result<String, Problem> {
        match &self.problem {
            Some(problem) => Err(problem.clone()),
            None => json::write(&self.tree, &self.values)
                .map_err(|failure| Problem { message: failure.message, range: TextRange::at(failure.at) }),
        }
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    fn node(&self, id: u32) -> Node<'_> {
        Node { document: self, id, target: self.tree.target(id) }
    }
}

/// The first and last byte of what stands behind a document's end, comments aside.
fn dropped_tail(text: &str, end: u32) -> Option<(u32, u32)> {
    let mut start = None;
    let mut stop = end as usize;
    let mut at = end as usize;
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim();
        // What shares the line with the document's end is `...`, a comment or a slip that libyaml reports.
        if !content.is_empty() && !content.starts_with('#') && content != "..." {
            start = start.or(Some(at + line.len() - line.trim_start().len()));
            stop = at + line.trim_end().len();
        }
        at += line.len();
    }
    Some((start? as u32, stop as u32))
}

/// One value of a document. Aliases are followed: their value is that of what they stand for, their range their
/// own.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    id: u32,
    target: u32,
}

impl<'d> Node<'d> {
    /// Where the value is written, in bytes of the whole text; for an alias, where the alias stands.
    pub fn range(self) -> TextRange {
        let raw = &self.document.tree.nodes[self.id as usize];
        TextRange::new(raw.start, raw.end)
    }

    /// What the value is.
    pub fn value(self) -> &'d Value {
        &self.document.values.values[self.target as usize]
    }

    /// The value as text, if it is text.
    pub fn as_str(self) -> Option<&'d str> {
        matches!(self.value(), Value::Text | Value::Owned(_)).then(|| self.str())
    }

    /// The scalar as it is written, whatever it resolves to; empty for collections.
    pub fn source(self) -> &'d str {
        self.document.tree.text(self.target)
    }

    /// How the scalar is written.
    pub fn style(self) -> Style {
        self.document.tree.nodes[self.target as usize].style
    }

    /// Whether the node is an alias.
    pub fn is_alias(self) -> bool {
        self.id != self.target
    }

    /// Whether the value is null.
    pub fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    /// The JSON that Kubernetes makes of the value; none where JSON has no form for it.
    pub fn to_json(self) -> Option<String> {
        json::write_node(&self.document.tree, &self.document.values, self.id).ok()
    }

    /// The items of a list, or nothing.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        let list = matches!(self.value(), Value::Sequence);
        list.then(|| document.tree.children(self.target)).into_iter().flatten().map(|id| document.node(id))
    }

    /// The entries of a mapping, or nothing.
    pub fn entries(self) -> impl Iterator<Item = Entry<'d>> {
        let document = self.document;
        let entries = match self.value() {
            Value::Mapping(entries) => document.values.entries(*entries),
            _ => &[],
        };
        entries.iter().map(|&(key, value)| Entry { key: document.node(key), value: document.node(value) })
    }

    /// The value of a key of a mapping.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entries().find(|entry| entry.key.is_key(key)).map(|entry| entry.value)
    }

    fn is_key(self, key: &str) -> bool {
        match self.value() {
            Value::Text => self.source() == key,
            _ => json::key_text(&self.document.tree, &self.document.values, self.target)
                .is_some_and(|k| k == key),
        }
    }

    fn str(self) -> &'d str {
        self.document.values.str(&self.document.tree, self.target)
    }
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: Node<'d>,
    /// What it is set to.
    pub value: Node<'d>,
}

impl<'d> Entry<'d> {
    /// The key as Kubernetes names it: `on` is `true`. Empty for a key that JSON has no form for.
    pub fn name(self) -> Cow<'d, str> {
        let Document { tree, values, .. } = self.key.document;
        json::key_text(tree, values, self.key.target).unwrap_or_default()
    }
}

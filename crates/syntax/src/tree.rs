//! The arena tree of one document: events with their nesting, before anything is resolved.

use std::collections::HashMap;

use crate::{
    dialect::{self, Masks},
    event::{Event, EventKind, Events, Failure, Style, fail},
    libyaml,
};

/// How many collections may be open at once, as in go-yaml.
const MAX_DEPTH: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

#[derive(Clone, Debug)]
pub(crate) struct RawNode {
    pub(crate) kind: Kind,
    pub(crate) implicit: bool,
    pub(crate) style: Style,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// One past the last node of this subtree: the children of `n` are `n + 1`, `stop(n + 1)`, …
    pub(crate) stop: u32,
    text: (u32, u32),
    tag: u32,
    /// The node an alias stands for.
    pub(crate) target: u32,
}

/// The nodes of one document in the order of the text; the root is node 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<RawNode>,
    text: String,
    tags: Vec<String>,
    /// Where the document ended, in bytes of the chunk.
    pub(crate) end: u32,
}

impl Tree {
    pub(crate) fn text(&self, node: u32) -> &str {
        let (from, to) = self.nodes[node as usize].text;
        &self.text[from as usize..to as usize]
    }

    pub(crate) fn tag(&self, node: u32) -> &str {
        match self.nodes[node as usize].tag {
            0 => "",
            tag => &self.tags[tag as usize - 1],
        }
    }

    pub(crate) fn children(&self, node: u32) -> Children<'_> {
        Children { tree: self, next: node + 1, stop: self.nodes[node as usize].stop }
    }

    /// Follows an alias.
    pub(crate) fn target(&self, node: u32) -> u32 {
        match &self.nodes[node as usize] {
            raw if raw.kind == Kind::Alias => raw.target,
            _ => node,
        }
    }

    /// Closes what a failure left open, so that what was read before it is a tree.
    fn close(&mut self, open: &[u32], at: u32) {
        let stop = self.nodes.len() as u32;
        for &node in open {
            let node = &mut self.nodes[node as usize];
            (node.stop, node.end) = (stop, at.max(node.start));
        }
    }
}

pub(crate) struct Children<'a> {
    tree: &'a Tree,
    next: u32,
    stop: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        (self.next < self.stop).then(|| {
            let child = self.next;
            self.next = self.tree.nodes[child as usize].stop;
            child
        })
    }
}

/// The tree of a chunk's first document; nothing after its end is looked at, as go-yaml does not either.
pub(crate) fn read_yaml(text: &str) -> (Tree, Option<Failure>) {
    dialect::with_masks(text, |text, masks| build(&mut libyaml::Parser::new(text), Some((text, masks))))
}

/// Builds the tree of one document from its events. `dialect` holds the text and the masks laid over it where
/// the events come from libyaml.
pub(crate) fn build(events: &mut dyn Events, dialect: Option<(&str, &Masks)>) -> (Tree, Option<Failure>) {
    let mut builder = Builder { dialect, ..Builder::default() };
    let failure = builder.run(events).err();
    if let Some(failure) = &failure {
        builder.tree.close(&builder.open, failure.at);
        builder.tree.end = failure.at;
    }
    (builder.tree, failure)
}

#[derive(Default)]
struct Builder<'a> {
    tree: Tree,
    open: Vec<u32>,
    /// How many of the open collections are in flow style, or inside one that is.
    flow: usize,
    anchors: HashMap<String, u32>,
    dialect: Option<(&'a str, &'a Masks)>,
}

impl Builder<'_> {
    fn run(&mut self, events: &mut dyn Events) -> Result<(), Failure> {
        let mut event = Event::default();
        loop {
            events.next(&mut event)?;
            if let Some((source, masks)) = self.dialect {
                dialect::check(&event, source, self.flow > 0)?;
                if event.kind == EventKind::Scalar {
                    masks.lift(&mut event);
                }
            }
            match event.kind {
                EventKind::Stream | EventKind::DocumentStart => {}
                EventKind::DocumentEnd | EventKind::StreamEnd => {
                    self.tree.end = event.end;
                    return Ok(());
                }
                EventKind::End => self.end(&event),
                EventKind::Alias => self.push(Kind::Alias, &mut event)?,
                EventKind::Scalar => self.push(Kind::Scalar, &mut event)?,
                EventKind::Sequence => self.push(Kind::Sequence, &mut event)?,
                EventKind::Mapping => self.push(Kind::Mapping, &mut event)?,
            }
        }
    }

    fn end(&mut self, event: &Event) {
        let Some(node) = self.open.pop() else { return };
        self.flow = self.flow.saturating_sub(1);
        let stop = self.tree.nodes.len() as u32;
        self.tree.nodes[node as usize].stop = stop;
        // The end event of a block collection is empty and late: it ends where its last child does.
        let last = self.tree.children(node).last().map(|child| self.tree.nodes[child as usize].end);
        let end = if event.start == event.end { last.unwrap_or(event.end) } else { event.end };
        self.tree.nodes[node as usize].end = end;
    }

    fn push(&mut self, kind: Kind, event: &mut Event) -> Result<(), Failure> {
        let tree = &mut self.tree;
        let node = tree.nodes.len() as u32;
        let mut target = 0;
        if kind == Kind::Alias {
            let Some(&anchor) = self.anchors.get(event.anchor.as_str()) else {
                return fail(format!("unknown anchor '{}' referenced", event.anchor), event.start);
            };
            target = anchor;
        } else if !event.anchor.is_empty() {
            self.anchors.insert(std::mem::take(&mut event.anchor), node);
        }
        let mut tag = 0;
        if !event.tag.is_empty() {
            tree.tags.push(std::mem::take(&mut event.tag));
            tag = tree.tags.len() as u32;
        }
        let from = tree.text.len() as u32;
        if kind == Kind::Scalar {
            tree.text.push_str(&event.value);
        }
        tree.nodes.push(RawNode {
            kind,
            implicit: event.implicit,
            style: event.style,
            start: event.start,
            end: event.end,
            stop: node + 1,
            text: (from, tree.text.len() as u32),
            tag,
            target,
        });
        if matches!(kind, Kind::Sequence | Kind::Mapping) {
            self.open.push(node);
            if event.flow || self.flow > 0 {
                self.flow += 1;
            }
            if self.open.len() > MAX_DEPTH {
                return fail("exceeded max depth of 10000", event.start);
            }
        }
        Ok(())
    }
}

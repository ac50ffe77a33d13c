//! A document as it is written: what edits need to know of its layout. Aliases are not followed, and a key that a
//! later one replaces is there.

use crate::{Document, Style, TextRange, tree::Kind};

/// A node as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub struct Written<'d> {
    document: &'d Document,
    id: u32,
}

/// The sorts of [`Written`] nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenKind {
    /// A scalar.
    Scalar,
    /// A list.
    Sequence,
    /// Keys and values, which are its children by turns.
    Mapping,
    /// An alias.
    Alias,
}

impl Document {
    /// The topmost node as it is written; none where the document is empty.
    pub fn written(&self) -> Option<Written<'_>> {
        (!self.is_empty()).then_some(Written { document: self, id: 0 })
    }
}

impl<'d> Written<'d> {
    /// Where it stands, in bytes of the whole text; anchor and tag are part of it.
    pub fn range(self) -> TextRange {
        let raw = &self.document.tree().nodes[self.id as usize];
        TextRange::new(raw.start, raw.end)
    }

    /// What it is.
    pub fn kind(self) -> WrittenKind {
        match self.document.tree().nodes[self.id as usize].kind {
            Kind::Scalar => WrittenKind::Scalar,
            Kind::Sequence => WrittenKind::Sequence,
            Kind::Mapping => WrittenKind::Mapping,
            Kind::Alias => WrittenKind::Alias,
        }
    }

    /// The text of a scalar, quotes and escapes resolved; empty for all else.
    pub fn text(self) -> &'d str {
        self.document.tree().text(self.id)
    }

    /// How a scalar is written.
    pub fn style(self) -> Style {
        self.document.tree().nodes[self.id as usize].style
    }

    /// Its items, or its keys and values by turns.
    pub fn children(self) -> impl Iterator<Item = Written<'d>> {
        let tree = self.document.tree();
        let inner = matches!(self.kind(), WrittenKind::Sequence | WrittenKind::Mapping);
        let children = inner.then(|| tree.children(self.id)).into_iter().flatten();
        children.map(move |id| Written { document: self.document, id })
    }

    /// The nodes from this one down to the outermost one with exactly this range; nothing where there is none.
    pub fn path_to(self, range: TextRange) -> Vec<Written<'d>> {
        let mut path = vec![self];
        loop {
            let last = path[path.len() - 1];
            if last.range() == range {
                return path;
            }
            match last.children().find(|child| child.range().contains(range)) {
                Some(child) => path.push(child),
                None => return Vec::new(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn a_node_is_found_by_its_range_whatever_it_resolves_to() {
        let text = "a: &x\n  - b\nc: *x\na: 1\n";
        let parse = parse(text);
        let root = parse.documents[0].written().unwrap();
        let found = |part: &str, nth: usize| -> Vec<(WrittenKind, String)> {
            let at = text.match_indices(part).nth(nth).unwrap().0 as u32;
            let path = root.path_to(TextRange::new(at, at + part.len() as u32));
            path.into_iter().map(|node| (node.kind(), node.range().of(text).to_owned())).collect()
        };
        let list = (WrittenKind::Sequence, "&x\n  - b".to_owned());
        assert_eq!(found("b", 0)[1..], [list, (WrittenKind::Scalar, "b".into())]);
        assert_eq!(found("*x", 0)[1..], [(WrittenKind::Alias, "*x".into())]);
        // The key that the last one replaces.
        assert_eq!(found("a", 0)[1..], [(WrittenKind::Scalar, "a".into())]);
        assert_eq!(found(": ", 0), []);
        assert_eq!(root.children().count(), 6);
        assert_eq!(root.children().nth(5).unwrap().text(), "1");
    }
}

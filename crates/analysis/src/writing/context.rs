//! Where a value stands: its resource, the field it belongs to, and what that takes.

use pilothouse_syntax::{Document, Entry, Node, Value};

use crate::resource::{
    METADATA, known_kind,
    schema::{Field, Table, Type, field, table},
    spec_table,
};

/// What every resource begins with.
static RESOURCE: Table = table(
    "Resource",
    &[
        field("apiVersion", Type::Text, "The group and version of the kind."),
        field("kind", Type::Text, "What sort of resource it is."),
        field("metadata", Type::Message(&METADATA), "Its name, namespace and labels."),
        field("spec", Type::Unmodelled, "What it says."),
    ],
);

/// Where a scalar stands.
#[derive(Clone, Debug)]
pub(super) struct Context<'d> {
    /// The resource.
    pub(super) root: Node<'d>,
    /// The mappings around it, from the resource inwards.
    pub(super) around: Vec<Node<'d>>,
    /// The scalar.
    pub(super) scalar: Node<'d>,
    /// Whether it is a key of the innermost mapping.
    pub(super) is_key: bool,
    /// The message of the field it belongs to.
    pub(super) table: Option<&'static Table>,
    /// The field: of a key its own, of a value the one that it is for.
    pub(super) field: Option<&'static Field>,
    /// What is taken: of a key what its mapping is, of a value what it may be.
    pub(super) takes: Option<Type>,
}

impl<'d> Context<'d> {
    /// The scalar that touches an offset; none in collections, and where it is written over several lines.
    pub(super) fn at(document: &'d Document, offset: u32) -> Option<Context<'d>> {
        let mut root = document.root()?;
        // Lists may hold lists.
        while let Some(item) = listed(root, offset) {
            root = item;
        }
        let begin = Context {
            root,
            around: Vec::new(),
            scalar: root,
            is_key: false,
            table: None,
            field: None,
            takes: Some(Type::Message(&RESOURCE)),
        };
        begin.inward(root, offset)
    }

    fn inward(mut self, node: Node<'d>, offset: u32) -> Option<Context<'d>> {
        if node.is_alias() {
            return None;
        }
        match node.value() {
            Value::Mapping(_) => {
                self.around.push(node);
                let entry = node.entries().find(|entry| holds(*entry, offset))?;
                let name = entry.name();
                let outer = self.takes;
                if let Some(Type::Message(table)) = outer {
                    self.table = Some(table);
                    self.field = table.field(&name);
                }
                if entry.key.range().touches(offset) {
                    (self.scalar, self.is_key) = (entry.key, true);
                    return Some(self);
                }
                self.takes = match outer {
                    Some(Type::Message(of)) if std::ptr::eq(of, &RESOURCE) && name == "spec" => {
                        let kind = self.root.get("kind").and_then(Node::as_str).unwrap_or_default();
                        let version = self.root.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
                        spec_table(&known_kind(kind, version)?).map(Type::Message)
                    }
                    Some(Type::Message(of)) => of.field(&name).map(|field| field.ty),
                    Some(Type::Map(of)) => Some(*of),
                    _ => None,
                };
                self.inward(entry.value, offset)
            }
            Value::Sequence => {
                let item = node.items().find(|item| item.range().touches(offset))?;
                self.takes = match self.takes {
                    Some(Type::List(of) | Type::Sized(of, ..)) => Some(*of),
                    _ => None,
                };
                self.inward(item, offset)
            }
            _ if node.range().touches(offset) => {
                self.scalar = node;
                Some(self)
            }
            _ => None,
        }
    }

    /// The mapping that holds the scalar, or the one so many further out.
    pub(super) fn outer(&self, steps: usize) -> Option<Node<'d>> {
        self.around.iter().rev().nth(steps).copied()
    }

    /// The namespace of the resource.
    pub(super) fn namespace(&self) -> &'d str {
        let given = self.root.get("metadata").and_then(|it| it.get("namespace")).and_then(Node::as_str);
        given.filter(|it| !it.is_empty()).unwrap_or("default")
    }

    /// The names of message and field.
    pub(super) fn place(&self) -> (&'static str, &'static str) {
        (self.table.map_or("", |it| it.name), self.field.map_or("", |it| it.name))
    }
}

/// The item of a list of resources that holds an offset.
fn listed(root: Node<'_>, offset: u32) -> Option<Node<'_>> {
    let is_list = root.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    let items = root.get("items").filter(|_| is_list)?;
    items.items().find(|item| item.range().touches(offset))
}

/// Whether an offset is in a key or in its value.
fn holds(entry: Entry<'_>, offset: u32) -> bool {
    entry.key.range().touches(offset) || entry.value.range().touches(offset)
}

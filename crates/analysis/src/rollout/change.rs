//! What differs between two revisions.

use std::collections::{BTreeMap, HashMap};

use pilothouse_syntax::{Node, TextRange, parse};

use crate::{
    FileId, KnownAge, Profile, Sources,
    resource::{self, Key, Kind, Resource},
};

/// A resource that one revision has otherwise than the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The resource.
    pub key: Key,
    /// Added, removed or altered.
    pub kind: ChangeKind,
    /// The resource before, if there was one.
    pub before: Option<Resource>,
    /// The resource after, if there is one.
    pub after: Option<Resource>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// It says something else.
    Altered,
}

impl Change {
    /// The resource as `Kind/namespace/name`.
    pub fn name(&self) -> String {
        self.key.path()
    }

    /// The versions of the resource.
    pub fn versions(&self) -> impl Iterator<Item = &Resource> {
        self.before.iter().chain(&self.after)
    }
}

/// Two revisions, read.
#[derive(Debug)]
pub(super) struct Revisions {
    /// The texts of the first revision, then those of the second.
    pub(super) sources: Sources,
    /// What is the same in both.
    pub(super) same: Vec<Resource>,
    pub(super) changes: Vec<Change>,
}

impl Revisions {
    pub(super) fn read(
        before: Sources,
        after: Sources,
        profile: &Profile,
        ages: &[(String, KnownAge)],
    ) -> Revisions {
        let offset = before.files.len() as u32;
        let (old, mut new) = (resources(&before, profile, ages), resources(&after, profile, ages));
        for (resource, _) in &mut new {
            resource.file = FileId(resource.file.0 + offset);
        }
        let mut same = Vec::new();
        let mut by_key: BTreeMap<String, Change> = BTreeMap::new();
        let mut left: HashMap<Key, (Resource, String)> =
            new.into_iter().map(|(resource, text)| (resource.key.clone(), (resource, text))).collect();
        for (resource, text) in old {
            let (kind, after) = match left.remove(&resource.key) {
                Some((after, other)) if text == other => {
                    // The later text's places are those that the reader has at hand.
                    same.push(after);
                    continue;
                }
                Some((after, _)) => (ChangeKind::Altered, Some(after)),
                None => (ChangeKind::Removed, None),
            };
            let change = Change { key: resource.key.clone(), kind, before: Some(resource), after };
            by_key.insert(change.name(), change);
        }
        let mut added: Vec<Resource> = left.into_values().map(|(resource, _)| resource).collect();
        added.sort_by_key(|resource| (resource.file, resource.range));
        for resource in added {
            let change = Change {
                key: resource.key.clone(),
                kind: ChangeKind::Added,
                before: None,
                after: Some(resource),
            };
            by_key.insert(change.name(), change);
        }
        let mut sources = before;
        sources.files.extend(after.files);
        Revisions { sources, same, changes: by_key.into_values().collect() }
    }
}

/// The resources that take part, each with its content as JSON, in which layout makes no difference.
fn resources(sources: &Sources, profile: &Profile, ages: &[(String, KnownAge)]) -> Vec<(Resource, String)> {
    let mut read = resource::read(sources, profile);
    resource::set_ages(&mut read.resources, ages);
    let mut texts: HashMap<(FileId, TextRange), String> = HashMap::new();
    for (file, source) in sources.iter() {
        for document in &parse(&source.text).documents {
            if let Some(root) = document.root() {
                collect(file, root, &mut texts);
            }
        }
    }
    read.resources
        .into_iter()
        .filter(|resource| resource.active && !matches!(resource.key.kind, Kind::Other(_)))
        .map(|resource| {
            let text = texts.get(&(resource.file, resource.range)).cloned().unwrap_or_default();
            (resource, text)
        })
        .collect()
}

/// The content of a root, or of the items of a list, without what clusters write into it.
fn collect(file: FileId, root: Node<'_>, texts: &mut HashMap<(FileId, TextRange), String>) {
    let mut roots = vec![root];
    while let Some(root) = roots.pop() {
        roots.extend(root.get("items").into_iter().flat_map(Node::items));
        let part = |node: Option<Node<'_>>| node.and_then(Node::to_json).unwrap_or_default();
        let metadata = |key| part(root.get("metadata").and_then(|metadata| metadata.get(key)));
        let parts = [
            part(root.get("spec")),
            metadata("labels"),
            metadata("annotations"),
            metadata("creationTimestamp"),
        ];
        texts.insert((file, root.range()), parts.join("\n"));
    }
}

//! Where things stand: byte ranges as lines and columns, resources by their ids.

use std::cell::OnceCell;

use pilothouse_analysis::{Analysis, FileId, effective::Origin, mesh::Mesh, resource::ResourceId};
use pilothouse_syntax::{LineIndex, TextRange};

use crate::model::{Place, Position, Range, ResourceKey, ResourceRow};

/// An analysis with the lines of its texts, which are found when they are asked for.
pub(crate) struct Places<'a> {
    pub(crate) analysis: &'a Analysis,
    lines: Vec<OnceCell<LineIndex>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(analysis: &'a Analysis) -> Self {
        let lines = analysis.sources.files.iter().map(|_| OnceCell::new()).collect();
        Places { analysis, lines }
    }

    pub(crate) fn mesh(&self) -> &'a Mesh {
        &self.analysis.effective.mesh
    }

    pub(crate) fn file_name(&self, file: FileId) -> String {
        self.analysis.sources.get(file).map(|source| source.name.clone()).unwrap_or_default()
    }

    pub(crate) fn range(&self, file: FileId, range: TextRange) -> Range {
        let Some(source) = self.analysis.sources.get(file) else { return Range::default() };
        let Some(cell) = self.lines.get(file.0 as usize) else { return Range::default() };
        let lines = cell.get_or_init(|| LineIndex::new(&source.text));
        let position = |offset: u32| {
            let at = lines.utf16(offset);
            Position { line: at.line + 1, column: at.column + 1 }
        };
        Range { start: position(range.start), end: position(range.end) }
    }

    pub(crate) fn place(&self, origin: Origin) -> Place {
        let file = self.mesh().resource(origin.resource).file;
        Place { resource: origin.resource.0, file: file.0, range: self.range(file, origin.range) }
    }

    pub(crate) fn key(&self, id: ResourceId) -> ResourceKey {
        let key = &self.mesh().resource(id).key;
        ResourceKey {
            kind: key.kind.as_str().to_owned(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
        }
    }

    /// `namespace/name`.
    pub(crate) fn name(&self, id: ResourceId) -> String {
        let key = &self.mesh().resource(id).key;
        format!("{}/{}", key.namespace, key.name)
    }

    pub(crate) fn resource_rows(&self) -> Vec<ResourceRow> {
        use pilothouse_analysis::resource::Kind;
        let rows = self.mesh().resources.iter().enumerate().map(|(at, resource)| ResourceRow {
            key: self.key(ResourceId(at as u32)),
            file: resource.file.0,
            range: self.range(resource.file, resource.range),
            active: resource.active,
            modelled: !matches!(resource.key.kind, Kind::Other(_)),
            created: resource.created.map(|created| created.to_string()),
        });
        rows.collect()
    }
}

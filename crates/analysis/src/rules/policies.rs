//! Traffic policies as they are written, for telling whether two say the same.

use crate::{Analysis, resource::ResourceId};

/// The top-level policy of a DestinationRule, layout aside; empty where there is none.
pub(super) fn text(analysis: &Analysis, id: ResourceId) -> Vec<&str> {
    let policy = analysis.effective.mesh.destination_rule(id).traffic_policy.as_ref();
    let source = analysis.sources.get(analysis.effective.mesh.resource(id).file);
    let text = policy.zip(source).map(|(policy, source)| policy.range.of(&source.text)).unwrap_or_default();
    text.split_whitespace().collect()
}

//! `--format yaml`: one VirtualService for each host.

use pilothouse_analysis::{Analysis, analyze, mesh::Proxy};
use pilothouse_report::merged::{differences, merged, replaced};

use crate::output::complain;

/// The documents. What they cannot say stands in their comments; where they are not the same as today, that is said.
pub(super) fn text(analysis: &Analysis, proxies: &[&Proxy], host: Option<&str>) -> String {
    let all = merged(analysis, proxies.iter().copied(), host);
    if all.is_empty() {
        complain("note", "no VirtualService has rules for it here");
        return String::new();
    }
    let after = analyze(replaced(analysis, &all), analysis.effective.mesh.profile.clone());
    for difference in differences(analysis, &after, &all, proxies.iter().copied()) {
        complain("warning", &difference);
    }
    all.iter().map(|one| one.yaml(analysis)).collect::<Vec<String>>().join("---\n")
}

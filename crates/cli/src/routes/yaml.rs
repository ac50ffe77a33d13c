//! `--format yaml`: one VirtualService for each host, and one Gateway for servers of one certificate.

use pilothouse_analysis::{Analysis, analyze, mesh::Proxy};
use pilothouse_report::merged::{differences, merged, replaced, shared, shared_differences, with_shared};

use crate::output::complain;

/// The documents. What they cannot say stands in their comments; where they are not the same as today, that is said.
pub(super) fn text(analysis: &Analysis, proxies: &[&Proxy], host: Option<&str>) -> String {
    let read = |sources| analyze(sources, analysis.effective.mesh.profile.clone());
    let services = merged(analysis, proxies.iter().copied(), host);
    let gateways = shared(analysis, proxies.iter().copied(), host);
    let mut warnings = Vec::new();
    if !services.is_empty() {
        let after = read(replaced(analysis, &services));
        warnings.extend(differences(analysis, &after, &services, proxies.iter().copied()));
    }
    if !gateways.is_empty() {
        warnings.extend(shared_differences(analysis, &read(with_shared(analysis, &gateways)), &gateways));
    }
    for warning in warnings {
        complain("warning", &warning);
    }
    let services = services.iter().map(|one| one.yaml(analysis));
    let documents: Vec<String> = services.chain(gateways.iter().map(|one| one.yaml(analysis))).collect();
    if documents.is_empty() {
        complain("note", "no VirtualService has rules for it here");
    }
    documents.join("---\n")
}

//! The wire model: plain structs made from an analysis, which the command prints and the page shows.
//!
//! Nothing is decided here; every value is read from `pilothouse-analysis`.

mod actions;
pub mod answers;
mod bindings;
mod conditions;
pub mod config;
mod destinations;
mod dropped;
pub mod envoy;
mod findings;
mod flip;
mod json;
pub mod link;
mod listeners;
mod marks;
pub mod merged;
pub mod model;
mod places;
mod policies;
mod reasons;
pub mod request_tests;
mod rollout;
#[cfg(feature = "schema")]
mod schema;
mod tables;
mod trace;
mod traffic_policy;
mod words;
pub mod writing;
mod yaml;

use pilothouse_analysis::{Analysis, Checked, mesh::Proxy};

pub use findings::{fixes, fixes_within, rule};
pub use flip::profile_difference;
pub use model::*;
use places::Places;
pub use rollout::rollout_output;
#[cfg(feature = "schema")]
pub use schema::schemas;
pub use trace::trace_view;

/// What was found in the input as a whole.
pub fn report(analysis: &Analysis) -> Report {
    let places = Places::new(analysis);
    let checked = analysis.check();
    Report {
        istio: analysis.effective.mesh.profile.istio.as_str().to_owned(),
        files: analysis.sources.files.iter().map(|source| source.name.clone()).collect(),
        resources: places.resource_rows(),
        bindings: bindings::rows(analysis),
        findings: findings::rows(&places, checked.findings),
        allowed: checked.allowed.len() as u32,
    }
}

/// What `pilothouse check` prints of what the rules found in an analysis.
pub fn check_output(analysis: &Analysis, checked: Checked) -> CheckOutput {
    let places = Places::new(analysis);
    CheckOutput {
        findings: findings::rows(&places, checked.findings),
        suppressed: findings::suppressed(&places, checked.allowed),
    }
}

/// All that is shown of one proxy, whether it is among [`Report::bindings`] or not; none where `id` names no proxy.
pub fn binding_view(analysis: &Analysis, id: &str) -> Option<BindingView> {
    let proxy: Proxy = id.parse().ok()?;
    binding_views(analysis, [&proxy]).next()
}

/// All that is shown of some proxies, one after the other.
pub fn binding_views<'a>(
    analysis: &'a Analysis,
    proxies: impl IntoIterator<Item = &'a Proxy>,
) -> impl Iterator<Item = BindingView> {
    let places = Places::new(analysis);
    let bindings = bindings::Bindings::new(analysis);
    proxies.into_iter().map(move |proxy| {
        let config = analysis.effective.proxy(proxy);
        BindingView {
            binding: bindings.row(proxy),
            listeners: listeners::rows(&places, &config),
            hosts: tables::hosts(&places, &config),
            policies: policies::tables(&places, proxy),
            dropped: dropped::rows(&places, &config),
        }
    })
}

/// What `pilothouse routes` prints, without proxies yet.
pub fn routes_output(analysis: &Analysis) -> RoutesOutput {
    RoutesOutput {
        istio: analysis.effective.mesh.profile.istio.as_str().to_owned(),
        files: analysis.sources.files.iter().map(|source| source.name.clone()).collect(),
        resources: Places::new(analysis).resource_rows(),
        proxies: Vec::new(),
    }
}

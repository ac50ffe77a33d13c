//! What sidecars follow: for each host one VirtualService alone, its delegates in their places.

use std::collections::{BTreeMap, BTreeSet};

use pilothouse_analysis::{
    effective::{ProxyConfig, Rule},
    mesh::{Proxy, names::MESH},
    resource::{ResourceId, virtual_service::HttpMatch},
};

use super::{Merged, MergedRule, conditions::Here, gateway, name_for, rule, source::Texts};

/// The VirtualServices that some sidecars follow.
#[derive(Default)]
pub(super) struct Sidecars {
    /// By VirtualService the first proxy and the hosts, by their places in it.
    followed: BTreeMap<ResourceId, (Option<Proxy>, BTreeSet<usize>)>,
}

impl Sidecars {
    /// Notes what a sidecar follows.
    pub(super) fn add(&mut self, texts: &Texts<'_>, config: &ProxyConfig) {
        let mesh = &texts.analysis.effective.mesh;
        for host in config.route_configs.iter().flat_map(|routes| &routes.virtual_hosts) {
            for origin in &host.origins {
                let clauses = &mesh.virtual_service(origin.resource).hosts;
                let Some(at) = clauses.iter().position(|clause| clause.range == origin.range) else {
                    continue;
                };
                let (proxy, hosts) = self.followed.entry(origin.resource).or_default();
                proxy.get_or_insert_with(|| config.proxy.clone());
                hosts.insert(at);
            }
        }
    }

    /// The VirtualServices, each as one resource for the mesh.
    pub(super) fn services(self, texts: &Texts<'_>) -> Vec<Merged> {
        let mesh = &texts.analysis.effective.mesh;
        let services = self.followed.into_iter().filter_map(|(id, (proxy, hosts))| {
            let rules = texts.analysis.effective.rules(id);
            let mut notes = gateway::streams(texts, &[id]);
            notes.extend(gateway::strangers(texts, &[id]));
            let rules: Vec<MergedRule> =
                rules.iter().filter_map(|rule| written(texts, rule, &mut notes)).collect();
            let hosts: Vec<String> =
                hosts.into_iter().filter_map(|at| mesh.hosts(id).get(at).cloned()).collect();
            if rules.is_empty() {
                return None;
            }
            Some(Merged {
                proxy: proxy?,
                api_version: texts.api_version(id),
                namespace: mesh.resource(id).key.namespace.clone(),
                name: format!("{}-mesh", name_for(hosts.first()?)),
                hosts,
                gateways: vec![MESH.to_owned()],
                export_to: gateway::export(texts, id).1.into_iter().map(str::to_owned).collect(),
                rules,
                origins: vec![id],
                notes,
            })
        });
        services.collect()
    }
}

/// A rule with the conditions that count for sidecars; none where none does (HM-3).
fn written(texts: &Texts<'_>, rule: &Rule, notes: &mut Vec<String>) -> Option<MergedRule> {
    let here = |block: &HttpMatch| {
        block.gateways.is_empty() || block.gateways.iter().any(|gateway| gateway.value == MESH)
    };
    let blocks: Vec<usize> =
        rule.http.matches.iter().enumerate().filter(|(_, block)| here(block)).map(|(at, _)| at).collect();
    if blocks.is_empty() && !rule.http.matches.is_empty() {
        return None;
    }
    rule::rule(texts, rule, &blocks, &Here::Mesh, notes)
}

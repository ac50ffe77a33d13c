//! What several VirtualServices do for a host today, written as one resource.
//!
//! The rules stand in the order in which they run, delegates in the place of the rules that name them, short names
//! completed. A gateway's hosts and what sidecars follow are resources of their own, as they are merged in other ways.

mod certificate;
mod conditions;
mod gateway;
mod mesh;
mod proof;
mod rule;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use pilothouse_analysis::{
    Analysis,
    mesh::{Proxy, ProxyKind, host, names::MESH},
    resource::ResourceId,
};
use serde_json::{Map, Value, json};

pub use certificate::{SharedGateway, shared, shared_differences, with_shared};
pub use proof::{differences, replaced};
use source::Texts;

use crate::yaml;

/// One VirtualService that stands for several.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The proxy that it was seen on; of sidecars the first.
    pub proxy: Proxy,
    /// The `apiVersion` of the first of those in whose place it stands.
    pub api_version: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The hosts.
    pub hosts: Vec<String>,
    /// The gateways, or `mesh` alone.
    pub gateways: Vec<String>,
    /// `exportTo`, where all say the same.
    pub export_to: Vec<String>,
    /// The rules, in order.
    pub rules: Vec<MergedRule>,
    /// The VirtualServices in whose place it stands.
    pub origins: Vec<ResourceId>,
    /// What it cannot say, as sentences.
    pub notes: Vec<String>,
}

/// A rule with the words on where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedRule {
    /// Which rule of which VirtualService it is.
    pub comment: String,
    /// The rule as JSON.
    pub rule: Map<String, Value>,
}

/// The merged hosts of some proxies; those that take the host that is wanted, or all.
pub fn merged<'p>(
    analysis: &Analysis,
    proxies: impl IntoIterator<Item = &'p Proxy>,
    wanted: Option<&str>,
) -> Vec<Merged> {
    let texts = Texts::new(analysis);
    let mut out = Vec::new();
    let mut sidecars = mesh::Sidecars::default();
    for proxy in proxies {
        let config = analysis.effective.proxy(proxy);
        match proxy.kind {
            ProxyKind::Gateway => out.extend(gateway::hosts(&texts, &config)),
            ProxyKind::Sidecar => sidecars.add(&texts, &config),
        }
        analysis.effective.forget();
    }
    out.extend(sidecars.services(&texts));
    if let Some(wanted) = wanted {
        keep(&mut out, &wanted.to_ascii_lowercase());
    }
    specific_first(&mut out);
    let mut names = BTreeSet::new();
    for merged in &mut out {
        let plain = merged.name.clone();
        let mut number = 2;
        while !names.insert((merged.namespace.clone(), merged.name.clone())) {
            merged.name = format!("{plain}-{number}");
            number += 1;
        }
    }
    out
}

/// Names that put wildcards behind what they hold: of resources of one age the name decides (ORD-5), and a gateway that
/// lists a host and a wildcard gives the host the rules of both.
fn specific_first(all: &mut [Merged]) {
    let overlaps = |one: &Merged, other: &Merged| {
        one.proxy == other.proxy
            && one
                .hosts
                .iter()
                .any(|name| other.hosts.iter().any(|wide| wide != name && host::subset_of(name, wide)))
    };
    let wide: Vec<usize> =
        (0..all.len()).filter(|&at| all.iter().any(|other| overlaps(other, &all[at]))).collect();
    for at in wide {
        let labels = all[at].hosts.iter().map(|name| name.split('.').count()).min().unwrap_or_default();
        let place = 99_usize.saturating_sub(labels);
        all[at].name = format!("zz{place}-{}", all[at].name);
        all[at].notes.push(format!(
            "`{}` must not be older than what is written for hosts that it holds; its name puts it behind them.",
            all[at].name
        ));
    }
}

/// Keeps of each proxy what takes a host: the very name before the longest wildcard.
fn keep(all: &mut Vec<Merged>, host: &str) {
    let fit = |merged: &Merged| {
        let fits = merged.hosts.iter().filter_map(|name| match name.strip_prefix('*') {
            _ if name.eq_ignore_ascii_case(host) => Some(usize::MAX),
            Some(tail) => {
                (host.ends_with(&tail.to_ascii_lowercase()) && host.len() > tail.len()).then_some(name.len())
            }
            None => None,
        });
        fits.max()
    };
    let mut best: BTreeMap<Proxy, usize> = BTreeMap::new();
    for merged in all.iter() {
        if let Some(fit) = fit(merged) {
            let known = best.entry(merged.proxy.clone()).or_default();
            *known = fit.max(*known);
        }
    }
    all.retain(|merged| fit(merged).is_some_and(|fit| best.get(&merged.proxy) == Some(&fit)));
}

impl Merged {
    /// The resource as JSON, without its rules.
    fn frame(&self) -> Value {
        let mut spec = Map::from_iter([("hosts".to_owned(), json!(self.hosts))]);
        if self.gateways != [MESH] {
            spec.insert("gateways".to_owned(), json!(self.gateways));
        }
        if !self.export_to.is_empty() {
            spec.insert("exportTo".to_owned(), json!(self.export_to));
        }
        json!({
            "apiVersion": self.api_version,
            "kind": "VirtualService",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": spec,
        })
    }

    /// The resource as a document of YAML with comments on what comes from where.
    pub fn yaml(&self, analysis: &Analysis) -> String {
        let places = self.origins.iter().map(|&id| source::name(analysis, id));
        let places = crate::words::list(&places.collect::<Vec<String>>(), "and");
        let noun = if self.origins.len() == 1 { "VirtualService" } else { "VirtualServices" };
        let hosts: Vec<String> = self.hosts.iter().map(|host| format!("`{host}`")).collect();
        let hosts = crate::words::list(&hosts, "and");
        let mut out = comment(
            &format!("For {hosts} in the place of the HTTP rules of {noun} {places}, in the order of today."),
            "",
        );
        for note in &self.notes {
            out.push_str(&comment(note, ""));
        }
        out.push_str(&yaml::write(&self.frame()));
        out.push_str("  http:\n");
        for rule in &self.rules {
            out.push_str(&comment(&rule.comment, "  "));
            for line in yaml::write(&json!([rule.rule])).lines() {
                out.push_str("  ");
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }
}

/// A comment of one line; what a name of the input may hold breaks none.
fn comment(text: &str, indent: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{indent}# {plain}\n")
}

/// A name for what is written of a host.
fn name_for(host: &str) -> String {
    let name = match host.strip_prefix("*.") {
        Some(tail) => format!("wildcard.{tail}"),
        None if host == "*" => "any-host".to_owned(),
        None => host.to_owned(),
    };
    let plain = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' { c } else { '-' };
    name.to_ascii_lowercase().chars().map(plain).collect::<String>().trim_matches(['-', '.']).to_owned()
}

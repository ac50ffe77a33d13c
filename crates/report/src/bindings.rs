//! The proxies to choose from and what people call them.

use std::collections::{BTreeMap, HashMap};

use pilothouse_analysis::{
    Analysis,
    mesh::{Proxy, ProxyKind},
};

use crate::model::BindingRow;

pub(crate) fn rows(analysis: &Analysis) -> Vec<BindingRow> {
    let mut rows: Vec<BindingRow> = analysis
        .bindings
        .iter()
        .map(|binding| plain_row(&binding.proxy, binding.namespace_assumed))
        .collect();
    let mut titles: HashMap<String, u32> = HashMap::new();
    for row in &rows {
        *titles.entry(row.title.clone()).or_default() += 1;
    }
    for row in &mut rows {
        if titles.get(&row.title).is_some_and(|&times| times > 1) {
            let labels = row.labels.replace('=', ": ").replace(',', ", ");
            row.title = format!(
                "{} in {} · {labels}",
                row.title.split(" · ").next().unwrap_or_default(),
                row.namespace
            );
        }
    }
    rows
}

/// The rows by the ids of their proxies.
pub(crate) struct Bindings(HashMap<String, BindingRow>);

impl Bindings {
    pub(crate) fn new(analysis: &Analysis) -> Self {
        Bindings(rows(analysis).into_iter().map(|row| (row.id.clone(), row)).collect())
    }

    /// The row of a proxy, whether it is one of those to choose from or not.
    pub(crate) fn row(&self, proxy: &Proxy) -> BindingRow {
        self.0.get(&proxy.to_string()).cloned().unwrap_or_else(|| plain_row(proxy, false))
    }
}

fn plain_row(proxy: &Proxy, namespace_assumed: bool) -> BindingRow {
    let labels = &proxy.labels;
    let (kind, what) = match proxy.kind {
        ProxyKind::Gateway => ("gateway", gateway_noun(labels).to_owned()),
        ProxyKind::Sidecar => ("sidecar", format!("Sidecars in {}", proxy.namespace)),
    };
    // Of a gateway workload's many labels `istio` is the one that Gateways select.
    let shown = match labels.get("istio") {
        Some(value) if proxy.kind == ProxyKind::Gateway => format!("istio: {value}"),
        _ => labels.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", "),
    };
    BindingRow {
        id: proxy.to_string(),
        kind: kind.to_owned(),
        namespace: proxy.namespace.clone(),
        labels: proxy.labels_text(),
        title: if shown.is_empty() { what } else { format!("{what} · {shown}") },
        assumed: namespace_assumed.then(|| {
            format!(
                "The input holds no workload with these labels; it is assumed to run in `{}`.",
                proxy.namespace
            )
        }),
    }
}

fn gateway_noun(labels: &BTreeMap<String, String>) -> &'static str {
    match labels.get("istio").map(String::as_str) {
        Some(name) if name.contains("ingress") => "Ingress gateway",
        Some(name) if name.contains("egress") => "Egress gateway",
        _ => "Gateway",
    }
}

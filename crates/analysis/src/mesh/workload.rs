//! Workloads: the proxies that configuration is built for.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// A proxy: where it runs and what its pod is labelled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proxy {
    /// Gateway or sidecar.
    pub kind: ProxyKind,
    /// The namespace of the workload.
    pub namespace: String,
    /// The labels of the workload.
    pub labels: BTreeMap<String, String>,
}

/// The two sorts of proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyKind {
    /// A gateway.
    Gateway,
    /// A sidecar beside an application.
    Sidecar,
}

impl Proxy {
    /// A gateway's proxy.
    pub fn gateway(namespace: impl Into<String>, labels: BTreeMap<String, String>) -> Proxy {
        Proxy { kind: ProxyKind::Gateway, namespace: namespace.into(), labels }
    }

    /// A sidecar.
    pub fn sidecar(namespace: impl Into<String>, labels: BTreeMap<String, String>) -> Proxy {
        Proxy { kind: ProxyKind::Sidecar, namespace: namespace.into(), labels }
    }

    /// The labels as `a=b,c=d`.
    pub fn labels_text(&self) -> String {
        self.labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ProxyKind::Gateway => "gateway",
            ProxyKind::Sidecar => "sidecar",
        };
        write!(f, "{kind}/{}", self.namespace)?;
        if !self.labels.is_empty() {
            write!(f, "/{}", self.labels_text())?;
        }
        Ok(())
    }
}

impl FromStr for Proxy {
    type Err = String;

    /// Reads `gateway/NAMESPACE[/LABELS]` or `sidecar/NAMESPACE[/LABELS]`; labels are `a=b,c=d` and may hold
    /// slashes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why: &str| {
            format!("`{text}` is no proxy: {why}; write gateway/NAMESPACE/LABELS or sidecar/NAMESPACE/LABELS")
        };
        let (kind, rest) = text.split_once('/').ok_or_else(|| wrong("it has no namespace"))?;
        let kind = match kind {
            "gateway" => ProxyKind::Gateway,
            "sidecar" => ProxyKind::Sidecar,
            _ => return Err(wrong("it is neither a gateway nor a sidecar")),
        };
        let (namespace, labels) = rest.split_once('/').unwrap_or((rest, ""));
        if namespace.is_empty() {
            return Err(wrong("it has no namespace"));
        }
        let mut pairs = BTreeMap::new();
        for pair in labels.split(',').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| wrong("a label needs `=`"))?;
            pairs.insert(key.to_owned(), value.to_owned());
        }
        Ok(Proxy { kind, namespace: namespace.to_owned(), labels: pairs })
    }
}

/// Whether labels hold all pairs of a selector; an empty one selects everything.
pub(crate) fn selects(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

//! A condition of a rule as JSON.

use pilothouse_analysis::resource::virtual_service::{HttpMatch, NamedMatch, Pattern, StringMatch};
use serde_json::{Map, Value, json};

/// For what a condition is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// For sidecars: the port stays as it is written.
    Mesh,
    /// For all ports and gateways of the resource.
    Everywhere,
    /// For some gateways on one port; for all of the resource where none is named.
    Only {
        /// The port.
        port: u32,
        /// The gateways.
        gateways: Vec<String>,
    },
}

impl Here {
    /// What it asks for by itself.
    pub(super) fn condition(&self) -> Map<String, Value> {
        let mut out = Map::new();
        if let Here::Only { port, gateways } = self {
            out.insert("port".to_owned(), json!(port));
            if !gateways.is_empty() {
                out.insert("gateways".to_owned(), json!(gateways));
            }
        }
        out
    }
}

/// A condition for a resource that is bound where it takes part, so gateways are left out. Where it lists them, istiod
/// does not look at the client (HM-3).
pub(super) fn condition(block: &HttpMatch, here: &Here) -> Value {
    let mut out = here.condition();
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    let text = |it: &Option<pilothouse_syntax::Spanned<String>>| {
        it.as_ref().filter(|it| !it.value.is_empty()).map(|it| json!(it.value))
    };
    set("name", text(&block.name));
    set("uri", block.uri.as_ref().map(pattern));
    set("scheme", block.scheme.as_ref().map(pattern));
    set("method", block.method.as_ref().map(pattern));
    set("authority", block.authority.as_ref().map(pattern));
    set("headers", named(block.headers.iter()));
    set("withoutHeaders", named(block.without_headers.iter()));
    set("queryParams", named(block.query_params.iter().map(|(name, test)| (name, test))));
    set("ignoreUriCase", block.ignore_uri_case.then_some(json!(true)));
    set("statPrefix", text(&block.stat_prefix));
    set("port", block.port.as_ref().filter(|_| *here == Here::Mesh).map(|port| json!(port.value)));
    if block.gateways.is_empty() {
        set("sourceLabels", (!block.source_labels.is_empty()).then(|| json!(block.source_labels)));
        set("sourceNamespace", text(&block.source_namespace));
    }
    // A condition that asks for nothing is refused, and any path begins with a slash.
    if out.is_empty() {
        return json!({"uri": {"prefix": "/"}});
    }
    Value::Object(out)
}

fn pattern(test: &StringMatch) -> Value {
    match test.pattern.as_ref().map(|pattern| &pattern.value) {
        None => json!({}),
        Some(Pattern::Exact(text)) => json!({"exact": text}),
        Some(Pattern::Prefix(text)) => json!({"prefix": text}),
        Some(Pattern::Regex(text)) => json!({"regex": text}),
    }
}

fn named<'m>(tests: impl Iterator<Item = (&'m String, &'m NamedMatch)>) -> Option<Value> {
    let map: Map<String, Value> = tests.map(|(name, test)| (name.clone(), pattern(&test.value))).collect();
    (!map.is_empty()).then_some(Value::Object(map))
}

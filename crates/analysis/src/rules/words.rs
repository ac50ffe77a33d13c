//! How findings call things: the reader's own names, in backticks.

use std::collections::BTreeSet;

use crate::{
    mesh::{Age, Mesh, Proxy, ProxyKind},
    resource::{Resource, ResourceId},
};

/// `namespace/name`, or the name alone where the input says no namespace.
pub(super) fn name(resource: &Resource) -> String {
    let key = &resource.key;
    if resource.namespace_given {
        format!("`{}/{}`", key.namespace, key.name)
    } else {
        format!("`{}`", key.name)
    }
}

/// The kind and the name.
pub(super) fn called(resource: &Resource) -> String {
    format!("{} {}", resource.key.kind, name(resource))
}

/// The names of several resources, each once, in order.
pub(super) fn names(mesh: &Mesh, ids: impl IntoIterator<Item = ResourceId>) -> String {
    and(distinct(ids).into_iter().map(|id| name(mesh.resource(id))))
}

/// Each thing once, in order.
pub(super) fn distinct<T: Ord + Clone>(things: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    things.into_iter().filter(|thing| seen.insert(thing.clone())).collect()
}

/// Things with commas and `and`; of many only the first.
pub(super) fn and(things: impl IntoIterator<Item = String>) -> String {
    joined(things, "and")
}

/// Things with commas and `or`; of many only the first.
pub(super) fn or(things: impl IntoIterator<Item = String>) -> String {
    joined(things, "or")
}

fn joined(things: impl IntoIterator<Item = String>, word: &str) -> String {
    const SHOWN: usize = 4;
    let mut things: Vec<String> = things.into_iter().collect();
    if things.len() > SHOWN + 1 {
        let more = things.len() - SHOWN;
        things.truncate(SHOWN);
        things.push(format!("{more} more"));
    }
    match things.pop() {
        None => String::new(),
        Some(last) if things.is_empty() => last,
        Some(last) => format!("{} {word} {last}", things.join(", ")),
    }
}

/// Texts in backticks with commas and `and`, each once.
pub(super) fn quoted<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    and(distinct(texts).into_iter().map(|text| format!("`{}`", shortened(text))))
}

/// A text of a length that can be read.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// One word or the other, by number.
pub(super) fn plural<T>(count: usize, one: T, many: T) -> T {
    if count == 1 { one } else { many }
}

/// A sentence: a capital in front, a full stop behind.
pub(super) fn sentence(text: &str) -> String {
    stopped(&capital(text))
}

/// The beginning of a sentence: a capital in front.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    first + chars.as_str()
}

/// The end of a sentence: a full stop behind.
pub(super) fn stopped(text: &str) -> String {
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

/// A proxy in the middle of a sentence.
pub(super) fn proxy(proxy: &Proxy) -> String {
    let labels = proxy.labels_text();
    match proxy.kind {
        ProxyKind::Gateway if labels.is_empty() => "the gateway".to_owned(),
        ProxyKind::Gateway => format!("the gateway `{labels}`"),
        ProxyKind::Sidecar if labels.is_empty() => format!("sidecars in `{}`", proxy.namespace),
        ProxyKind::Sidecar => format!("sidecars of `{labels}` in `{}`", proxy.namespace),
    }
}

/// Several proxies in the middle of a sentence.
pub(super) fn proxies<'p>(all: impl IntoIterator<Item = &'p Proxy>) -> String {
    let (gateways, others): (Vec<&Proxy>, Vec<&Proxy>) =
        all.into_iter().partition(|it| it.kind == ProxyKind::Gateway);
    let others = Some(sidecars(&others)).filter(|text| !text.is_empty());
    and(gateways.into_iter().map(proxy).chain(others))
}

/// Several sidecars in the middle of a sentence; those with certain labels only where their namespace is not named.
pub(super) fn sidecars(proxies: &[&Proxy]) -> String {
    let plain: BTreeSet<&str> =
        proxies.iter().filter(|it| it.labels.is_empty()).map(|it| it.namespace.as_str()).collect();
    let labelled = proxies.iter().filter(|it| !plain.contains(it.namespace.as_str())).map(|it| proxy(it));
    let namespaces = quoted(plain.iter().copied());
    let named = (!plain.is_empty()).then(|| format!("sidecars in {namespaces}"));
    and(named.into_iter().chain(labelled))
}

/// Proxies as the end of a sentence.
pub(super) fn on<'p>(proxies: impl Iterator<Item = &'p Proxy>) -> String {
    let (gateways, sidecars): (Vec<&Proxy>, Vec<&Proxy>) =
        proxies.partition(|it| it.kind == ProxyKind::Gateway);
    let gateways = and(gateways.into_iter().map(proxy));
    let sidecars = self::sidecars(&sidecars);
    match (gateways.is_empty(), sidecars.is_empty()) {
        (false, true) => format!("on {gateways}"),
        (true, _) => format!("for {sidecars}"),
        (false, false) => format!("on {gateways} and for {sidecars}"),
    }
}

/// Why the first of two VirtualServices stands before the second for clients of a namespace, and whether that is
/// known: those that are not public go first (BIND-5).
pub(super) fn precedence_for(
    mesh: &Mesh,
    first: ResourceId,
    second: ResourceId,
    namespace: &str,
) -> (String, bool) {
    match (mesh.bucket(first, namespace), mesh.bucket(second, namespace)) {
        (Some(0), Some(1..)) => (format!("private to `{namespace}`, and such ones go first"), true),
        (Some(1), Some(2)) => (format!("exported to `{namespace}` by name, and such ones go first"), true),
        _ => {
            let (why, known) = precedence(mesh, first, second);
            (why.to_owned(), known)
        }
    }
}

/// Why the first of two resources of a kind stands before the second, and whether that is known.
pub(super) fn precedence(mesh: &Mesh, first: ResourceId, second: ResourceId) -> (&'static str, bool) {
    let (first, second) = (mesh.resource(first), mesh.resource(second));
    match (first.age(), second.age()) {
        (Age::Undated, Age::Undated) if first.key.name == second.key.name => ("first by namespace", false),
        (Age::Undated, Age::Undated) => ("first by name", false),
        (first, second) if first == second => ("as old and first by name", true),
        _ => ("older", true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_well() {
        let list = |count: usize| and((1..=count).map(|n| n.to_string()));
        assert_eq!([list(0), list(1), list(2), list(3)], ["", "1", "1 and 2", "1, 2 and 3"]);
        assert_eq!(list(5), "1, 2, 3, 4 and 5");
        assert_eq!(list(12), "1, 2, 3, 4 and 8 more");
        assert_eq!(quoted(["a", "b", "a"]), "`a` and `b`");
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("this ends"), "This ends.");
        assert_eq!(sentence("`a` ends."), "`a` ends.");
        assert_eq!(shortened(&"é".repeat(90)).chars().count(), 81);
    }
}

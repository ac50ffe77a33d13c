//! A delegate's rules merged with the root rule that names it (DEL-3 to DEL-6).

use std::rc::Rc;

use pilothouse_syntax::Spanned;

use super::{DropReason, Dropped, Origin, Rule, RuleOrigin, rules::conditions};
use crate::{
    mesh::{Mesh, names},
    resource::{
        ResourceId,
        virtual_service::{Destination, HttpMatch, HttpRoute, NamedMatch, Pattern, StringMatch},
    },
};

/// The rules that stand in for `root_rule` of `root`: those of `leaf`, in its order.
pub(super) fn merge(
    mesh: &Mesh,
    root: ResourceId,
    root_rule: &HttpRoute,
    leaf: ResourceId,
    dropped: &mut Vec<Dropped>,
) -> Vec<Rule> {
    // Short names belong to the namespace of the resource that writes them, so they are completed first.
    let root_full = completed(mesh, root, root_rule);
    let mut out = Vec::new();
    for (index, rule) in mesh.virtual_service(leaf).http.iter().enumerate() {
        let own = Origin { resource: leaf, range: rule.range };
        if let Some(inner) = &rule.delegate {
            let origin = Origin { resource: leaf, range: inner.range };
            dropped.push(Dropped { origin, reason: DropReason::DelegateNested, winner: None });
        }
        let rule_full = completed(mesh, leaf, rule);
        let from = |id, rule: &HttpRoute| -> Vec<(HttpMatch, Origin)> {
            rule.matches.iter().cloned().zip(conditions(id, rule)).collect()
        };
        let Some(blocks) = merge_blocks(from(root, &root_full), from(leaf, &rule_full)) else {
            let winner = Some(Origin { resource: root, range: root_rule.range });
            dropped.push(Dropped { origin: own, reason: DropReason::DelegateConflict, winner });
            continue;
        };
        let (matches, conditions): (Vec<HttpMatch>, Vec<Origin>) = blocks.into_iter().unzip();
        let mut merged = merge_rule(&root_full, rule_full);
        merged.matches = matches;
        out.push(Rule {
            http: Rc::new(merged),
            origin: RuleOrigin {
                written_in: leaf,
                index,
                range: rule.range,
                root: Some(Origin { resource: root, range: root_rule.range }),
            },
            conditions,
        });
    }
    out
}

/// Everything but the conditions: the leaf's where it is set, else the root's (DEL-5).
fn merge_rule(root: &HttpRoute, leaf: HttpRoute) -> HttpRoute {
    HttpRoute {
        range: leaf.range,
        name: join_names(&root.name, leaf.name),
        matches: Vec::new(),
        route: leaf.route,
        redirect: leaf.redirect,
        direct_response: leaf.direct_response.or_else(|| root.direct_response.clone()),
        delegate: None,
        rewrite: leaf.rewrite.or_else(|| root.rewrite.clone()),
        timeout: leaf.timeout.or_else(|| root.timeout.clone()),
        retries: leaf.retries.or_else(|| root.retries.clone()),
        fault: leaf.fault.or_else(|| root.fault.clone()),
        mirror: leaf.mirror.or_else(|| root.mirror.clone()),
        mirrors: if leaf.mirrors.is_empty() { root.mirrors.clone() } else { leaf.mirrors },
        mirror_percent: leaf.mirror_percent.or_else(|| root.mirror_percent.clone()),
        mirror_percentage: leaf.mirror_percentage.or_else(|| root.mirror_percentage.clone()),
        cors_policy: leaf.cors_policy.or_else(|| root.cors_policy.clone()),
        headers: leaf.headers.or_else(|| root.headers.clone()),
    }
}

fn join_names(root: &Option<Spanned<String>>, leaf: Option<Spanned<String>>) -> Option<Spanned<String>> {
    let set = |name: &Option<Spanned<String>>| name.clone().filter(|name| !name.value.is_empty());
    match (set(root), set(&leaf)) {
        (Some(root), Some(leaf)) => Some(Spanned::new(format!("{}-{}", root.value, leaf.value), leaf.range)),
        (root, leaf) => leaf.or(root),
    }
}

/// The conditions of both, or none where a condition of the leaf fits none of the root's (DEL-3).
fn merge_blocks(
    root: Vec<(HttpMatch, Origin)>,
    leaf: Vec<(HttpMatch, Origin)>,
) -> Option<Vec<(HttpMatch, Origin)>> {
    if root.is_empty() {
        return Some(leaf);
    }
    if leaf.is_empty() {
        return Some(root);
    }
    let mut out = Vec::new();
    for (block, origin) in &leaf {
        let before = out.len();
        let fitting = root.iter().filter(|(root, _)| !conflicts(root, block));
        out.extend(fitting.map(|(root, _)| (merge_block(root, block), *origin)));
        if out.len() == before {
            return None;
        }
    }
    Some(out)
}

/// Whether a leaf's condition is not inside a root's (DEL-4).
fn conflicts(root: &HttpMatch, leaf: &HttpMatch) -> bool {
    let parts = [
        (&root.uri, &leaf.uri),
        (&root.scheme, &leaf.scheme),
        (&root.method, &leaf.method),
        (&root.authority, &leaf.authority),
    ];
    let in_map = |root: Option<&NamedMatch>, leaf: &NamedMatch| {
        root.is_some_and(|root| patterns_conflict(&root.value, &leaf.value))
    };
    let root_query = |name: &str| root.query_params.iter().find(|(other, _)| other == name).map(|(_, it)| it);
    let port = |block: &HttpMatch| block.port.as_ref().map_or(0, |port| port.value);
    let namespace =
        |block: &HttpMatch| block.source_namespace.as_ref().map_or(String::new(), |it| it.value.clone());
    let gateways =
        |block: &HttpMatch| -> Vec<String> { block.gateways.iter().map(|it| it.value.clone()).collect() };
    let (root_gateways, leaf_gateways) = (gateways(root), gateways(leaf));

    parts.iter().any(|(root, leaf)| match (root, leaf) {
        (Some(root), Some(leaf)) => patterns_conflict(root, leaf),
        _ => false,
    }) || leaf.headers.iter().any(|(name, test)| in_map(root.headers.get(name), test))
        || leaf.without_headers.iter().any(|(name, test)| in_map(root.without_headers.get(name), test))
        || leaf.query_params.iter().any(|(name, test)| in_map(root_query(name), test))
        || root.ignore_uri_case != leaf.ignore_uri_case
        || port(root) > 0 && port(leaf) > 0 && port(root) != port(leaf)
        || !namespace(root).is_empty() && namespace(root) != namespace(leaf)
        || leaf
            .source_labels
            .iter()
            .any(|(key, value)| root.source_labels.get(key).is_some_and(|it| it != value))
        || !root_gateways.is_empty()
            && !leaf_gateways.is_empty()
            && (root_gateways.len() < leaf_gateways.len()
                || leaf_gateways.iter().any(|gateway| !root_gateways.contains(gateway)))
}

fn patterns_conflict(root: &StringMatch, leaf: &StringMatch) -> bool {
    use Pattern::{Exact, Prefix, Regex};
    let pattern =
        |it: &StringMatch| it.pattern.as_ref().map(|it| it.value.clone()).filter(|it| !it.text().is_empty());
    match (pattern(root), pattern(leaf)) {
        (Some(Regex(_)), _) | (_, Some(Regex(_))) => true,
        (Some(Exact(root)), Some(Exact(leaf))) => root != leaf,
        (Some(Prefix(root)), Some(Prefix(leaf) | Exact(leaf))) => !leaf.starts_with(&root),
        // An empty text, or a mere presence, on either side.
        _ => true,
    }
}

fn merge_block(root: &HttpMatch, leaf: &HttpMatch) -> HttpMatch {
    let merged = |root: &std::collections::BTreeMap<String, NamedMatch>, leaf| {
        let mut out = root.clone();
        out.extend(std::collections::BTreeMap::clone(leaf));
        out
    };
    let mut query_params = root.query_params.clone();
    for (name, test) in &leaf.query_params {
        query_params.retain(|(other, _)| other != name);
        query_params.push((name.clone(), test.clone()));
    }
    let mut source_labels = root.source_labels.clone();
    source_labels.extend(leaf.source_labels.clone());
    HttpMatch {
        range: leaf.range,
        name: join_names(&root.name, leaf.name.clone()),
        uri: leaf.uri.clone().or_else(|| root.uri.clone()),
        scheme: leaf.scheme.clone().or_else(|| root.scheme.clone()),
        method: leaf.method.clone().or_else(|| root.method.clone()),
        authority: leaf.authority.clone().or_else(|| root.authority.clone()),
        headers: merged(&root.headers, &leaf.headers),
        without_headers: merged(&root.without_headers, &leaf.without_headers),
        query_params,
        port: leaf.port.clone().filter(|port| port.value != 0).or_else(|| root.port.clone()),
        source_labels,
        source_labels_range: leaf.source_labels_range.or(root.source_labels_range),
        source_namespace: leaf.source_namespace.clone().or_else(|| root.source_namespace.clone()),
        gateways: if leaf.gateways.is_empty() { root.gateways.clone() } else { leaf.gateways.clone() },
        ignore_uri_case: leaf.ignore_uri_case,
        stat_prefix: leaf.stat_prefix.clone().or_else(|| root.stat_prefix.clone()),
    }
}

/// A rule with hosts and gateways as its own resource means them.
fn completed(mesh: &Mesh, id: ResourceId, rule: &HttpRoute) -> HttpRoute {
    let namespace = &mesh.resource(id).key.namespace;
    let complete = |destination: &mut Destination| {
        destination.host.value =
            names::full_host(&destination.host.value, namespace, &mesh.profile).into_owned();
    };
    let mut rule = rule.clone();
    rule.route.iter_mut().filter_map(|it| it.destination.as_mut()).for_each(complete);
    rule.mirrors.iter_mut().filter_map(|it| it.destination.as_mut()).for_each(complete);
    rule.mirror.iter_mut().for_each(complete);
    for gateway in rule.matches.iter_mut().flat_map(|block| &mut block.gateways) {
        gateway.value = names::gateway_reference(&gateway.value, namespace).into_owned();
    }
    rule
}

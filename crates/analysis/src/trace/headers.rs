//! Headers as a destination sees them (HM-17).

use std::collections::BTreeMap;

use crate::{
    Request,
    effective::{HeaderMutations, Route, WeightedCluster},
};

/// The headers of a request after the operations of the destination, then those of the route.
pub(super) fn upstream(
    request: &Request,
    route: &Route,
    cluster: Option<&WeightedCluster>,
) -> Vec<(String, String)> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &request.headers {
        headers.entry(name.to_lowercase()).or_default().push(value.clone());
    }
    let of_cluster = cluster.map(|cluster| &cluster.request_headers);
    for mutations in of_cluster.into_iter().chain([&route.request_headers]) {
        apply(&mut headers, mutations);
    }
    headers.into_iter().map(|(name, values)| (name, values.join(","))).collect()
}

/// Removes first, then writes.
fn apply(headers: &mut BTreeMap<String, Vec<String>>, mutations: &HeaderMutations) {
    for name in &mutations.remove {
        headers.remove(&name.to_lowercase());
    }
    for header in &mutations.add {
        let values = headers.entry(header.name.to_lowercase()).or_default();
        if !header.append {
            values.clear();
        }
        values.push(header.value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effective::HeaderValue;

    #[test]
    fn hm_17_removed_set_and_added() {
        let mut headers = BTreeMap::from([
            ("x-a".to_owned(), vec!["1".to_owned()]),
            ("x-b".to_owned(), vec!["1".to_owned()]),
            ("x-c".to_owned(), vec!["1".to_owned()]),
        ]);
        let value = |name: &str, append| HeaderValue { name: name.into(), value: "2".into(), append };
        let add = vec![value("X-A", false), value("x-b", true)];
        apply(&mut headers, &HeaderMutations { add, remove: vec!["X-C".into()] });
        assert_eq!(headers["x-a"], ["2"]);
        assert_eq!(headers["x-b"], ["1", "2"]);
        assert!(!headers.contains_key("x-c"));
    }
}

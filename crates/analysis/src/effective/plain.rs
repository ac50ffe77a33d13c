//! Routes that are reached by the look of their paths: what most routes are, told without sets of requests.

use std::collections::HashSet;

use super::{PathMatch, RouteMatch};

/// For each route whether it is certain that a request reaches it: one for its path alone, which no route before it
/// could take whatever else that asks for.
pub(super) fn reached<'r>(routes: impl Iterator<Item = &'r RouteMatch>) -> Vec<bool> {
    let mut prefixes: HashSet<&str> = HashSet::new();
    let mut paths: HashSet<&str> = HashSet::new();
    let mut lengths: Vec<usize> = Vec::new();
    // Behind a pattern, or a path in any case, the look of a path tells nothing.
    let mut blurred = false;
    let mut out = Vec::new();
    for route in routes {
        let (path, is_prefix) = match &route.path {
            PathMatch::Prefix(path) => (path.as_str(), true),
            PathMatch::Exact(path) => (path.as_str(), false),
            PathMatch::Regex(_) => ("", true),
        };
        let starts = || lengths.iter().filter_map(|&length| path.get(..length));
        let free = !blurred && !paths.contains(path) && !starts().any(|start| prefixes.contains(start));
        out.push(free && is_plain(route, path));
        blurred |= route.ignores_case() || matches!(route.path, PathMatch::Regex(_));
        if is_prefix {
            prefixes.insert(path);
            if let Err(place) = lengths.binary_search(&path.len()) {
                lengths.insert(place, path.len());
            }
        } else {
            paths.insert(path);
        }
    }
    out
}

/// Whether a route asks for nothing but a path, and one that stays as it is when Envoy puts it in order (HM-6).
fn is_plain(route: &RouteMatch, path: &str) -> bool {
    let ordinary = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    route.headers.is_empty()
        && route.query.is_empty()
        && route.claims.is_empty()
        && !route.ignores_case()
        && path.starts_with('/')
        && path.bytes().all(ordinary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Answer, Space};

    /// What is certain must be so by the sets of requests too.
    #[test]
    fn certain_ones_are_reached() {
        let paths = ["/", "/a", "/a/b", "/ab", "/b", "", "/a.", "/a?"];
        let mut routes = Vec::new();
        for path in paths {
            routes.push(RouteMatch { path: PathMatch::Exact(path.into()), ..RouteMatch::any() });
            routes.push(RouteMatch { path: PathMatch::Prefix(path.into()), ..RouteMatch::any() });
        }
        routes.push(RouteMatch { path: PathMatch::Regex("/b.*".into()), ..RouteMatch::any() });
        let caseless = PathMatch::Exact("/A".into());
        routes.push(RouteMatch { path: caseless, case_sensitive: Some(false), ..RouteMatch::any() });
        let mut certain = 0;
        for one in &routes {
            for two in &routes {
                for three in &routes {
                    let list = [one, two, three];
                    let sure = reached(list.into_iter());
                    let space = Space::new(&list);
                    for at in (0..3).filter(|&at| sure[at]) {
                        certain += 1;
                        assert!(matches!(space.reachable(at), Answer::Witness(_)), "{list:?} {at}");
                    }
                }
            }
        }
        assert!(certain > 1000, "{certain}");
    }
}

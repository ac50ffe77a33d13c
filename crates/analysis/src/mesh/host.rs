//! The algebra of host names (HOST-1 to HOST-7).

use std::{cmp::Ordering, collections::HashMap, hash::Hash};

/// Whether a name stands for many: its first byte is `*` (HOST-1).
pub fn is_wildcard(name: &str) -> bool {
    name.starts_with('*')
}

/// What follows the `*` of a wildcard.
fn tail(name: &str) -> &str {
    name.strip_prefix('*').unwrap_or(name)
}

/// Whether every name that `a` stands for is one of `b`'s (HOST-2).
pub fn subset_of(a: &str, b: &str) -> bool {
    match (is_wildcard(a), is_wildcard(b)) {
        (true, true) => a.len() >= b.len() && tail(a).ends_with(tail(b)),
        (false, true) => a.ends_with(tail(b)),
        (true, false) => false,
        (false, false) => a == b,
    }
}

/// Whether two names stand for one in common; the same in both directions (HOST-3).
pub fn matches(a: &str, b: &str) -> bool {
    match (is_wildcard(a), is_wildcard(b)) {
        (true, true) => tail(a).ends_with(tail(b)) || tail(b).ends_with(tail(a)),
        (true, false) => b.ends_with(tail(a)),
        (false, true) => a.ends_with(tail(b)),
        (false, false) => a == b,
    }
}

/// The narrower of each pair that fits together, without duplicates (HOST-4).
pub fn intersection<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<&'a str> {
    let mut out = Vec::new();
    for &a in a {
        for &b in b {
            let narrower = if subset_of(a, b) {
                a
            } else if subset_of(b, a) {
                b
            } else {
                continue;
            };
            if !out.contains(&narrower) {
                out.push(narrower);
            }
        }
    }
    out
}

/// The more specific name first: exact before wildcard, then longer, then by alphabet (HOST-5).
pub fn by_specificity(a: &str, b: &str) -> Ordering {
    is_wildcard(a).cmp(&is_wildcard(b)).then(b.len().cmp(&a.len())).then(a.cmp(b))
}

/// The hosts of a Gateway's server that VirtualServices of a namespace may use, without the namespace in front
/// (HOST-6).
pub fn for_namespace<'a>(hosts: &'a [String], namespace: &str) -> Vec<&'a str> {
    hosts
        .iter()
        .filter_map(|host| match host.split_once('/') {
            Some((prefix, name)) => (prefix == namespace || prefix == "*").then_some(name),
            None => Some(host),
        })
        .collect()
}

/// Values by host name, looked up by the most specific name that covers another (HOST-7).
#[derive(Clone, Debug)]
pub struct HostMap<T> {
    exact: HashMap<String, T>,
    /// Wildcards by what follows their `*`.
    wildcards: HashMap<String, T>,
    /// The lengths of the wildcards' tails, longest first.
    lengths: Vec<usize>,
}

impl<T> Default for HostMap<T> {
    fn default() -> Self {
        Self { exact: HashMap::new(), wildcards: HashMap::new(), lengths: Vec::new() }
    }
}

impl<T> HostMap<T> {
    /// The value of a name, as it stands.
    pub fn get(&self, name: &str) -> Option<&T> {
        match name.strip_prefix('*') {
            Some(tail) => self.wildcards.get(tail),
            None => self.exact.get(name),
        }
    }

    /// The value of a name, to be changed; made where it is missing.
    pub fn entry(&mut self, name: &str) -> &mut T
    where
        T: Default,
    {
        match name.strip_prefix('*') {
            Some(tail) => {
                if !self.wildcards.contains_key(tail)
                    && let Err(at) = self.lengths.binary_search_by(|length| tail.len().cmp(length))
                {
                    self.lengths.insert(at, tail.len());
                }
                slot(&mut self.wildcards, tail)
            }
            None => slot(&mut self.exact, name),
        }
    }

    /// The value of the most specific name that covers `needle`: itself, or the longest wildcard around it.
    pub fn most_specific(&self, needle: &str) -> Option<&T> {
        if let Some(found) = self.get(needle) {
            return Some(found);
        }
        self.longest_around(tail(needle))
    }

    /// The value of the longest wildcard around a name other than itself. Its `*` stands for one character at least,
    /// as Envoy has it (ENV-1).
    pub fn wider(&self, name: &str) -> Option<&T> {
        let mut rest = tail(name).chars();
        rest.next()?;
        self.longest_around(rest.as_str())
    }

    fn longest_around(&self, text: &str) -> Option<&T> {
        self.lengths.iter().find_map(|&length| {
            let at = text.len().checked_sub(length)?;
            self.wildcards.get(text.get(at..)?)
        })
    }

    /// The value of the most specific name that has a name in common with `needle`: of a wildcard also one that is
    /// narrower than itself, as 1.1 looks names up (HOST-7).
    pub fn most_specific_in_common(&self, needle: &str) -> Option<&T> {
        let Some(tail) = needle.strip_prefix('*') else { return self.most_specific(needle) };
        let narrower = |name: &&String| name.ends_with(tail);
        let by_specificity = |a: &&String, b: &&String| by_specificity(a, b);
        if let Some(name) = self.exact.keys().filter(narrower).min_by(by_specificity) {
            return self.exact.get(name);
        }
        let longest =
            self.wildcards.keys().filter(narrower).max_by(|a, b| a.len().cmp(&b.len()).then(b.cmp(a)));
        longest.and_then(|name| self.wildcards.get(name)).or_else(|| self.most_specific(needle))
    }

    /// Whether any name goes with `needle`, in either direction (HOST-3).
    pub fn matches(&self, needle: &str) -> bool {
        if self.most_specific(needle).is_some() {
            return true;
        }
        let Some(tail) = needle.strip_prefix('*') else { return false };
        let names = self.exact.keys().chain(self.wildcards.keys());
        names.into_iter().any(|name| name.ends_with(tail))
    }

    /// All values, by name.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        let mut entries: Vec<(bool, &String, &T)> =
            self.exact.iter().map(|(name, it)| (false, name, it)).collect();
        entries.extend(self.wildcards.iter().map(|(name, it)| (true, name, it)));
        entries.sort_by_key(|(wildcard, name, _)| (*wildcard, *name));
        entries.into_iter().map(|(_, _, value)| value)
    }

    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.wildcards.is_empty()
    }
}

fn slot<'m, T: Default>(map: &'m mut HashMap<String, T>, key: &str) -> &'m mut T {
    if !map.contains_key(key) {
        map.insert(key.to_owned(), T::default());
    }
    map.entry(key.to_owned()).or_default()
}

/// Keeps the first of each.
pub fn unique<T: Clone + Eq + Hash>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = std::collections::HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ex_41_intersection() {
        assert_eq!(intersection(&["foo.com", "*.net"], &["*.com", "bar.net"]), ["foo.com", "bar.net"]);
        assert_eq!(intersection(&["foo.com", "*.net"], &["*.bar.net"]), ["*.bar.net"]);
        assert_eq!(intersection(&["*", "foo.com"], &["foo.com"]), ["foo.com"]);
        assert!(intersection(&["foo.com"], &["Foo.com"]).is_empty());
    }

    #[test]
    fn host_2_subsets() {
        for (part, whole) in [
            ("a.foo.com", "*.foo.com"),
            ("*.a.foo.com", "*.foo.com"),
            ("*.foo.com", "*"),
            ("xfoo.com", "*foo.com"),
            ("a", "a"),
        ] {
            assert!(subset_of(part, whole), "{part} {whole}");
            assert!(part == whole || !subset_of(whole, part), "{part} {whole}");
        }
        assert!(!subset_of("foo.com", "*.foo.com") && !subset_of("Foo.com", "foo.com"));
    }

    #[test]
    fn host_3_is_symmetric() {
        let names = ["*", "*.com", "*foo.com", "foo.com", "a.foo.com", "xfoo.com", "*.foo.com", ""];
        for a in names {
            for b in names {
                assert_eq!(matches(a, b), matches(b, a), "{a} {b}");
                assert!(!subset_of(a, b) || matches(a, b), "{a} {b}");
            }
        }
        assert!(!matches("*.foo.com", "foo.com"));
        assert!(matches("*foo.com", "xfoo.com"));
        assert!(matches("*", ""));
    }

    #[test]
    fn ex_42_most_specific() {
        let map = |names: &[&'static str]| {
            let mut map = HostMap::<&str>::default();
            for &name in names {
                *map.entry(name) = name;
            }
            map
        };
        let find = |names: &[&'static str], needle: &str| map(names).most_specific(needle).copied();
        assert_eq!(find(&["*.foo.com", "*.com"], "bar.foo.com"), Some("*.foo.com"));
        assert_eq!(find(&["*.foo.com", "*.com"], "foo.com"), Some("*.com"));
        assert_eq!(find(&["foo.com", "*.com"], "*.foo.com"), Some("*.com"));
        assert_eq!(find(&["bar.foo.com"], "*.foo.com"), None);
        assert_eq!(find(&["*", "*.com"], "ü.org"), Some("*"));
    }

    #[test]
    fn env_1_the_next_wider_name() {
        let mut map = HostMap::<&str>::default();
        for name in ["*", "*.com", "*.shop.com", "*p.com", "shop.com", "hop.com"] {
            *map.entry(name) = name;
        }
        for (name, wider) in [
            ("a.shop.com", Some("*.shop.com")),
            ("*.shop.com", Some("*p.com")),
            ("shop.com", Some("*p.com")),
            ("p.com", Some("*.com")),
            (".com", Some("*")),
            ("ü", Some("*")),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(map.wider(name).copied(), wider, "{name}");
        }
    }

    #[test]
    fn host_7_in_1_1_a_narrower_name_answers_a_wildcard() {
        let map = |names: &[&'static str]| {
            let mut map = HostMap::<&str>::default();
            for &name in names {
                *map.entry(name) = name;
            }
            map
        };
        let find = |names: &[&'static str], needle: &str| map(names).most_specific_in_common(needle).copied();
        assert_eq!(find(&["b.foo.com", "a.foo.com", "*.foo.com"], "*.foo.com"), Some("a.foo.com"));
        assert_eq!(find(&["*.foo.com", "*.a.foo.com"], "*.foo.com"), Some("*.a.foo.com"));
        assert_eq!(find(&["*.com", "foo.com"], "*.foo.com"), Some("*.com"));
        assert_eq!(find(&["*.a.foo.com"], "b.foo.com"), None);
    }

    #[test]
    fn host_5_order() {
        let mut names = ["*", "b.com", "*.example.com", "a.com", "*.com", "long.example.com"];
        names.sort_by(|a, b| by_specificity(a, b));
        assert_eq!(names, ["long.example.com", "a.com", "b.com", "*.example.com", "*.com", "*"]);
    }

    #[test]
    fn host_6_namespaces() {
        let hosts = ["a/x.com", "*/y.com", "z.com"].map(String::from);
        assert_eq!(for_namespace(&hosts, "a"), ["x.com", "y.com", "z.com"]);
        assert_eq!(for_namespace(&hosts, "b"), ["y.com", "z.com"]);
    }
}

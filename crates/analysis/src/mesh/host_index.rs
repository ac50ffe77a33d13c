//! Finds the hosts that fit another, without walking over all of them.

use std::{collections::HashMap, ops::Range};

use super::host::is_wildcard;

/// Things by host name, found by what matches a name in either direction (HOST-3).
#[derive(Clone, Debug, Default)]
pub struct HostIndex<T> {
    /// Names with the bytes reversed, sorted: names that end alike stand together.
    reversed: Vec<(Vec<u8>, u32, T)>,
    /// Wildcards by their tails.
    wildcards: HashMap<String, Vec<(u32, T)>>,
    /// The lengths of those tails.
    lengths: Vec<usize>,
}

impl<T: Copy> HostIndex<T> {
    /// Indexes names, each with its place in an order and what it stands for.
    pub fn new<'a>(entries: impl IntoIterator<Item = (&'a str, u32, T)>) -> Self {
        let mut index = HostIndex { reversed: Vec::new(), wildcards: HashMap::new(), lengths: Vec::new() };
        for (name, place, item) in entries {
            if let Some(tail) = name.strip_prefix('*') {
                index.lengths.push(tail.len());
                index.wildcards.entry(tail.to_owned()).or_default().push((place, item));
            }
            index.reversed.push((name.bytes().rev().collect(), place, item));
        }
        index.reversed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        index.lengths.sort_unstable();
        index.lengths.dedup();
        index
    }

    /// What matches any of `names`, in order, each place once.
    pub fn matching<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Vec<T> {
        let mut found: Vec<(u32, T)> = Vec::new();
        for name in names {
            let tail = name.strip_prefix('*').unwrap_or(name);
            let below = if is_wildcard(name) { self.ending_with(tail) } else { self.equal(name) };
            found.extend(self.reversed[below].iter().map(|(_, place, item)| (*place, *item)));
            for &length in &self.lengths {
                let Some(suffix) = tail.len().checked_sub(length).and_then(|at| tail.get(at..)) else {
                    continue;
                };
                found.extend(self.wildcards.get(suffix).into_iter().flatten());
            }
        }
        found.sort_by_key(|(place, _)| *place);
        found.dedup_by_key(|(place, _)| *place);
        found.into_iter().map(|(_, item)| item).collect()
    }

    fn ending_with(&self, tail: &str) -> Range<usize> {
        let prefix: Vec<u8> = tail.bytes().rev().collect();
        let start = self.reversed.partition_point(|(name, ..)| *name < prefix);
        let len = self.reversed[start..].partition_point(|(name, ..)| name.starts_with(&prefix));
        start..start + len
    }

    fn equal(&self, name: &str) -> Range<usize> {
        let key: Vec<u8> = name.bytes().rev().collect();
        let start = self.reversed.partition_point(|(name, ..)| *name < key);
        let len = self.reversed[start..].partition_point(|(name, ..)| *name == key);
        start..start + len
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::host::matches;

    #[test]
    fn finds_what_a_walk_finds() {
        let names = [
            "*",
            "*.com",
            "*.shop.com",
            "*op.com",
            "shop.com",
            "a.shop.com",
            "xshop.com",
            "a.org",
            "*.org",
            "A.org",
        ];
        let index = HostIndex::new(names.iter().enumerate().map(|(at, name)| (*name, at as u32, *name)));
        for needle in names.iter().chain(&["b.shop.com", "com", ".com", "*shop.com", ""]) {
            let walked: Vec<&str> = names.iter().copied().filter(|name| matches(name, needle)).collect();
            assert_eq!(index.matching([*needle]), walked, "{needle}");
        }
        assert_eq!(
            index.matching(["a.org", "shop.com"]),
            ["*", "*.com", "*op.com", "shop.com", "a.org", "*.org"]
        );
    }
}

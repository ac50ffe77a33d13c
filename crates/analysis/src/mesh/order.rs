//! The order in which istiod takes resources (ORD-1 to ORD-5).

use std::cmp::Ordering;

use crate::resource::{Resource, Timestamp};

/// How old a resource is; undated ones count as created now, after every dated one (ORD-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Created at a known time.
    Dated(Timestamp),
    /// Without a date, but said to be older or younger than others that have none either: first come those with
    /// smaller numbers.
    Placed(u32),
    /// Created now.
    Undated,
}

impl Resource {
    /// How old the resource is.
    pub fn age(&self) -> Age {
        match (self.created, self.placed) {
            (Some(created), _) => Age::Dated(created),
            (None, Some(place)) => Age::Placed(place),
            (None, None) => Age::Undated,
        }
    }
}

/// Oldest first, then by name, then by namespace, by bytes (ORD-1).
pub(crate) fn compare(a: &Resource, b: &Resource) -> Ordering {
    a.age()
        .cmp(&b.age())
        .then_with(|| a.key.name.cmp(&b.key.name))
        .then_with(|| a.key.namespace.cmp(&b.key.namespace))
}

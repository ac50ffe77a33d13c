//! Which namespaces see a resource: `exportTo` (BIND-4, SC-15).

use std::collections::BTreeSet;

use crate::Profile;

/// Who sees a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Every namespace.
    Public,
    /// These namespaces; none for a resource that nobody sees.
    Namespaces(BTreeSet<String>),
}

impl Visibility {
    /// What an `exportTo` says in a resource of `namespace`.
    pub fn of<'a>(
        export_to: impl IntoIterator<Item = &'a str>,
        namespace: &str,
        profile: &Profile,
    ) -> Visibility {
        let mut entries: Vec<&str> = export_to.into_iter().collect();
        if !profile.export_to_lists {
            // 1.1.0 looks at the first entry alone: `.` is private, anything else is public (DR-16).
            entries.truncate(1);
            return match entries[..] {
                ["."] => Visibility::Namespaces(BTreeSet::from([namespace.to_owned()])),
                _ => Visibility::Public,
            };
        }
        if entries.is_empty() || entries.contains(&"*") {
            return Visibility::Public;
        }
        if entries.contains(&"~") {
            return Visibility::Namespaces(BTreeSet::new());
        }
        let names = entries.iter().map(|&entry| if entry == "." { namespace } else { entry }.to_owned());
        Visibility::Namespaces(names.collect())
    }

    /// Whether `namespace` sees it.
    pub fn to(&self, namespace: &str) -> bool {
        match self {
            Visibility::Public => true,
            Visibility::Namespaces(names) => names.contains(namespace),
        }
    }
}

//! `exportTo` and selectors of workloads (VAL-0.7, VAL-0.8).

use std::collections::BTreeMap;

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, name};

/// What a resource's kind and fields make of its `exportTo`.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Export {
    /// Any namespaces.
    Plain,
    /// Also `~`, for no namespace at all.
    ServiceEntry,
    /// The rule is for some workloads of its own namespace.
    Selecting,
}

impl Admission<'_> {
    /// The namespaces that see a resource.
    pub(super) fn export_to(&mut self, id: &'static str, entries: &[Spanned<String>], export: Export) {
        let [first, ..] = entries else { return };
        if !self.profile.export_to_lists {
            return self.export_to_one(id, entries);
        }
        // Namespaces, and how each was first written.
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for entry in entries {
            let own = entry.value == ".";
            let namespace = if own { self.namespace() } else { &entry.value };
            if let Some(first) = seen.get(namespace) {
                let message = match *first == entry.value {
                    true => format!("`exportTo` lists `{first}` twice"),
                    false => {
                        format!(
                            "`exportTo` lists `.` and its own namespace `{namespace}`, which are the same"
                        )
                    }
                };
                self.refuse(id, entry.range, message, "Delete one of the two.");
            } else if namespace == "*"
                || namespace == "~" && export == Export::ServiceEntry
                || name::is_label(namespace)
            {
                seen.insert(namespace.to_owned(), &entry.value);
            } else {
                let message = format!("`exportTo` takes namespaces, `.` or `*`, not `{}`", entry.value);
                self.refuse(id, entry.range, message, "");
            }
        }
        if export == Export::Selecting
            && !seen.is_empty()
            && !(seen.len() == 1 && seen.contains_key(self.namespace()))
        {
            let message = "A rule with `workloadSelector` can be exported to its own namespace only";
            self.refuse(id, first.range, message, "Write `exportTo: [.]`, or leave it out.");
        }
        for (all, what) in [("*", "every namespace"), ("~", "no namespace at all")] {
            if entries.len() > 1 && seen.contains_key(all) {
                let message = format!("`exportTo` lists `{all}`, which is {what}, beside other entries");
                self.refuse(id, first.range, message, "Keep one of them.");
            }
        }
    }

    /// 1.1 takes one entry, which is `.` or `*`.
    fn export_to_one(&mut self, id: &'static str, entries: &[Spanned<String>]) {
        match entries {
            [_, second, ..] => {
                let message = "Istio 1.1 takes one entry in `exportTo`";
                self.refuse(id, second.range, message, "Keep `.` or `*`.");
            }
            [only] if only.value != "." && only.value != "*" => {
                let message = format!("Istio 1.1 takes `.` or `*` in `exportTo`, not `{}`", only.value);
                self.refuse(id, only.range, message, "");
            }
            _ => {}
        }
    }

    /// A selection of workloads; whether it is one at all.
    pub(super) fn selector(
        &mut self,
        id: &'static str,
        labels: &BTreeMap<String, String>,
        range: TextRange,
    ) -> bool {
        let before = self.misfits.len();
        for (key, value) in labels {
            if key.is_empty() {
                self.refuse(id, range, "`workloadSelector` holds an empty name of a label", "");
            }
            if key.contains('*') || value.contains('*') {
                let message = format!("`workloadSelector` takes no `*`, as in `{key}: {value}`");
                self.refuse(id, range, message, "Name the label's value, or leave the label out.");
            }
        }
        let good = self.misfits.len() == before;
        if labels.is_empty() {
            let message = "`workloadSelector` holds no labels, so it is for every workload of the namespace";
            self.warn(id, range, message, "Set labels, or delete it.");
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_0_7_export_to() {
        let rule = |entries: &str| {
            virtual_service(&format!(
                "hosts: [a.com], http: [{{route: [{{destination: {{host: a}}}}]}}], exportTo: {entries}"
            ))
        };
        for good in ["[]", "[.]", "['*']", "[a, b]", "[., a]"] {
            fine(&rule(good));
        }
        for bad in ["[a, a]", "[., default]", "[default, .]", "[a_b]", "['*', a]", "['~']", "['']"] {
            refused(&rule(bad), &["VAL-V23"]);
        }
        let entry =
            |entries: &str| service_entry(&format!("hosts: [a.com], resolution: DNS, exportTo: {entries}"));
        fine(&entry("['~']"));
        refused(&entry("['~', a]"), &["VAL-S10"]);
        let selecting = |entries: &str| {
            destination_rule(&format!(
                "host: a, workloadSelector: {{matchLabels: {{app: a}}}}, exportTo: {entries}"
            ))
        };
        fine(&selecting("[.]"));
        fine(&selecting("[default]"));
        for bad in ["['*']", "[a]", "[., a]"] {
            refused(&selecting(bad), &["VAL-D4"]);
        }
        refused_in_1_1(&rule("[., '*']"), &["VAL-V23"]);
        refused_in_1_1(&rule("[a]"), &["VAL-V23"]);
        fine_in_1_1(&rule("['*']"));
    }

    #[test]
    fn val_0_8_selectors() {
        let with =
            |selector: &str| sidecar(&format!("workloadSelector: {selector}, egress: [{{hosts: ['./*']}}]"));
        fine(&with("{labels: {app: a}}"));
        warned(&with("{}"), &["VAL-C1"]);
        warned(&with("{labels: {}}"), &["VAL-C1"]);
        refused(&with("{labels: {app: 'a*'}}"), &["VAL-C1"]);
        refused(&with("{labels: {'': a}}"), &["VAL-C1"]);
        warned(&destination_rule("host: a, workloadSelector: {}"), &["VAL-D4"]);
    }
}

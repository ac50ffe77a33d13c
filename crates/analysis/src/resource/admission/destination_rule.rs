//! What is refused of DestinationRules (VAL-D1 to VAL-D4).

use std::collections::BTreeSet;

use super::{Admission, export::Export, name};
use crate::resource::{check::first_byte, destination_rule::DestinationRule};

pub(super) fn check(admission: &mut Admission<'_>, rule: &DestinationRule) {
    if let Err(reason) = name::wildcard_domain(&rule.host.value, admission.profile) {
        let message = format!("`{}` is no host of a service: {reason}", rule.host.value);
        let range = if rule.host.value.is_empty() { first_byte(rule.host.range) } else { rule.host.range };
        admission.refuse(
            "VAL-D1",
            range,
            message,
            "Write the name of a Service, or a host of a ServiceEntry.",
        );
    }
    if let Some(policy) = &rule.traffic_policy {
        admission.traffic_policy(policy);
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for subset in &rule.subsets {
        let name = &subset.name;
        if let Err(reason) = name::label(&name.value) {
            let range = if name.value.is_empty() { first_byte(name.range) } else { name.range };
            admission.refuse("VAL-D3", range, format!("This is no name of a subset: {reason}"), "");
        } else if !names.insert(&name.value) && admission.profile.unique_subsets {
            let message = format!("Two subsets of this rule are called `{}`", name.value);
            let help = "Delete one of them: otherwise the whole rule is refused, and every subset with it.";
            admission.refuse("VAL-D3", name.range, message, help);
        }
        admission.labels("VAL-D3", "labels", &subset.labels, subset.labels_range);
        if let Some(policy) = &subset.traffic_policy {
            // Istio loses the warnings it has here.
            admission.quietly(|it| it.traffic_policy(policy));
        }
    }
    let export = if rule.workload_selector.is_some() { Export::Selecting } else { Export::Plain };
    admission.export_to("VAL-D4", &rule.export_to, export);
    if let Some(selector) = &rule.workload_selector {
        admission.selector("VAL-D4", &selector.labels, first_byte(selector.range));
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_d1_host() {
        for good in ["a", "a.b.svc.cluster.local", "'*'", "'*.a.com'", "'*a.com'"] {
            fine(&destination_rule(&format!("host: {good}")));
        }
        for bad in ["''", "10.0.0.1", "a_b", "a.*"] {
            refused(&destination_rule(&format!("host: {bad}")), &["VAL-D1"]);
        }
        refused(&destination_rule("subsets: []"), &["CRD-3"]);
        refused_in_1_1(&destination_rule("subsets: []"), &["VAL-D1"]);
    }

    #[test]
    fn val_d3_subsets() {
        let with = |subsets: &str| destination_rule(&format!("host: a, subsets: [{subsets}]"));
        fine(&with("{name: v1, labels: {version: v1}}, {name: v2}"));
        for bad in [
            "{name: ''}",
            "{name: a_b}",
            "{name: v.1}",
            "{name: v1}, {name: v1}",
            "{name: v1, labels: {'a b': c}}",
            "{name: v1, labels: {a: 'c*'}}",
        ] {
            refused(&with(bad), &["VAL-D3"]);
        }
        refused(&with("null"), &["CRD-3"]);
        refused(&with("{labels: {a: b}}"), &["CRD-3"]);
        fine_in_1_1(&with("{name: v1}, {name: v1}"));
        fine_in_1_1(&with("{name: v1, labels: {a/b/c: _}}"));
        refused_in_1_1(&with("{labels: {a: b}}"), &["VAL-D3"]);
    }

    #[test]
    fn val_d4_export_and_selector() {
        let selecting = |labels: &str, more: &str| {
            destination_rule(&format!("host: a, workloadSelector: {{matchLabels: {{{labels}}}}}{more}"))
        };
        fine(&selecting("app: a", ""));
        warned(&selecting("", ""), &["VAL-D4"]);
        refused(&selecting("app: '*'", ""), &["VAL-D4"]);
        refused(&selecting("'': a", ""), &["VAL-D4"]);
        refused(&selecting("app: a", ", exportTo: ['*']"), &["VAL-D4"]);
        refused(&destination_rule("host: a, exportTo: [a, a]"), &["VAL-D4"]);
        refused_in_1_1(&destination_rule("host: a, exportTo: [a]"), &["VAL-D4"]);
    }
}

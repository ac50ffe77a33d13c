//! What is refused of preferences by locality (VAL-D8).

use std::collections::BTreeMap;

use super::{Admission, Reason};
use crate::resource::{check::first_byte, destination_rule::Locality};

/// Labels of `failoverPriority` that say what `failover` says.
const TOPOLOGY: [&str; 3] =
    ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

impl Admission<'_> {
    /// Preference by locality; `outliers` says whether failing endpoints are found at all.
    pub(super) fn locality(&mut self, locality: &Locality, outliers: bool) {
        let place = first_byte(locality.range);
        if let (Some(failover), false) = (locality.failover.first(), locality.distribute.is_empty()) {
            let message = "`distribute` and `failover` cannot stand together";
            self.refuse("VAL-D8", first_byte(failover.range), message, "Keep one of them.");
            return;
        }
        let topology =
            locality.failover_priority.iter().find(|label| TOPOLOGY.contains(&label.value.as_str()));
        if let Some(label) = topology.filter(|_| !locality.failover.is_empty()) {
            let message =
                format!("`failover` and `{}` in `failoverPriority` cannot stand together", label.value);
            self.refuse("VAL-D8", label.range, message, "Keep one of them.");
            return;
        }
        for share in &locality.distribute {
            if let Some((to, weight)) = share.to.iter().find(|(_, weight)| !(1..=100).contains(weight)) {
                let message = format!("The weight of `{}` is {weight}, and must be from 1 to 100", to.value);
                self.refuse("VAL-D8", to.range, message, "");
                return;
            }
            let sum: i64 = share.to.iter().map(|(_, weight)| weight).sum();
            if sum != 100 {
                let message = format!("The weights of `{}` add up to {sum}, not to 100", share.from.value);
                self.refuse("VAL-D8", first_byte(share.range), message, "");
                return;
            }
            // A mapping has no order, and Istio minds only wildcards in front of what they cover.
            let mut to: Vec<&str> = share.to.iter().map(|(to, _)| to.value.as_str()).collect();
            to.sort_unstable_by_key(|to| (to.contains('*'), *to));
            if let Err(reason) = distinct(&to) {
                self.refuse("VAL-D8", first_byte(share.range), reason, "");
            }
        }
        let from: Vec<&str> = locality.distribute.iter().map(|share| share.from.value.as_str()).collect();
        if let Err(reason) = distinct(&from) {
            self.refuse("VAL-D8", place, reason, "");
        }
        let fails_over = !locality.failover.is_empty() || !locality.failover_priority.is_empty();
        if fails_over && !outliers {
            let message = "Traffic fails over only if failing endpoints are found";
            self.warn("VAL-D8", place, message, "Add `outlierDetection`.");
        }
        for failover in &locality.failover {
            let (from, to) = (&failover.from.value, &failover.to.value);
            let reason = if from == to {
                "`from` and `to` are the same"
            } else if from.contains('/') || to.contains('/') {
                "only whole regions can stand in for others"
            } else if from.contains('*') || to.contains('*') {
                "a region must be named, without `*`"
            } else {
                continue;
            };
            let message = format!("`{to}` cannot stand in for `{from}`: {reason}");
            self.refuse("VAL-D8", first_byte(failover.range), message, "");
        }
    }
}

/// What is already taken of a region.
enum Taken<'l> {
    /// All of it.
    Whole,
    /// Some zones: each as a whole, or some of its parts.
    Zones(BTreeMap<&'l str, Option<Vec<&'l str>>>),
}

/// Whether localities are well written and none lies inside another.
fn distinct(localities: &[&str]) -> Result<(), Reason> {
    let mut regions: BTreeMap<&str, Taken<'_>> = BTreeMap::new();
    for &locality in localities {
        if locality.matches('*').count() > 1 || locality.contains('*') && !locality.ends_with('*') {
            return Err(format!("In the locality `{locality}`, `*` can only stand at the end"));
        }
        let mut parts = locality.splitn(3, '/');
        let (region, zone, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if region.is_empty() || zone == Some("") || rest == Some("") {
            return Err(format!("The locality `{locality}` has an empty part"));
        }
        let overlaps = || Err(format!("The locality `{locality}` overlaps with another one"));
        if regions.contains_key("*") {
            return overlaps();
        }
        let Some(zone) = zone else {
            if regions.insert(region, Taken::Whole).is_some() {
                return overlaps();
            }
            continue;
        };
        let zones = match regions.entry(region).or_insert_with(|| Taken::Zones(BTreeMap::new())) {
            Taken::Zones(zones) if !zones.contains_key("*") => zones,
            _ => return overlaps(),
        };
        let Some(rest) = rest else {
            if zones.insert(zone, None).is_some() {
                return overlaps();
            }
            continue;
        };
        match zones.entry(zone).or_insert_with(|| Some(Vec::new())) {
            Some(parts) if !parts.contains(&"*") && !parts.contains(&rest) => parts.push(rest),
            _ => return overlaps(),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::distinct;
    use crate::resource::admission::tests::*;

    #[test]
    fn val_d8_localities() {
        for good in [&["a", "b"][..], &["a/b", "a/c"], &["a/b/c", "a/b/d"], &["a", "*"], &["a/b", "b/*"], &[]]
        {
            assert_eq!(distinct(good), Ok(()), "{good:?}");
        }
        for bad in [
            &["a", "a"][..],
            &["*", "a"],
            &["a", "a/b"],
            &["a/b", "a"],
            &["a/b", "a/b"],
            &["a/*", "a/b"],
            &["a/b", "a/b/c"],
            &["a/b/c", "a/b/c"],
            &["a/b/*", "a/b/c"],
            &["*/a"],
            &["**"],
            &["a//b"],
            &[""],
        ] {
            assert!(distinct(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn val_d8_locality_settings() {
        let with = |fields: &str, more: &str| {
            destination_rule(&format!(
                "host: a, trafficPolicy: {{loadBalancer: {{localityLbSetting: {{{fields}}}}}{more}}}"
            ))
        };
        let outliers = ", outlierDetection: {interval: 1s}";
        fine(&with("enabled: true", ""));
        fine(&with("distribute: [{from: a, to: {a: 80, b: 20}}]", ""));
        fine(&with("failover: [{from: a, to: b}]", outliers));
        warned(&with("failover: [{from: a, to: b}]", ""), &["VAL-D8"]);
        warned(&with("failoverPriority: [topology.kubernetes.io/region]", ""), &["VAL-D8"]);
        for bad in [
            "distribute: [{from: a, to: {a: 100}}], failover: [{from: a, to: b}]",
            "distribute: [{from: a, to: {a: 0, b: 100}}]",
            "distribute: [{from: a, to: {a: 101}}]",
            "distribute: [{from: a, to: {a: 50}}]",
            "distribute: [{from: a, to: {a: 50, a/b: 50}}]",
            "distribute: [{from: a, to: {a: 100}}, {from: a, to: {b: 100}}]",
            "failover: [{from: a, to: a}]",
            "failover: [{from: a/b, to: c}]",
            "failover: [{from: a, to: 'b*'}]",
            "failover: [{from: a, to: b}], failoverPriority: [topology.istio.io/subzone]",
        ] {
            refused(&with(bad, outliers), &["VAL-D8"]);
        }
        let both = "host: a, trafficPolicy: {loadBalancer: {localityLbSetting: {}, zoneAwareLbSetting: {}}}";
        refused(&destination_rule(both), &["VAL-D8"]);
    }
}

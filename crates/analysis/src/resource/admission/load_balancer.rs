//! What is refused of load balancers (VAL-D8).

use super::Admission;
use crate::resource::{
    check::first_byte,
    destination_rule::{ConsistentHash, HashKey, LoadBalancer},
};

/// The first prime that is too large for Maglev's table.
const MAGLEV_LIMIT: i64 = 5_000_011;

impl Admission<'_> {
    /// How endpoints are chosen; `outliers` says whether failing ones are found at all.
    pub(super) fn load_balancer(&mut self, balancer: &LoadBalancer, outliers: bool) {
        if let Some(hash) = &balancer.consistent_hash {
            self.consistent_hash(hash);
        }
        if let Some(locality) = &balancer.locality {
            if let Some(zones) = balancer.zone_aware {
                let message = "`localityLbSetting` and `zoneAwareLbSetting` cannot stand together";
                self.refuse("VAL-D8", first_byte(zones), message, "Keep one of them.");
            }
            self.locality(locality, outliers);
        }
        self.duration("VAL-D8", "warmupDurationSecs", balancer.warmup_duration_secs.as_ref());
        if let Some(warmup) = &balancer.warmup {
            self.duration("VAL-D8", "duration", warmup.duration.as_ref());
            if warmup.duration.is_none() {
                let message = "A slow start needs a `duration`";
                self.refuse("VAL-D8", first_byte(warmup.range), message, "");
            }
            if let Some(percent) =
                warmup.minimum_percent.as_ref().filter(|it| !(0.0..=100.0).contains(&it.value))
            {
                let message =
                    format!("`minimumPercent` is {}, and a percentage goes from 0 to 100", percent.value);
                self.refuse("VAL-D8", percent.range, message, "");
            }
            if let Some(aggression) = warmup.aggression.as_ref().filter(|it| it.value < 1.0) {
                let message = format!("`aggression` is {}, and must be at least 1", aggression.value);
                self.refuse("VAL-D8", aggression.range, message, "");
            }
        }
    }

    fn consistent_hash(&mut self, hash: &ConsistentHash) {
        if let Some(HashKey::Cookie { name, ttl, attributes, .. }) = &hash.key {
            if name.value.is_empty() {
                self.refuse(
                    "VAL-D8",
                    first_byte(name.range),
                    "The cookie to hash has no name",
                    "Set `name`.",
                );
            }
            if ttl.is_none() && !self.profile.checks_of_today {
                let message = "Istio 1.1 wants a `ttl` for the cookie to hash";
                self.refuse("VAL-D8", first_byte(name.range), message, "");
            }
            for (at, attribute) in attributes.iter().enumerate() {
                if attribute.value.is_empty() {
                    let message = "An attribute of the cookie has no name";
                    self.refuse("VAL-D8", first_byte(attribute.range), message, "");
                } else if attributes[..at].iter().any(|earlier| earlier.value == attribute.value) {
                    let message = format!("The cookie has the attribute `{}` twice", attribute.value);
                    self.refuse("VAL-D8", attribute.range, message, "");
                }
            }
        }
        if let Some(size) = hash.minimum_ring_size.as_ref().filter(|size| size.value != 0) {
            if hash.ring_hash.is_some() || hash.maglev.is_some() {
                let message = "`minimumRingSize` cannot stand beside `ringHash` or `maglev`";
                self.refuse("VAL-D8", size.range, message, "Move it into `ringHash`.");
            }
            let message = "`minimumRingSize` is deprecated";
            self.warn("VAL-D8", size.range, message, "Write `ringHash: {minimumRingSize: …}`.");
        }
        if let Some(size) = hash.maglev.as_ref().filter(|it| it.value >= MAGLEV_LIMIT || !is_prime(it.value))
        {
            let message = format!("`tableSize` is {}, and must be a prime under {MAGLEV_LIMIT}", size.value);
            let range = if size.value == 0 { first_byte(size.range) } else { size.range };
            self.refuse("VAL-D8", range, message, "65537 is a good one.");
        }
    }
}

fn is_prime(number: i64) -> bool {
    number > 0 && (2..).take_while(|factor| factor * factor <= number).all(|factor| number % factor != 0)
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    fn balancer(fields: &str) -> String {
        destination_rule(&format!("host: a, trafficPolicy: {{loadBalancer: {{{fields}}}}}"))
    }

    #[test]
    fn val_d8_hashes() {
        let hash = |fields: &str| balancer(&format!("consistentHash: {{{fields}}}"));
        for good in [
            "httpHeaderName: x-a",
            "httpCookie: {name: a, attributes: [{name: a}, {name: b}]}",
            "httpCookie: {name: a, ttl: 0s}",
            "useSourceIp: true, ringHash: {minimumRingSize: 1024}",
            "useSourceIp: true, maglev: {tableSize: 65537}",
            "useSourceIp: true, maglev: {tableSize: 1}",
        ] {
            fine(&hash(good));
        }
        warned(&hash("useSourceIp: true, minimumRingSize: 1024"), &["VAL-D8"]);
        for bad in [
            "httpCookie: {name: ''}",
            "httpCookie: {name: a, attributes: [{name: a}, {name: a}]}",
            "httpCookie: {name: a, attributes: [{value: a}]}",
            "useSourceIp: true, minimumRingSize: 1, ringHash: {}",
            "useSourceIp: true, minimumRingSize: 1, maglev: {tableSize: 7}",
            "useSourceIp: true, maglev: {}",
            "useSourceIp: true, maglev: {tableSize: 65536}",
            "useSourceIp: true, maglev: {tableSize: 5000011}",
        ] {
            refused(&hash(bad), &["VAL-D8"]);
        }
        refused(&hash("useSourceIp: true, httpHeaderName: a"), &["CRD-3"]);
        refused(&balancer("simple: RANDOM, consistentHash: {useSourceIp: true}"), &["CRD-3"]);
        refused_in_1_1(&hash("httpCookie: {name: a}"), &["VAL-D8"]);
        fine_in_1_1(&hash("httpCookie: {name: a, ttl: 0s}, minimumRingSize: 5"));
    }

    #[test]
    fn val_d8_slow_starts() {
        fine(&balancer("warmup: {duration: 10s, minimumPercent: 10, aggression: 1.5}"));
        for bad in [
            "warmupDurationSecs: 0s",
            "warmup: {duration: 0s}",
            "warmup: {duration: 1s, minimumPercent: 101}",
            "warmup: {duration: 1s, aggression: 0.5}",
        ] {
            refused(&balancer(bad), &["VAL-D8"]);
        }
        refused(&balancer("warmup: {}"), &["CRD-3"]);
    }
}

//! What is refused of destinations and their weights (VAL-V11, VAL-V12).

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, name};
use crate::resource::{
    check::first_byte,
    virtual_service::{Destination, HttpDestination, L4Destination},
};

impl Admission<'_> {
    /// A service, or a part of one.
    pub(super) fn destination(&mut self, destination: &Destination) {
        let today = self.profile.destinations_named;
        let host = &destination.host;
        if host.value == "*" {
            if today {
                let message = "A destination must be one service, so its host cannot be `*`";
                self.refuse("VAL-V11", host.range, message, "Name the service.");
            }
        } else if let Err(reason) = name::wildcard_domain(&host.value, self.profile) {
            let message = format!("`{}` is no host of a service: {reason}", host.value);
            let help = "Write the name of a Kubernetes Service, or a host of a ServiceEntry.";
            self.refuse("VAL-V11", first_byte_if_empty(host), message, help);
        }
        if let Some(subset) = &destination.subset
            && let Err(reason) = name::label(&subset.value)
        {
            self.refuse("VAL-V11", subset.range, format!("This is no name of a subset: {reason}"), "");
        }
        let Some(port) = &destination.port else { return };
        match destination.port_name.as_ref().filter(|name| !name.value.is_empty()) {
            Some(name) if port.value == 0 && !today => {
                if let Err(reason) = name::label(&name.value) {
                    self.refuse("VAL-V11", name.range, format!("This is no name of a port: {reason}"), "");
                }
            }
            _ if port.value == 0 => {
                let message = "The port of the destination has no number from 1 to 65535";
                self.refuse("VAL-V11", first_byte(port.range), message, "Write `port: {number: 80}`.");
            }
            _ => self.port("VAL-V11", "port.number", port.value, port.range),
        }
    }

    /// The weighted destinations of an HTTP rule.
    pub(super) fn http_destinations(&mut self, route: &[HttpDestination]) {
        for item in route {
            self.destination_of(item.destination.as_ref(), item.range);
            if let Some(headers) = &item.headers {
                self.headers(headers);
            }
        }
        let weights: Vec<_> = route.iter().map(|item| (item.weight.as_ref(), item.range)).collect();
        self.weights(&weights);
    }

    /// The weighted destinations of a TLS or TCP rule.
    pub(super) fn l4_destinations(&mut self, route: &[L4Destination]) {
        for item in route {
            self.destination_of(item.destination.as_ref(), item.range);
        }
        let weights: Vec<_> = route.iter().map(|item| (item.weight.as_ref(), item.range)).collect();
        self.weights(&weights);
    }

    fn destination_of(&mut self, destination: Option<&Destination>, range: TextRange) {
        match destination {
            Some(destination) => self.destination(destination),
            None => self.refuse("VAL-V11", first_byte(range), "This has no `destination`", "Name a service."),
        }
    }

    fn weights(&mut self, weights: &[(Option<&Spanned<i64>>, TextRange)]) {
        let [(first, range), _, ..] = weights else {
            // One destination gets everything, whatever its weight; only nonsense is refused.
            if let Some((weight, _)) = weights.first() {
                self.weight(*weight);
            }
            return;
        };
        let before = self.misfits.len();
        for (weight, _) in weights {
            self.weight(*weight);
        }
        let sum: i64 = weights.iter().filter_map(|(weight, _)| Some(weight.as_ref()?.value)).sum();
        let place = first.map_or(first_byte(*range), |weight| weight.range);
        if self.misfits.len() > before {
        } else if !self.profile.free_weights && sum != 100 {
            let message = format!("The weights add up to {sum}, and Istio 1.1 wants 100");
            self.refuse("VAL-V12", place, message, "");
        } else if sum == 0 {
            let message = "No destination has a weight, so none would get anything";
            self.refuse("VAL-V12", place, message, "Set `weight` on each of them.");
        }
    }

    fn weight(&mut self, weight: Option<&Spanned<i64>>) {
        if self.profile.free_weights {
            self.not_negative("VAL-V12", "weight", weight);
        } else {
            self.percent("VAL-V12", "weight", weight);
        }
    }
}

/// The range of a text; where it is missing the reader gives that of what it is in.
fn first_byte_if_empty(text: &Spanned<String>) -> TextRange {
    if text.value.is_empty() { first_byte(text.range) } else { text.range }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    fn to(destination: &str) -> String {
        http_rule(&format!("route: [{{destination: {{{destination}}}}}]"))
    }

    #[test]
    fn val_v11_destinations() {
        for good in [
            "host: a",
            "host: a.b.svc.cluster.local",
            "host: '*.a.com'",
            "host: a, subset: v1, port: {number: 80}",
            "host: a, subset: ''",
        ] {
            fine(&to(good));
        }
        for bad in [
            "host: ''",
            "host: '*'",
            "host: a_b",
            "host: 10.0.0.1",
            "host: a:80",
            "host: a, subset: a_b",
            "host: a, subset: a.b",
            "host: a, port: {}",
            "host: a, port: {number: 0}",
            "host: a, port: {number: 65536}",
            "host: a, port: {name: http}",
        ] {
            refused(&to(bad), &["VAL-V11"]);
        }
        fine_in_1_1(&to("host: '*'"));
        fine_in_1_1(&to("host: a, port: {name: http}"));
        refused_in_1_1(&to("host: a, port: {number: 0}"), &["VAL-V11"]);
        refused_in_1_1(&http_rule("route: [{weight: 100}]"), &["VAL-V11"]);
    }

    #[test]
    fn val_v12_weights() {
        let weights = |list: &[i64]| {
            let items: Vec<String> =
                list.iter().map(|it| format!("{{destination: {{host: a}}, weight: {it}}}")).collect();
            http_rule(&format!("route: [{}]", items.join(", ")))
        };
        for good in [&[0][..], &[100], &[1, 2], &[0, 100], &[70, 30]] {
            fine(&weights(good));
        }
        for bad in [&[-1][..], &[0, 0], &[-1, 101], &[50, -50]] {
            refused(&weights(bad), &["VAL-V12"]);
        }
        refused(&http_rule("route: [{destination: {host: a}}, {destination: {host: b}}]"), &["VAL-V12"]);
        for good in [&[0][..], &[100], &[50], &[70, 30]] {
            fine_in_1_1(&weights(good));
        }
        for bad in [&[101][..], &[1, 2], &[0, 0]] {
            refused_in_1_1(&weights(bad), &["VAL-V12"]);
        }
        let tcp = "hosts: [a.com], tcp: [{route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]}]";
        refused(&virtual_service(tcp), &["VAL-V12"]);
    }
}

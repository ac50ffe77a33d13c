//! A tree held against a field table: everything that does not fit is told of at once.

use std::str::FromStr;

use pilothouse_syntax::{Node, Style, TextRange, Value};

use super::{
    ProblemKind, Scalar,
    schema::{Table, Type},
    suggest::closest,
    time::Timestamp,
    value::integer,
};
use crate::resource::Duration;

/// What does not fit, before it is known which resource it is in.
pub(super) struct Misfit {
    pub(super) kind: ProblemKind,
    pub(super) range: TextRange,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// What is meant to stand in its place.
    pub(super) meant: Option<Scalar>,
    pub(super) id: &'static str,
}

/// Holds values against tables.
pub(super) struct Checker<'p> {
    /// Whether a field that came after Istio 1.1 is unknown (CRD-7, CRD-8).
    pub(super) only_1_1: bool,
    /// Whether the API server enforces what must be set (CRD-1 to CRD-5).
    pub(super) structural: bool,
    /// The semantics id of what the kind's schema refuses.
    pub(super) id: &'static str,
    pub(super) misfits: &'p mut Vec<Misfit>,
}

impl Checker<'_> {
    /// Holds a mapping against a table; `what` is what the reader would call it.
    pub(super) fn message(&mut self, node: Node<'_>, table: &'static Table, what: &str) {
        if !matches!(node.value(), Value::Mapping(_)) {
            self.wrong(node, what, "a mapping");
            return;
        }
        let mut found: Vec<&'static str> = Vec::new();
        for entry in node.entries() {
            let name = entry.name();
            match table.field(&name).filter(|field| field.exists(self.only_1_1)) {
                Some(field) => {
                    if !entry.value.is_null() {
                        found.push(field.name);
                        self.value(entry.value, &field.ty, field.name);
                    }
                }
                None => self.unknown(entry.key.range(), &name, table),
            }
        }
        if self.structural {
            for field in table.fields.iter().filter(|field| field.required && !found.contains(&field.name)) {
                let message = format!("`{}` must be set in `{what}`", field.name);
                let help = Some(field.doc.to_owned());
                self.invalid(first_line(node), message, help);
            }
        }
        for group in table.one_of {
            let set: Vec<&str> = group.iter().copied().filter(|name| found.contains(name)).collect();
            if let [first, .., last] = set[..] {
                let range = node.entries().find(|entry| entry.name() == last).map(|entry| entry.key.range());
                self.invalid(
                    range.unwrap_or(node.range()),
                    format!("`{what}` may hold only one of `{first}` and `{last}`"),
                    Some(format!("Keep one of {}.", list(group))),
                );
            }
        }
    }

    fn value(&mut self, node: Node<'_>, ty: &Type, what: &str) {
        match *ty {
            Type::Unmodelled => self.misfits.push(Misfit {
                kind: ProblemKind::NotModelled,
                range: node.range(),
                message: format!("`{what}` is not modelled: what it does is not shown"),
                help: None,
                meant: None,
                id: "",
            }),
            Type::Message(table) => self.message(node, table, what),
            Type::List(item) => self.list(node, item, what),
            Type::Sized(item, least, most) => {
                self.list(node, item, what);
                let count = node.items().count();
                if self.structural
                    && !(least..=most).contains(&count)
                    && matches!(node.value(), Value::Sequence)
                {
                    let bound =
                        if count < least { format!("at least {least}") } else { format!("at most {most}") };
                    self.invalid(
                        first_line(node),
                        format!("`{what}` has {count} entries, and takes {bound}"),
                        None,
                    );
                }
            }
            Type::Map(value) => {
                if !matches!(node.value(), Value::Mapping(_)) {
                    return self.wrong(node, what, "a mapping");
                }
                for entry in node.entries() {
                    if !entry.value.is_null() {
                        self.value(entry.value, value, &entry.name());
                    }
                }
            }
            Type::Bool if !matches!(node.value(), Value::Bool(_)) => {
                self.wrong(node, what, "`true` or `false`")
            }
            Type::Text if node.as_str().is_none() => self.wrong(node, what, "text"),
            Type::Integer(low, high) => match integer(node).or_else(|| self.quoted(node)) {
                None => self.wrong(node, what, "a whole number"),
                Some(number) if number < low || number > high => self.invalid(
                    node.range(),
                    format!("`{what}` takes a whole number from {low} to {high}, not {number}"),
                    None,
                ),
                Some(number) => self.misread(node, what, number),
            },
            Type::Number
                if !matches!(node.value(), Value::Int(_) | Value::Uint(_) | Value::Float(_))
                    && self.quoted::<f64>(node).is_none() =>
            {
                self.wrong(node, what, "a number");
            }
            Type::Duration => match node.as_str() {
                None => self.wrong(node, what, "a duration such as `1.5s`"),
                Some(text) if Duration::parse(text).is_none() => self.invalid(
                    node.range(),
                    format!("`{what}` takes a duration such as `1.5s`, and `{text}` is none"),
                    Some("Write a number with a unit: ms, s, m or h.".into()),
                ),
                Some(_) => {}
            },
            Type::Timestamp => match node.as_str() {
                None => self.wrong(node, what, "a time such as `2024-06-01T00:00:00Z`"),
                Some(text) if Timestamp::parse(text).is_none() => self.invalid(
                    node.range(),
                    format!("`{what}` takes a time such as `2024-06-01T00:00:00Z`, and `{text}` is none"),
                    None,
                ),
                Some(_) => {}
            },
            Type::TextOrInteger if node.as_str().is_none() && integer(node).is_none() => {
                self.wrong(node, what, "a name or a whole number");
            }
            Type::Enum { words, later } => match node.as_str() {
                Some(word) if self.only_1_1 && later.contains(&word) => {
                    let message = format!("Istio 1.1 does not know `{word}` for `{what}`");
                    let id = "CRD-8";
                    self.misfits.push(Misfit {
                        kind: ProblemKind::Invalid,
                        range: node.range(),
                        message,
                        help: None,
                        meant: None,
                        id,
                    });
                }
                Some(word) if words.contains(&word) => {}
                Some(word) => {
                    let meant = closest(word, words.iter().copied());
                    let help = match meant {
                        Some(meant) => format!("Did you mean `{meant}`?"),
                        None => format!("It takes {}.", list(words)),
                    };
                    let message = format!("`{what}` does not take `{word}`");
                    self.invalid(node.range(), message, Some(help));
                    self.meant(meant.map(|meant| Scalar::Text(meant.to_owned())));
                }
                None => self.wrong(node, what, &format!("one of {}", list(words))),
            },
            Type::Bool | Type::Text | Type::Number | Type::TextOrInteger => {}
        }
    }

    fn list(&mut self, node: Node<'_>, item: &Type, what: &str) {
        if !matches!(node.value(), Value::Sequence) {
            return self.wrong(node, what, "a list");
        }
        for child in node.items() {
            self.value(child, item, what);
        }
    }

    fn unknown(&mut self, range: TextRange, name: &str, table: &'static Table) {
        let other = table.field(name);
        let existing = table.fields.iter().filter(|field| field.exists(self.only_1_1));
        let meant = closest(name, existing.map(|field| field.name));
        let elsewhere = table.fields.iter().find_map(|field| match field.ty {
            Type::Message(inner)
            | Type::List(&Type::Message(inner))
            | Type::Sized(&Type::Message(inner), ..) => {
                inner.field(name).map(|_| format!("It belongs under `{}`.", field.name))
            }
            _ => None,
        });
        let help = match (other, meant) {
            (Some(field), _) if self.only_1_1 => format!("It came with Istio {}.", field.since),
            (Some(_), _) => "Istio 1.1 had it; it is gone.".to_owned(),
            (None, Some(meant)) => format!("Did you mean `{meant}`?"),
            (None, None) => elsewhere.unwrap_or_else(|| format!("{} has no such field.", table.name)),
        };
        let kind = if self.structural { ProblemKind::UnknownField } else { ProblemKind::Invalid };
        let message = if self.structural {
            format!("`{name}` is no field of {} and is ignored", table.name)
        } else {
            format!("`{name}` is no field of {}, and Istio 1.1 refuses unknown fields", table.name)
        };
        let id = match (self.structural, other) {
            (true, _) => "CRD-6",
            (false, None) => "CRD-7",
            (false, Some(_)) => "CRD-8",
        };
        let meant = meant.filter(|_| other.is_none()).map(|meant| Scalar::Text(meant.to_owned()));
        self.misfits.push(Misfit { kind, range, message, help: Some(help), meant, id });
    }

    /// A number in quotes, which the reader of 1.1 takes as one.
    fn quoted<T: FromStr>(&self, node: Node<'_>) -> Option<T> {
        node.as_str().filter(|_| !self.structural)?.parse().ok()
    }

    /// A value of another type, explained where YAML read it otherwise than it looks.
    fn wrong(&mut self, node: Node<'_>, what: &str, expected: &str) {
        let source = node.source();
        let written = if source.is_empty() { String::new() } else { format!("`{source}`") };
        let (found, help) = match node.value() {
            Value::Null => ("nothing".to_owned(), None),
            Value::Bool(value) => (
                if source == "true" || source == "false" {
                    format!("the boolean {written}")
                } else {
                    format!("{written}, which YAML reads as the boolean `{value}`")
                },
                Some(format!("Put it in quotes: \"{source}\".")),
            ),
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => {
                let value = match node.value() {
                    Value::Int(value) => value.to_string(),
                    Value::Uint(value) => value.to_string(),
                    Value::Float(value) => value.to_string(),
                    _ => String::new(),
                };
                let found = if value == source {
                    format!("the number {written}")
                } else {
                    format!("{written}, which YAML reads as the number `{value}`")
                };
                (found, Some(format!("Put it in quotes: \"{source}\".")))
            }
            Value::Text | Value::Owned(_) => {
                let quoted = matches!(node.style(), Style::Single | Style::Double);
                (format!("the text {written}"), quoted.then(|| "Leave the quotes out.".to_owned()))
            }
            Value::Sequence => ("a list".to_owned(), None),
            Value::Mapping(_) => ("a mapping".to_owned(), None),
        };
        let help = match (expected, node.value()) {
            ("text", _) => help,
            ("a list", _) => Some("Put a dash in front of each item.".to_owned()),
            (_, Value::Text) => help,
            _ => None,
        };
        let message = format!("`{what}` takes {expected}, not {found}");
        // What the help says to write, where that is a value and no advice.
        let meant = match (expected, node.value()) {
            ("text", Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_)) => {
                Some(Scalar::Text(source.to_owned()))
            }
            ("text" | "a list", _) => None,
            (_, Value::Text) => help.is_some().then(|| Scalar::Plain(source.to_owned())),
            _ => None,
        };
        self.invalid(first_line(node), message, help);
        self.meant(meant);
    }

    /// A number that does not look like what it is.
    fn misread(&mut self, node: Node<'_>, what: &str, number: i64) {
        let source = node.source();
        let plain = source.trim_start_matches(['+', '-']);
        let surprising =
            plain.starts_with('0') && plain.len() > 1 && !plain.contains('.') || plain.contains('_');
        if surprising {
            self.misfits.push(Misfit {
                kind: ProblemKind::MisreadScalar,
                range: node.range(),
                message: format!("`{what}` is {number}: YAML reads `{source}` in its own way"),
                help: Some(format!("Write `{number}`.")),
                meant: Some(Scalar::Plain(number.to_string())),
                id: "",
            });
        }
    }

    fn invalid(&mut self, range: TextRange, message: String, help: Option<String>) {
        let (kind, meant, id) = (ProblemKind::Invalid, None, self.id);
        self.misfits.push(Misfit { kind, range, message, help, meant, id });
    }

    /// Says what is meant to stand in the place of the last misfit.
    fn meant(&mut self, meant: Option<Scalar>) {
        if let Some(misfit) = self.misfits.last_mut() {
            misfit.meant = meant;
        }
    }
}

/// Words in backticks with commas.
fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A range that can be shown: collections reach far, their first byte will do.
fn first_line(node: Node<'_>) -> TextRange {
    match node.value() {
        Value::Sequence | Value::Mapping(_) => first_byte(node.range()),
        _ => node.range(),
    }
}

/// The first byte of a range that reaches too far to be shown.
pub(super) fn first_byte(range: TextRange) -> TextRange {
    TextRange::new(range.start, (range.start + 1).min(range.end))
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn crd_1_gateways() {
        let port = "port: {number: 443, name: a, protocol: HTTPS}";
        let server = |fields: &str| gateway(&format!("servers: [{{{fields}}}]"));
        for bad in [
            port.to_owned(),
            "hosts: ['*']".to_owned(),
            "hosts: ['*'], port: {number: 80, name: a}".to_owned(),
            "hosts: ['*'], port: {number: 80, protocol: HTTP}".to_owned(),
            "hosts: ['*'], port: {name: a, protocol: HTTP}".to_owned(),
            format!("hosts: ['*'], {port}, tls: {{mode: simple, credentialName: a}}"),
            format!("hosts: ['*'], {port}, tls: {{mode: SIMPLE, credentialName: a, credentialNames: [b]}}"),
            format!("hosts: ['*'], {port}, tls: {{mode: SIMPLE, credentialNames: []}}"),
            format!("hosts: ['*'], {port}, tls: {{mode: SIMPLE, credentialNames: [a, b, c]}}"),
        ] {
            refused(&server(&bad), &["CRD-1"]);
        }
        fine(&server(&format!("hosts: ['*'], {port}, tls: {{mode: SIMPLE, credentialNames: [a, b]}}")));
    }

    #[test]
    fn crd_2_virtual_services() {
        for bad in [
            "route: [{weight: 1}]",
            "route: [{destination: {subset: a}}]",
            "route: [{destination: {host: a}}], mirror: {subset: a}",
            "route: [{destination: {host: a}}], mirrors: [{}]",
            "directResponse: {body: {string: a}}",
            "redirect: {port: 80, derivePort: FROM_REQUEST_PORT}",
            "match: [{uri: {exact: /a, prefix: /b}}], route: [{destination: {host: a}}]",
            "match: [{uri: {exact: yes}}], route: [{destination: {host: a}}]",
            "match: [{uri: {exact: 1}}], route: [{destination: {host: a}}]",
            "match: [{uri: /a}], route: [{destination: {host: a}}]",
            "match: {uri: {exact: /a}}, route: [{destination: {host: a}}]",
            "match: [null], route: [{destination: {host: a}}]",
            "match: [{ignoreUriCase: 'true'}], route: [{destination: {host: a}}]",
            "match: [{port: '80'}], route: [{destination: {host: a}}]",
            "match: [{port: -1}], route: [{destination: {host: a}}]",
            "match: [{port: 1.5}], route: [{destination: {host: a}}]",
            "match: [{sourceLabels: {a: 1}}], route: [{destination: {host: a}}]",
            "route: [{destination: {host: a}}], timeout: 10",
            "route: [{destination: {host: a}}], timeout: 10x",
        ] {
            refused(&http_rule(bad), &["CRD-2"]);
        }
        fine(&routed("match: null, timeout: null"));
        fine(&routed("match: [{port: 80.0, headers: {x-a: null}}]"));
        refused(&virtual_service("hosts: a.com, http: []"), &["CRD-2"]);
        refused(&virtual_service("hosts: [null], http: []"), &["CRD-2"]);
        refused(
            "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a}}\n",
            &["CRD-2"],
        );
    }

    #[test]
    fn crd_3_destination_rules() {
        for bad in [
            "subsets: []",
            "host: a, subsets: [{labels: {a: b}}]",
            "host: a, trafficPolicy: {loadBalancer: {simple: round_robin}}",
            "host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}",
            "host: a, trafficPolicy: {tls: {mode: TLS}}",
        ] {
            refused(&destination_rule(bad), &["CRD-3"]);
        }
        let ports = |count: usize| {
            let port = "{port: {number: 80}, loadBalancer: {simple: RANDOM}}";
            destination_rule(&format!(
                "host: a, trafficPolicy: {{portLevelSettings: [{}]}}",
                vec![port; count].join(", ")
            ))
        };
        fine(&ports(4096));
        refused(&ports(4097), &["CRD-3"]);
    }

    #[test]
    fn crd_4_service_entries() {
        let hosts = |count: usize| {
            let hosts: Vec<String> = (0..count).map(|at| format!("a{at}.com")).collect();
            service_entry(&format!("hosts: [{}], resolution: DNS", hosts.join(", ")))
        };
        fine(&hosts(256));
        refused(&hosts(257), &["CRD-4"]);
        refused(&hosts(0), &["CRD-4"]);
        refused(&service_entry("resolution: DNS"), &["CRD-4"]);
        refused(&service_entry("hosts: [a.com], ports: [{number: 80}]"), &["CRD-4"]);
        refused(&service_entry("hosts: [a.com], resolution: dns"), &["CRD-4"]);
    }

    #[test]
    fn crd_5_sidecars() {
        refused(&sidecar("egress: [{bind: 1.2.3.4}]"), &["CRD-5"]);
        refused(&sidecar("egress: [{hosts: []}]"), &["CRD-5"]);
        refused(&sidecar("ingress: [{defaultEndpoint: ':80'}]"), &["CRD-5"]);
        refused(&sidecar("egress: [{hosts: ['*/*'], captureMode: none}]"), &["CRD-5"]);
    }

    #[test]
    fn crd_6_unknown_fields_are_ignored() {
        fine(&routed("matches: [{uri: {prefix: /a}}]"));
        fine(&virtual_service("hosts: [a.com], gateway: [a], http: [{route: [{destination: {host: a}}]}]"));
        // Ignored, it leaves a port without number.
        refused(&http_rule("route: [{destination: {host: a, port: {name: http}}}]"), &["VAL-V11"]);
    }

    #[test]
    fn crd_7_unknown_fields_are_refused_in_1_1() {
        refused_in_1_1(&routed("matches: [{uri: {prefix: /a}}]"), &["CRD-7"]);
        refused_in_1_1(&routed("match: [{uri: {exact: yes}}]"), &["CRD-7"]);
        refused_in_1_1(
            &destination_rule("host: a, trafficPolicy: {loadBalancer: {simple: random}}"),
            &["CRD-7"],
        );
        // What must be set is not asked for, and numbers may be in quotes.
        fine_in_1_1(&routed(
            "match: [{port: '80'}], fault: {delay: {fixedDelay: 1s, percentage: {value: '50'}}}",
        ));
        refused_in_1_1(&routed("match: [{port: '99999'}]"), &["VAL-V8"]);
    }

    #[test]
    fn crd_8_later_fields_are_refused_in_1_1() {
        for later in [
            "name: a",
            "mirrors: []",
            "mirrorPercent: 1",
            "mirrorPercentage: {value: 1}",
            "match: [{name: a}]",
            "match: [{queryParams: {}}]",
            "match: [{ignoreUriCase: true}]",
            "match: [{withoutHeaders: {}}]",
            "match: [{sourceNamespace: a}]",
            "match: [{statPrefix: a}]",
            "rewrite: {uri: /, uriRegexRewrite: {}}",
            "retries: {attempts: 1, retryRemoteLocalities: true}",
            "retries: {attempts: 1, backoff: 1s}",
            "corsPolicy: {allowOrigins: []}",
        ] {
            refused_in_1_1(&routed(later), &["CRD-8"]);
        }
        for later in ["redirectCode: 302", "port: 80", "scheme: https", "prefixRewrite: /"] {
            refused_in_1_1(&http_rule(&format!("redirect: {{uri: /a, {later}}}")), &["CRD-8"]);
        }
        for later in ["delegate: {name: a}", "directResponse: {status: 200}"] {
            refused_in_1_1(&http_rule(later), &["CRD-8"]);
        }
        for later in
            ["workloadSelector: {}", "trafficPolicy: {tunnel: {}}", "trafficPolicy: {proxyProtocol: {}}"]
        {
            refused_in_1_1(&destination_rule(&format!("host: a, {later}")), &["CRD-8"]);
        }
        refused_in_1_1(&sidecar("outboundTrafficPolicy: {mode: ALLOW_ANY}"), &["CRD-8"]);
        refused_in_1_1(&service_entry("hosts: [a.com], workloadSelector: {}"), &["CRD-8"]);
        let gone = "websocketUpgrade: true, appendHeaders: {a: b}, removeResponseHeaders: {a: b}";
        fine_in_1_1(&routed(gone));
        fine(&routed(gone));
    }
}

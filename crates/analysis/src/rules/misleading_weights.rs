use std::collections::BTreeMap;

use pilothouse_syntax::{Spanned, TextRange};

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, names},
    resource::{ResourceId, virtual_service::Destination},
};

pub(super) static RULE: Rule = Rule {
    code: "misleading-weights",
    severity: Severity::Warning,
    aliases: &["KIA1104", "KIA1105"],
    docs: include_str!("misleading_weights.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut all: Vec<ResourceId> =
        mesh.virtual_services.iter().chain(mesh.delegates.values()).copied().collect();
    all.sort_unstable();
    for id in all {
        for split in splits(mesh, id) {
            for slip in split.slips(mesh) {
                report(analysis, cx, &split, slip);
            }
        }
    }
}

/// The destinations of one rule.
struct Split<'m> {
    id: ResourceId,
    rule: String,
    /// `requests` or `connections`.
    what: &'static str,
    parts: Vec<Part<'m>>,
}

struct Part<'m> {
    range: TextRange,
    destination: &'m Destination,
    weight: Option<&'m Spanned<i64>>,
    /// Whether header operations tell it from another part.
    special: bool,
}

/// A weight that reads otherwise than it counts.
struct Slip {
    severity: Severity,
    message: String,
    help: &'static str,
    places: Vec<TextRange>,
}

fn splits(mesh: &Mesh, id: ResourceId) -> Vec<Split<'_>> {
    let service = mesh.virtual_service(id);
    let mut out = Vec::new();
    for (at, rule) in service.http.iter().enumerate() {
        let parts = rule.route.iter().filter_map(|entry| {
            let (destination, weight) = (entry.destination.as_ref()?, entry.weight.as_ref());
            Some(Part { range: entry.range, destination, weight, special: entry.headers.is_some() })
        });
        let rule = routes::rule_called(mesh, (id, at));
        out.push(Split { id, rule, what: "requests", parts: parts.collect() });
    }
    let tls = service.tls.iter().map(|rule| ("TLS", &rule.route)).enumerate();
    let tcp = service.tcp.iter().map(|rule| ("TCP", &rule.route)).enumerate();
    for (at, (kind, route)) in tls.chain(tcp) {
        let parts = route.iter().filter_map(|entry| {
            let (destination, weight) = (entry.destination.as_ref()?, entry.weight.as_ref());
            Some(Part { range: entry.range, destination, weight, special: false })
        });
        let rule = format!("{kind} rule {}", at + 1);
        out.push(Split { id, rule, what: "connections", parts: parts.collect() });
    }
    out
}

impl Split<'_> {
    fn total(&self) -> i64 {
        self.parts.iter().map(Part::share).sum()
    }

    fn slips(&self, mesh: &Mesh) -> Vec<Slip> {
        let of = format!("{} of {}", self.rule, words::called(mesh.resource(self.id)));
        match &self.parts[..] {
            [] => Vec::new(),
            [only] => only.alone(&of, self.what).into_iter().collect(),
            _ => {
                let slips = [self.without_weight(&of), self.twice(mesh, &of), self.near_hundred(&of)];
                slips.into_iter().flatten().collect()
            }
        }
    }

    /// What has no weight beside others that have one (HM-14).
    fn without_weight(&self, of: &str) -> Option<Slip> {
        let none: Vec<&Part<'_>> = self.parts.iter().filter(|part| part.weight.is_none()).collect();
        if none.is_empty() || self.total() == 0 {
            return None;
        }
        let (gets, it) = words::plural(none.len(), ("gets", "it has"), ("get", "they have"));
        let called = words::and(words::distinct(none.iter().map(|part| part.called())));
        Some(Slip {
            severity: Severity::Warning,
            message: format!(
                "{} {gets} none of the {} of {of}: {it} no weight beside destinations that have one, and that counts \
                 as 0.",
                words::capital(&called),
                self.what,
            ),
            help: "Give each destination a weight, or take out those that are to get nothing.",
            places: none.iter().map(|part| part.range).collect(),
        })
    }

    /// The same destination twice.
    fn twice(&self, mesh: &Mesh, of: &str) -> Option<Slip> {
        let namespace = &mesh.resource(self.id).key.namespace;
        let mut same: BTreeMap<_, Vec<&Part<'_>>> = BTreeMap::new();
        for part in self.parts.iter().filter(|part| !part.special && part.share() > 0) {
            let host = names::full_host(&part.destination.host.value, namespace, &mesh.profile);
            let port = part.destination.port.as_ref().map(|port| port.value);
            same.entry((host, part.subset(), port)).or_default().push(part);
        }
        let parts = same.into_values().find(|parts| parts.len() > 1)?;
        let share = parts.iter().map(|part| part.share()).sum();
        Some(Slip {
            severity: Severity::Info,
            message: format!(
                "{} stands {} in {of} and gets {} of its {} altogether.",
                words::capital(&parts[0].called()),
                if parts.len() == 2 { "twice".to_owned() } else { format!("{} times", parts.len()) },
                percent(share, self.total()),
                self.what,
            ),
            help: "Write it once, with the whole weight; or mend the subset, if another one is meant.",
            places: parts.iter().map(|part| part.range).collect(),
        })
    }

    /// Weights that look like percentages and are none.
    fn near_hundred(&self, of: &str) -> Option<Slip> {
        let total = self.total();
        let weights: Vec<&Part<'_>> = self.parts.iter().filter(|part| part.share() > 0).collect();
        // By one point at least, as by rounding the weights nobody is surprised.
        let surprises = |part: &&&Part<'_>| (part.share() * 100 - part.share() * total).abs() >= total;
        let even = weights.windows(2).all(|pair| pair[0].share() == pair[1].share());
        if total == 100 || !(90..=110).contains(&total) || even || !weights.iter().any(|it| surprises(&it)) {
            return None;
        }
        let shares =
            weights.iter().map(|part| format!("{} to {}", percent(part.share(), total), part.called()));
        Some(Slip {
            severity: Severity::Warning,
            message: format!(
                "The weights of {of} are no percentages, as they add up to {total}: of the {} go {}.",
                self.what,
                words::and(shares),
            ),
            help: "Let them add up to 100, if they are meant as percentages.",
            places: weights.iter().filter_map(|part| Some(part.weight?.range)).collect(),
        })
    }
}

impl Part<'_> {
    fn share(&self) -> i64 {
        self.weight.map_or(0, |weight| weight.value)
    }

    fn subset(&self) -> &str {
        self.destination.subset.as_ref().map(|subset| subset.value.as_str()).unwrap_or_default()
    }

    fn called(&self) -> String {
        let host = words::shortened(&self.destination.host.value);
        match self.subset() {
            "" => format!("`{host}`"),
            subset => format!("subset `{subset}` of `{host}`"),
        }
    }

    /// A weight without another destination.
    fn alone(&self, of: &str, what: &str) -> Option<Slip> {
        let weight = self.weight.filter(|weight| weight.value < 100)?;
        Some(Slip {
            severity: Severity::Warning,
            message: format!(
                "{} gets all {what} of {of}, not {} %: the weight of a lone destination counts for nothing.",
                words::capital(&self.called()),
                weight.value,
            ),
            help: "Take out the weight, or add the destination that the rest is meant for.",
            places: vec![weight.range],
        })
    }
}

/// A share in percent, to one place.
fn percent(share: i64, total: i64) -> String {
    let tenths = (share * 1000 + total / 2).checked_div(total).unwrap_or_default();
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        rest => format!("{}.{rest} %", tenths / 10),
    }
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, split: &Split<'_>, slip: Slip) {
    let Some((first, others)) = slip.places.split_first() else { return };
    let label =
        |range: TextRange, message| Label::at(analysis, Origin { resource: split.id, range }, message);
    let finding = cx.report(label(*first, ""), slip.message);
    finding.severity = slip.severity;
    finding.related = others.iter().map(|range| label(*range, "this one too")).collect();
    finding.help = Some(slip.help.to_owned());
    finding.ids = vec!["HM-14"];
}

//! What Istio's admission refuses or warns of once the schema of the kind is satisfied (VAL).
//!
//! One file per kind, and one for each thing that kinds have in common. A refused resource takes no part; one that
//! is warned of does.

mod address;
mod cors;
mod delivery;
mod destination;
mod destination_rule;
mod endpoint;
mod export;
mod fault;
mod gateway;
mod header;
mod host;
mod http_match;
mod http_rule;
mod l4;
mod listener;
mod load_balancer;
mod locality;
mod name;
mod pattern;
mod server_tls;
mod service_entry;
mod sidecar;
mod traffic_policy;
mod unreachable;
mod virtual_service;

use pilothouse_syntax::{Spanned, TextRange};

use super::{Body, Duration, Problem, ProblemKind, Resource, ResourceId, check::Misfit};
use crate::Profile;

/// Why something is refused, as the end of a sentence.
type Reason = String;

/// The admission of one resource.
pub(super) struct Admission<'a> {
    profile: &'a Profile,
    resource: &'a Resource,
    /// Whether warnings are given: of what stands inside subsets and ports Istio's own warnings are lost.
    warns: bool,
    misfits: Vec<Misfit>,
}

/// Holds a resource against the rules of its kind.
pub(super) fn check(resource: &Resource, profile: &Profile) -> Vec<Misfit> {
    let mut admission = Admission { profile, resource, warns: profile.admission_warns, misfits: Vec::new() };
    if admission.annotations() {
        match &resource.body {
            Body::Gateway(gateway) => gateway::check(&mut admission, gateway),
            Body::VirtualService(service) => virtual_service::check(&mut admission, service),
            Body::DestinationRule(rule) => destination_rule::check(&mut admission, rule),
            Body::ServiceEntry(entry) => service_entry::check(&mut admission, entry),
            Body::Sidecar(sidecar) => sidecar::check(&mut admission, sidecar),
            Body::Service(_) | Body::Workload(_) | Body::Nothing => {}
        }
    }
    admission.misfits
}

/// The resources that are refused, each with the first reason.
pub fn rejected(resources: &[Resource], problems: &[Problem]) -> Vec<(ResourceId, String)> {
    first_of_each(problems, ProblemKind::Invalid)
        .into_iter()
        .filter(|(id, _)| resources.get(id.0 as usize).is_some_and(|resource| resource.key.kind.is_istio()))
        .collect()
}

/// The resources that take part and are warned of, each with the first reason.
pub fn warned(resources: &[Resource], problems: &[Problem]) -> Vec<(ResourceId, String)> {
    first_of_each(problems, ProblemKind::Warning)
        .into_iter()
        .filter(|(id, _)| resources.get(id.0 as usize).is_some_and(|resource| resource.active))
        .collect()
}

fn first_of_each(problems: &[Problem], kind: ProblemKind) -> Vec<(ResourceId, String)> {
    let of_kind = problems.iter().filter(|problem| problem.kind == kind);
    let mut found: Vec<(ResourceId, String)> =
        of_kind.filter_map(|problem| Some((problem.resource?, problem.message.clone()))).collect();
    // Stable, so the first problem of a resource stays the first.
    found.sort_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    found
}

impl Admission<'_> {
    fn namespace(&self) -> &str {
        &self.resource.key.namespace
    }

    /// Annotations that only Istio itself may set hide everything else.
    fn annotations(&mut self) -> bool {
        let resource = self.resource;
        for (name, value) in &resource.annotations {
            let internal = name.strip_prefix("internal.istio.io/");
            let refused = name == "istio.io/dry-run"
                || internal.is_some_and(|name| name.contains("parent") || name == "webhook-always-reject");
            if refused && self.profile.checks_of_today {
                let message = format!("The annotation `{name}` is refused on a {}", resource.key.kind);
                self.refuse("", value.range, message, "Delete the annotation.");
                return false;
            }
        }
        true
    }

    fn refuse(&mut self, id: &'static str, range: TextRange, message: impl Into<String>, help: &str) {
        self.push(ProblemKind::Invalid, id, range, message.into(), help);
    }

    fn warn(&mut self, id: &'static str, range: TextRange, message: impl Into<String>, help: &str) {
        if self.warns {
            self.push(ProblemKind::Warning, id, range, message.into(), help);
        }
    }

    fn push(&mut self, kind: ProblemKind, id: &'static str, range: TextRange, message: String, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.misfits.push(Misfit { kind, range, message, help, meant: None, id });
    }

    /// Checks something whose warnings are lost.
    fn quietly(&mut self, check: impl FnOnce(&mut Self)) {
        let warns = std::mem::take(&mut self.warns);
        check(self);
        self.warns = warns;
    }

    /// A span of time of at least a millisecond, in whole milliseconds (VAL-0.3).
    fn duration(&mut self, id: &'static str, what: &str, value: Option<&Spanned<Duration>>) {
        let Some(Spanned { value, range }) = value else { return };
        if *value < Duration::MILLISECOND {
            let message = format!("`{what}` is {value}, and Istio takes nothing under 1ms");
            self.refuse(id, *range, message, "Leave it out for Istio's default, or write at least 1ms.");
        } else if value.nanos % Duration::MILLISECOND.nanos != 0 {
            let message = format!("`{what}` is {value}, and Istio takes whole milliseconds only");
            self.refuse(id, *range, message, "Round it to milliseconds.");
        }
    }

    /// A port from 1 to 65535 (VAL-0.4).
    fn port(&mut self, id: &'static str, what: &str, number: u32, range: TextRange) {
        if !(1..=65535).contains(&number) {
            let message = format!("`{what}` is {number}, and a port goes from 1 to 65535");
            self.refuse(id, range, message, "");
        }
    }

    /// A number that is not negative.
    fn not_negative(&mut self, id: &'static str, what: &str, value: Option<&Spanned<i64>>) {
        if let Some(Spanned { value, range }) = value.filter(|it| it.value < 0) {
            self.refuse(id, *range, format!("`{what}` is {value}, and must not be negative"), "");
        }
    }

    /// A share in whole percent.
    fn percent(&mut self, id: &'static str, what: &str, value: Option<&Spanned<i64>>) {
        if let Some(Spanned { value, range }) = value.filter(|it| !(0..=100).contains(&it.value)) {
            self.refuse(id, *range, format!("`{what}` is {value}, and a percentage goes from 0 to 100"), "");
        }
    }
}

/// The text of a value that is set and not empty: to Istio, empty is as good as unset.
fn filled(value: Option<&Spanned<String>>) -> Option<&Spanned<String>> {
    value.filter(|text| !text.value.is_empty())
}

#[cfg(test)]
pub(super) mod tests;

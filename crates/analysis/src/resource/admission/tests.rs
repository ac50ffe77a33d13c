//! What the tests of the admission have in common: resources in one line, and what is said of them.

use crate::{Profile, Sources, resource::ProblemKind};

/// A resource of a kind and name, with a `spec` in flow style.
pub(crate) fn named(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: networking.istio.io/v1, kind: {kind}, metadata: {{name: '{name}'}}, spec: {{{spec}}}}}\n"
    )
}

/// A Gateway.
pub(crate) fn gateway(spec: &str) -> String {
    named("Gateway", "a", spec)
}

/// A VirtualService.
pub(crate) fn virtual_service(spec: &str) -> String {
    named("VirtualService", "a", spec)
}

/// A VirtualService for `a.com` with one HTTP rule.
pub(crate) fn http_rule(rule: &str) -> String {
    virtual_service(&format!("hosts: [a.com], http: [{{{rule}}}]"))
}

/// A VirtualService for `a.com` with one HTTP rule that has a destination.
pub(crate) fn routed(fields: &str) -> String {
    http_rule(&format!("route: [{{destination: {{host: a}}}}], {fields}"))
}

/// A DestinationRule.
pub(crate) fn destination_rule(spec: &str) -> String {
    named("DestinationRule", "a", spec)
}

/// A ServiceEntry.
pub(crate) fn service_entry(spec: &str) -> String {
    named("ServiceEntry", "a", spec)
}

/// A Sidecar.
pub(crate) fn sidecar(spec: &str) -> String {
    named("Sidecar", "a", spec)
}

fn ids(text: &str, profile: &Profile, kind: ProblemKind) -> Vec<&'static str> {
    let mut sources = Sources::default();
    sources.add("a.yaml", text);
    let read = crate::resource::read(&sources, profile);
    let broken = read.problems.iter().find(|it| it.kind == ProblemKind::BrokenYaml);
    assert_eq!(broken.map(|it| &it.message), None, "{text}");
    for problem in read.problems.iter().filter(|it| it.kind == kind) {
        assert!(
            (problem.range.end as usize) <= text.len() && problem.range.start < problem.range.end,
            "{problem:?}"
        );
    }
    let refused = read.problems.iter().any(|it| it.kind == ProblemKind::Invalid);
    assert_eq!(read.resources[0].active, !refused, "{text}");
    let mut ids: Vec<&str> = read.problems.iter().filter(|it| it.kind == kind).map(|it| it.id).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn judged(text: &str, profile: &Profile, refused: &[&str], warned: &[&str]) {
    assert_eq!(ids(text, profile, ProblemKind::Invalid), refused, "refused, {}: {text}", profile.istio);
    assert_eq!(ids(text, profile, ProblemKind::Warning), warned, "warned, {}: {text}", profile.istio);
}

/// The current Istio takes it without a word.
pub(crate) fn fine(text: &str) {
    judged(text, &Profile::current(), &[], &[]);
}

/// The current Istio refuses it, for these ids.
pub(crate) fn refused(text: &str, expected: &[&str]) {
    assert_eq!(ids(text, &Profile::current(), ProblemKind::Invalid), expected, "{text}");
}

/// The current Istio takes it and warns, for these ids.
pub(crate) fn warned(text: &str, expected: &[&str]) {
    judged(text, &Profile::current(), &[], expected);
}

/// Istio 1.1.0 takes it without a word.
pub(crate) fn fine_in_1_1(text: &str) {
    judged(text, &Profile::v1_1(), &[], &[]);
}

/// Istio 1.1.0 refuses it, for these ids.
pub(crate) fn refused_in_1_1(text: &str, expected: &[&str]) {
    judged(text, &Profile::v1_1(), expected, &[]);
}

//! Opinions: what of the input breaks a guideline, or means something else than it says.
//!
//! A rule is two files, `<code>.rs` and `<code>.md`, and one line in [`RULES`]; what reading the input came upon
//! is worded in `input.rs`. Rules read facts from `mesh`, `effective` and `space` and word them; a fact that two
//! rules need belongs there.

mod allowance;
mod conflicting_delegate;
mod conflicting_service_entries;
mod dead_clauses;
mod dead_streams;
pub(crate) mod destinations;
mod discarded_traffic_policy;
mod duplicate_https_port_name;
mod duplicate_subset;
mod finding;
mod glob_as_regex;
mod hidden_destination_rule;
mod host_outside_gateway;
mod idle_gateway;
mod input;
mod lost_destinations;
mod misleading_weights;
mod order_dependent_routes;
mod plain_http_on_443;
mod policies;
mod refused_listener;
mod routes;
mod rules_without_server;
mod selective_root_sidecar;
mod several_catch_alls;
mod shadowed_host;
mod shared_certificate;
mod sidecars;
mod site;
mod subset_without_workloads;
mod undeclared_http;
mod undefined_subset;
mod unimported_virtual_service;
mod unknown_delegate;
mod unknown_destination;
mod unknown_destination_rule_host;
mod unknown_egress_host;
mod unknown_export_namespace;
mod unknown_gateway;
mod unknown_port;
mod unlabelled_subset;
mod unmerged_sidecars;
mod unmerged_virtual_services;
mod unreachable_route;
mod unused_allowance;
mod unused_delegate;
mod words;

use std::cmp::Ordering;

pub use allowance::{Allowed, Checked};
use finding::Facts;
pub use finding::{Finding, Label, Rule, RuleContext, Severity};

use crate::Analysis;

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[
    &input::ADMISSION_WARNING,
    &input::BROKEN_YAML,
    &conflicting_delegate::RULE,
    &conflicting_service_entries::RULE,
    &discarded_traffic_policy::RULE,
    &input::DROPPED_TEXT,
    &duplicate_https_port_name::RULE,
    &input::DUPLICATE_KEY,
    &input::DUPLICATE_RESOURCE,
    &duplicate_subset::RULE,
    &glob_as_regex::RULE,
    &hidden_destination_rule::RULE,
    &host_outside_gateway::RULE,
    &idle_gateway::RULE,
    &input::INVALID_RESOURCE,
    &misleading_weights::RULE,
    &input::MISREAD_SCALAR,
    &input::NOT_MODELLED,
    &order_dependent_routes::RULE,
    &input::OVERRIDING_MERGE,
    &plain_http_on_443::RULE,
    &refused_listener::RULE,
    &rules_without_server::RULE,
    &selective_root_sidecar::RULE,
    &several_catch_alls::RULE,
    &shadowed_host::RULE,
    &shared_certificate::RULE,
    &subset_without_workloads::RULE,
    &undeclared_http::RULE,
    &undefined_subset::RULE,
    &unimported_virtual_service::RULE,
    &unknown_delegate::RULE,
    &unknown_destination::RULE,
    &unknown_destination_rule_host::RULE,
    &unknown_egress_host::RULE,
    &unknown_export_namespace::RULE,
    &input::UNKNOWN_FIELD,
    &unknown_gateway::RULE,
    &input::UNKNOWN_KIND,
    &unknown_port::RULE,
    &unlabelled_subset::RULE,
    &unmerged_sidecars::RULE,
    &unmerged_virtual_services::RULE,
    &unreachable_route::RULE,
    &unused_allowance::RULE,
    &unused_delegate::RULE,
];

/// The findings of all rules, sorted by place, and those that the input allows.
pub(crate) fn check(analysis: &Analysis) -> Checked {
    let mut out = Vec::new();
    let facts = Facts::default();
    for rule in RULES {
        (rule.check)(analysis, &mut RuleContext { rule, facts: &facts, out: &mut out });
    }
    sort(&mut out);
    allowance::part(analysis, out)
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(by_place);
}

fn by_place(a: &Finding, b: &Finding) -> Ordering {
    let key = |finding: &Finding| (finding.primary.file, finding.primary.range, finding.rule.code);
    key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
}

/// The rule whose code is nearest to `code`, if one is near.
pub fn similar(code: &str) -> Option<&'static Rule> {
    crate::resource::closest(code, RULES.iter().map(|rule| rule.code)).and_then(rule)
}

/// A rule by its code or one of its aliases, in any case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    named(code).into_iter().next()
}

/// The rule of a code, or all that another tool calls by one name, in any case.
pub fn named(code: &str) -> Vec<&'static Rule> {
    let same = |name: &&str| name.eq_ignore_ascii_case(code);
    let by_code = RULES.iter().copied().filter(|rule| same(&rule.code));
    let by_alias = RULES.iter().copied().filter(|rule| rule.aliases.iter().any(same));
    by_code.chain(by_alias).collect()
}

//! Listeners, route configurations, clusters, and what the admission says.

use pilothouse_analysis::Profile;
use pilothouse_tests::{agreement::configuration, cases::cases};

fn check(group: &str, profile: fn() -> Profile, at_least: usize) {
    let cases = cases(group);
    assert!(cases.len() >= at_least, "{} cases in {group}", cases.len());
    let wrong: Vec<String> = cases.iter().flat_map(|case| configuration(case, profile())).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn current_istio() {
    check("cases", Profile::current, 120);
}

#[test]
fn istio_1_1() {
    check("cases-1.1", Profile::v1_1, 29);
}

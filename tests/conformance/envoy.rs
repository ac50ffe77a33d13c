//! Listeners, route configurations, clusters, and what the admission says.

use pilothouse_analysis::Profile;
use pilothouse_tests::{
    cases::{Case, cases},
    difference::{canonical, first_difference},
};
use serde_json::Value;

/// Who, without the words.
fn who(list: &Value) -> Vec<String> {
    let entries = list.as_array().into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| {
            let part = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}/{}", part("kind"), part("namespace"), part("name"))
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

fn differences(case: &Case, profile: Profile) -> Vec<String> {
    let analysis = case.analysis(profile);
    let ours = canonical(&pilothouse_report::envoy::envoy(&analysis, &case.proxies()));
    let theirs = canonical(&case.envoy);
    let mut out = Vec::new();
    for list in ["rejected", "warned"] {
        let (ours, theirs) = (who(&ours[list]), who(&theirs[list]));
        if ours != theirs {
            out.push(format!("{}: {list}: is {ours:?}, should be {theirs:?}", case.name));
        }
    }
    let found = first_difference("", &ours["proxies"], &theirs["proxies"]);
    out.extend(found.map(|found| format!("{}: {found}", case.name)));
    out
}

fn check(group: &str, profile: fn() -> Profile, at_least: usize) {
    let cases = cases(group);
    assert!(cases.len() >= at_least, "{} cases in {group}", cases.len());
    let wrong: Vec<String> = cases.iter().flat_map(|case| differences(case, profile())).collect();
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

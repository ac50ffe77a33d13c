//! What a real Envoy answered.

use pilothouse_analysis::{
    Profile,
    trace::{Answer, Trace},
};
use pilothouse_report::answers::{answer, read_entry};
use pilothouse_tests::{
    cases::{Case, cases},
    difference::first_difference,
};
use serde_json::Value;

/// Where some of several destinations do not exist, chance decides between 503 and the rest.
fn left_to_chance(trace: &Trace) -> bool {
    match &trace.answer {
        Answer::Forwarded { shares, .. } => {
            let missing = shares.iter().filter(|share| share.missing().is_some()).count();
            shares.len() > 1 && missing > 0 && missing < shares.len()
        }
        _ => false,
    }
}

/// Headers that differ by destination are left to chance as well.
fn headers_by_chance(trace: &Trace) -> bool {
    match &trace.answer {
        Answer::Forwarded { shares, .. } => {
            shares.windows(2).any(|pair| pair[0].cluster.request_headers != pair[1].cluster.request_headers)
        }
        _ => false,
    }
}

fn differences(case: &Case) -> Vec<String> {
    let analysis = case.analysis(Profile::current());
    let mut out = Vec::new();
    for (at, entry) in case.requests().iter().enumerate() {
        let mut theirs = entry["answer"].clone();
        if theirs.is_null() {
            continue;
        }
        let (proxy, request) = match read_entry(entry) {
            Ok(read) => read,
            Err(error) => {
                out.push(format!("{} request {at}: {error}", case.name));
                continue;
            }
        };
        let trace = analysis.trace(&proxy, &request);
        let mut ours = answer(&trace);
        if left_to_chance(&trace) {
            for key in ["outcome", "status", "upstream_path", "upstream_host", "upstream_headers"] {
                remove(&mut ours, key);
                remove(&mut theirs, key);
            }
        } else if headers_by_chance(&trace) {
            remove(&mut ours, "upstream_headers");
            remove(&mut theirs, "upstream_headers");
        }
        let found = first_difference("", &ours, &theirs);
        out.extend(found.map(|found| format!("{} request {at} {} {request}: {found}", case.name, proxy)));
    }
    out
}

fn remove(value: &mut Value, key: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(key);
    }
}

#[test]
fn every_answer() {
    let cases = cases("cases");
    let asked: usize = cases.iter().map(|case| case.requests().len()).sum();
    assert!(asked >= 3_000, "{asked} requests");
    let wrong: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} of {asked} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

//! Our answers held against those of istiod and Envoy.

use pilothouse_analysis::{
    Profile,
    trace::{Answer, Trace},
};
use pilothouse_report::{
    answers::{answer, read_entry},
    envoy::envoy,
};
use serde_json::Value;

use crate::{
    cases::Case,
    difference::{canonical, first_difference},
};

/// What differs in the listeners, route configurations, clusters, and in what the admission says; each in a line.
pub fn configuration(case: &Case, profile: Profile) -> Vec<String> {
    let analysis = case.analysis(profile);
    let ours = canonical(&envoy(&analysis, &case.proxies()));
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

/// The requests of one case.
#[derive(Debug, Default)]
pub struct Answers {
    /// How many have an answer to compare with.
    pub asked: usize,
    /// Those that are answered otherwise, each in a line.
    pub differences: Vec<String>,
}

/// What differs in the answers to requests.
pub fn answers(case: &Case) -> Answers {
    let analysis = case.analysis(Profile::current());
    let mut out = Answers::default();
    for (at, entry) in case.requests().iter().enumerate() {
        let mut theirs = entry["answer"].clone();
        if theirs.is_null() {
            continue;
        }
        out.asked += 1;
        let (proxy, request) = match read_entry(entry) {
            Ok(read) => read,
            Err(error) => {
                out.differences.push(format!("{} request {at}: {error}", case.name));
                continue;
            }
        };
        let trace = analysis.trace_at_port(&proxy, &request);
        let mut ours = answer(&trace);
        for key in left_to_chance(&trace) {
            remove(&mut ours, key);
            remove(&mut theirs, key);
        }
        let found = first_difference("", &ours, &theirs);
        out.differences
            .extend(found.map(|found| format!("{} request {at} {proxy} {request}: {found}", case.name)));
    }
    out
}

/// The parts of an answer that hang on which of several destinations was drawn.
fn left_to_chance(trace: &Trace) -> &'static [&'static str] {
    let Answer::Forwarded { shares, .. } = &trace.answer else { return &[] };
    let missing = shares.iter().filter(|share| share.missing().is_some()).count();
    if missing > 0 && missing < shares.len() {
        return &["outcome", "status", "upstream_path", "upstream_host", "upstream_headers"];
    }
    let headers_differ =
        shares.windows(2).any(|pair| pair[0].cluster.request_headers != pair[1].cluster.request_headers);
    if headers_differ { &["upstream_headers"] } else { &[] }
}

fn remove(value: &mut Value, key: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(key);
    }
}

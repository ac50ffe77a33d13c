//! Which answers hang on an order that istiod decides.

use std::fs;

use pilothouse_analysis::{Profile, Sources, analyze_exactly, trace::Answer};
use pilothouse_report::answers::read_entry;
use pilothouse_tests::cases::{folder, json, subfolders};

#[test]
fn every_answer_knows_whether_order_decides_it() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for case in subfolders("orders") {
        let read =
            |file: &str| fs::read_to_string(folder("orders").join(&case).join(file)).unwrap_or_default();
        let analysis = analyze_exactly(Sources::single("input.yaml", read("input.yaml")), Profile::current());
        let depends = json(&read("depends.json"));
        // Where not every order was run, a change in one that was not tried stays unseen.
        let proof = depends["all_orders"] == true;
        for (at, entry) in depends["requests"].as_array().into_iter().flatten().enumerate() {
            asked += 1;
            let Ok((proxy, request)) = read_entry(entry) else {
                wrong.push(format!("{case} request {at} cannot be read"));
                continue;
            };
            let trace = analysis.trace_at_port(&proxy, &request);
            let ours = trace.depends_on_order(&analysis);
            let theirs = entry["depends_on_order"] == true;
            // Which of several destinations answered was left to chance, so some changes were none of the order.
            let chance = matches!(&trace.answer, Answer::Forwarded { shares, .. } if shares.len() > 1);
            if ours != theirs && (if ours { proof } else { !chance }) {
                wrong.push(format!("{case} request {at} {proxy} {request}: is {ours}, should be {theirs}"));
            }
        }
    }
    assert!(asked >= 600, "{asked} requests");
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
}

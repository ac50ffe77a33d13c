//! What a real Envoy answered.

use pilothouse_tests::{
    agreement::{Answers, answers},
    cases::cases,
};

#[test]
fn every_answer() {
    let answers: Vec<Answers> = cases("cases").iter().map(answers).collect();
    let asked: usize = answers.iter().map(|it| it.asked).sum();
    assert!(asked >= 3_000, "{asked} requests");
    let wrong: Vec<&str> = answers.iter().flat_map(|it| &it.differences).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} of {asked} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

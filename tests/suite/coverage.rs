//! Every id of our notes is cited by a test, or stands among the exceptions.

use std::{collections::BTreeSet, fs};

use pilothouse_analysis::Profile;
use pilothouse_tests::semantics::{citations, exceptions, families, mentioned, root};
use walkdir::WalkDir;

fn ids() -> BTreeSet<String> {
    families().into_iter().flat_map(|family| family.ids).map(|(id, _)| id).collect()
}

#[test]
fn every_id_is_cited_or_excepted() {
    let (ids, exceptions, citations) = (ids(), exceptions(), citations());
    assert!(ids.len() >= 234, "{} ids", ids.len());
    let missing: Vec<_> =
        ids.iter().filter(|id| !exceptions.contains_key(*id) && !citations.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no test cites {missing:?}");
    let stale: Vec<_> =
        exceptions.keys().filter(|id| !ids.contains(*id) || citations.contains_key(*id)).collect();
    assert!(stale.is_empty(), "exceptions that are none: {stale:?}");
    let unreasoned: Vec<_> = exceptions.iter().filter(|(_, reason)| reason.is_empty()).collect();
    assert!(unreasoned.is_empty(), "exceptions without a reason: {unreasoned:?}");
}

#[test]
fn every_id_that_a_test_cites_is_one() {
    let ids = ids();
    let unknown: Vec<_> = citations().into_iter().filter(|(id, _)| !ids.contains(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_id_that_the_code_names_is_one() {
    let ids = ids();
    let mut unknown = Vec::new();
    for entry in WalkDir::new(root().join("crates")).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let found = mentioned(&text).into_iter().filter(|id| !ids.contains(id));
            unknown.extend(found.map(|id| format!("{id} in {}", path.display())));
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// What a field of the profile changes is shown on 1.1 too.
#[test]
fn every_difference_of_the_profiles_is_tested_in_1_1() {
    let (ids, citations) = (ids(), citations());
    let mut missing = Vec::new();
    for field in Profile::FIELDS {
        for id in field.ids.split(", ").filter(|id| ids.contains(*id)) {
            if !citations.get(id).is_some_and(|tests| tests.iter().any(|test| test.in_1_1)) {
                missing.push(format!("{id} of `{}`", field.name));
            }
        }
    }
    assert!(missing.is_empty(), "no test on 1.1 cites\n{}", missing.join("\n"));
}

//! `explain`: a rule's page, by any of its names.

use crate::run::{Folder, has};

#[test]
fn a_rule_by_its_code_and_by_its_aliases() {
    let folder = Folder::new();
    let run = folder.run("explain duplicate-subset");
    let page = run.ended(0);
    assert!(page.starts_with("# duplicate-subset\n\nSeverity: warning"), "{page}");
    has(page, "\n## Why\n");
    let json = folder.run("explain duplicate-subset --format json").json();
    let rule = &json["rules"][0];
    assert_eq!(rule["code"], "duplicate-subset");
    assert_eq!(rule["severity"], "warning");
    has(page, rule["docs"].as_str().unwrap().trim_end());
    for alias in rule["aliases"].as_array().unwrap() {
        // Other tools give one name to several of our rules.
        has(folder.run(&format!("explain {}", alias.as_str().unwrap())).ended(0), page);
    }
}

#[test]
fn every_finding_can_be_explained() {
    let folder = Folder::new();
    let run = folder.run("explain");
    let list = run.ended(0);
    assert!(list.lines().count() > 10, "{list}");
    for line in list.lines() {
        let code = line.split_whitespace().next().unwrap();
        has(folder.run(&format!("explain {code}")).ended(0), "\n## Why\n");
    }
    let rules = folder.run("explain --format json").json();
    assert_eq!(rules["rules"].as_array().unwrap().len(), list.lines().count());
}

#[test]
fn a_code_that_is_none() {
    let run = Folder::new().run("explain no-such-rule");
    assert_eq!(
        run.refused(),
        "error: there is no rule `no-such-rule`; `pilothouse explain` lists them all\n"
    );
    let run = Folder::new().run("explain duplicate-subsets");
    assert_eq!(
        run.refused(),
        "error: there is no rule `duplicate-subsets`; did you mean `duplicate-subset`?\n"
    );
}

//! The rules: their list, their pages as tests, and the fixtures in `fixtures/<code>/`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pilothouse_analysis::{
    Analysis, Finding, Profile, Sources, analyze,
    rules::{RULES, Rule},
};
use pilothouse_testkit::{Fixture, Mark, Page, Place, compare};

fn profile(istio: &str) -> Profile {
    match istio {
        "" | "current" => Profile::current(),
        "1.1" => Profile::v1_1(),
        other => panic!("no profile is called `{other}`"),
    }
}

fn run(fixture: &Fixture, profile: Profile) -> Analysis {
    let mut sources = Sources::default();
    for (name, text) in &fixture.files {
        sources.add(name, text);
    }
    analyze(sources, profile)
}

/// What a finding says, with the request that shows it.
fn words(finding: &Finding) -> String {
    let witness = finding.witness.as_ref().map(|witness| format!(" => {witness}")).unwrap_or_default();
    format!("{}{witness}", finding.message)
}

fn mark(finding: &Finding, code: &str) -> Mark {
    let place = Place::Range(finding.primary.range);
    Mark { file: finding.primary.file.0 as usize, place, code: code.into(), text: words(finding) }
}

/// Holds the findings of one rule against a fixture's carets; labels are compared where the fixture marks some.
fn check_fixture(rule: &Rule, text: &str) -> Result<(), String> {
    let fixture = Fixture::parse(text);
    let analysis = run(&fixture, profile(&Fixture::option(text, "istio").unwrap_or_default()));
    let findings = analysis.findings();
    let own = findings.iter().filter(|finding| finding.rule.code == rule.code);
    let mut found: Vec<Mark> = own.clone().map(|finding| mark(finding, rule.code)).collect();
    if fixture.marks.iter().any(|mark| mark.code == "related") {
        let labels = own.flat_map(|finding| &finding.related);
        found.extend(labels.map(|label| Mark {
            file: label.file.0 as usize,
            place: Place::Range(label.range),
            code: "related".into(),
            text: label.message.clone(),
        }));
    }
    const SLIPS: [&str; 5] =
        ["broken-yaml", "dropped-text", "invalid-resource", "unknown-field", "unknown-kind"];
    let slip = findings.iter().find(|finding| SLIPS.contains(&finding.rule.code));
    let on_purpose = SLIPS.contains(&rule.code) || Fixture::option(text, "refused").is_some();
    if let Some(slip) = slip.filter(|_| !on_purpose) {
        return Err(format!("  the fixture itself is wrong: {}\n", slip.message));
    }
    compare(&fixture, &found)
}

#[test]
fn fixtures_hold() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut failures = String::new();
    let mut codes = BTreeSet::new();
    for folder in entries(&dir) {
        let code = file_name(&folder);
        let rule =
            RULES.iter().find(|rule| rule.code == code).unwrap_or_else(|| panic!("no rule is called {code}"));
        codes.insert(rule.code);
        for path in entries(&folder) {
            if let Err(difference) = check_fixture(rule, &fs::read_to_string(&path).unwrap()) {
                failures += &format!("{code}/{}:\n{difference}", file_name(&path));
            }
        }
    }
    let without: Vec<&str> =
        RULES.iter().map(|rule| rule.code).filter(|code| !codes.contains(code)).collect();
    assert!(failures.is_empty(), "\n{failures}");
    assert!(without.is_empty(), "rules without a fixture: {without:?}");
}

#[test]
fn pages_hold() {
    let mut failures = String::new();
    for rule in RULES {
        let page = Page::parse(rule.docs);
        assert_eq!(page.headings, ["Why", "Invalid", "Valid", "References"], "{}", rule.code);
        assert!(
            page.summary.ends_with('.') && !page.summary[..page.summary.len() - 1].contains(". "),
            "{}",
            rule.code
        );
        for heading in ["Invalid", "Valid"] {
            let yaml = page.blocks.iter().filter(|block| block.language == "yaml");
            let mut blocks = yaml.filter(|block| block.heading == heading).peekable();
            assert!(blocks.peek().is_some(), "{}: no example under {heading}", rule.code);
            for block in blocks {
                let fixture = Fixture::parse(block.text);
                assert_eq!(heading == "Valid", fixture.marks.is_empty(), "{}: {heading}", rule.code);
                let findings = run(&fixture, profile(block.options)).findings();
                // A right example is right by every rule.
                let shown = findings.iter().filter(|it| it.rule.code == rule.code || heading == "Valid");
                let found: Vec<Mark> =
                    shown.map(|finding| mark(finding, finding.severity.as_str())).collect();
                if let Err(difference) = compare(&fixture, &found) {
                    failures += &format!("{} ({heading}):\n{difference}", rule.code);
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn list_files_and_names_agree() {
    assert!(RULES.is_sorted_by(|a, b| a.code < b.code), "the list is not sorted by code");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let pages: BTreeSet<String> = [dir.clone(), dir.join("input")]
        .iter()
        .flat_map(|dir| entries(dir))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().replace('_', "-"))
        .collect();
    let codes: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(pages, codes);
    let input = fs::read_to_string(dir.join("input.rs")).unwrap();
    for code in codes {
        let file = dir.join(format!("{}.rs", code.replace('-', "_")));
        let text = fs::read_to_string(&file).unwrap_or_else(|_| input.clone());
        assert!(text.contains(&format!("code: \"{code}\"")), "{code} is not in {}", file.display());
    }
}

#[test]
fn rules_are_found_by_alias() {
    let rule = |name| pilothouse_analysis::rules::rule(name).map(|rule| rule.code);
    assert_eq!(rule("ist0106"), Some("invalid-resource"));
    assert_eq!(rule("Duplicate-Subset"), Some("duplicate-subset"));
    assert_eq!(rule("IST9999"), None);
}

#[test]
fn a_prefix_that_ends_within_a_word_is_explained() {
    let input = |second: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: a}}\nspec:\n  hosts: [a]\n  http:\n  \
             - {{match: [{{uri: {{prefix: /api}}}}], route: [{{destination: {{host: a}}}}]}}\n  \
             - {{match: [{{uri: {{prefix: {second}}}}}], route: [{{destination: {{host: b}}}}]}}\n"
        )
    };
    let help = |second: &str| {
        let findings = analyze(Sources::single("input.yaml", input(second)), Profile::current()).findings();
        let dead = findings.iter().find(|finding| finding.rule.code == "unreachable-route").unwrap();
        dead.help.clone().unwrap()
    };
    assert!(help("/apiary").starts_with("A prefix may end within a word: `/api` takes `/apiary` too."));
    assert_eq!(help("/api/v2"), "Move it further up, or delete it.");
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
        .map(|it| it.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

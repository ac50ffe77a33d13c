//! The ids of our notes on Istio's semantics, and the tests that cite them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// Ids that belong together.
#[derive(Debug)]
pub struct Family {
    /// `GW: Gateways merged`.
    pub title: String,
    /// Each id with what it is about.
    pub ids: Vec<(String, String)>,
}

/// A test that cites an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// The file, from the root of the checkout.
    pub path: String,
    /// The function; none for a case, which is a file.
    pub test: Option<String>,
    /// Whether the test also asks Istio 1.1.
    pub in_1_1: bool,
}

/// The words that ids begin with.
const PREFIXES: &[&str] =
    &["ORD", "HOST", "BIND", "GW", "RDS", "HM", "DEL", "TLS", "SC", "DR", "SUB", "H2", "ENV", "VAL", "CRD"];

/// Every id, by family.
pub fn families() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    // The first comment says what the file is.
    for line in read(&suite().join("ids.txt")).lines().skip(1).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("# "), families.last_mut()) {
            (Some(title), _) => families.push(Family { title: title.to_owned(), ids: Vec::new() }),
            (None, Some(family)) => family.ids.push(id_and_text(line)),
            (None, None) => {}
        }
    }
    families
}

/// The ids that no test can cite, each with the reason.
pub fn exceptions() -> BTreeMap<String, String> {
    let text = read(&suite().join("exceptions.txt"));
    text.lines().filter(|line| !line.starts_with('#')).map(id_and_text).collect()
}

fn id_and_text(line: &str) -> (String, String) {
    let (id, text) = line.split_once(' ').unwrap_or((line, ""));
    (id.to_owned(), text.to_owned())
}

/// The tests by the ids that they cite: in the comment on top of a case or fixture, in the name of a test, or in it.
pub fn citations() -> BTreeMap<String, BTreeSet<Citation>> {
    let mut out: BTreeMap<String, BTreeSet<Citation>> = BTreeMap::new();
    for path in files() {
        let text = read(&root().join(&path));
        let found = if path.ends_with(".rs") { of_rust(&path, &text) } else { of_case(&path, &text) };
        for (citation, ids) in found {
            for id in ids {
                out.entry(id).or_default().insert(citation.clone());
            }
        }
    }
    out
}

/// Cases and fixtures, and every Rust file of ours, from the root of the checkout.
fn files() -> Vec<String> {
    let tests = ["tests/suite", "tests/conformance", "crates"];
    let walks = tests.iter().flat_map(|folder| WalkDir::new(root().join(folder)).sort_by_file_name());
    let names = walks.filter_map(|entry| {
        let path = entry.ok()?.into_path();
        Some(path.strip_prefix(root()).ok()?.to_string_lossy().into_owned())
    });
    let of_interest = |path: &String| {
        path.ends_with(".rs")
            || path.ends_with(".yaml") && (path.starts_with("tests/suite/") || path.contains("/fixtures/"))
    };
    names.filter(of_interest).collect()
}

/// A case cites what its first comment names.
fn of_case(path: &str, text: &str) -> Vec<(Citation, Vec<String>)> {
    let comment: String =
        text.lines().take_while(|line| line.starts_with('#') && !line.starts_with("# ==")).collect();
    let in_1_1 = text.lines().any(|line| line.starts_with("# == 1.1 "));
    vec![(Citation { path: path.to_owned(), test: None, in_1_1 }, mentioned(&comment))]
}

/// A test function cites what its name, its comment or its body names.
fn of_rust(path: &str, text: &str) -> Vec<(Citation, Vec<String>)> {
    let mut out = Vec::new();
    let mut parts = text.split("#[test]");
    let mut comment = trailing_comment(parts.next().unwrap_or_default()).to_owned();
    for part in parts {
        let own_comment = std::mem::replace(&mut comment, trailing_comment(part).to_owned());
        let body = &part[..part.len() - comment.len()];
        let name =
            body.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).map_or("", |(name, _)| name);
        let mut ids = mentioned(&own_comment);
        ids.extend(mentioned(body));
        ids.extend(named(name));
        let in_1_1 = body.contains("1_1");
        out.push((Citation { path: path.to_owned(), test: Some(name.to_owned()), in_1_1 }, ids));
    }
    out
}

/// The comment lines at the end of a text: they belong to what follows.
fn trailing_comment(text: &str) -> &str {
    let mut start = text.len();
    for line in text.split_inclusive('\n').rev() {
        let line_text = line.trim();
        if !line_text.is_empty() && !line_text.starts_with("//") {
            break;
        }
        start -= line.len();
    }
    &text[start..]
}

/// Ids as they stand in a text: `GW-5`, `VAL-G4`, `VAL-0.5`.
pub fn mentioned(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.');
    for word in words {
        let Some((prefix, rest)) = word.split_once('-') else { continue };
        let rest = rest.trim_end_matches(['.', '-']);
        let digits =
            rest.strip_prefix(|c: char| c.is_ascii_uppercase()).filter(|_| prefix == "VAL").unwrap_or(rest);
        let number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.' && prefix == "VAL");
        if PREFIXES.contains(&prefix) && number {
            out.push(format!("{prefix}-{rest}"));
        }
    }
    out
}

/// Ids as they stand in the name of a test: `gw_5_…`, `val_0_5_…`, `val_g2_g3_…`.
fn named(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split('_').collect();
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let prefix = word.to_ascii_uppercase();
        if !PREFIXES.contains(&prefix.as_str()) {
            continue;
        }
        if prefix == "VAL" && words.get(at + 1) == Some(&"0") {
            out.extend(words.get(at + 2).map(|number| format!("VAL-0.{number}")));
            continue;
        }
        let suffixes = words[at + 1..].iter().map(|word| word.to_ascii_uppercase());
        let is_suffix = |word: &String| {
            let digits = word.strip_prefix(|c: char| c.is_ascii_uppercase()).filter(|_| prefix == "VAL");
            let digits = digits.unwrap_or(word);
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        };
        out.extend(suffixes.take_while(is_suffix).map(|suffix| format!("{prefix}-{suffix}")));
    }
    out
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn suite() -> PathBuf {
    root().join("tests/suite")
}

#[expect(clippy::panic, reason = "an unreadable file must fail the test, not shorten it")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_texts_and_names() {
        assert_eq!(
            mentioned("(RDS-5, VAL-G4); VAL-0.5. HM-3's x-HM-4 AN-1 TLS-x"),
            ["RDS-5", "VAL-G4", "VAL-0.5", "HM-3"]
        );
        assert_eq!(named("val_g2_g3_servers"), ["VAL-G2", "VAL-G3"]);
        assert_eq!(named("val_0_5_patterns"), ["VAL-0.5"]);
        assert_eq!(named("rds_5_in_1_1"), ["RDS-5"]);
        assert!(named("a_text_without").is_empty());
    }

    #[test]
    fn a_comment_belongs_to_the_test_below_it() {
        let text = "/// One.\n// RDS-1\n#[test]\nfn a() { x(\"RDS-2\") }\n\n// RDS-3\n#[test]\nfn gw_5_b() { v1_1() }\n";
        let found = of_rust("a.rs", text);
        let ids: Vec<_> = found
            .iter()
            .map(|(it, ids)| (it.test.as_deref().unwrap_or(""), ids.join(" "), it.in_1_1))
            .collect();
        assert_eq!(ids, [("a", "RDS-1 RDS-2".into(), false), ("gw_5_b", "RDS-3 GW-5".into(), true)]);
    }
}

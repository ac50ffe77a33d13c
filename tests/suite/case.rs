//! Cases: YAML, and behind it, as comments, the tables it comes to.

use std::{env, fs, path::PathBuf};

use pilothouse_analysis::{Analysis, Profile, Sources, analyze_exactly, mesh::Proxy};
use pilothouse_tests::table;

use crate::answer;

/// What opens the heading of a table.
const HEADING: &str = "# == ";

struct Case {
    name: String,
    path: PathBuf,
    /// The YAML, with the comment on top.
    yaml: String,
    tables: Vec<Table>,
}

struct Table {
    /// `current routes gateway/istio-system`.
    heading: String,
    body: String,
}

fn read(path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).unwrap();
    let folder = path.parent().and_then(|folder| folder.file_name()).unwrap().to_string_lossy().into_owned();
    let name = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
    let start = text.find(HEADING).unwrap_or_else(|| panic!("{name} has no table"));
    let (yaml, rest) = text.split_at(start);
    let mut tables: Vec<Table> = Vec::new();
    for line in rest.lines() {
        if let Some(heading) = line.strip_prefix(HEADING) {
            tables.push(Table { heading: heading.to_owned(), body: String::new() });
            continue;
        }
        let line =
            line.strip_prefix('#').unwrap_or_else(|| panic!("{name}: YAML behind the first table: {line}"));
        if let (Some(table), false) = (tables.last_mut(), line.is_empty()) {
            table.body.push_str(line.strip_prefix("   ").unwrap_or(line));
            table.body.push('\n');
        }
    }
    Case { name, path, yaml: yaml.to_owned(), tables }
}

impl Table {
    /// The table as it comes out.
    fn made(&self, yaml: &str) -> Result<String, String> {
        let words: Vec<&str> = self.heading.split(' ').collect();
        let (profile, part, proxy) = match words[..] {
            [profile, part] => (profile, part, None),
            [profile, part, proxy] => (profile, part, Some(proxy.parse::<Proxy>()?)),
            _ => return Err("write PROFILE PART [PROXY]".to_owned()),
        };
        let profile = match profile {
            "current" => Profile::current(),
            "1.1" => Profile::v1_1(),
            _ => return Err(format!("`{profile}` is no profile")),
        };
        let analysis: Analysis = analyze_exactly(Sources::single("case.yaml", yaml), profile);
        let made = match (part, proxy) {
            ("admission", None) => table::admission(&analysis),
            ("findings", None) => table::findings(&analysis),
            ("routes", Some(proxy)) => table::routes(&analysis, &proxy),
            ("domains", Some(proxy)) => table::domains(&analysis, &proxy),
            ("listeners", Some(proxy)) => table::listeners(&analysis, &proxy),
            ("clusters", Some(proxy)) => table::clusters(&analysis, &proxy),
            ("dropped", Some(proxy)) => table::dropped(&analysis, &proxy),
            ("requests", Some(proxy)) => answer::answers(&analysis, &proxy, &self.body),
            _ => return Err("this is no table that a case may ask for".to_owned()),
        };
        Ok(if made.is_empty() { "nothing\n".to_owned() } else { made })
    }
}

/// Lines that are in one table and not in the other, in words; blanks that align columns count for nothing.
fn difference(expected: &str, made: &str) -> Option<String> {
    let plain = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let (expected, made) = (plain(expected), plain(made));
    if expected == made {
        return None;
    }
    let mut out = String::new();
    let (mut left, mut right) = (&expected[..], &made[..]);
    while let [first, rest @ ..] = left {
        if let Some(at) = right.iter().position(|line| line == first) {
            right[..at].iter().for_each(|line| out.push_str(&format!("    + {line}\n")));
            out.push_str(&format!("      {first}\n"));
            right = &right[at + 1..];
        } else {
            out.push_str(&format!("    - {first}\n"));
        }
        left = rest;
    }
    right.iter().for_each(|line| out.push_str(&format!("    + {line}\n")));
    Some(out)
}

fn cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("suite");
    let list = |folder: &PathBuf| -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let folders = list(&root).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| list(&folder));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).map(read).collect()
}

/// `UPDATE_SUITE=1` writes the tables as they come out.
#[test]
fn every_case() {
    let update = env::var_os("UPDATE_SUITE").is_some();
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut text = case.yaml.clone();
        for table in &case.tables {
            let made = table
                .made(&case.yaml)
                .unwrap_or_else(|why| panic!("{}: {}: {why}", case.name, table.heading));
            if let Some(difference) = difference(&table.body, &made) {
                wrong.push(format!("{}: {}\n{difference}", case.name, table.heading));
            }
            text.push_str(&format!("{HEADING}{}\n", table.heading));
            made.lines().for_each(|line| text.push_str(&format!("#   {line}\n")));
        }
        if update {
            fs::write(&case.path, text).unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "{} tables differ:\n\n{}", wrong.len(), wrong.join("\n"));
}

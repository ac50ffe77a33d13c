//! Names of a link's texts, made fit for files: a link may come from anyone.

use std::collections::{BTreeMap, BTreeSet};

use super::LinkedFile;

/// Longer parts of a name, with up to four bytes a letter, are refused by file systems.
const LONGEST: usize = 60;
/// More folders in each other than this are nobody's.
const DEEPEST: usize = 8;

/// A name for each text, in their order, with `/` between folders: relative, without `..`, hidden parts or letters
/// that mislead, with an ending of YAML or JSON, and no two the same, also where large and small letters are one.
pub fn safe_names(files: &[LinkedFile]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    // How often each name came, so that ten thousand same ones take no longer than others.
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let names = files.iter().zip(1..).map(|(file, number)| {
        let (stem, ending) = safe(&file.name, number);
        let mut name = format!("{stem}.{ending}");
        let times = times.entry(name.to_ascii_lowercase()).or_insert(1);
        while !taken.insert(name.to_ascii_lowercase()) {
            *times += 1;
            name = format!("{stem}-{times}.{ending}");
        }
        name
    });
    names.collect()
}

/// A name and its ending.
fn safe(name: &str, number: usize) -> (String, &'static str) {
    let (name, ending) = match name.rsplit_once('.') {
        Some((stem, "yml" | "yaml")) => (stem, "yaml"),
        Some((stem, "json")) => (stem, "json"),
        _ => (name, "yaml"),
    };
    let parts: Vec<String> = name.split(['/', '\\']).map(part).filter(|part| !part.is_empty()).collect();
    let last = &parts[parts.len().saturating_sub(DEEPEST)..];
    (if last.is_empty() { format!("file-{number}") } else { last.join("/") }, ending)
}

fn part(text: &str) -> String {
    let plain = |letter: char| match letter {
        '-' | '_' | '.' | ' ' | '+' | '@' => true,
        // What is no letter but turns the direction of text, separates lines, or has no width.
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{2000}'..='\u{206f}' | '\u{feff}' => {
            false
        }
        _ => letter.is_ascii_alphanumeric() || !letter.is_ascii(),
    };
    let letters = text.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(LONGEST);
    let part: String = letters.collect();
    // A dot in front hides a file, a dash in front makes it an option, and some systems drop dots and blanks at the end.
    let part = part.trim_start_matches(['.', '-', ' ', '~']).trim_end_matches(['.', ' ']);
    if is_device(part) { format!("_{part}") } else { part.to_owned() }
}

/// What Windows takes for a device whatever its ending.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn made(names: &[&str], safe: &[&str]) {
        let file = |name: &&str| LinkedFile { name: (*name).to_owned(), text: String::new() };
        let files: Vec<_> = names.iter().map(file).collect();
        assert_eq!(safe_names(&files), safe);
    }

    #[test]
    fn plain_names_stay() {
        made(
            &["shop.yaml", "team a/gateway.json", "größe.yml"],
            &["shop.yaml", "team a/gateway.json", "größe.yaml"],
        );
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        made(
            &[
                "../../etc/passwd",
                "/etc/cron.d/x",
                "C:\\x.yaml",
                "..\\..\\y.yaml",
                "a/./../b.yaml",
                "~/.ssh/rc",
            ],
            &["etc/passwd.yaml", "etc/cron.d/x.yaml", "C_/x.yaml", "y.yaml", "a/b.yaml", "_/ssh/rc.yaml"],
        );
    }

    #[test]
    fn hostile_letters_are_replaced() {
        made(
            &["<img src=x>", "a\u{202e}b\0\n.yaml", ".bashrc", "-rf", "$(rm)", "con.yaml", "a. "],
            &[
                "_img src_x_.yaml",
                "a_b__.yaml",
                "bashrc.yaml",
                "rf.yaml",
                "__rm_.yaml",
                "_con.yaml",
                "a.yaml",
            ],
        );
    }

    #[test]
    fn no_two_are_the_same_and_none_is_empty() {
        made(
            &["a.yaml", "A.yml", "a.yaml", "", "..", "file-4"],
            &["a.yaml", "A-2.yaml", "a-3.yaml", "file-4.yaml", "file-5.yaml", "file-4-2.yaml"],
        );
    }

    #[test]
    fn long_and_deep_names_are_shortened() {
        let long = format!("{}{}", "a/".repeat(50), "ü".repeat(5_000));
        let file = LinkedFile { name: long, text: String::new() };
        let name = safe_names(&[file]).remove(0);
        assert_eq!((name.matches('/').count(), name.chars().count()), (7, 7 * 2 + LONGEST + 5));
    }
}

//! A fixture: named texts and the marks in their comments.

use std::ops::Range;

use pilothouse_syntax::{LineIndex, TextRange};

/// Texts with the findings that are expected in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixture {
    /// Name and text of each file; the marks stay in the text, so that ranges are true.
    pub files: Vec<(String, String)>,
    /// What is expected, in the order of the text.
    pub marks: Vec<Mark>,
}

/// A place with words, expected or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The file, by its place in the fixture.
    pub file: usize,
    /// Where in it.
    pub place: Place,
    /// What it is called: a rule's code, `related`, or a severity.
    pub code: String,
    /// The words; of an expected mark parts of them, with `…` between.
    pub text: String,
}

/// Where a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Exactly these bytes.
    Range(TextRange),
    /// Anything that begins on this line, from 0.
    Line(u32),
}

const SEVERITIES: [&str; 3] = ["error", "warning", "info"];

impl Fixture {
    /// Reads a fixture; a text without `#-` headers is one file.
    pub fn parse(text: &str) -> Fixture {
        let mut fixture = Fixture::default();
        for line in text.split_inclusive('\n') {
            match line.strip_prefix("#- ") {
                Some(name) => fixture.files.push((name.trim().to_owned(), String::new())),
                None if fixture.files.is_empty() => fixture.files.push(("input.yaml".into(), line.into())),
                None => {
                    let last = fixture.files.len() - 1;
                    fixture.files[last].1.push_str(line);
                }
            }
        }
        let marks = fixture.files.iter().enumerate().flat_map(|(file, (_, text))| marks(file, text));
        fixture.marks = marks.collect();
        fixture
    }

    /// The value of a `# key: value` comment among the first lines.
    pub fn option(text: &str, key: &str) -> Option<String> {
        let head = text.lines().take_while(|line| line.starts_with('#'));
        let mut values = head.filter_map(|line| {
            let (name, value) = line.trim_start_matches('#').split_once(':')?;
            (name.trim() == key).then(|| value.trim().to_owned())
        });
        values.next()
    }

    /// The range of a mark as text to show: the line with its number.
    pub(crate) fn excerpt(&self, mark: &Mark) -> String {
        let Some((name, text)) = self.files.get(mark.file) else { return format!("file {}", mark.file) };
        let index = LineIndex::new(text);
        let (line, carets) = match mark.place {
            Place::Line(line) => (line, String::new()),
            Place::Range(range) => {
                let start = index.utf8(range.start);
                let length = (range.end - range.start).max(1) as usize;
                let carets =
                    format!("\n      | {}{}", " ".repeat(start.column as usize), "^".repeat(length.min(100)));
                (start.line, carets)
            }
        };
        let shown = text.lines().nth(line as usize).unwrap_or_default();
        format!("{name}:{}\n      | {shown}{carets}", line + 1)
    }
}

fn marks(file: usize, text: &str) -> Vec<Mark> {
    let mut out = Vec::new();
    // The line that carets point at: the nearest above that is no mark itself.
    let (mut above, mut at) = (0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if let Some((columns, words)) = carets(line) {
            let range = TextRange::new((above + columns.start) as u32, (above + columns.end) as u32);
            let (code, text) = split(words);
            out.push(Mark { file, place: Place::Range(range), code, text });
        } else {
            above = at;
            let behind = line.rsplit_once("# ").map(|(_, comment)| split(comment));
            if let Some((code, text)) = behind.filter(|(code, _)| SEVERITIES.contains(&code.as_str())) {
                out.push(Mark { file, place: Place::Line(number as u32), code, text });
            }
        }
        at += line.len();
    }
    out
}

/// The columns that a comment of carets marks, and its words.
fn carets(line: &str) -> Option<(Range<usize>, &str)> {
    if let Some(words) = line.strip_prefix("#<") {
        return Some((0..1, words));
    }
    let comment = line.trim_start().strip_prefix('#')?.trim_start();
    let words = comment.trim_start_matches('^');
    let first = line.find('^').filter(|_| words.len() < comment.len())?;
    let from = if line[..first].ends_with('#') { first - 1 } else { first };
    Some((from..first + comment.len() - words.len(), words))
}

fn split(words: &str) -> (String, String) {
    let (code, text) = words.split_once(':').unwrap_or((words, ""));
    (code.trim().to_owned(), text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_and_line_marks() {
        let fixture = Fixture::parse(
            "#- a.yaml\nhost: web\n#     ^^^ x: one … two\n#^^^ y\n#< z\n#- b.yaml\nkind: A # error\n",
        );
        assert_eq!(fixture.files[0].0, "a.yaml");
        let [x, y, z, line] = &fixture.marks[..] else { panic!("{:?}", fixture.marks) };
        assert_eq!(
            (x.place, x.code.as_str(), x.text.as_str()),
            (Place::Range(TextRange::new(6, 9)), "x", "one … two")
        );
        assert_eq!(y.place, Place::Range(TextRange::new(0, 4)));
        assert_eq!((z.place, z.code.as_str()), (Place::Range(TextRange::new(0, 1)), "z"));
        assert_eq!((line.file, line.place, line.code.as_str()), (1, Place::Line(0), "error"));
    }

    #[test]
    fn other_comments_are_none() {
        assert!(Fixture::parse("# istio: 1.1\na: 1 # why: not an error\n# a ^ b\n").marks.is_empty());
        assert_eq!(Fixture::option("# istio: 1.1\na: 1\n", "istio").as_deref(), Some("1.1"));
        assert_eq!(Fixture::option("a: 1\n# istio: 1.1\n", "istio"), None);
    }
}

//! Edits of the texts: made all at once, and shown as lines that go and come before they are made.

use pilothouse_report::{Edit, Position};

use super::{Files, SourceFile};

/// A text before and after an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// Which text.
    pub file: usize,
    /// What it held.
    pub before: SourceFile,
    /// What it holds.
    pub after: SourceFile,
}

/// The texts that some edits change. An edit of a text that is not there, or that meets an earlier one, is left out.
pub fn altered(files: &Files, edits: &[Edit]) -> Vec<Altered> {
    let altered = files.list().iter().enumerate().filter_map(|(file, before)| {
        let text = edited(&before.text, &sorted(edits, &before.name));
        let after = SourceFile::new(&before.name, &text);
        (after.text != before.text).then(|| Altered { file, before: before.clone(), after })
    });
    altered.collect()
}

/// Lines that follow each other and change together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The name of the text.
    pub file: String,
    /// The number of the first line.
    pub line: u32,
    /// The lines that go.
    pub gone: Vec<String>,
    /// The lines that come.
    pub come: Vec<String>,
}

/// What edits change, line by line.
pub fn hunks(files: &Files, edits: &[Edit]) -> Vec<Hunk> {
    let mut out = Vec::new();
    for file in files.list().iter() {
        let sorted = sorted(edits, &file.name);
        let mut rest = &sorted[..];
        while let Some(first) = rest.first() {
            // Edits on the same lines are one change.
            let mut last = first.range.end.line;
            let mut count = 1;
            while let Some(next) = rest.get(count).filter(|next| next.range.start.line <= last) {
                last = last.max(next.range.end.line);
                count += 1;
            }
            let (these, others) = rest.split_at(count);
            out.extend(hunk(file, these, first.range.start.line, last));
            rest = others;
        }
    }
    out
}

/// The change of the lines from `first` to `last`; none where nothing differs.
fn hunk(file: &SourceFile, edits: &[&Edit], first: u32, last: u32) -> Option<Hunk> {
    let count = (last - first + 1) as usize;
    let old: Vec<&str> = file.text.split('\n').skip(first.saturating_sub(1) as usize).take(count).collect();
    let shifted: Vec<Edit> = edits.iter().map(|edit| moved_up(edit, first.saturating_sub(1))).collect();
    let new = edited(&old.join("\n"), &shifted.iter().collect::<Vec<_>>());
    let (mut gone, mut come, mut line) = (&old[..], &new.split('\n').collect::<Vec<_>>()[..], first);
    while let ([a, gone_rest @ ..], [b, come_rest @ ..]) = (gone, come)
        && a == b
    {
        (gone, come, line) = (gone_rest, come_rest, line + 1);
    }
    while let ([gone_rest @ .., a], [come_rest @ .., b]) = (gone, come)
        && a == b
    {
        (gone, come) = (gone_rest, come_rest);
    }
    let own = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    let hunk = Hunk { file: file.name.to_string(), line, gone: own(gone), come: own(come) };
    (!hunk.gone.is_empty() || !hunk.come.is_empty()).then_some(hunk)
}

fn moved_up(edit: &Edit, lines: u32) -> Edit {
    let up = |at: Position| Position { line: at.line.saturating_sub(lines), ..at };
    let range = pilothouse_report::Range { start: up(edit.range.start), end: up(edit.range.end) };
    Edit { range, ..edit.clone() }
}

/// The edits of one text in their order, without those that meet an earlier one.
fn sorted<'e>(edits: &'e [Edit], file: &str) -> Vec<&'e Edit> {
    let mut own: Vec<&Edit> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.file == file) {
        // A sort of the library would weigh more than all of this file.
        let at = own.partition_point(|other| other.range <= edit.range);
        own.insert(at, edit);
    }
    let mut end = Position::default();
    own.retain(|edit| {
        let behind = edit.range.start >= end;
        if behind {
            end = edit.range.end;
        }
        behind
    });
    own
}

/// A text with edits made that are in order.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let lines: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    for edit in edits {
        let (start, end) = (byte(text, &lines, edit.range.start), byte(text, &lines, edit.range.end));
        let start = start.max(done);
        out.push_str(&text[done..start]);
        out.push_str(&edit.text);
        done = end.max(start);
    }
    out.push_str(&text[done..]);
    out
}

/// The byte of a position, held inside its line and the text.
fn byte(text: &str, lines: &[usize], at: Position) -> usize {
    let Some(&from) = lines.get(at.line.saturating_sub(1) as usize) else { return text.len() };
    let line = text[from..].split('\n').next().unwrap_or_default();
    let mut left = at.column.saturating_sub(1) as usize;
    for (byte, letter) in line.char_indices() {
        if left < letter.len_utf16() {
            return from + byte;
        }
        left -= letter.len_utf16();
    }
    from + line.len()
}

#[cfg(test)]
mod tests {
    use pilothouse_report::Range;

    use super::*;

    fn files() -> Files {
        Files::new(vec![
            SourceFile::new("a.yaml", "a: 1\nü🐙: x\nc:\n- d\n- e\nend"),
            SourceFile::new("b.yaml", "b: 1\n"),
        ])
    }

    fn edit(file: &str, from: (u32, u32), to: (u32, u32), text: &str) -> Edit {
        let at = |(line, column)| Position { line, column };
        let range = Range { start: at(from), end: at(to) };
        Edit { file: file.to_owned(), range, text: text.to_owned() }
    }

    fn after(edits: &[Edit]) -> Vec<(usize, String)> {
        altered(&files(), edits).iter().map(|it| (it.file, it.after.text.to_string())).collect()
    }

    fn drawn(edits: &[Edit]) -> String {
        let mut out = String::new();
        for hunk in hunks(&files(), edits) {
            out += &format!("{}:{}\n", hunk.file, hunk.line);
            out.extend(hunk.gone.iter().map(|line| format!("-{line}\n")));
            out.extend(hunk.come.iter().map(|line| format!("+{line}\n")));
        }
        out
    }

    #[test]
    fn edits_of_several_texts_are_made_together() {
        let edits = [edit("b.yaml", (1, 4), (1, 5), "2"), edit("a.yaml", (2, 6), (2, 7), "y")];
        let text = "a: 1\nü🐙: y\nc:\n- d\n- e\nend";
        assert_eq!(after(&edits), [(0, text.to_owned()), (1, "b: 2\n".to_owned())]);
        assert_eq!(drawn(&edits), "a.yaml:2\n-ü🐙: x\n+ü🐙: y\nb.yaml:1\n-b: 1\n+b: 2\n");
    }

    #[test]
    fn a_move_shows_where_lines_go_and_come() {
        let edits = [edit("a.yaml", (4, 1), (5, 1), ""), edit("a.yaml", (6, 1), (6, 1), "- d\n")];
        assert_eq!(after(&edits), [(0, "a: 1\nü🐙: x\nc:\n- e\n- d\nend".to_owned())]);
        assert_eq!(drawn(&edits), "a.yaml:4\n-- d\na.yaml:6\n+- d\n");
    }

    #[test]
    fn edits_of_one_line_are_one_change() {
        let edits = [edit("a.yaml", (1, 1), (1, 2), "A"), edit("a.yaml", (1, 4), (1, 5), "2\nB: 3")];
        assert_eq!(drawn(&edits), "a.yaml:1\n-a: 1\n+A: 2\n+B: 3\n");
    }

    #[test]
    fn what_meets_or_lies_outside_breaks_nothing() {
        let twice = [edit("a.yaml", (1, 1), (1, 5), "x"), edit("a.yaml", (1, 2), (1, 3), "y")];
        assert_eq!(after(&twice), [(0, "x\nü🐙: x\nc:\n- d\n- e\nend".to_owned())]);
        assert_eq!(after(&[edit("b.yaml", (9, 1), (9, 9), "z")]), [(1, "b: 1\nz".to_owned())]);
        assert_eq!(after(&[edit("none.yaml", (1, 1), (1, 2), "z")]), []);
        assert_eq!(
            after(&[edit("a.yaml", (2, 3), (2, 3), "z")]),
            [(0, "a: 1\nüz🐙: x\nc:\n- d\n- e\nend".to_owned())]
        );
    }
}

//! Every edit of a list or mapping, in every text of the repository, changes what is read as it should and nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use pilothouse_analysis::{
    Analysis, FileId, Profile, Sources, analyze,
    fix::{Change, Fix, Piece, Spot, apply, edits},
};
use pilothouse_syntax::{Written, WrittenKind, parse};
use serde_json::{Value, json};

/// The YAML and JSON below a folder.
fn texts(folder: &Path, out: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            texts(&path, out);
        } else if path.extension().is_some_and(|it| it == "yaml") {
            out.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What Kubernetes reads of each document.
fn read(text: &str) -> Result<Vec<Value>, String> {
    let documents = parse(text).documents;
    let json = documents.iter().map(|document| document.to_json().map_err(|problem| problem.message));
    json.map(|json| json.map(|json| serde_json::from_str(&json).unwrap())).collect()
}

/// A step of the way from the root of a document.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

fn at<'v>(value: &'v mut Value, way: &[Step]) -> &'v mut Value {
    way.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Item(item) => &mut value[*item],
    })
}

/// Every list and mapping with the way to it.
fn holders<'d>(node: Written<'d>, way: &mut Vec<Step>, out: &mut Vec<(Vec<Step>, Written<'d>)>) {
    if matches!(node.kind(), WrittenKind::Sequence | WrittenKind::Mapping) {
        out.push((way.clone(), node));
    }
    let children: Vec<Written<'d>> = node.children().collect();
    match node.kind() {
        WrittenKind::Sequence => {
            for (item, child) in children.into_iter().enumerate() {
                way.push(Step::Item(item));
                holders(child, way, out);
                way.pop();
            }
        }
        _ => {
            for entry in children.chunks_exact(2) {
                way.push(Step::Key(entry[0].text().to_owned()));
                holders(entry[1], way, out);
                way.pop();
            }
        }
    }
}

struct Count {
    made: usize,
    refused: usize,
}

impl Count {
    /// Makes a change and holds what is read then against what should be.
    fn try_change(&mut self, analysis: &Analysis, change: Change, expected: impl FnOnce(&mut Vec<Value>)) {
        let text = &analysis.sources.files[0].text;
        let fix = Fix::new("", vec![change]);
        let Ok(edits) = edits(analysis, &fix) else {
            self.refused += 1;
            return;
        };
        self.made += 1;
        let new = apply(&analysis.sources, &edits).files[0].text.clone();
        let mut wanted = read(text).unwrap();
        expected(&mut wanted);
        assert_eq!(read(&new), Ok(wanted), "{fix:?} makes of\n{text}\nthis:\n{new}");
    }

    fn all_changes(&mut self, text: &str) {
        let analysis = analyze(Sources::single("a.yaml", text), Profile::current());
        let parsed = parse(text);
        for (number, document) in parsed.documents.iter().enumerate() {
            let mut found = Vec::new();
            if let Some(root) = document.written() {
                holders(root, &mut Vec::new(), &mut found);
            }
            for (way, holder) in found {
                let children: Vec<Spot> =
                    holder.children().map(|child| Spot { file: FileId(0), range: child.range() }).collect();
                match holder.kind() {
                    WrittenKind::Sequence => self.list(&analysis, number, &way, &children),
                    _ => self.mapping(&analysis, number, &way, holder, &children),
                }
            }
        }
    }

    fn list(&mut self, analysis: &Analysis, number: usize, way: &[Step], items: &[Spot]) {
        let last = items.len().saturating_sub(1);
        for (item, spot) in items.iter().enumerate().filter(|_| last > 0) {
            self.try_change(analysis, Change::Remove { items: vec![*spot] }, |all| {
                at(&mut all[number], way).as_array_mut().unwrap().remove(item);
            });
        }
        if last > 1 {
            let change = Change::Remove { items: vec![items[0], items[last]] };
            self.try_change(analysis, change, |all| {
                let list = at(&mut all[number], way).as_array_mut().unwrap();
                list.remove(last);
                list.remove(0);
            });
        }
        if last > 0 {
            let change = Change::Move { items: vec![items[last]], before: items[0] };
            self.try_change(analysis, change, |all| {
                at(&mut all[number], way).as_array_mut().unwrap().rotate_right(1);
            });
            let change = Change::Move { items: items[1..].to_vec(), before: items[0] };
            self.try_change(analysis, change, |all| {
                at(&mut all[number], way).as_array_mut().unwrap().rotate_left(1);
            });
        }
    }

    fn mapping(
        &mut self,
        analysis: &Analysis,
        number: usize,
        way: &[Step],
        holder: Written<'_>,
        children: &[Spot],
    ) {
        let keys: Vec<String> = holder.children().step_by(2).map(|key| key.text().to_owned()).collect();
        // What a merge brings is no entry.
        if keys.iter().any(|key| key == "<<") {
            return;
        }
        for (key, name) in keys
            .iter()
            .enumerate()
            .filter(|(_, name)| keys.len() > 1 && keys.iter().filter(|key| key == name).count() == 1)
        {
            self.try_change(analysis, Change::Remove { items: vec![children[2 * key]] }, |all| {
                at(&mut all[number], way).as_object_mut().unwrap().remove(name);
            });
        }
        let label = ("app".to_owned(), "1.0".to_owned());
        let item =
            Piece::Map(vec![("name", Piece::Text("yes".into())), ("labels", Piece::Labels(vec![label]))]);
        let added = json!({"name": "yes", "labels": {"app": "1.0"}});
        for list in ["new", "hosts"] {
            let Some(beside) = children.get(1).copied() else { continue };
            let change = Change::Add { beside, list, items: vec![item.clone(), Piece::Text("a b".into())] };
            self.try_change(analysis, change, |all| {
                let mapping = at(&mut all[number], way).as_object_mut().unwrap();
                let list = mapping.entry(list).or_insert_with(|| json!([]));
                list.as_array_mut().unwrap().extend([added.clone(), json!("a b")]);
            });
        }
    }
}

#[test]
fn all_texts_can_be_edited() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Vec::new();
    for folder in ["examples", "crates/analysis/tests/fixtures"] {
        texts(&root.join(folder), &mut all);
    }
    assert!(all.len() > 50);
    let mut count = Count { made: 0, refused: 0 };
    for (_, text) in all.iter().filter(|(_, text)| text.len() < 1_500 && read(text).is_ok()) {
        count.all_changes(text);
    }
    // In other dress: with the ends of lines and the mark of Windows, and without an end of the last line.
    for (_, text) in all.iter().filter(|(name, _)| name.contains("/examples/")) {
        let windows = format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
        count.all_changes(&windows);
    }
    assert!(count.made > 20 * count.refused, "{} made, {} refused", count.made, count.refused);
}

//! Finds the routes that may take a request, without looking at the others.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Condition, Part,
    condition::Language,
    solver::{Sketch, Value},
};

/// Routes by what their paths begin with, and then by a value that some part must have.
#[derive(Debug, Default)]
pub(super) struct Index {
    cased: Table,
    /// Those that ignore the case of the path; keys are in small letters.
    caseless: Table,
}

/// Routes by a text, sorted.
#[derive(Debug, Default)]
struct Table {
    keys: Vec<String>,
    /// For each key, the longest other key that it begins with.
    parents: Vec<Option<usize>>,
    slots: Vec<Slot>,
}

/// The routes of a text.
#[derive(Debug, Default)]
struct Slot {
    /// Those whose path is that text.
    whole: Bucket,
    /// Those whose path begins so, patterns among them.
    open: Bucket,
}

/// Routes in order.
#[derive(Debug, Default)]
struct Bucket {
    any: Vec<usize>,
    /// Routes that ask for a part to be a certain text.
    by_value: BTreeMap<Part, BTreeMap<String, Vec<usize>>>,
}

impl Index {
    /// Sorts routes in, each given by its conditions.
    pub(super) fn new<'a>(routes: impl Iterator<Item = &'a [Rc<Condition>]> + Clone) -> Index {
        let build = |caseless: bool| {
            let mut slots: BTreeMap<&str, Slot> = BTreeMap::new();
            for (number, conditions) in routes.clone().enumerate() {
                let (key, whole, ignores_case) = key(conditions);
                if ignores_case == caseless {
                    let slot = slots.entry(key).or_default();
                    let bucket = if whole { &mut slot.whole } else { &mut slot.open };
                    bucket.add(number, conditions);
                }
            }
            Table::new(slots)
        };
        Index { cased: build(false), caseless: build(true) }
    }

    /// Routes whose path may be this one, and whose other parts may be those of a sketch: the most general first.
    pub(super) fn taking<'a>(
        &'a self,
        path: &str,
        sketch: &'a Sketch<'_>,
    ) -> impl Iterator<Item = usize> + 'a {
        let cased = self.cased.taking(path);
        let caseless = self.caseless.taking(&path.to_ascii_lowercase());
        cased.into_iter().chain(caseless).flat_map(|bucket| bucket.fitting(sketch))
    }

    /// Routes that may share a path with those that begin so; only with that path itself if it is `whole`.
    pub(super) fn sharing(&self, prefix: &str, whole: bool) -> Vec<usize> {
        let lower = prefix.to_ascii_lowercase();
        let above = self.cased.taking(prefix).into_iter().chain(self.caseless.taking(&lower));
        let mut routes: Vec<usize> = above.flat_map(Bucket::all).collect();
        if !whole {
            let below = self.cased.under(prefix).chain(self.caseless.under(&lower));
            routes.extend(below.flat_map(|slot| slot.whole.all().chain(slot.open.all())));
        }
        routes.sort_unstable();
        routes.dedup();
        routes
    }
}

/// What the path of a route begins with, whether that is all of it, and whether its case is ignored.
fn key(conditions: &[Rc<Condition>]) -> (&str, bool, bool) {
    let path = conditions.iter().find(|condition| condition.part == Part::Path && !condition.negated);
    match path.map(|condition| &condition.language) {
        Some(Language::Exact(literal)) => (&literal.text, true, literal.ignores_case),
        Some(Language::Prefix(literal)) => (&literal.text, false, literal.ignores_case),
        Some(Language::Regex(pattern)) => (pattern.prefix(), false, false),
        Some(Language::Any) | None => ("", false, false),
    }
}

impl Table {
    fn new(slots: BTreeMap<&str, Slot>) -> Table {
        let mut table = Table::default();
        let mut open: Vec<usize> = Vec::new();
        for (number, (key, slot)) in slots.into_iter().enumerate() {
            while open.last().is_some_and(|&last| !key.starts_with(&table.keys[last])) {
                open.pop();
            }
            table.parents.push(open.last().copied());
            table.keys.push(key.to_owned());
            table.slots.push(slot);
            open.push(number);
        }
        table
    }

    /// The buckets of routes that may take a path.
    fn taking(&self, path: &str) -> Vec<&Bucket> {
        let mut buckets = Vec::new();
        let mut place = self.keys.partition_point(|key| key.as_str() <= path).checked_sub(1);
        while let Some(number) = place {
            if path.starts_with(&self.keys[number]) {
                buckets.push(&self.slots[number].open);
                if self.keys[number].len() == path.len() {
                    buckets.push(&self.slots[number].whole);
                }
            }
            place = self.parents[number];
        }
        buckets.reverse();
        buckets
    }

    /// The slots of texts that begin so.
    fn under(&self, prefix: &str) -> impl Iterator<Item = &Slot> {
        let first = self.keys.partition_point(|key| key.as_str() < prefix);
        let count = self.keys[first..].iter().take_while(|key| key.starts_with(prefix)).count();
        self.slots[first..first + count].iter()
    }
}

impl Bucket {
    fn add(&mut self, route: usize, conditions: &[Rc<Condition>]) {
        let exact =
            |condition: &&Rc<Condition>| condition.part != Part::Path && condition.required_text().is_some();
        // Few methods and schemes are told apart by their value, so another part is better.
        let coarse = |condition: &&Rc<Condition>| matches!(condition.part, Part::Method | Part::Scheme);
        let best = conditions.iter().filter(exact).min_by_key(coarse);
        match best.and_then(|condition| Some((condition.part.clone(), condition.required_text()?.to_owned())))
        {
            Some((part, text)) => {
                self.by_value.entry(part).or_default().entry(text).or_default().push(route);
            }
            None => self.any.push(route),
        }
    }

    fn all(&self) -> impl Iterator<Item = usize> + '_ {
        let by_value = self.by_value.values().flat_map(BTreeMap::values).flatten();
        self.any.iter().chain(by_value).copied()
    }

    fn fitting<'a>(&'a self, sketch: &'a Sketch<'_>) -> impl Iterator<Item = usize> + 'a {
        let by_value = self.by_value.iter().flat_map(|(part, values)| match sketch.value(part) {
            Value::Absent => Vec::new(),
            Value::Text(text) => values.get(&text).into_iter().flatten().collect(),
            Value::Unknown => values.values().flatten().collect(),
        });
        self.any.iter().chain(by_value).copied()
    }
}

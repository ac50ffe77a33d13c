//! Matches with their groups, for rewriting paths as RE2's `GlobalReplace` does (HM-16).
//!
//! The leftmost match counts, and of several the one that a backtracking engine would find first; all of them are
//! followed at once, so that no pattern takes longer than its length times the text's.

use super::{
    CodePoints, Edge,
    syntax::{Greed, Look, Node},
    utf8,
};

/// Replaces every match; none where the substitution is none.
pub(super) fn replace_all(tree: &Node, text: &str, substitution: &str) -> Option<String> {
    let bytes = super::automaton::has_byte(tree);
    let program = if bytes { Program::new(&utf8::expand(tree)) } else { Program::new(tree) };
    let parts = substitution_parts(substitution, program.groups)?;
    let points: Vec<(usize, u32)> = if bytes {
        text.bytes().enumerate().map(|(at, byte)| (at, byte.into())).collect()
    } else {
        text.char_indices().map(|(at, c)| (at, c as u32)).collect()
    };
    let offset = |place: usize| points.get(place).map_or(text.len(), |(at, _)| *at);
    let mut out = String::new();
    let (mut from, mut last_end) = (0, None);
    while from <= points.len() {
        let Some(slots) = program.find(&points, from) else { break };
        let (start, end) = (slots[0]?, slots[1]?);
        out.push_str(text.get(offset(from)..offset(start))?);
        if start == end && last_end == Some(start) {
            // An empty match right behind another is none: the next character stays.
            out.push_str(text.get(offset(start)..offset(start + 1))?);
            from = start + 1;
            continue;
        }
        for part in &parts {
            match part {
                Part::Text(literal) => out.push_str(literal),
                Part::Group(group) => {
                    if let (Some(start), Some(end)) = (slots[2 * group], slots[2 * group + 1]) {
                        out.push_str(text.get(offset(start)..offset(end))?);
                    }
                }
            }
        }
        (from, last_end) = (end, Some(end));
        if start == end {
            out.push_str(text.get(offset(start)..offset(start + 1)).unwrap_or_default());
            from = end + 1;
        }
    }
    out.push_str(text.get(offset(from.min(points.len()))..).unwrap_or_default());
    Some(out)
}

enum Part {
    Text(String),
    Group(usize),
}

/// `\1` to `\9` stand for groups, `\0` for the whole match, `\\` for a backslash; nothing else may follow one.
fn substitution_parts(text: &str, groups: usize) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            literal.push(c);
            continue;
        }
        match chars.next()? {
            '\\' => literal.push('\\'),
            digit => {
                let group = digit.to_digit(10)? as usize;
                if group > groups {
                    return None;
                }
                parts.push(Part::Text(std::mem::take(&mut literal)));
                parts.push(Part::Group(group));
            }
        }
    }
    parts.push(Part::Text(literal));
    Some(parts)
}

/// A step of a program; the first of two ways is preferred.
enum Step {
    Set(CodePoints, usize),
    Split(usize, usize),
    Look(Look, usize),
    Save(usize, usize),
    Match,
}

struct Program {
    steps: Vec<Step>,
    start: usize,
    groups: usize,
}

/// Where groups begin and end, by place; the whole match is group 0.
type Slots = Vec<Option<usize>>;

impl Program {
    fn new(tree: &Node) -> Program {
        let mut program = Program { steps: vec![Step::Match], start: 0, groups: count_groups(tree) };
        let end = program.push(Step::Save(1, 0));
        let mut group = program.groups;
        let body = program.add(tree, end, &mut group);
        program.start = program.push(Step::Save(0, body));
        program
    }

    fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Puts a node in front of a step. Nodes are added from the back, so `group` counts down to the first.
    fn add(&mut self, node: &Node, next: usize, group: &mut usize) -> usize {
        match node {
            Node::Set(set) => self.push(Step::Set(set.clone(), next)),
            Node::Byte => self.push(Step::Set(CodePoints::new(vec![(0, 0xFF)]), next)),
            Node::Look(look) => self.push(Step::Look(*look, next)),
            Node::Sequence(nodes) => nodes.iter().rev().fold(next, |next, node| self.add(node, next, group)),
            Node::Choice(nodes) => {
                let entries: Vec<usize> =
                    nodes.iter().rev().map(|node| self.add(node, next, group)).collect();
                let mut entries = entries.into_iter();
                let last = entries.next().unwrap_or(next);
                entries.fold(last, |others, entry| self.push(Step::Split(entry, others)))
            }
            Node::Capture(node) => {
                let inner = count_groups(node);
                let number = *group - inner;
                let end = self.push(Step::Save(2 * number + 1, next));
                let body = self.add(node, end, group);
                *group = number - 1;
                self.push(Step::Save(2 * number, body))
            }
            Node::Repeat(node, min, max, greed) => {
                let last = *group;
                let mut entry = next;
                let split = |body, out| match greed {
                    Greed::Greedy => Step::Split(body, out),
                    Greed::Lazy => Step::Split(out, body),
                };
                match max {
                    Some(max) => {
                        for _ in *min..*max {
                            *group = last;
                            let body = self.add(node, entry, group);
                            entry = self.push(split(body, next));
                        }
                    }
                    None => {
                        entry = self.push(Step::Match);
                        let body = self.add(node, entry, group);
                        self.steps[entry] = split(body, next);
                    }
                }
                for _ in 0..*min {
                    *group = last;
                    entry = self.add(node, entry, group);
                }
                *group = last - count_groups(node);
                entry
            }
        }
    }

    /// The leftmost match from a place on.
    fn find(&self, points: &[(usize, u32)], from: usize) -> Option<Slots> {
        let mut best: Option<Slots> = None;
        let mut threads: Vec<(usize, Slots)> = Vec::new();
        let mut seen = vec![usize::MAX; self.steps.len()];
        for place in from..=points.len() {
            let before = place.checked_sub(1).map_or(Edge::Text, |at| Edge::of(points[at].1));
            let after = points.get(place).map_or(Edge::Text, |(_, point)| Edge::of(*point));
            if best.is_none() {
                threads.push((self.start, vec![None; 2 * (self.groups + 1)]));
            }
            let mut reading: Vec<(usize, Slots)> = Vec::new();
            for (step, slots) in std::mem::take(&mut threads) {
                if self.follow(step, slots, place, (before, after), &mut seen, &mut reading, &mut best) {
                    // A thread that matched ends those behind it.
                    break;
                }
            }
            let Some((_, point)) = points.get(place) else { break };
            threads = reading
                .into_iter()
                .filter_map(|(step, slots)| match &self.steps[step] {
                    Step::Set(set, next) => set.contains(*point).then_some((*next, slots)),
                    _ => None,
                })
                .collect();
            if threads.is_empty() && best.is_some() {
                break;
            }
        }
        best
    }

    /// Adds the steps that read and are reached from one without reading; tells whether a match was among them.
    #[expect(clippy::too_many_arguments, reason = "one search, whose state is all of these")]
    fn follow(
        &self,
        step: usize,
        slots: Slots,
        place: usize,
        edges: (Edge, Edge),
        seen: &mut [usize],
        reading: &mut Vec<(usize, Slots)>,
        best: &mut Option<Slots>,
    ) -> bool {
        let mut open = vec![(step, slots)];
        while let Some((step, mut slots)) = open.pop() {
            if std::mem::replace(&mut seen[step], place) == place {
                continue;
            }
            match &self.steps[step] {
                Step::Split(first, second) => {
                    open.push((*second, slots.clone()));
                    open.push((*first, slots));
                }
                Step::Look(look, next) if look.holds(edges.0, edges.1) => open.push((*next, slots)),
                Step::Look(..) => {}
                Step::Save(slot, next) => {
                    slots[*slot] = Some(place);
                    open.push((*next, slots));
                }
                Step::Set(..) => reading.push((step, slots)),
                Step::Match => {
                    *best = Some(slots);
                    return true;
                }
            }
        }
        false
    }
}

fn count_groups(node: &Node) -> usize {
    match node {
        Node::Set(_) | Node::Byte | Node::Look(_) => 0,
        Node::Capture(node) => 1 + count_groups(node),
        Node::Repeat(node, ..) => count_groups(node),
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().map(count_groups).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;

    #[test]
    fn what_re2_replaces() {
        for (pattern, text, substitution, expected) in [
            ("^/api/(.*)$", "/api/v1/x", r"/internal/\1", "/internal/v1/x"),
            ("^/api/(.*)$", "/other", r"/internal/\1", "/other"),
            ("a", "banana", "o", "bonono"),
            ("x*", "abc", "-", "-a-b-c-"),
            ("b*", "abb", "-", "-a-"),
            ("(a)(b)?", "ab a", r"[\1\2\0]", "[abab] [aa]"),
            ("/(v[0-9]+)/(.+?)/", "/v1/a/b/", r"/\2-\1/", "/a-v1/b/"),
            ("/(v[0-9]+)/(.+)/", "/v1/a/b/", r"/\2-\1/", "/a/b-v1/"),
            ("(?U)/(.+)/", "/a/b/", r"<\1>", "<a>b/"),
            ("((a)|(b))+", "ab", r"\1\2\3", "bab"),
            (r"\bx", "x ax x", "y", "y ax y"),
            ("ü", "grün", "ue", "gruen"),
            ("/a|/ab", "/ab", "x", "xb"),
        ] {
            let replaced = Pattern::new(pattern).replace_all(text, substitution);
            assert_eq!(replaced.as_deref(), Some(expected), "{pattern} {text}");
        }
        assert_eq!(Pattern::new("a").replace_all("a", r"\1"), None);
        assert_eq!(Pattern::new("a").replace_all("a", r"\x"), None);
        assert_eq!(Pattern::new("(?=a)").replace_all("a", ""), None);
    }
}

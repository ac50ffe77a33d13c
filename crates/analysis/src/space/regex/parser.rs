//! Reads patterns as RE2 does, and as Go does where Go differs.

use super::{
    CodePoints, property,
    syntax::{Dialect, Greed, Look, Node, Refusal},
};

const BAD_NAME: &str = "invalid named capture group";
const BAD_GROUP: &str = "invalid or unsupported Perl syntax";
const BAD_COUNT: &str = "invalid repetition size";

/// How often something may be repeated, in all the repetitions around it together.
const MAX_REPEAT: u32 = 1000;

/// Groups inside groups beyond this are refused, so that trees stay shallow; Istio's limit of 1024 bytes allows 512.
const MAX_DEPTH: usize = 512;

type Read<T> = Result<T, &'static str>;

/// Reads a pattern.
pub(super) fn parse(pattern: &str, dialect: Dialect) -> Result<Node, Refusal> {
    let mut parser = Parser { pattern, at: 0, flags: Flags::default(), dialect };
    parser.pattern().map_err(|message| Refusal { message, offset: parser.at })
}

/// Where reading is.
pub(super) struct Parser<'a> {
    pattern: &'a str,
    pub(super) at: usize,
    flags: Flags,
    pub(super) dialect: Dialect,
}

/// Flags such as `(?i)`.
#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_newline: bool,
    /// Whether `?` behind a repetition makes it greedy instead of lazy.
    swapped: bool,
}

/// An open group.
#[derive(Default)]
struct Group {
    captures: bool,
    /// The flags around it.
    outer: Flags,
    /// Choices that are complete.
    choices: Vec<Node>,
    /// The choice that is being read.
    sequence: Vec<Item>,
    /// The greatest weight in the complete choices.
    weight: u32,
}

/// A node, and the product of the repetition counts nested in it.
struct Item {
    node: Node,
    weight: u32,
}

impl Item {
    fn new(node: Node) -> Item {
        Item { node, weight: 1 }
    }
}

impl Group {
    fn end_choice(&mut self) {
        self.weight = self.sequence.iter().fold(self.weight, |weight, item| weight.max(item.weight));
        let mut nodes: Vec<Node> = self.sequence.drain(..).map(|item| item.node).collect();
        let choice = if nodes.len() == 1 { nodes.remove(0) } else { Node::Sequence(nodes) };
        self.choices.push(choice);
    }

    fn close(mut self) -> Item {
        self.end_choice();
        let mut choices = self.choices;
        let node = if choices.len() == 1 { choices.remove(0) } else { Node::Choice(choices) };
        let node = if self.captures { Node::Capture(Box::new(node)) } else { node };
        Item { node, weight: self.weight }
    }
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.pattern[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads a text if it is ahead.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let ahead = self.rest().starts_with(text);
        if ahead {
            self.at += text.len();
        }
        ahead
    }

    pub(super) fn fold(&self, set: CodePoints) -> CodePoints {
        if self.flags.fold { set.folded() } else { set }
    }

    fn pattern(&mut self) -> Read<Node> {
        let mut around: Vec<Group> = Vec::new();
        let mut group = Group { weight: 1, ..Group::default() };
        let mut repeated = false;
        while let Some(c) = self.peek() {
            let was_repeated = std::mem::take(&mut repeated);
            match c {
                '*' | '+' | '?' | '{' if self.repeat_ahead() => {
                    if was_repeated {
                        return Err("bad repetition operator");
                    }
                    repeated = true;
                    let last = group.sequence.pop().ok_or("no argument for repetition operator")?;
                    let item = self.repeat(last)?;
                    group.sequence.push(item);
                }
                '|' => {
                    self.at += 1;
                    group.end_choice();
                }
                '(' => {
                    let outer = self.flags;
                    if let Some(captures) = self.open()? {
                        if around.len() == MAX_DEPTH {
                            return Err("nested too deeply");
                        }
                        let inner = Group { captures, outer, weight: 1, ..Group::default() };
                        around.push(std::mem::replace(&mut group, inner));
                    }
                }
                ')' => {
                    let outer = around.pop().ok_or("unexpected )")?;
                    self.at += 1;
                    self.flags = group.outer;
                    let item = std::mem::replace(&mut group, outer).close();
                    group.sequence.push(item);
                }
                _ if self.eat("\\Q") => self.quotation(&mut group),
                _ => group.sequence.push(Item::new(self.atom(c)?)),
            }
        }
        if around.is_empty() { Ok(group.close().node) } else { Err("missing closing )") }
    }

    /// Everything up to `\E`, or to the end, letter by letter.
    fn quotation(&mut self, group: &mut Group) {
        while !self.eat("\\E") {
            let Some(c) = self.peek() else { return };
            self.at += c.len_utf8();
            group.sequence.push(Item::new(self.literal(c as u32)));
        }
    }

    /// Reads `(`, and what says which kind of group it opens. `(?i)` only sets flags and opens none.
    fn open(&mut self) -> Read<Option<bool>> {
        self.at += 1;
        let look_behind = self.rest().starts_with("?<=") || self.rest().starts_with("?<!");
        if self.eat("?P<") || (!look_behind && self.eat("?<")) {
            let length = self.rest().find('>').ok_or(BAD_NAME)?;
            if !self.is_name(&self.rest()[..length]) {
                return Err(BAD_NAME);
            }
            self.at += length + 1;
            return Ok(Some(true));
        }
        if !self.eat("?") {
            return Ok(Some(true));
        }
        let (mut on, mut complete) = (true, true);
        loop {
            let c = self.peek().ok_or(BAD_GROUP)?;
            self.at += c.len_utf8();
            match c {
                'i' => self.flags.fold = on,
                'm' => self.flags.lines = on,
                's' => self.flags.dot_newline = on,
                'U' => self.flags.swapped = on,
                '-' if on => {
                    (on, complete) = (false, false);
                    continue;
                }
                ')' if complete => return Ok(None),
                ':' if complete => return Ok(Some(false)),
                _ => return Err(BAD_GROUP),
            }
            complete = true;
        }
    }

    /// Whether a group may be called so. RE2 takes letters, marks and digits of any script.
    fn is_name(&self, name: &str) -> bool {
        let foreign = |c: char| {
            const LETTERS: [&str; 10] = ["Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Nd", "Pc"];
            let class = |name| property::class(name).is_some_and(|class| class.contains(c as u32));
            self.dialect == Dialect::Re2 && LETTERS.into_iter().any(class)
        };
        let good = |c: char| if c.is_ascii() { c == '_' || c.is_ascii_alphanumeric() } else { foreign(c) };
        !name.is_empty() && name.chars().all(good)
    }

    fn repeat_ahead(&self) -> bool {
        !self.rest().starts_with('{') || self.counts().is_some()
    }

    /// Reads the repetition that is ahead and applies it.
    fn repeat(&mut self, item: Item) -> Read<Item> {
        let Item { node, mut weight } = item;
        let (length, min, max) = match self.peek() {
            Some('*') => (1, 0, None),
            Some('+') => (1, 1, None),
            Some('?') => (1, 0, Some(1)),
            _ => {
                let (length, min, max) = self.counts().ok_or(BAD_COUNT)?;
                let most = max.unwrap_or(min);
                if min > most || most > MAX_REPEAT {
                    return Err(BAD_COUNT);
                }
                // Go forgets what is nested in a repetition that never happens.
                weight = if max == Some(0) && self.dialect == Dialect::Go { 1 } else { weight * most.max(1) };
                if most > 1 && weight > MAX_REPEAT {
                    return Err(BAD_COUNT);
                }
                (length, min, max)
            }
        };
        self.at += length;
        let greed = if self.eat("?") == self.flags.swapped { Greed::Greedy } else { Greed::Lazy };
        Ok(Item { node: Node::Repeat(Box::new(node), min, max, greed), weight })
    }

    /// The length and the counts of the `{n}`, `{n,}` or `{n,m}` that is ahead; any other `{` is literal.
    fn counts(&self) -> Option<(usize, u32, Option<u32>)> {
        let inside = self.rest().strip_prefix('{')?;
        let inside = &inside[..inside.find('}')?];
        let (min, max) = inside.split_once(',').unwrap_or((inside, inside));
        let count = |digits: &str| {
            let plain = digits == "0" || !digits.starts_with('0');
            let number = plain && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            match self.dialect {
                // RE2 takes what it cannot count for plain text.
                Dialect::Re2 if digits.len() > 9 => None,
                _ => number.then(|| digits.parse().unwrap_or(u32::MAX)),
            }
        };
        let max = if max.is_empty() { None } else { Some(count(max)?) };
        Some((inside.len() + 2, count(min)?, max))
    }

    fn literal(&self, point: u32) -> Node {
        Node::Set(self.fold(CodePoints::one(point)))
    }

    /// One character, set or condition.
    fn atom(&mut self, c: char) -> Read<Node> {
        if c == '\\' {
            return self.escaped();
        }
        if c == '[' {
            return self.bracket().map(Node::Set);
        }
        self.at += c.len_utf8();
        Ok(match (c, self.flags.lines) {
            ('.', _) if self.flags.dot_newline => Node::Set(CodePoints::all()),
            ('.', _) => Node::Set(CodePoints::one('\n' as u32).complement()),
            ('^', true) => Node::Look(Look::LineStart),
            ('^', false) => Node::Look(Look::Start),
            ('$', true) => Node::Look(Look::LineEnd),
            ('$', false) => Node::Look(Look::End),
            _ => self.literal(c as u32),
        })
    }

    /// What begins with a backslash.
    fn escaped(&mut self) -> Read<Node> {
        if let Some(set) = self.named_class()? {
            return Ok(Node::Set(set));
        }
        let node = match self.rest()[1..].chars().next() {
            Some('b') => Node::Look(Look::WordEdge),
            Some('B') => Node::Look(Look::NoWordEdge),
            Some('A') => Node::Look(Look::Start),
            Some('z') => Node::Look(Look::End),
            Some('C') if self.dialect == Dialect::Re2 => Node::Byte,
            _ => {
                let point = self.escape()?;
                return Ok(self.literal(point));
            }
        };
        self.at += 2;
        Ok(node)
    }
}

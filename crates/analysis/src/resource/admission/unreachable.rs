//! Rules that the admission warns of as no request could reach them (VAL-V24, AN-1, AN-2).
//!
//! These are Istio's own opinions, its mistakes included; what is truly shadowed is told from the merged routes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry},
    fmt,
    hash::Hash,
};

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, filled};
use crate::resource::{
    check::first_byte,
    virtual_service::{HttpMatch, L4Match, NamedMatch, Pattern, StringMatch, VirtualService},
};

pub(super) fn check(admission: &mut Admission<'_>, service: &VirtualService) {
    let http = service.http.iter().enumerate();
    let http: Vec<Rule<'_, HttpMatch>> = http
        .map(|(at, rule)| Rule {
            label: Label(at, rule.name.as_ref()),
            range: rule.range,
            blocks: &rule.matches,
        })
        .collect();
    let fresh = repeated(admission, &http, HttpKey::new);
    let tcp = service.tcp.iter().enumerate();
    let tcp: Vec<Rule<'_, L4Match>> = tcp
        .map(|(at, rule)| Rule { label: Label(at, None), range: rule.range, blocks: &rule.matches })
        .collect();
    repeated(admission, &tcp, L4Key::new);
    let tls = service.tls.iter().enumerate();
    let tls: Vec<Rule<'_, L4Match>> = tls
        .map(|(at, rule)| Rule { label: Label(at, None), range: rule.range, blocks: &rule.matches })
        .collect();
    repeated(admission, &tls, L4Key::new);
    overlapping(admission, &fresh);
}

/// A rule of any kind.
struct Rule<'s, B> {
    label: Label<'s>,
    range: TextRange,
    blocks: &'s [B],
}

/// What a rule or a condition is called: its name, or its place counted from 1.
#[derive(Clone, Copy)]
struct Label<'s>(usize, Option<&'s Spanned<String>>);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match filled(self.1) {
            Some(name) => write!(f, "`{}`", name.value),
            None => write!(f, "{}", self.0 + 1),
        }
    }
}

/// Conditions of any kind.
trait Block {
    fn range(&self) -> TextRange;
    fn name(&self) -> Option<&Spanned<String>>;
}

impl Block for HttpMatch {
    fn range(&self) -> TextRange {
        first_byte(self.range)
    }

    fn name(&self) -> Option<&Spanned<String>> {
        self.name.as_ref()
    }
}

impl Block for L4Match {
    fn range(&self) -> TextRange {
        first_byte(self.range)
    }

    fn name(&self) -> Option<&Spanned<String>> {
        None
    }
}

/// A block of conditions that no earlier one equals, and the rule it is in.
struct Fresh<'s, B> {
    rule: Label<'s>,
    label: Label<'s>,
    block: &'s B,
}

/// Rules behind one without conditions, and conditions that an earlier rule has already (AN-1); gives the others.
fn repeated<'s, B: Block, Key: Eq + Hash>(
    admission: &mut Admission<'_>,
    rules: &[Rule<'s, B>],
    key: impl Fn(&'s B) -> Key,
) -> Vec<Fresh<'s, B>> {
    let mut fresh = Vec::new();
    let mut seen: HashMap<Key, Label<'s>> = HashMap::new();
    let mut open: Option<Label<'s>> = None;
    for rule in rules {
        let whole = first_byte(rule.range);
        if let Some(before) = open {
            let message = match rule.blocks.is_empty() {
                true => format!("Rule {} is not used: rule {before} has no conditions either", rule.label),
                false => {
                    format!("Rule {} is not used: rule {before} before it has no conditions", rule.label)
                }
            };
            admission.warn("AN-1", whole, message, "Put the rule without conditions last.");
        }
        if rule.blocks.is_empty() {
            open = Some(rule.label);
        }
        if open.is_some() {
            continue;
        }
        let before = fresh.len();
        for (at, block) in rule.blocks.iter().enumerate() {
            let label = Label(at, block.name());
            match seen.entry(key(block)) {
                Entry::Vacant(entry) => {
                    entry.insert(rule.label);
                    fresh.push(Fresh { rule: rule.label, label, block });
                }
                Entry::Occupied(first) => {
                    let first = first.get();
                    let message = format!(
                        "Condition {label} of rule {} is not used: rule {first} has the same",
                        rule.label
                    );
                    admission.warn("AN-1", block.range(), message, "Delete it, or ask for something else.");
                }
            }
        }
        if fresh.len() == before {
            let message = format!("Rule {} is not used: earlier rules have all its conditions", rule.label);
            admission.warn("AN-1", whole, message, "Delete the rule.");
        }
    }
    fresh
}

type Named<'s> = Vec<(&'s str, Option<&'s Pattern>)>;

/// A condition without its place and name: two that are equal are the same condition to Istio.
#[derive(PartialEq, Eq, Hash)]
struct HttpKey<'s> {
    parts: [Option<Option<&'s Pattern>>; 4],
    named: [Named<'s>; 3],
    port: u32,
    source_labels: &'s BTreeMap<String, String>,
    gateways: Vec<&'s str>,
    ignore_uri_case: bool,
    texts: [&'s str; 2],
}

impl<'s> HttpKey<'s> {
    fn new(block: &'s HttpMatch) -> Self {
        let parts = [&block.uri, &block.scheme, &block.method, &block.authority];
        Self {
            parts: parts.map(|part| part.as_ref().map(pattern)),
            named: named(block).map(|list| list.into_iter().map(|(name, it)| (name, pattern(it))).collect()),
            port: block.port.as_ref().map_or(0, |port| port.value),
            source_labels: &block.source_labels,
            gateways: texts(&block.gateways),
            ignore_uri_case: block.ignore_uri_case,
            texts: [&block.source_namespace, &block.stat_prefix].map(text),
        }
    }
}

/// The same for TLS and TCP.
#[derive(PartialEq, Eq, Hash)]
struct L4Key<'s> {
    lists: [Vec<&'s str>; 3],
    port: u32,
    source_labels: &'s BTreeMap<String, String>,
    source_namespace: &'s str,
}

impl<'s> L4Key<'s> {
    fn new(block: &'s L4Match) -> Self {
        Self {
            lists: [&block.sni_hosts, &block.destination_subnets, &block.gateways].map(|list| texts(list)),
            port: block.port.as_ref().map_or(0, |port| port.value),
            source_labels: &block.source_labels,
            source_namespace: text(&block.source_namespace),
        }
    }
}

/// Headers, query parameters and unwanted headers, each sorted by name.
fn named(block: &HttpMatch) -> [Vec<(&str, &StringMatch)>; 3] {
    fn pair<'s>((name, condition): (&'s String, &'s NamedMatch)) -> (&'s str, &'s StringMatch) {
        (name, &condition.value)
    }
    let mut query: Vec<_> =
        block.query_params.iter().map(|(name, condition)| pair((name, condition))).collect();
    query.sort_by_key(|(name, _)| *name);
    [block.headers.iter().map(pair).collect(), query, block.without_headers.iter().map(pair).collect()]
}

fn pattern(condition: &StringMatch) -> Option<&Pattern> {
    condition.pattern.as_ref().map(|pattern| &pattern.value)
}

fn text(text: &Option<Spanned<String>>) -> &str {
    text.as_ref().map_or("", |text| &text.value)
}

fn texts(list: &[Spanned<String>]) -> Vec<&str> {
    list.iter().map(|text| text.value.as_str()).collect()
}

/// What a condition on one text looks like to AN-2: exact or a prefix, and the text; a regular expression is nothing.
type Part<'s> = Option<(bool, &'s str)>;

fn part(condition: Option<&StringMatch>) -> Part<'_> {
    match condition.and_then(pattern)? {
        Pattern::Exact(text) if !text.is_empty() => Some((true, text)),
        Pattern::Prefix(text) if !text.is_empty() => Some((false, text)),
        _ => None,
    }
}

/// Whether what is written for one begins with what is written for the other.
fn begins(earlier: Part<'_>, later: Part<'_>) -> bool {
    match (earlier, later) {
        (_, None) => true,
        (Some((exact, earlier)), Some((other, later))) => exact == other && earlier.starts_with(later),
        (None, Some(_)) => false,
    }
}

/// A condition on a prefix of the path, as AN-2 sees it.
struct Prefixed<'s> {
    prefix: &'s str,
    /// What must be equal.
    shape: Shape<'s>,
    /// What must begin alike.
    parts: Vec<Part<'s>>,
}

impl<'s> Prefixed<'s> {
    fn new(block: &'s HttpMatch) -> Option<Self> {
        let Some((false, prefix)) = part(block.uri.as_ref()) else { return None };
        let named = named(block);
        let mut parts: Vec<Part<'s>> =
            named.iter().flatten().map(|(_, condition)| part(Some(*condition))).collect();
        parts.push(part(block.authority.as_ref()));
        parts.push(part(block.method.as_ref()).or(Some((true, "GET"))));
        let names = named.map(|list| list.into_iter().map(|(name, _)| name).collect());
        let port = block.port.as_ref().map_or(0, |port| port.value);
        Some(Self { prefix, shape: (port, names), parts })
    }

    /// Whether all parts begin with those of a later condition of the same shape.
    fn covers(&self, later: &Self) -> bool {
        self.parts.iter().zip(&later.parts).all(|(earlier, later)| begins(*earlier, *later))
    }
}

/// The port, and the names of headers, query parameters and unwanted headers.
type Shape<'s> = (u32, [Vec<&'s str>; 3]);

/// Conditions by their parts: a tree in which each step is a part. The nodes stand in one list, so that no depth is
/// too great.
#[derive(Default)]
struct Tree<'s> {
    nodes: Vec<Node<'s>>,
}

#[derive(Default)]
struct Node<'s> {
    next: BTreeMap<Part<'s>, usize>,
    /// The first condition that ends here.
    member: Option<usize>,
}

impl<'s> Tree<'s> {
    fn root(&mut self) -> usize {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    fn insert(&mut self, root: usize, parts: &[Part<'s>], member: usize) {
        let mut at = root;
        for part in parts {
            at = match self.nodes[at].next.get(part) {
                Some(&next) => next,
                None => {
                    let next = self.root();
                    self.nodes[at].next.insert(*part, next);
                    next
                }
            };
        }
        self.nodes[at].member.get_or_insert(member);
    }

    /// A condition all of whose parts begin with those asked for.
    fn find(&self, root: usize, parts: &[Part<'s>]) -> Option<usize> {
        let mut open = vec![(root, 0)];
        while let Some((at, depth)) = open.pop() {
            let node = &self.nodes[at];
            let Some(&part) = parts.get(depth) else { return node.member };
            let alike = node.next.range(part..).take_while(|(earlier, _)| begins(**earlier, part));
            open.extend(alike.map(|(_, &next)| (next, depth + 1)));
        }
        None
    }
}

/// How many conditions are looked through one by one before they are put into a tree.
const FEW: usize = 16;

/// Conditions of one prefix and shape.
struct Group<'p, 's> {
    shape: &'p Shape<'s>,
    few: Vec<usize>,
    root: Option<usize>,
}

/// Conditions on a prefix of the path that an earlier one, on a shorter prefix, seems to cover (AN-2).
fn overlapping(admission: &mut Admission<'_>, fresh: &[Fresh<'_, HttpMatch>]) {
    let prefixed: Vec<(&Fresh<'_, HttpMatch>, Prefixed<'_>)> =
        fresh.iter().filter_map(|it| Some((it, Prefixed::new(it.block)?))).collect();
    let mut tree = Tree::default();
    let mut groups: HashMap<&str, Vec<Group<'_, '_>>> = HashMap::new();
    let mut lengths: BTreeSet<usize> = BTreeSet::new();
    for (at, (later, it)) in prefixed.iter().enumerate() {
        let covering = lengths.range(..it.prefix.len()).find_map(|length| {
            let groups = groups.get(it.prefix.get(..*length)?)?;
            let group = groups.iter().find(|group| *group.shape == it.shape)?;
            match group.root {
                Some(root) => tree.find(root, &it.parts),
                None => group.few.iter().copied().find(|&earlier| prefixed[earlier].1.covers(it)),
            }
        });
        if let Some(member) = covering {
            let (earlier, shorter) = &prefixed[member];
            let message = format!(
                "Istio takes condition {} of rule {} for unused: condition {} of rule {} has the shorter prefix `{}`",
                later.label, later.rule, earlier.label, earlier.rule, shorter.prefix
            );
            admission.warn("AN-2", later.block.range(), message, "Put the longer prefix first.");
        }
        lengths.insert(it.prefix.len());
        let groups = groups.entry(it.prefix).or_default();
        let Some(group) = groups.iter_mut().find(|group| *group.shape == it.shape) else {
            groups.push(Group { shape: &it.shape, few: vec![at], root: None });
            continue;
        };
        if group.few.len() < FEW {
            group.few.push(at);
            continue;
        }
        let root = *group.root.get_or_insert_with(|| {
            let root = tree.root();
            for &member in &group.few {
                tree.insert(root, &prefixed[member].1.parts, member);
            }
            root
        });
        tree.insert(root, &it.parts, at);
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    /// A VirtualService with a rule for each list of conditions; `-` stands for none.
    fn rules(matches: &[&str]) -> String {
        let rules: Vec<String> = matches
            .iter()
            .map(|it| match *it {
                "-" => "{route: [{destination: {host: a}}]}".to_owned(),
                list => format!("{{match: [{list}], route: [{{destination: {{host: a}}}}]}}"),
            })
            .collect();
        virtual_service(&format!("hosts: [a.com], http: [{}]", rules.join(", ")))
    }

    #[test]
    fn an_1_unreachable_rules() {
        fine(&rules(&["{uri: {prefix: /a}}", "-"]));
        fine(&rules(&["{uri: {exact: /a}}", "{uri: {prefix: /a}}", "{uri: {regex: /a}}"]));
        fine(&rules(&["{}", "{uri: {exact: /a}}"]));
        fine(&rules(&["{headers: {a: {exact: b}}}", "{withoutHeaders: {a: {exact: b}}}"]));
        fine(&rules(&["{gateways: [a, b]}", "{gateways: [b, a]}"]));
        for bad in [
            &["-", "-"][..],
            &["-", "{uri: {prefix: /a}}"],
            &["{uri: {exact: /a}}", "{uri: {exact: /a}}"],
            &["{uri: {exact: /a}}, {uri: {exact: /b}}", "{uri: {exact: /b}}, {uri: {exact: /c}}"],
            &["{uri: {exact: /a}}, {uri: {exact: /a}}"],
            &["{name: x, uri: {exact: /a}}", "{name: z, uri: {exact: /a}, port: 0, sourceNamespace: ''}"],
            &["{}", "{}"],
            &["{queryParams: {a: {}, b: {}}}", "{queryParams: {b: {}, a: {}}}"],
            &["{sourceLabels: {a: b}}", "{sourceLabels: {a: b}}"],
        ] {
            warned(&rules(bad), &["AN-1"]);
            fine_in_1_1_unless_unknown(bad);
        }
        let l4 = |what: &str| {
            let rule = "{match: [{sniHosts: [a.com]}], route: [{destination: {host: a}}]}"
                .replace("sniHosts: [a.com]", what);
            format!("{rule}, {rule}")
        };
        warned(&virtual_service(&format!("hosts: [a.com], tls: [{}]", l4("sniHosts: [a.com]"))), &["AN-1"]);
        warned(&virtual_service(&format!("hosts: [a.com], tcp: [{}]", l4("port: 80"))), &["AN-1"]);
    }

    #[test]
    fn an_2_finds_among_many() {
        let tenants = |last: &str| {
            let mut blocks: Vec<String> = (0..40)
                .map(|at| {
                    format!(
                        "{{uri: {{prefix: /}}, headers: {{env: {{exact: a}}, tenant: {{exact: t{at}x}}}}}}"
                    )
                })
                .collect();
            blocks.push(format!(
                "{{uri: {{prefix: /api}}, headers: {{env: {{exact: a}}, tenant: {{exact: {last}}}}}}}"
            ));
            rules(&blocks.iter().map(String::as_str).collect::<Vec<_>>())
        };
        warned(&tenants("t37"), &["AN-2"]);
        warned(&tenants("t3x"), &["AN-2"]);
        fine(&tenants("t40"));
        fine(&tenants("t37xx"));
    }

    fn fine_in_1_1_unless_unknown(matches: &[&str]) {
        if matches.iter().all(|it| !it.contains("name:") && !it.contains("queryParams")) {
            fine_in_1_1(&rules(matches));
        }
    }

    #[test]
    fn an_2_overlapping_prefixes() {
        for covered in [
            &["{uri: {prefix: /a}}", "{uri: {prefix: /ab}}"][..],
            &["{uri: {prefix: /a}}, {uri: {prefix: /a/b}}"],
            &["{uri: {prefix: /}, port: 80}", "{uri: {prefix: /a}, port: 80}"],
            &["{uri: {prefix: /}, authority: {exact: foo}}", "{uri: {prefix: /a}}"],
            &["{uri: {prefix: /}, method: {exact: GET}}", "{uri: {prefix: /a}}"],
            &[
                "{uri: {prefix: /}, headers: {a: {exact: bc}}}",
                "{uri: {prefix: /a}, headers: {a: {exact: b}}}",
            ],
            &[
                "{uri: {prefix: /}, headers: {a: {exact: b}}}",
                "{uri: {prefix: /a}, headers: {a: {regex: x}}}",
            ],
            &[
                "{uri: {prefix: /}, queryParams: {a: {exact: b}}}",
                "{uri: {prefix: /a}, queryParams: {a: {exact: b}}}",
            ],
            &["{uri: {prefix: /}, sourceLabels: {a: b}}", "{uri: {prefix: /a}}"],
            &["{uri: {prefix: /}}", "{uri: {prefix: /a}, gateways: [mesh]}"],
        ] {
            warned(&rules(covered), &["AN-2"]);
        }
        for free in [
            &["{uri: {prefix: /ab}}", "{uri: {prefix: /a}}"][..],
            &["{uri: {prefix: /a}}", "{uri: {exact: /ab}}"],
            &["{uri: {prefix: /}, port: 80}", "{uri: {prefix: /a}}"],
            &["{uri: {prefix: /}}", "{uri: {prefix: /a}, authority: {exact: foo}}"],
            &["{uri: {prefix: /}}", "{uri: {prefix: /a}, method: {exact: POST}}"],
            &["{uri: {prefix: /}}", "{uri: {prefix: /a}, headers: {a: {exact: b}}}"],
            &["{uri: {prefix: /}, headers: {a: {}}}", "{uri: {prefix: /a}, headers: {b: {}}}"],
            &[
                "{uri: {prefix: /}, headers: {a: {exact: b}}}",
                "{uri: {prefix: /a}, headers: {a: {prefix: b}}}",
            ],
            &["{uri: {prefix: /}, headers: {a: {}}}", "{uri: {prefix: /a}, withoutHeaders: {a: {}}}"],
            &["{uri: {prefix: /a}, headers: {x: {}}}", "{uri: {prefix: /a}, headers: {y: {}}}"],
        ] {
            fine(&rules(free));
        }
    }

    #[test]
    fn val_v24_names_rules() {
        use crate::{Profile, Sources};
        let text = rules(&["{uri: {exact: /a}}", "{name: twice, uri: {exact: /a}}"]);
        let read = crate::resource::read(&Sources::single("a.yaml", text), &Profile::current());
        let messages: Vec<&str> = read.problems.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "Condition `twice` of rule 2 is not used: rule 1 has the same",
                "Rule 2 is not used: earlier rules have all its conditions",
            ]
        );
    }
}

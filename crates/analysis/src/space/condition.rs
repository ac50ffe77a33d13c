//! One condition of a route on one part of a request.

use std::rc::Rc;

use super::{Literal, Pattern, Patterns, regex::Automaton};
use crate::effective::{HeaderMatch, PathMatch, QueryMatch, RouteMatch, ValueTest};

/// A part of a request that a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The path, normalised, without query.
    Path,
    /// The path with its query.
    Target,
    /// The method.
    Method,
    /// `http` or `https`.
    Scheme,
    /// The Host header, with its port (HM-8).
    Authority,
    /// The header with this name, in small letters; the values of several such headers are joined by commas.
    Header(String),
    /// The first value of the query parameter with this name (HM-9).
    Query(String),
    /// The claim with this name. Requests as written down carry no verified token, so they have none.
    Claim(String),
}

impl Part {
    /// The part that a header condition of this name looks at.
    pub fn of_header(name: &str) -> Part {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            ":path" => Part::Target,
            ":method" => Part::Method,
            ":scheme" => Part::Scheme,
            // Envoy knows the Host header as the authority alone.
            ":authority" | "host" => Part::Authority,
            _ => Part::Header(name),
        }
    }
}

/// A set of texts, as routes describe them.
#[derive(Clone, Debug)]
pub enum Language {
    /// Every text.
    Any,
    /// This text alone.
    Exact(Literal),
    /// Every text that begins so.
    Prefix(Literal),
    /// Every text that the pattern matches as a whole.
    Regex(Rc<Pattern>),
}

impl Language {
    fn of_test(test: &ValueTest, patterns: &Patterns) -> Language {
        match test {
            ValueTest::Present => Language::Any,
            ValueTest::Exact(text) => Language::Exact(Literal::new(text, false)),
            ValueTest::Prefix(text) => Language::Prefix(Literal::new(text, false)),
            ValueTest::Regex(text) => Language::Regex(patterns.get(text)),
        }
    }

    /// Whether a text is in the set.
    pub fn contains(&self, text: &str) -> bool {
        match self {
            Language::Any => true,
            Language::Exact(literal) => literal.equals(text),
            Language::Prefix(literal) => literal.begins(text),
            Language::Regex(pattern) => pattern.full_match(text),
        }
    }

    /// A text that all its members begin with.
    pub(super) fn prefix(&self) -> &str {
        match self {
            Language::Exact(literal) | Language::Prefix(literal) if !literal.ignores_case => &literal.text,
            Language::Regex(pattern) => pattern.prefix(),
            Language::Any | Language::Exact(_) | Language::Prefix(_) => "",
        }
    }

    /// The automaton of the set. None for a pattern whose matches are not known: Envoy refuses it, or it reads bytes.
    pub(super) fn automaton(&self) -> Option<Rc<Automaton>> {
        match self {
            Language::Any => Some(Rc::new(Automaton::any())),
            Language::Exact(literal) => Some(Rc::new(Automaton::one_of([(literal, false)]))),
            Language::Prefix(literal) => Some(Rc::new(Automaton::one_of([(literal, true)]))),
            Language::Regex(pattern) => pattern.automaton().filter(|automaton| !automaton.bytes).cloned(),
        }
    }
}

/// A condition on a part of a request.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The part.
    pub part: Part,
    /// The texts it is about.
    pub language: Language,
    /// Whether the text must not be one of them.
    pub negated: bool,
    /// Whether the condition holds where the part is absent.
    pub absent: bool,
}

impl Condition {
    /// A route's condition on the path.
    pub fn on_path(matcher: &RouteMatch, patterns: &Patterns) -> Condition {
        let literal = |text: &str| Literal::new(text, matcher.ignores_case());
        let language = match &matcher.path {
            PathMatch::Exact(text) => Language::Exact(literal(text)),
            PathMatch::Prefix(text) => Language::Prefix(literal(text)),
            PathMatch::Regex(text) => Language::Regex(patterns.get(text)),
        };
        Condition { part: Part::Path, language, negated: false, absent: false }
    }

    /// A condition on a header. An absent header fails every test but that for absence, unless it counts as empty
    /// (HM-7).
    pub fn on_header(matcher: &HeaderMatch, patterns: &Patterns) -> Condition {
        let language = Language::of_test(&matcher.test, patterns);
        let absent = if matcher.missing_as_empty {
            language.contains("") != matcher.invert
        } else {
            matcher.invert && matcher.test == ValueTest::Present
        };
        Condition { part: Part::of_header(&matcher.name), language, negated: matcher.invert, absent }
    }

    /// A condition on a query parameter.
    pub fn on_query(matcher: &QueryMatch, patterns: &Patterns) -> Condition {
        let language = Language::of_test(&matcher.test, patterns);
        Condition { part: Part::Query(matcher.name.clone()), language, negated: false, absent: false }
    }

    /// A condition on a claim.
    pub fn on_claim(matcher: &HeaderMatch, patterns: &Patterns) -> Condition {
        let language = Language::of_test(&matcher.test, patterns);
        let part = Part::Claim(matcher.name.clone());
        Condition { part, language, negated: matcher.invert, absent: matcher.invert }
    }

    /// All conditions of a route.
    pub fn all(matcher: &RouteMatch, patterns: &Patterns) -> Vec<Condition> {
        let path = Condition::on_path(matcher, patterns);
        let headers = matcher.headers.iter().map(|header| Condition::on_header(header, patterns));
        let query = matcher.query.iter().map(|query| Condition::on_query(query, patterns));
        let claims = matcher.claims.iter().map(|claim| Condition::on_claim(claim, patterns));
        [path].into_iter().chain(headers).chain(query).chain(claims).collect()
    }

    /// Whether it holds for a value of its part; none where the part is absent.
    pub fn holds(&self, value: Option<&str>) -> bool {
        value.map_or(self.absent, |value| self.language.contains(value) != self.negated)
    }

    /// Whether its matches are known: Envoy takes its pattern.
    pub(super) fn is_known(&self) -> bool {
        match &self.language {
            Language::Regex(pattern) => pattern.automaton().is_some(),
            Language::Any | Language::Exact(_) | Language::Prefix(_) => true,
        }
    }

    /// Whether every request meets it: all paths begin with `/`.
    pub(super) fn is_trivial(&self) -> bool {
        let everything =
            matches!(&self.language, Language::Prefix(literal) if matches!(literal.text.as_str(), "" | "/"));
        self.part == Part::Path && everything
    }

    /// Whether its texts are compared letter by letter.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self.language, Language::Exact(_) | Language::Prefix(_))
    }

    /// The only text for which it holds.
    pub(super) fn required_text(&self) -> Option<&str> {
        match &self.language {
            Language::Exact(literal) if !literal.ignores_case && !self.negated && !self.absent => {
                Some(&literal.text)
            }
            _ => None,
        }
    }

    /// A text for which it holds, or does not, if one can be read off it.
    pub(super) fn example(&self, hold: bool) -> Option<&str> {
        match &self.language {
            Language::Exact(literal) | Language::Prefix(literal) if self.negated != hold => {
                Some(&literal.text)
            }
            _ => None,
        }
    }
}

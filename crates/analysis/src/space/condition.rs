//! One condition of a route on one part of a request.

use std::rc::Rc;

use super::{Pattern, Patterns};
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

/// A text that is compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// The text; in small letters where case is ignored.
    pub text: String,
    /// Whether the case of ASCII letters is ignored.
    pub ignores_case: bool,
}

impl Literal {
    fn new(text: &str, ignores_case: bool) -> Literal {
        let text = if ignores_case { text.to_ascii_lowercase() } else { text.to_owned() };
        Literal { text, ignores_case }
    }

    fn equals(&self, text: &str) -> bool {
        if self.ignores_case { self.text.eq_ignore_ascii_case(text) } else { self.text == text }
    }
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
            Language::Prefix(literal) => {
                let start = text.get(..literal.text.len());
                start.is_some_and(|start| literal.equals(start))
            }
            Language::Regex(pattern) => pattern.full_match(text),
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

    /// Whether it holds for a value of its part; none where the part is absent.
    pub fn holds(&self, value: Option<&str>) -> bool {
        value.map_or(self.absent, |value| self.language.contains(value) != self.negated)
    }
}

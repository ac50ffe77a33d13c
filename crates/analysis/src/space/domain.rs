//! What the parts of a request can be.

use super::{
    Part, Pattern,
    hosts::Hosts,
    text::{Piece, TextSet},
};

/// What a part can be.
#[derive(Clone, Debug, Default)]
pub(super) struct Domain {
    /// Whether a request may lack it.
    pub(super) optional: bool,
    /// The texts it may be. None where that is not modelled.
    pub(super) texts: Option<TextSet>,
    /// Texts to try before any search, best first.
    pub(super) preferred: Vec<String>,
    /// The texts to search first.
    pub(super) natural: Option<Piece>,
    /// More texts than these, but quicker to search.
    pub(super) relaxed: Option<Piece>,
}

impl Domain {
    fn of(texts: Piece, preferred: &[&str]) -> Domain {
        let preferred = preferred.iter().map(|&text| text.to_owned()).collect();
        Domain { texts: Some(texts.into()), preferred, ..Domain::default() }
    }

    fn optional(self) -> Domain {
        Domain { optional: true, ..self }
    }

    fn naturally(self, natural: Piece) -> Domain {
        Domain { natural: Some(natural), ..self }
    }
}

/// Paths as they are after normalisation (HM-6): they begin with `/`, no segment is `.` or `..`, and what has no place
/// in a path is escaped.
const PATH: &str = concat!(
    r"(?:/(?:[!$%&'()*+,\-0-9:;=@A-Z\[\]_a-z~][!$%&'()*+,\-.0-9:;=@A-Z\[\]_a-z~]*",
    r"|\.[!$%&'()*+,\-0-9:;=@A-Z\[\]_a-z~][!$%&'()*+,\-.0-9:;=@A-Z\[\]_a-z~]*",
    r"|\.\.[!$%&'()*+,\-.0-9:;=@A-Z\[\]_a-z~]+)?)+",
);

/// All that, but for dots and escapes.
const RELAXED_PATH: &str = r"/[!$%&'()*+,\-./0-9:;=@A-Z\[\]_a-z~]*";

/// Escapes that normalisation takes away, or that Envoy refuses.
const UNESCAPED: &str = r".*%(?:00|2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE]).*";

const METHOD: &str = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
const AUTHORITY: &str = r"[A-Za-z0-9._~!$&'()*+,;=:@%\[\]-]+";

/// Values of headers: no control characters, and no blanks at the ends, which are taken away on arrival.
const HEADER: &str = r"(?:[!-~\x{80}-\x{10FFFF}](?:[\t -~\x{80}-\x{10FFFF}]*[!-~\x{80}-\x{10FFFF}])?)?";
const NATURAL_HEADER: &str = r"[!-~](?:[ -~]*[!-~])?";

/// Values of query parameters: `&` would end them, and `#` the query.
const QUERY: &str = r#"[!"$%'-~\x{80}-\x{10FFFF}]*"#;
const NATURAL_QUERY: &str = r"[!$'-;=?-Z_a-z~]+";

fn matches(pattern: &str) -> Piece {
    Piece { all: Pattern::new(pattern).automaton().into_iter().cloned().collect(), none: Vec::new() }
}

/// What requests can be. Their parts do not depend on one another.
#[derive(Clone, Debug)]
pub(super) struct Domains {
    path: Domain,
    method: Domain,
    scheme: Domain,
    authority: Domain,
    header: Domain,
    query: Domain,
    claim: Domain,
    target: Domain,
    absent: Domain,
}

thread_local! {
    /// Read once: their patterns are many times the work of a question.
    static ALL: Domains = Domains::read();
}

impl Domains {
    /// All requests.
    pub(super) fn new() -> Domains {
        ALL.with(Domains::clone)
    }

    fn read() -> Domains {
        let path = Piece { none: matches(UNESCAPED).all, ..matches(PATH) };
        Domains {
            path: Domain { relaxed: Some(matches(RELAXED_PATH)), ..Domain::of(path, &["/"]) },
            method: Domain::of(matches(METHOD), &METHODS),
            scheme: Domain::of(matches("https?"), &["http", "https"]),
            authority: Domain::of(matches(AUTHORITY), &["example.com"]),
            header: Domain::of(matches(HEADER), &["1"]).naturally(matches(NATURAL_HEADER)).optional(),
            query: Domain::of(matches(QUERY), &["1"]).naturally(matches(NATURAL_QUERY)).optional(),
            claim: Domain::default().optional(),
            target: Domain::default(),
            absent: Domain { texts: Some(TextSet::none()), ..Domain::default() }.optional(),
        }
    }

    /// Only those to some hosts.
    pub(super) fn limit_to_hosts(&mut self, hosts: &Hosts) {
        let texts = hosts.texts.intersection(&matches(AUTHORITY).into());
        self.authority =
            Domain { texts: Some(texts), preferred: hosts.preferred.clone(), ..Domain::default() };
    }

    /// Only those with a scheme.
    pub(super) fn limit_to_scheme(&mut self, scheme: &str) {
        self.scheme = Domain::of(matches("https?"), &[scheme]);
        self.scheme.texts =
            self.scheme.texts.take().map(|texts| texts.intersection(&TextSet::exactly(scheme)));
    }

    /// What a part can be.
    pub(super) fn of(&self, part: &Part) -> &Domain {
        match part {
            Part::Path => &self.path,
            Part::Target => &self.target,
            Part::Method => &self.method,
            Part::Scheme => &self.scheme,
            Part::Authority => &self.authority,
            Part::Header(name) if is_header_name(name) => &self.header,
            Part::Query(name) if is_parameter_name(name) => &self.query,
            Part::Header(_) | Part::Query(_) => &self.absent,
            Part::Claim(_) => &self.claim,
        }
    }
}

/// Whether a header can be called so.
fn is_header_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

/// Whether a query parameter can be called so.
fn is_parameter_name(name: &str) -> bool {
    let fits = |c: char| !c.is_control() && !matches!(c, ' ' | '&' | '=' | '#');
    !name.is_empty() && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::normalise_path;

    fn texts(part: &Part) -> TextSet {
        Domains::new().of(part).texts.clone().unwrap()
    }

    #[test]
    fn paths_are_what_normalisation_leaves() {
        let paths = texts(&Part::Path);
        let relaxed = Domains::new().path.relaxed.unwrap();
        let pieces =
            ["/", ".", "a", "%", "2", "6", "E", "e", "F", "0", "%2F", "%62", "~", " ", "{", "?", "\\", "é"];
        let mut known: Vec<String> = vec![String::new()];
        for _ in 0..4 {
            let longer =
                known.iter().flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}")));
            known = longer.collect();
            known.retain(|text| text.starts_with('/'));
            for path in &known {
                let stays = !path.contains('?') && normalise_path(path).as_deref() == Some(path);
                assert_eq!(paths.contains(path), stays, "{path}");
                assert!(relaxed.contains(path) || !stays, "{path}");
            }
        }
    }

    #[test]
    fn headers_have_no_blanks_at_the_ends() {
        let values = texts(&Part::Header("x".into()));
        for (value, fits) in
            [("", true), ("a b", true), ("é", true), (" a", false), ("a\t", false), ("a\nb", false)]
        {
            assert_eq!(values.contains(value), fits, "{value:?}");
        }
        assert_eq!(texts(&Part::Header("x y".into())).witness(), super::super::Answer::Empty);
    }

    #[test]
    fn values_of_parameters() {
        let values = texts(&Part::Query("v".into()));
        assert!(values.contains("a=b") && values.contains("") && values.contains("é"));
        assert!(!values.contains("a&b") && !values.contains("a#b") && !values.contains("a b"));
    }
}

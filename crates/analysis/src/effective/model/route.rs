//! One route: which requests it takes, and what it does with them.

use pilothouse_syntax::TextRange;

use super::{Forward, Fraction, Origin};
use crate::resource::{Duration, ResourceId};

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its name; may be empty.
    pub name: String,
    /// Which requests it takes.
    pub matcher: RouteMatch,
    /// What it does with them.
    pub action: Action,
    /// Changes to the request's headers.
    pub request_headers: HeaderMutations,
    /// Changes to the response's headers.
    pub response_headers: HeaderMutations,
    /// Cross-origin requests.
    pub cors: Option<Cors>,
    /// Injected faults.
    pub fault: Option<FaultInjection>,
    /// The rule behind it; none for the route every service has.
    pub origin: Option<RouteOrigin>,
}

/// The rule and condition that a route came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RouteOrigin {
    /// The VirtualService that is bound.
    pub virtual_service: ResourceId,
    /// The VirtualService that the rule is written in: itself, or a delegate.
    pub written_in: ResourceId,
    /// The rule's place there.
    pub rule: usize,
    /// The condition's place in the rule; none where the rule has none.
    pub block: Option<usize>,
    /// Where the rule stands in `written_in`.
    pub rule_range: TextRange,
    /// Where the condition stands; the rule where there is none. In the root for inherited conditions.
    pub match_origin: Origin,
    /// For a delegate's rule, the rule of the root that left it to the delegate.
    pub root_rule: Option<Origin>,
}

impl RouteOrigin {
    /// The rule.
    pub fn rule(&self) -> Origin {
        Origin { resource: self.written_in, range: self.rule_range }
    }
}

/// Which requests a route takes: all conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RouteMatch {
    /// The path.
    pub path: PathMatch,
    /// Whether case matters in it, where the route says so.
    pub case_sensitive: Option<bool>,
    /// Headers, method, authority and scheme.
    pub headers: Vec<HeaderMatch>,
    /// Query parameters.
    pub query: Vec<QueryMatch>,
    /// JWT claims, by the name in the VirtualService; they are not evaluated.
    pub claims: Vec<HeaderMatch>,
}

impl RouteMatch {
    /// The match of every request.
    pub fn any() -> RouteMatch {
        RouteMatch {
            path: PathMatch::Prefix("/".into()),
            case_sensitive: None,
            headers: Vec::new(),
            query: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Whether case is ignored in the path.
    pub fn ignores_case(&self) -> bool {
        self.case_sensitive == Some(false)
    }
}

/// A condition on the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathMatch {
    /// The path itself.
    Exact(String),
    /// Any path that starts so.
    Prefix(String),
    /// Any path that the expression takes as a whole.
    Regex(String),
}

/// A condition on a header.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderMatch {
    /// The header's name; `:method` and its kin for parts of the request line.
    pub name: String,
    /// What its value must be.
    pub test: ValueTest,
    /// Whether the condition must not hold.
    pub invert: bool,
    /// Whether an absent header counts as an empty one.
    pub missing_as_empty: bool,
}

/// A condition on a query parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueryMatch {
    /// The parameter's name.
    pub name: String,
    /// What its first value must be.
    pub test: ValueTest,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ValueTest {
    /// There.
    Present,
    /// The text itself.
    Exact(String),
    /// Any text that starts so.
    Prefix(String),
    /// Any text that the expression takes as a whole.
    Regex(String),
}

/// What a route does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Sends the request on.
    Forward(Box<Forward>),
    /// Answers with a redirect.
    Redirect(Redirection),
    /// Answers with a status.
    Respond {
        /// The status.
        status: u32,
        /// The body as text.
        body: Option<String>,
        /// The body as base64.
        bytes: Option<String>,
    },
    /// Nothing: a redirect status that Envoy has no word for.
    None,
}

/// Header operations in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeaderMutations {
    /// Headers to write, in order: name, value, and whether an existing one is kept beside it.
    pub add: Vec<HeaderValue>,
    /// Headers to remove.
    pub remove: Vec<String>,
}

impl HeaderMutations {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

/// A header to write.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderValue {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether an existing one is kept beside it.
    pub append: bool,
}

/// A redirect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Redirection {
    /// The new host.
    pub host: Option<String>,
    /// The new path; empty, like none, keeps the old one.
    pub path: Option<String>,
    /// What replaces the matched prefix, instead of `path`.
    pub prefix_rewrite: Option<String>,
    /// The new scheme.
    pub scheme: Option<String>,
    /// The new port; 0 for none.
    pub port: u32,
    /// The status.
    pub status: u32,
}

/// Cross-origin requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Cors {
    /// Origins.
    pub allow_origins: Vec<ValueTest>,
    /// Methods, with commas.
    pub allow_methods: String,
    /// Request headers, with commas.
    pub allow_headers: String,
    /// Response headers that scripts may read, with commas.
    pub expose_headers: String,
    /// Seconds the answer may be kept.
    pub max_age: Option<i64>,
    /// Whether credentials may be sent.
    pub allow_credentials: Option<bool>,
    /// Whether preflights of other origins are sent on.
    pub forward_unmatched: bool,
}

/// Injected faults.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultInjection {
    /// A delay and its share; an unset share never fires (HM-21).
    pub delay: Option<(Duration, Option<Fraction>)>,
    /// An abort and its share.
    pub abort: Option<(AbortStatus, Option<Fraction>)>,
}

/// What an aborted request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbortStatus {
    /// An HTTP status.
    Http(u32),
    /// A gRPC status, by name.
    Grpc(String),
}

//! One expectation and the answer of a trace: whether it holds, and both in words.

use std::collections::BTreeMap;

use pilothouse_analysis::{
    Request,
    effective::{Action, Forward},
    mesh::names::CLUSTER_DOMAIN,
    trace::{Answer, Share, Trace, Upstream, main_share},
};

use super::{Outcome, Weight, today};
use crate::words;

/// What is expected in one respect.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Check {
    Outcome(Outcome),
    Destination(String),
    Port(u16),
    Subset(String),
    /// All destinations; a share that is none may be any.
    Weights(Vec<Weight>),
    Status(u16),
    Redirect(String),
    Path(String),
    Authority(String),
    Headers(BTreeMap<String, Option<String>>),
    /// The path and the host of the address that the client is sent to.
    RedirectPath(String),
    RedirectAuthority(String),
    /// What the route writes in the place of the matched part of the path.
    Rewrite(String),
}

/// A trace as expectations see it.
pub(super) struct Seen<'a> {
    pub(super) trace: &'a Trace,
    /// The namespace in which names are short.
    pub(super) namespace: String,
}

impl Check {
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Check::Outcome(outcome) => *outcome == today::outcome(seen.trace),
            Check::Destination(name) => {
                seen.all_shares(|share| is_named(&share.cluster.cluster.host, name, &seen.namespace))
            }
            Check::Port(port) => seen.all_shares(|share| share.cluster.cluster.port == u32::from(*port)),
            Check::Subset(subset) => seen.all_shares(|share| share.cluster.cluster.subset == *subset),
            Check::Weights(weights) => seen.has_weights(weights),
            Check::Status(status) => today::status(seen.trace) == Some(u32::from(*status)),
            Check::Redirect(location) => seen.location() == Some(location),
            Check::Path(path) => seen.upstream().is_some_and(|upstream| upstream.path == *path),
            Check::Authority(host) => seen.upstream().is_some_and(|upstream| upstream.host == *host),
            Check::Headers(headers) => seen.upstream().is_some_and(|upstream| {
                headers.iter().all(|(name, value)| header(upstream, name) == value.as_deref())
            }),
            Check::RedirectPath(path) => seen.target().is_some_and(|target| target.path == *path),
            Check::RedirectAuthority(host) => seen.target().is_some_and(|target| target.host == *host),
            Check::Rewrite(path) => {
                seen.forward().and_then(|forward| forward.prefix_rewrite.as_ref()) == Some(path)
            }
        }
    }

    /// What is expected, in words.
    pub(super) fn expected(&self) -> String {
        match self {
            Check::Outcome(outcome) => today::outcome_word(*outcome).to_owned(),
            Check::Destination(name) => format!("`{name}`"),
            Check::Port(port) => format!("port {port}"),
            Check::Subset(subset) if subset.is_empty() => "no subset".to_owned(),
            Check::Subset(subset) => format!("subset `{subset}`"),
            Check::Weights(weights) => {
                let one = |weight: &Weight| {
                    let percent = if weights.len() == 1 && weight.percent >= 100.0 {
                        String::new()
                    } else {
                        format!("{} to ", words::percent(weight.percent))
                    };
                    let port = weight.port.map(|port| format!(" port {port}")).unwrap_or_default();
                    percent
                        + &named(&weight.destination, weight.subset.as_deref().unwrap_or_default())
                        + &port
                };
                words::list(&weights.iter().map(one).collect::<Vec<_>>(), "and")
            }
            Check::Status(status) => status.to_string(),
            Check::Redirect(location) => format!("to `{location}`"),
            Check::Path(text) | Check::Authority(text) => format!("`{text}`"),
            Check::RedirectPath(text) => format!("to the path `{text}`"),
            Check::RedirectAuthority(text) => format!("to the host `{text}`"),
            Check::Rewrite(text) => format!("the matched part of the path replaced by `{text}`"),
            Check::Headers(headers) => header_words(headers),
        }
    }

    /// What there is in the same respect, in words; the kind of the answer where it has nothing of the kind.
    pub(super) fn actual(&self, seen: &Seen<'_>) -> String {
        let part = match self {
            Check::Outcome(_) => Some(today::outcome_word(today::outcome(seen.trace)).to_owned()),
            Check::Destination(_) | Check::Port(_) | Check::Subset(_) | Check::Weights(_) => seen.targets(),
            Check::Status(_) => today::status(seen.trace).map(|status| status.to_string()),
            Check::Redirect(_) | Check::RedirectPath(_) | Check::RedirectAuthority(_) => {
                seen.location().map(|location| format!("to `{location}`"))
            }
            Check::Path(_) => seen.upstream().map(|upstream| format!("`{}`", upstream.path)),
            Check::Authority(_) => seen.upstream().map(|upstream| format!("`{}`", upstream.host)),
            Check::Headers(headers) => seen.upstream().map(|upstream| {
                let there = |name: &String| (name.clone(), header(upstream, name).map(str::to_owned));
                header_words(&headers.keys().map(there).collect())
            }),
            Check::Rewrite(_) => seen.forward().map(|forward| match &forward.prefix_rewrite {
                Some(path) => format!("it is replaced by `{path}`"),
                None => "it stays".to_owned(),
            }),
        };
        part.unwrap_or_else(|| match today::status(seen.trace) {
            Some(status) => format!("the client gets {status}"),
            None => today::outcome_word(today::outcome(seen.trace)).to_owned(),
        })
    }
}

impl Seen<'_> {
    /// The destinations; none where the request goes to none.
    fn shares(&self) -> &[Share] {
        today::shares(self.trace)
    }

    fn all_shares(&self, right: impl Fn(&Share) -> bool) -> bool {
        let getting = || self.shares().iter().filter(|share| share.percent > 0.0);
        self.arrives() && getting().next().is_some() && getting().all(right)
    }

    /// Whether what is sent to the destinations gets there.
    fn arrives(&self) -> bool {
        today::status(self.trace).is_none() && self.trace.failing_percent() == 0.0
    }

    fn has_weights(&self, weights: &[Weight]) -> bool {
        let mut left: Vec<&Share> = self.shares().iter().collect();
        let found = weights.iter().all(|weight| {
            let at = left.iter().position(|share| {
                let cluster = &share.cluster.cluster;
                is_named(&cluster.host, &weight.destination, &self.namespace)
                    && weight.port.is_none_or(|port| cluster.port == u32::from(port))
                    && weight.subset.as_ref().is_none_or(|subset| cluster.subset == *subset)
                    && (share.percent - weight.percent).abs() < 0.01
            });
            at.map(|at| left.swap_remove(at)).is_some()
        });
        found
            && today::status(self.trace).is_none()
            && !weights.is_empty()
            && left.iter().all(|share| share.percent == 0.0)
    }

    fn upstream(&self) -> Option<&Upstream> {
        match &self.trace.answer {
            Answer::Forwarded { shares, upstream } if main_share(shares)?.missing().is_none() => {
                Some(upstream)
            }
            _ => None,
        }
    }

    fn location(&self) -> Option<&String> {
        match &self.trace.answer {
            Answer::Redirect { location, .. } | Answer::TlsRequired { location } => Some(location),
            _ => None,
        }
    }

    fn target(&self) -> Option<Request> {
        Request::new("GET", self.location()?).ok()
    }

    fn forward(&self) -> Option<&Forward> {
        match &self.trace.matched_route()?.action {
            Action::Forward(forward) => Some(forward),
            _ => None,
        }
    }

    /// The destinations in words, with what is wrong about them.
    fn targets(&self) -> Option<String> {
        let shares = self.shares();
        let one = |share: &Share| {
            let cluster = &share.cluster.cluster;
            let percent = if shares.len() == 1 {
                String::new()
            } else {
                format!("{} to ", words::percent(share.percent))
            };
            let lost = if share.missing().is_some() { ", which is not there" } else { "" };
            format!("{percent}{} port {}{lost}", named(&cluster.host, &cluster.subset), cluster.port)
        };
        // A fault ends the request before it is sent.
        let aborted = today::status(self.trace).is_some_and(|_| self.trace.failing_percent() == 0.0);
        (!shares.is_empty() && !aborted)
            .then(|| words::list(&shares.iter().map(one).collect::<Vec<_>>(), "and"))
    }
}

fn named(host: &str, subset: &str) -> String {
    if subset.is_empty() { format!("`{host}`") } else { format!("`{host}` subset `{subset}`") }
}

/// Whether a name means a host: as a whole, or short as a VirtualService of the namespace may write it.
fn is_named(host: &str, name: &str, namespace: &str) -> bool {
    host == name
        || host.strip_suffix(CLUSTER_DOMAIN).and_then(|rest| rest.strip_suffix('.')).is_some_and(|rest| {
            rest == name
                || rest
                    .strip_suffix(".svc")
                    .is_some_and(|rest| rest == name || rest.split_once('.') == Some((name, namespace)))
        })
}

fn header<'a>(upstream: &'a Upstream, name: &str) -> Option<&'a str> {
    let mut all = upstream.headers.iter();
    all.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn header_words(headers: &BTreeMap<String, Option<String>>) -> String {
    let one = |(name, value): (&String, &Option<String>)| match value {
        Some(value) => format!("`{name}: {value}`"),
        None => format!("no `{name}`"),
    };
    words::list(&headers.iter().map(one).collect::<Vec<_>>(), "and")
}

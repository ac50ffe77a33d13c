//! Paths and locations as routes change them (HM-12, HM-16).

use crate::{
    Request,
    effective::{Forward, PathMatch, Redirection, RouteMatch},
    space::Pattern,
};

/// The path and the query behind it, with its `?`.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.find('?').unwrap_or(path.len()))
}

/// The path that a destination sees, with its query.
pub(super) fn path(forward: &Forward, matcher: &RouteMatch, sent: &str) -> String {
    let (own, query) = split(sent);
    if let Some((pattern, substitution)) = &forward.regex_rewrite {
        let replaced = Pattern::new(pattern).replace_all(own, substitution);
        return format!("{}{query}", replaced.as_deref().unwrap_or(own));
    }
    match &forward.prefix_rewrite {
        Some(rewrite) => format!("{}{query}", replace_match(matcher, own, rewrite)),
        None => sent.to_owned(),
    }
}

/// Replaces the matched part of a path: the prefix, or all of it.
fn replace_match(matcher: &RouteMatch, own: &str, rewrite: &str) -> String {
    match &matcher.path {
        PathMatch::Prefix(prefix) => format!("{rewrite}{}", own.get(prefix.len()..).unwrap_or_default()),
        PathMatch::Exact(_) | PathMatch::Regex(_) => rewrite.to_owned(),
    }
}

/// Where a redirect leads.
pub(super) fn location(to: &Redirection, matcher: &RouteMatch, request: &Request, sent: &str) -> String {
    let scheme = to.scheme.as_deref().unwrap_or(&request.scheme);
    let port = if to.port == 0 { String::new() } else { format!(":{}", to.port) };
    let host = match &to.host {
        Some(host) => host.as_str(),
        None => kept_host(request, scheme, !port.is_empty()),
    };
    let (own, query) = split(sent);
    let path = match (&to.prefix_rewrite, to.path.as_deref().filter(|path| !path.is_empty())) {
        (Some(rewrite), _) => format!("{}{query}", replace_match(matcher, own, rewrite)),
        // A query of its own takes the place of the request's.
        (None, Some(path)) if path.contains('?') => path.to_owned(),
        (None, Some(path)) => format!("{path}{query}"),
        (None, None) => sent.to_owned(),
    };
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{host}{port}{slash}{path}")
}

/// The request's host, without a port that a new one replaces or that only the old scheme implied.
fn kept_host<'r>(request: &'r Request, scheme: &str, new_port: bool) -> &'r str {
    let name = request.hostname();
    let port = request.host.get(name.len()..).unwrap_or_default();
    let implied = scheme != request.scheme
        && matches!((request.scheme.as_str(), port), ("https", ":443") | ("http", ":80"));
    if new_port || implied { name } else { &request.host }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> RouteMatch {
        RouteMatch { path: PathMatch::Prefix(text.into()), ..RouteMatch::any() }
    }

    #[test]
    fn hm_12_locations() {
        let request = Request::new("GET", "http://Shop.example.com:80/a?b=1").unwrap();
        let to = |to: Redirection| location(&to, &prefix("/"), &request, "/a?b=1");
        let path = Some("/new".to_owned());
        assert_eq!(to(Redirection { path, ..Default::default() }), "http://Shop.example.com:80/new?b=1");
        let scheme = Some("https".to_owned());
        assert_eq!(to(Redirection { scheme, ..Default::default() }), "https://Shop.example.com/a?b=1");
        assert_eq!(
            to(Redirection { port: 8080, ..Default::default() }),
            "http://Shop.example.com:8080/a?b=1"
        );
        let host = Some("other.example.com".to_owned());
        assert_eq!(to(Redirection { host, ..Default::default() }), "http://other.example.com/a?b=1");
        let path = Some("/new?c=2".to_owned());
        assert_eq!(to(Redirection { path, ..Default::default() }), "http://Shop.example.com:80/new?c=2");
    }

    #[test]
    fn hm_16_the_rest_of_a_prefix_stays() {
        assert_eq!(replace_match(&prefix("/billing"), "/billing/x", "/"), "//x");
        assert_eq!(replace_match(&prefix("/billing"), "/billings", "/"), "/s");
        let exact = RouteMatch { path: PathMatch::Exact("/a".into()), ..RouteMatch::any() };
        assert_eq!(replace_match(&exact, "/a", "/b"), "/b");
    }
}

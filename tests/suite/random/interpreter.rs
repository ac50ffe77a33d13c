//! The plainest reading of a printed configuration: which route of it takes a request. It is held against the trace
//! and shares nothing with it.

use pilothouse_analysis::Request;
use serde_json::Value;

/// Where a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    NoListener,
    Refused,
    NoChain,
    Closed,
    NotOpened,
    Stream(String),
    NoHost,
    TlsRequired(String),
    NoRoute(String),
    Route(String, usize),
}

/// A request to a gateway, from the listener on.
pub(crate) fn through_gateway(proxy: &Value, request: &Request) -> End {
    let mut listeners = list(&proxy["listeners"]).filter(|it| it["port"] == request.port);
    let Some(listener) = listeners.next() else { return End::NoListener };
    if listener["refused_by_envoy"] == true {
        return End::Refused;
    }
    let tls = request.scheme == "https";
    let chains: Vec<&Value> = list(&listener["filter_chains"]).collect();
    let name = hostname(&request.host).to_lowercase();
    let unnamed = || chains.iter().filter(|chain| list(&chain["server_names"]).count() == 0);
    let chosen = if tls {
        let names = |chain: &&Value| {
            list(&chain["server_names"]).map(|it| text(it).to_lowercase()).collect::<Vec<_>>()
        };
        let best = |chain: &&Value| names(chain).iter().filter_map(|domain| fits(domain, &name)).max();
        let named = chains.iter().filter(|chain| best(chain).is_some()).max_by_key(|chain| best(chain));
        named.or_else(|| unnamed().next())
    } else {
        unnamed().find(|chain| chain["terminates_tls"] != true)
    };
    let Some(chain) = chosen else { return if tls { End::NoChain } else { End::Closed } };
    match &chain["rds"] {
        Value::String(_) if tls && chain["terminates_tls"] != true => End::NotOpened,
        Value::String(rds) => through_routes(proxy, rds, request),
        _ => End::Stream(chain["cluster"].as_str().unwrap_or("weighted").to_owned()),
    }
}

/// A request that reaches a route configuration.
pub(crate) fn through_routes(proxy: &Value, name: &str, request: &Request) -> End {
    let Some(config) = list(&proxy["route_configs"]).find(|it| it["name"] == name) else {
        return End::NoHost;
    };
    if config["refused_by_envoy"] == true {
        return End::Refused;
    }
    let host = hostname(&request.host).to_lowercase();
    let best = |it: &&Value| {
        list(&it["domains"]).filter_map(|domain| fits(&text(domain).to_lowercase(), &host)).max()
    };
    let Some(found) = list(&config["virtual_hosts"]).filter(|it| best(it).is_some()).max_by_key(best) else {
        return End::NoHost;
    };
    let name = text(&found["name"]).to_owned();
    if found["require_tls"] == "ALL" && request.scheme != "https" {
        return End::TlsRequired(name);
    }
    match list(&found["routes"]).position(|route| takes(&route["match"], request)) {
        Some(at) => End::Route(name, at),
        None => End::NoRoute(name),
    }
}

/// How well a domain fits a host: the exact one best, then the longest wildcard; none where it does not.
fn fits(domain: &str, host: &str) -> Option<usize> {
    match domain.strip_prefix('*') {
        None => (domain == host).then_some(usize::MAX),
        Some("") => Some(0),
        Some(tail) => (host.len() > tail.len() && host.ends_with(tail)).then_some(tail.len()),
    }
}

fn hostname(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

fn takes(matcher: &Value, request: &Request) -> bool {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let any_case = matcher["case_sensitive"] == false;
    let same = |text: &str| if any_case { text.to_lowercase() } else { text.to_owned() };
    let on_path = match (&matcher["path"], &matcher["prefix"]) {
        (Value::String(exact), _) => same(exact) == same(path),
        (_, Value::String(prefix)) => same(path).starts_with(&same(prefix)),
        _ => means(text(&matcher["safe_regex"]["regex"]), path),
    };
    let headers = list(&matcher["headers"]).all(|test| {
        let value = header(request, text(&test["name"]));
        let value = match value {
            None if test["treat_missing_header_as_empty"] == true => Some(""),
            value => value,
        };
        holds(test, value) != (test["invert_match"] == true)
    });
    let parameter = |name: &str| {
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name && !pair.is_empty()).then_some(value)
        })
    };
    on_path
        && headers
        && list(&matcher["query_parameters"]).all(|test| holds(test, parameter(text(&test["name"]))))
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    match name {
        ":method" => Some(&request.method),
        ":authority" => Some(&request.host),
        ":scheme" => Some(&request.scheme),
        name => request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()),
    }
}

fn holds(test: &Value, value: Option<&str>) -> bool {
    let Some(value) = value else { return false };
    let tests = &test["string_match"];
    match (&tests["exact"], &tests["prefix"], &tests["safe_regex"]) {
        (Value::String(exact), ..) => value == exact,
        (_, Value::String(prefix), _) => value.starts_with(prefix.as_str()),
        (.., Value::Object(regex)) => means(text(&regex["regex"]), value),
        _ => true,
    }
}

/// What each of the patterns that the generator uses means.
fn means(pattern: &str, subject: &str) -> bool {
    match pattern {
        ".*" => true,
        "/.*" => subject.starts_with('/'),
        "/api/[^/]+" => {
            subject.strip_prefix("/api/").is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
        }
        "/(cart|login)" => subject == "/cart" || subject == "/login",
        "v[0-9]+" => {
            let digits = subject.strip_prefix('v').unwrap_or_default();
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        }
        "(?i)/tea" => subject.eq_ignore_ascii_case("/tea"),
        other => panic!("`{other}` is no pattern of the generator"),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

//! Requests in one line, and in one line what becomes of them.

use pilothouse_analysis::{
    Analysis, Request,
    mesh::Proxy,
    trace::{Answer, Share, Trace, main_share},
};
use pilothouse_tests::table::destination;

/// Answers each line: `METHOD URL [port N] [NAME: VALUE]… => answer`; what stands behind the arrow is replaced.
pub(crate) fn answers(analysis: &Analysis, proxy: &Proxy, lines: &str) -> String {
    lines
        .lines()
        .map(|line| {
            let request = line.split(" => ").next().unwrap_or_default().trim_end();
            let answer = match read(request) {
                Ok(request) => answer(&analysis.trace(proxy, &request)),
                Err(error) => format!("no request: {error}"),
            };
            format!("{request} => {answer}\n")
        })
        .collect()
}

/// `METHOD URL`, then in any number, between commas, `port N` and headers.
fn read(line: &str) -> Result<Request, String> {
    let mut parts = line.split(", ");
    let (method, url) = parts.next().and_then(|it| it.split_once(' ')).ok_or("write METHOD URL")?;
    let mut request = Request::new(method, url).map_err(|error| error.to_string())?;
    for part in parts {
        if let Some(port) = part.strip_prefix("port ") {
            request.port = port.parse().map_err(|_| format!("`{port}` is no port"))?;
        } else {
            let (name, value) = part.split_once(": ").ok_or_else(|| format!("`{part}` is no header"))?;
            request = request.header(name, value).map_err(|error| error.to_string())?;
        }
    }
    Ok(request)
}

fn answer(trace: &Trace) -> String {
    match &trace.answer {
        Answer::NoListener => "no listener".to_owned(),
        Answer::ListenerRefused => "nothing, Envoy refused it".to_owned(),
        Answer::TlsRefused => "TLS refused".to_owned(),
        Answer::Closed => "closed".to_owned(),
        Answer::BadPath => "400".to_owned(),
        Answer::NoVirtualHost => "404, no virtual host".to_owned(),
        Answer::NoRoute => format!("404, no route of {}", host(trace)),
        Answer::TlsRequired { location } => format!("301 {location}, by {}", host(trace)),
        Answer::Stream { shares } => format!("stream to {}", names(shares)),
        Answer::Redirect { status, location } => format!("{status} {location}, by {}", route(trace)),
        Answer::Response { status } => format!("{status}, by {}", route(trace)),
        Answer::Forwarded { shares, .. }
            if main_share(shares).is_none_or(|share| share.missing().is_some()) =>
        {
            format!("503, no cluster {}, by {}", names(shares), route(trace))
        }
        Answer::Forwarded { shares, upstream } => {
            let path = if upstream.path == trace.request.path { "" } else { &upstream.path };
            let host = if upstream.host == trace.request.host { "" } else { &upstream.host };
            let seen_as = match (host, path) {
                ("", "") => String::new(),
                (host, path) => format!(" as {host}{path}"),
            };
            let sent =
                |name: &String| trace.request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
            let added: Vec<String> = upstream
                .headers
                .iter()
                .filter(|(name, _)| !sent(name))
                .map(|(name, value)| format!(", {name}: {value}"))
                .collect();
            format!("{}{seen_as}{}, by {}", names(shares), added.concat(), route(trace))
        }
    }
}

fn names(shares: &[Share]) -> String {
    let names: Vec<String> = shares.iter().map(|share| destination(&share.cluster.cluster.name)).collect();
    names.join(" or ")
}

fn host(trace: &Trace) -> &str {
    trace.chosen_host().map_or("", |host| &host.name)
}

/// `virtual host #route`.
fn route(trace: &Trace) -> String {
    match trace.route {
        Some(at) => format!("{} #{}", host(trace), at + 1),
        None => host(trace).to_owned(),
    }
}

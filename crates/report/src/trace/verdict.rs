//! What comes of a request, in one sentence.

use pilothouse_analysis::{
    mesh::ProxyKind,
    trace::{Answer, Connection, Share, Trace},
};

use crate::{actions, destinations, places::Places, words};

/// What comes of a request.
pub(super) struct Verdict {
    /// `ok`, `warning` or `error`.
    pub(super) tone: &'static str,
    /// In two or three words.
    pub(super) title: String,
    /// As a sentence.
    pub(super) sentence: String,
}

fn verdict_of(tone: &'static str, title: impl Into<String>, sentence: impl Into<String>) -> Verdict {
    Verdict { tone, title: title.into(), sentence: sentence.into() }
}

pub(super) fn verdict(places: &Places<'_>, trace: &Trace) -> Verdict {
    let request = &trace.request;
    match &trace.answer {
        Answer::NoListener => verdict_of(
            "error",
            "Refused",
            format!("Nothing listens on port {}, so the connection is refused.", request.port),
        ),
        Answer::ListenerRefused => {
            let what = match &trace.connection {
                Connection::RoutesRefused { .. } => "the routes of this port",
                _ => "the listener of this port",
            };
            let sentence = format!("Envoy refuses {what}, so nothing that was sent with it takes effect.");
            verdict_of("error", "Not in force", sentence)
        }
        Answer::TlsRefused => {
            let why = match &trace.connection {
                Connection::NotOpened { .. } => "the port speaks plain HTTP, no TLS",
                _ => "no server takes this name",
            };
            verdict_of("error", "Handshake fails", format!("The TLS handshake fails: {why}."))
        }
        Answer::Closed => match &trace.connection {
            Connection::PlainToTls { .. } => verdict_of(
                "error",
                "Closed",
                "The connection is closed without an answer: the port speaks only TLS.",
            ),
            _ => {
                let why = lost(places, &trace.stream(places.analysis));
                let sentence = format!("The connection is closed without an answer. {why}");
                verdict_of("error", "Closed", sentence.trim_end())
            }
        },
        Answer::NoVirtualHost => verdict_of(
            "error",
            "404",
            format!("The client gets 404: no route of this port is for the host `{}`.", request.hostname()),
        ),
        Answer::NoRoute if unbound(trace) => verdict_of(
            "error",
            "404",
            format!("The client gets 404: no VirtualService has routes for port {}.", request.port),
        ),
        Answer::NoRoute => verdict_of(
            "error",
            "404",
            format!(
                "The client gets 404: `{}` has routes, and none of them takes this request.",
                request.hostname()
            ),
        ),
        Answer::BadPath => {
            verdict_of("error", "400", "The client gets 400: Envoy cannot read the path of the request.")
        }
        Answer::TlsRequired { location } => verdict_of(
            "ok",
            "301",
            format!("The client is sent to `{location}` with 301, before any route is looked at."),
        ),
        Answer::Redirect { status, location } if *location == request.url() => verdict_of(
            "warning",
            "Endless redirect",
            format!("The client is sent with {status} to the address it came from, again and again."),
        ),
        Answer::Redirect { status, location } => {
            verdict_of("ok", status.to_string(), format!("The client is sent to `{location}` with {status}."))
        }
        Answer::Response { status } => verdict_of(
            "ok",
            status.to_string(),
            format!("The client gets {status} as the route says; no destination is asked."),
        ),
        Answer::Stream { shares } => stream(places, trace, shares),
        Answer::Forwarded { shares, .. } => forwarded(places, trace, shares),
    }
}

/// Whether the request came to the virtual host that stands for a gateway's port without any routes (RDS-11).
pub(super) fn unbound(trace: &Trace) -> bool {
    trace.proxy.kind == ProxyKind::Gateway
        && trace
            .chosen_host()
            .is_some_and(|host| host.origins.is_empty() && host.service.is_none() && host.routes.is_empty())
}

fn stream(places: &Places<'_>, trace: &Trace, shares: &[Share]) -> Verdict {
    let fails = trace.failing_percent();
    let to = targets(places, trace, shares);
    if fails > 0.0 {
        let (share, why) = (words::percent(fails), lost(places, shares));
        let sentence = format!("The connection is handed on unopened to {to}; {share} are closed. {why}");
        return verdict_of("warning", format!("{share} are closed"), sentence);
    }
    let sentence = format!("The connection is handed on unopened to {to}.");
    match super::outbound::misfit(places, trace) {
        Some(misfit) => verdict_of("warning", to, format!("{sentence} {misfit}")),
        None => verdict_of("ok", to, sentence),
    }
}

/// Why the first of the destinations that do not exist does not.
fn lost(places: &Places<'_>, shares: &[Share]) -> String {
    let lost = shares.iter().find_map(|share| Some((share, share.missing()?)));
    lost.map(|(share, missing)| destinations::why(places, &share.cluster.cluster, missing))
        .unwrap_or_default()
}

fn forwarded(places: &Places<'_>, trace: &Trace, shares: &[Share]) -> Verdict {
    let fails = trace.failing_percent();
    let to = targets(places, trace, shares);
    let fault = trace.matched_route().and_then(|route| route.fault.as_ref()?.abort.as_ref());
    if let Some((status, fraction)) = fault {
        let share = fraction.map_or(0.0, |fraction| fraction.percent());
        let status = actions::abort_status(status);
        if share >= 100.0 {
            let sentence = format!("The client gets {status}: the route's fault aborts every request.");
            return verdict_of("warning", status, sentence);
        }
        if share > 0.0 && fails == 0.0 {
            let share = words::percent(share);
            let sentence =
                format!("The request goes to {to}; {share} are aborted with {status} by the route's fault.");
            return verdict_of("warning", format!("{share} get {status}"), sentence);
        }
    }
    if fails == 0.0 {
        let title = if shares.len() == 1 { to.clone() } else { "Split".to_owned() };
        return verdict_of("ok", title, format!("The request goes to {to}."));
    }
    let why = lost(places, shares);
    if fails >= 100.0 {
        return verdict_of("error", "503", format!("The client gets 503. {why}"));
    }
    let share = words::percent(fails);
    verdict_of(
        "warning",
        format!("{share} get 503"),
        format!("The request goes to {to}; {share} get 503. {why}"),
    )
}

/// The destinations with their shares.
fn targets(places: &Places<'_>, trace: &Trace, shares: &[Share]) -> String {
    let namespace = owner(places, trace);
    let cells: Vec<String> = shares
        .iter()
        .map(|share| {
            let cluster = &share.cluster.cluster;
            let name = match cluster.host.as_str() {
                "" => "the address that was asked for".to_owned(),
                host => format!("`{}`", destinations::short(host, &namespace)),
            };
            let subset = if cluster.subset.is_empty() {
                String::new()
            } else {
                format!(" subset `{}`", cluster.subset)
            };
            let percent = if shares.len() == 1 {
                String::new()
            } else {
                format!(" ({})", words::percent(share.percent))
            };
            format!("{name}{subset}{percent}")
        })
        .collect();
    words::list(&cells, "and")
}

/// The namespace in which names are short: that of the VirtualService whose route it is.
pub(super) fn owner(places: &Places<'_>, trace: &Trace) -> String {
    let origin = trace.matched_route().and_then(|route| route.origin);
    origin.map_or_else(
        || trace.proxy.namespace.clone(),
        |origin| places.mesh().resource(origin.virtual_service).key.namespace.clone(),
    )
}

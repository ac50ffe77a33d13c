//! What a request gets today, as expectations.

use pilothouse_analysis::{
    Request,
    effective::AbortStatus,
    mesh::names::CLUSTER_DOMAIN,
    trace::{Answer, Share, Trace, main_share},
};

use super::{Expect, Outcome, Weight};

/// The kind of the answer.
pub(super) fn outcome(trace: &Trace) -> Outcome {
    match &trace.answer {
        Answer::NoListener => Outcome::NoListener,
        Answer::ListenerRefused => Outcome::ListenerRefused,
        Answer::TlsRefused => Outcome::TlsRefused,
        Answer::Closed => Outcome::Closed,
        Answer::TlsRequired { .. } | Answer::Redirect { .. } => Outcome::Redirect,
        Answer::NoVirtualHost | Answer::NoRoute | Answer::BadPath | Answer::Response { .. } => {
            Outcome::Response
        }
        Answer::Stream { .. } => Outcome::Forwarded,
        Answer::Forwarded { .. } if status(trace).is_some() => Outcome::Response,
        Answer::Forwarded { .. } => Outcome::Forwarded,
    }
}

/// The kind of an answer in the word of the format.
pub(super) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Forwarded => "forwarded",
        Outcome::Redirect => "redirect",
        Outcome::Response => "response",
        Outcome::NoListener => "no-listener",
        Outcome::ListenerRefused => "listener-refused",
        Outcome::TlsRefused => "tls-refused",
        Outcome::Closed => "closed",
    }
}

/// The status that the proxy itself answers with; none where a destination does, or nobody.
pub(super) fn status(trace: &Trace) -> Option<u32> {
    match &trace.answer {
        Answer::NoVirtualHost | Answer::NoRoute => Some(404),
        Answer::BadPath => Some(400),
        Answer::TlsRequired { .. } => Some(301),
        Answer::Redirect { status, .. } | Answer::Response { status } => Some(*status),
        Answer::Forwarded { shares, .. } => aborted(trace)
            .or_else(|| main_share(shares).is_none_or(|share| share.missing().is_some()).then_some(503)),
        _ => None,
    }
}

/// The status of a fault that ends every request.
fn aborted(trace: &Trace) -> Option<u32> {
    let (status, fraction) = trace.matched_route()?.fault.as_ref()?.abort.as_ref()?;
    let every = fraction.is_some_and(|fraction| fraction.percent() >= 100.0);
    match status {
        AbortStatus::Http(status) => every.then_some(*status),
        AbortStatus::Grpc(_) => None,
    }
}

/// The destinations of a request or of a connection.
pub(super) fn shares(trace: &Trace) -> &[Share] {
    match &trace.answer {
        Answer::Forwarded { shares, .. } | Answer::Stream { shares } => shares,
        _ => &[],
    }
}

/// All that can be expected of a request that gets what it gets today.
pub(super) fn expect(trace: &Trace) -> Expect {
    let mut expect = Expect::default();
    let status = status(trace);
    expect.status = status.and_then(|status| status.try_into().ok());
    match &trace.answer {
        Answer::Redirect { location, .. } | Answer::TlsRequired { location } => {
            expect.redirect = Some(location.clone());
        }
        Answer::Forwarded { .. } | Answer::Stream { .. } if status.is_none() => {
            destinations(&mut expect, shares(trace));
            changes(&mut expect, trace);
        }
        _ if status.is_none() => expect.outcome = Some(outcome(trace)),
        _ => {}
    }
    expect
}

fn destinations(expect: &mut Expect, shares: &[Share]) {
    match shares {
        // Traffic that keeps the address it was sent to has no destination of a name.
        [share] if share.cluster.cluster.host.is_empty() => expect.outcome = Some(Outcome::Forwarded),
        [share] => {
            let cluster = &share.cluster.cluster;
            expect.destination = Some(cluster.host.clone());
            expect.port = cluster.port.try_into().ok();
            expect.subset = (!cluster.subset.is_empty()).then(|| cluster.subset.clone());
        }
        many => {
            let weight = |share: &Share| Weight {
                destination: share.cluster.cluster.host.clone(),
                port: share.cluster.cluster.port.try_into().ok(),
                subset: Some(share.cluster.cluster.subset.clone()).filter(|subset| !subset.is_empty()),
                percent: (share.percent * 100.0).round() / 100.0,
            };
            expect.weights = Some(many.iter().map(weight).collect());
        }
    }
}

fn changes(expect: &mut Expect, trace: &Trace) {
    let Answer::Forwarded { upstream, .. } = &trace.answer else { return };
    if upstream.path != trace.request.path {
        expect.path = Some(upstream.path.clone());
    }
    if upstream.host != trace.request.host {
        expect.authority = Some(upstream.host.clone());
    }
}

/// What a test of a request is called: what is sent, and what comes of it in a few words.
pub(super) fn name(request: &Request, expect: &Expect) -> String {
    let method = if request.method == "GET" { String::new() } else { format!("{} ", request.method) };
    let sent = format!("{method}{}{}", request.hostname(), request.path);
    let what = match expect {
        Expect { redirect: Some(_), .. } => " is redirected".to_owned(),
        Expect { status: Some(status), .. } => format!(" gets {status}"),
        Expect { destination: Some(host), subset, .. } => {
            let short = host.strip_suffix(CLUSTER_DOMAIN).and_then(|host| host.strip_suffix(".svc."));
            let subset = subset.as_ref().map(|subset| format!(" {subset}")).unwrap_or_default();
            format!(" goes to {}{subset}", short.unwrap_or(host))
        }
        Expect { weights: Some(_), .. } => " is split".to_owned(),
        _ => String::new(),
    };
    sent + &what
}

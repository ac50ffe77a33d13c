//! Why requests break in a state between two revisions.

use pilothouse_analysis::{
    effective::cluster::Missing,
    rollout::{ChangeKind, Hazard, Rollout},
    trace::{Answer, Connection, Share, Trace},
};

use crate::words;

/// What becomes of a request in between, in a few words.
pub(super) fn outcome(trace: &Trace) -> String {
    match &trace.answer {
        Answer::Forwarded { .. } => {
            let share = trace.failing_percent();
            if share >= 100.0 { "503".into() } else { format!("503 for {}", words::percent(share)) }
        }
        Answer::NoRoute | Answer::NoVirtualHost => "404".into(),
        Answer::NoListener => "connection refused".into(),
        Answer::ListenerRefused => "Envoy refuses the configuration".into(),
        Answer::TlsRefused => "TLS handshake fails".into(),
        Answer::Closed | Answer::Stream { .. } => "connection closed".into(),
        Answer::BadPath => "400".into(),
        Answer::Response { status } => status.to_string(),
        Answer::Redirect { status, .. } => status.to_string(),
        Answer::TlsRequired { .. } => "301".into(),
    }
}

/// What is missing in between, as a clause.
pub(super) fn lack(hazard: &Hazard) -> String {
    let during = &hazard.traces[1];
    match &during.answer {
        Answer::Forwarded { shares, .. } | Answer::Stream { shares } => {
            shares.iter().find_map(missing_share).unwrap_or_else(|| "a destination is missing".into())
        }
        Answer::NoRoute => format!("`{}` has no route for the request", during.request.hostname()),
        Answer::NoVirtualHost => format!("nothing is routed for `{}`", during.request.hostname()),
        Answer::NoListener => format!("nothing listens on port {}", during.request.port),
        Answer::TlsRefused => format!("no server takes the name `{}`", during.request.hostname()),
        Answer::ListenerRefused => match &during.connection {
            Connection::RoutesRefused { refusal, .. } | Connection::ListenerRefused { refusal, .. } => {
                format!("Envoy refuses the configuration for `{}`", refusal.what)
            }
            _ => "Envoy refuses the configuration".into(),
        },
        Answer::Response { status } => format!("the route answers with {status}"),
        _ => "the connection ends".into(),
    }
}

/// The reason as a sentence: what is missing or already gone, and which change that is.
pub(super) fn cause(rollout: &Rollout, hazard: &Hazard) -> String {
    let what = lack(hazard);
    // A change that makes the difference: without it, or with it, the state would be one that works.
    let list = |changes: Vec<usize>| {
        let names: Vec<String> =
            changes.into_iter().map(|at| format!("`{}`", rollout.changes[at].name())).collect();
        words::list(&names, "and")
    };
    let (gone, new): (Vec<usize>, Vec<usize>) =
        hazard.applied.iter().partition(|&&at| rollout.changes[at].kind == ChangeKind::Removed);
    let so_far = match (gone.is_empty(), new.is_empty()) {
        (true, _) => format!("{} already holds", list(new)),
        (false, true) => format!("{} is already gone", list(gone)),
        (false, false) => format!("{} is already gone, {} already holds", list(gone), list(new)),
    };
    let missing: Vec<usize> = hazard.missing.iter().copied().collect();
    format!("{}: {so_far}, {} does not yet.", words::capitalised(&what), list(missing))
}

fn missing_share(share: &Share) -> Option<String> {
    let cluster = &share.cluster.cluster;
    Some(match share.missing()? {
        Missing::Blocked => "the Sidecar lets out only connections to services that it knows".to_owned(),
        Missing::Host => format!("there is no service `{}`", cluster.host),
        Missing::HostHidden => format!("`{}` is not visible from here", cluster.host),
        Missing::Port => format!("`{}` has no port {}", cluster.host, cluster.port),
        Missing::SubsetWithoutRule | Missing::Subset { .. } => {
            format!(
                "no DestinationRule in force defines the subset `{}` of `{}`",
                cluster.subset, cluster.host
            )
        }
    })
}

//! Why requests break in a state between two revisions.

use std::collections::BTreeSet;

use pilothouse_analysis::{
    effective::cluster::Missing,
    rollout::{Cause, ChangeKind, Hazard, Rollout},
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
pub(super) fn lack(during: &Trace) -> String {
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

/// The reason as a sentence: what is missing, and which changes hold already and which do not.
pub(super) fn cause(rollout: &Rollout, hazard: &Hazard) -> String {
    let state = state(rollout, &hazard.applied, &hazard.missing);
    format!("{}: {state}.", words::capitalised(&lack(&hazard.traces[1])))
}

/// In which states it happens, as a sentence.
pub(super) fn when(rollout: &Rollout, cause: &Cause) -> String {
    let state = state(rollout, &cause.applied, &cause.missing);
    if cause.always {
        return format!("While {state}.");
    }
    format!("In {} of the {} states between, for instance while {state}.", cause.states, cause.of)
}

/// Which changes hold and which do not yet, as a clause.
fn state(rollout: &Rollout, applied: &BTreeSet<usize>, missing: &BTreeSet<usize>) -> String {
    let clause = |changes: &BTreeSet<usize>, wanted: ChangeKind, one: &str, several: &str| {
        let kind = |at: &&usize| rollout.changes[**at].kind == wanted;
        let names: Vec<String> =
            changes.iter().filter(kind).map(|&at| format!("`{}`", rollout.changes[at].name())).collect();
        let what = if names.len() == 1 { one } else { several };
        (!names.is_empty()).then(|| format!("{} {what}", words::list(&names, "and")))
    };
    let clauses = [
        clause(applied, ChangeKind::Removed, "is gone", "are gone"),
        clause(applied, ChangeKind::Altered, "is the new one", "are the new ones"),
        clause(applied, ChangeKind::Added, "is there", "are there"),
        clause(missing, ChangeKind::Altered, "is still the old one", "are still the old ones"),
        clause(missing, ChangeKind::Added, "is not there yet", "are not there yet"),
        clause(missing, ChangeKind::Removed, "is still there", "are still there"),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    words::list(&clauses, "and")
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

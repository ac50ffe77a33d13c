//! Why something is dropped or refused, as sentences for the team that wrote it.

use pilothouse_analysis::effective::{DropReason, Refusal, RefusalReason, Section};

use crate::places::Places;

pub(crate) fn refusal(places: &Places<'_>, refusal: &Refusal) -> String {
    let what = &refusal.what;
    let mut owners: Vec<String> =
        refusal.origins.iter().map(|origin| format!("`{}`", places.name(origin.resource))).collect();
    owners.dedup();
    let claim = if owners.len() > 1 { "both claim" } else { "claims twice" };
    let owners = crate::words::list(&owners, "and");
    match refusal.reason {
        RefusalReason::EqualChains => format!(
            "{owners} {claim} connections for `{what}`, so Envoy refuses the whole port and nothing on it is served."
        ),
        RefusalReason::PartialWildcard => format!(
            "Envoy takes a `*` only as a whole first label and refuses the port for the server name `{what}` of {owners}."
        ),
        RefusalReason::EqualDomains => format!(
            "{owners} {claim} the domain `{what}`, so Envoy refuses the routes of the whole port and keeps the old ones."
        ),
        RefusalReason::Regex => format!(
            "Envoy cannot read the regular expression `{what}` of {owners} and refuses all routes beside it."
        ),
        RefusalReason::NoAction => format!(
            "The redirect status `{what}` of {owners} is none that Envoy knows, so it refuses all routes beside it."
        ),
    }
}

/// What the rules of a section are for.
fn traffic(section: Section) -> &'static str {
    match section {
        Section::Http => "plain HTTP",
        Section::Tls => "TLS that stays closed",
        Section::Tcp => "plain TCP",
    }
}

pub(crate) fn drop(reason: &DropReason) -> String {
    match reason {
        DropReason::TlsHostTaken { host, port } => format!(
            "An older server already takes TLS connections for `{host}` on port {port}, so istiod drops this server with all its hosts."
        ),
        DropReason::ProtocolConflict { port, holder } => format!(
            "An older server holds port {port} with protocol {}, which cannot share it, so istiod drops this server.",
            holder.as_str()
        ),
        DropReason::PortNameTaken { port, name } => format!(
            "An older HTTPS server on port {port} has the port name `{name}` too; names must differ, so istiod drops this server."
        ),
        DropReason::PlainBehindTls { port } => {
            format!("Older servers use port {port} for TLS, so istiod drops this server without TLS.")
        }
        DropReason::NoRouteForServer { port } => format!(
            "No VirtualService has a rule for this server, so port {port} is not opened for its hosts."
        ),
        DropReason::NoCommonHost => {
            "None of its hosts fits a host of the Gateway's servers, so the Gateway serves none of its rules."
                .to_owned()
        }
        DropReason::NotVisible { namespace } => format!(
            "Its exportTo keeps it from proxies in namespace `{namespace}`, so its rules do not count here."
        ),
        DropReason::OtherPort { port, listener } => {
            format!("It is for requests to port {port} and does not count on port {listener}.")
        }
        DropReason::OtherGateway => "It is for requests through other gateways.".to_owned(),
        DropReason::OtherWorkload => "It is for clients with other labels.".to_owned(),
        DropReason::OtherNamespace => "It is for clients in another namespace.".to_owned(),
        DropReason::BehindCatchAll => {
            "A rule before it takes every request, so istiod leaves it out.".to_owned()
        }
        DropReason::HostClaimed { host } => format!(
            "Another VirtualService already has `{host}`; sidecars never merge VirtualServices, so none of its rules counts for this host."
        ),
        DropReason::MoreSpecific { host } => format!(
            "A VirtualService with a more exact host owns `{host}`, so this wildcard does not apply to it."
        ),
        DropReason::SniTaken { host } => {
            format!("Another rule already takes connections for the server name `{host}`.")
        }
        DropReason::TcpTaken => "An older TCP rule takes all connections of the server.".to_owned(),
        DropReason::NoServerFor { section } => {
            format!("No server for its hosts takes {}, so this rule has no effect here.", traffic(*section))
        }
        DropReason::NoPortFor { section, host: Some(host) } => format!(
            "`{host}` has no port that takes {}, so the rules for it have no effect on connections to this service.",
            traffic(*section)
        ),
        DropReason::NoPortFor { section, host: None } => format!(
            "None of its hosts is a service with a port that takes {}, so this rule has no effect on sidecars.",
            traffic(*section)
        ),
        DropReason::NoTableFor { host } => format!(
            "No service that sidecars import here is `{host}`, and none has HTTP on port 80, so they have no routes for it."
        ),
        DropReason::SameConnections => "An earlier condition already takes the same connections.".to_owned(),
        DropReason::BehindTcp { host, port } => {
            format!("An earlier TCP rule takes every connection to `{host}` on port {port}.")
        }
        DropReason::ListenerTaken { host, port } => format!(
            "Another service already takes connections on port {port} that look the same, so those to `{host}` end up there."
        ),
        DropReason::ListenerLocked { host, port } => format!(
            "The Sidecar keeps port {port} for hosts of its choice, so `{host}` gets no listener on it."
        ),
        DropReason::DelegateMissing { delegate } => format!(
            "It leaves its requests to the VirtualService `{delegate}`, which the input does not hold, so it has no effect."
        ),
        DropReason::DelegateHidden { delegate } => format!(
            "The exportTo of `{delegate}` keeps it from this VirtualService's namespace, so the rule has no effect."
        ),
        DropReason::DelegateNested => {
            "It is itself a delegate; delegates of delegates are not followed, so the rule has no effect."
                .to_owned()
        }
        DropReason::DelegateConflict => {
            "Its condition lies outside what the delegating rule takes, so no request can get here."
                .to_owned()
        }
        DropReason::DelegateUnused => {
            "It has no hosts, which makes it a delegate, and no other VirtualService delegates to it."
                .to_owned()
        }
        DropReason::NotImported => {
            "The Sidecar of this workload does not import it, so its rules do not count here.".to_owned()
        }
        DropReason::UnknownGateway { gateway } => format!(
            "It is bound to the Gateway `{gateway}`, which the input does not hold or no workload serves."
        ),
    }
}

//! How a connection leaves a sidecar's workload: the listener and what it takes connections by (SC-16, TLS-9, TLS-10).

use pilothouse_analysis::{
    effective::{Address, DropReason, FilterChain, Listener, Section},
    mesh::{Protocol, Service},
    trace::{Connection, Trace},
};

use super::steps::Steps;
use crate::{destinations, places::Places, words};

impl Steps<'_> {
    /// What becomes of a connection that a sidecar takes.
    pub(super) fn outbound(&mut self) {
        let trace = self.trace;
        let (port, name) = (trace.request.port, trace.request.hostname());
        let listener = |at: usize| &trace.config.outbound[at];
        match &trace.connection {
            Connection::NoListener => {
                let text = format!(
                    "No service that this sidecar knows has an HTTP port {port}, so it has no routes for it."
                );
                self.add("listener", Some(false), text, "SC-8");
            }
            Connection::ListenerRefused { refusal, .. } => self.refused("listener", refusal),
            Connection::RoutesRefused { refusal, .. } => self.refused("route configuration", refusal),
            Connection::Routes { .. } => {
                let text = format!("Port {port}: the sidecar looks into its routes for this port.");
                self.add("listener", Some(true), text, "SC-8");
            }
            Connection::NotOpened { .. } => {
                let text = format!(
                    "Port {port}: the sidecar expects plain HTTP here, and this request comes with TLS."
                );
                self.add("listener", Some(false), text, "ENV-4");
            }
            Connection::PlainToTls { .. } => {
                let text = format!(
                    "Port {port}: connections are told apart by server name, and a plain one has none."
                );
                self.add("listener", Some(false), text, "ENV-4");
            }
            Connection::NoChain { listener: at } => {
                let text = format!("Server name `{name}`: nothing takes it.{}", taken_names(listener(*at)));
                self.add("server-name", Some(false), text, "ENV-2");
            }
            Connection::Stream { listener: at, chain } => {
                self.stream(listener(*at), &listener(*at).chains[*chain]);
            }
        }
    }

    fn stream(&mut self, listener: &Listener, chain: &FilterChain) {
        let trace = self.trace;
        let (port, name, tls) =
            (trace.request.port, trace.request.hostname(), trace.request.scheme == "https");
        let Some(host) = chain.service.as_deref() else {
            let (kind, text, id) = if listener.chains.len() == 1 {
                let text = format!(
                    "`{name}` port {port}: the sidecar knows no service that this connection could be for."
                );
                ("listener", text, "SC-13")
            } else if tls && speaks_http(listener) {
                (
                    "listener",
                    format!("Port {port} is for plain HTTP: no route sees what comes with TLS."),
                    "SC-16",
                )
            } else if tls {
                let text = format!(
                    "Server name `{name}`: no rule or service of this port takes it.{}",
                    taken_names(listener)
                );
                ("server-name", text, "TLS-9")
            } else {
                let text = format!(
                    "Port {port}: connections are told apart by server name, and a plain one has none."
                );
                ("server-name", text, "TLS-9")
            };
            self.add(kind, Some(true), text, id).origin =
                chain.origin.map(|origin| self.places.place(origin));
            self.networks(listener);
            return;
        };
        let short = destinations::short(host, &trace.proxy.namespace);
        let protocol =
            service(self.places, trace).and_then(|service| service.port(port)).map(|port| port.protocol);
        let speaks = match protocol {
            Some(Protocol::Detected) if tls => "it shows that this is no plain HTTP".to_owned(),
            Some(Protocol::Detected) | None => "it is taken as plain TCP".to_owned(),
            Some(protocol) => format!("the port speaks {}", protocol.as_str()),
        };
        let text = format!("`{short}` port {port}: {speaks}, so no HTTP route sees the connection.");
        self.add("listener", Some(true), text, "TLS-7");
        self.without_effect(host);
        let is_tls = protocol.is_some_and(Protocol::is_tls);
        let (kind, section, id) =
            if is_tls { ("server-name", "TLS", "TLS-9") } else { ("listener", "TCP", "TLS-10") };
        let text = match chain.origin {
            Some(origin) => format!("A {section} rule of {} takes it.", self.named(origin.resource)),
            None => {
                format!("No VirtualService has a {section} rule for it, so it goes to the service as it is.")
            }
        };
        let place = chain.origin.map(|origin| self.places.place(origin));
        self.add(kind, Some(true), text, id).origin = place;
        self.networks(listener);
        if is_tls && !tls {
            let text = "The port is meant for TLS, and this request comes in plain.".to_owned();
            self.add("detail", None, text, "ENV-4");
        }
    }

    /// VirtualServices whose HTTP rules do not count, since the port is for something else.
    fn without_effect(&mut self, host: &str) {
        let reason = DropReason::NoPortFor { section: Section::Http, host: Some(host.to_owned()) };
        let config = self.trace.config.clone();
        for dropped in config.dropped.iter().filter(|dropped| dropped.reason == reason) {
            let text =
                format!("The HTTP rules of {} have no effect on it.", self.named(dropped.origin.resource));
            let place = self.places.place(dropped.origin);
            self.add("listener", Some(false), text, "TLS-7").origin = Some(place);
        }
    }

    /// Chains that hang on an address nobody knows here.
    fn networks(&mut self, listener: &Listener) {
        let unknown = matches!(self.trace.address, Some(Address::Unknown | Address::Service(_)));
        let mut networks: Vec<String> = listener
            .chains
            .iter()
            .flat_map(|chain| &chain.networks)
            .map(|network| format!("`{network}`"))
            .collect();
        if unknown && !networks.is_empty() {
            networks.sort_unstable();
            networks.dedup();
            let text = format!(
                "Which address the host has is not known here, so what is for {} is left aside; a URL with an address tries it.",
                words::list(&networks, "and")
            );
            self.add("detail", None, text, "ENV-2");
        }
    }
}

/// What has to be said of a connection that does not fit the port it goes to.
pub(super) fn misfit(places: &Places<'_>, trace: &Trace) -> Option<String> {
    let Connection::Stream { listener, .. } = trace.connection else { return None };
    let listener = trace.config.outbound.get(listener)?;
    let chain = trace.chain()?;
    let tls = trace.request.scheme == "https";
    if chain.takes_the_rest() && tls && speaks_http(listener) {
        return Some("The port is for plain HTTP: whether TLS is understood there is up to what stands at the address.".into());
    }
    let protocol = service(places, trace)?.port(trace.request.port)?.protocol;
    (!tls && protocol.is_tls())
        .then(|| "The port is for TLS: what arrives there in plain will hardly be understood.".to_owned())
}

/// The service whose chain takes the connection.
fn service<'a>(places: &'a Places<'_>, trace: &Trace) -> Option<&'a Service> {
    let host = trace.chain()?.service.as_ref()?;
    let id = places.mesh().visible_service(host, &trace.proxy.namespace)?;
    Some(places.mesh().service(id))
}

fn speaks_http(listener: &Listener) -> bool {
    listener.chains.iter().any(|chain| chain.plain_http_only)
}

/// The server names that a listener does take.
fn taken_names(listener: &Listener) -> String {
    let names: Vec<String> = listener
        .chains
        .iter()
        .flat_map(|chain| &chain.server_names)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!(" There is {name}."),
        names => format!(" There are {}.", words::list(names, "and")),
    }
}

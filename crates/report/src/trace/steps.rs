//! The steps of a request: connection, server name, host, routes, and what the route does.

use pilothouse_analysis::{
    effective::{
        HeaderMatch, Origin, PathMatch, Refusal, RefusalReason, Route, RouteMatch, ServerRef, ValueTest,
    },
    mesh::ProxyKind,
    space::{Failed, RequestFacts},
    trace::{Answer, Connection, Share, Trace},
};

use crate::{actions, conditions, destinations, model::TraceStep, places::Places, words};

pub(super) fn steps(places: &Places<'_>, trace: &Trace) -> Vec<TraceStep> {
    let mut steps = Steps { places, trace, out: Vec::new() };
    match trace.proxy.kind {
        ProxyKind::Gateway => steps.connection(),
        ProxyKind::Sidecar => steps.outbound(),
    }
    steps.host();
    steps.routes();
    steps.action();
    steps.end();
    steps.out
}

pub(super) struct Steps<'a> {
    pub(super) places: &'a Places<'a>,
    pub(super) trace: &'a Trace,
    out: Vec<TraceStep>,
}

impl Steps<'_> {
    pub(super) fn add(&mut self, kind: &str, passed: Option<bool>, text: String, id: &str) -> &mut TraceStep {
        self.out.push(TraceStep {
            kind: kind.to_owned(),
            text,
            passed,
            id: (!id.is_empty()).then(|| id.to_owned()),
            ..TraceStep::default()
        });
        let at = self.out.len() - 1;
        &mut self.out[at]
    }

    pub(super) fn named(&self, resource: pilothouse_analysis::resource::ResourceId) -> String {
        format!("{} `{}`", self.places.mesh().resource(resource).key.kind, self.places.name(resource))
    }

    fn server_origin(&self, server: ServerRef) -> Origin {
        let gateway = self.places.mesh().gateway(server.gateway);
        Origin { resource: server.gateway, range: gateway.servers[server.index].range }
    }

    fn connection(&mut self) {
        let (config, port) = (self.trace.config.clone(), self.trace.request.port);
        let listener = |at: usize| &config.listeners[at];
        let tls = self.trace.request.scheme == "https";
        let name = self.trace.request.hostname().to_owned();
        match &self.trace.connection {
            Connection::NoListener => {
                let ports: Vec<String> =
                    config.listeners.iter().map(|listener| listener.port.to_string()).collect();
                let text = match ports.as_slice() {
                    [] => {
                        format!("Port {port}: nothing listens. No Gateway opens any port on this workload.")
                    }
                    ports => format!("Port {port}: nothing listens. Open are {}.", words::list(ports, "and")),
                };
                self.add("listener", Some(false), text, "GW-10");
            }
            Connection::ListenerRefused { refusal, .. } => self.refused("listener", refusal),
            Connection::RoutesRefused { refusal, .. } => self.refused("route configuration", refusal),
            Connection::PlainToTls { listener: at } => {
                let text = format!(
                    "Port {}: every server speaks TLS, and this request comes in plain.",
                    listener(*at).port
                );
                self.add("listener", Some(false), text, "ENV-4");
            }
            Connection::NoChain { listener: at } => {
                let names: Vec<String> = listener(*at)
                    .chains
                    .iter()
                    .flat_map(|chain| chain.server_names.clone())
                    .map(|it| format!("`{it}`"))
                    .collect();
                let text = match names.as_slice() {
                    [] => format!("Port {port}: it speaks no TLS."),
                    names => format!(
                        "Server name `{name}`: no server takes it. There are {}.",
                        words::list(names, "and")
                    ),
                };
                self.add("server-name", Some(false), text, "ENV-2");
            }
            Connection::NotOpened { listener: at, chain } => {
                let server = listener(*at).chains[*chain].server;
                let origin = server.map(|server| self.places.place(self.server_origin(server)));
                let text =
                    format!("Port {port}: the server speaks plain HTTP, and this request comes with TLS.");
                self.add("listener", Some(false), text, "ENV-4").origin = origin;
            }
            Connection::Stream { listener: at, chain } => {
                let origin = listener(*at).chains[*chain].origin;
                let text = if tls {
                    format!("Server name `{name}`: it is handed on unopened; HTTP routes never see it.")
                } else {
                    format!("Port {port}: bytes are handed on as they come; HTTP routes never see them.")
                };
                let place = origin.map(|origin| self.places.place(origin));
                self.add("server-name", Some(true), text, "TLS-1").origin = place;
            }
            // Only a sidecar is asked for a port alone.
            Connection::Routes { chain: None, .. } => {}
            Connection::Routes { chain: Some((at, chain)), server_name, .. } => {
                let server = listener(*at).chains[*chain].server;
                let by = server
                    .map(|server| format!(", opened by {}", self.named(server.gateway)))
                    .unwrap_or_default();
                let place = server.map(|server| self.places.place(self.server_origin(server)));
                self.add("listener", Some(true), format!("Port {port}: the gateway listens{by}."), "GW-4")
                    .origin = place.clone();
                if tls {
                    let text = match server_name {
                        Some(own) if own.eq_ignore_ascii_case(&name) => {
                            format!("Server name `{name}`: a server takes exactly this name.")
                        }
                        Some(own) => format!("Server name `{name}`: taken by `{own}`, the closest there is."),
                        None => format!("Server name `{name}`: taken by the server for all names."),
                    };
                    self.add("server-name", Some(true), text, "ENV-2").origin = place;
                }
            }
        }
    }

    pub(super) fn refused(&mut self, what: &str, refusal: &Refusal) {
        let why = match refusal.reason {
            RefusalReason::EqualChains => {
                let name = if refusal.what.is_empty() { "any server name" } else { &refusal.what };
                format!("two servers take connections for `{name}`")
            }
            RefusalReason::EqualDomains => format!("the host `{}` stands in it twice", refusal.what),
            RefusalReason::PartialWildcard => format!("it cannot match the server name `{}`", refusal.what),
            RefusalReason::Regex => format!("it cannot read the regular expression `{}`", refusal.what),
            RefusalReason::NoAction => format!("it knows no redirect status {}", refusal.what),
        };
        let text = format!("Envoy refuses this {what}: {why}. Whatever else it holds goes down with it.");
        let place = refusal.origins.last().map(|origin| self.places.place(*origin));
        self.add("listener", Some(false), text, "ENV-2").origin = place;
    }

    fn host(&mut self) {
        let asked = self.trace.request.host.clone();
        let Some(choice) = &self.trace.virtual_host else {
            if self.trace.answer == Answer::NoVirtualHost {
                let hosts: Vec<String> = match &self.trace.connection {
                    Connection::Routes { config, .. } => self.trace.config.route_configs[*config]
                        .virtual_hosts
                        .iter()
                        .flat_map(|host| host.domains.iter().take(1))
                        .take(6)
                        .map(|domain| format!("`{domain}`"))
                        .collect(),
                    _ => Vec::new(),
                };
                let known = words::list(&hosts, "and");
                let text =
                    format!("Host `{asked}`: no routes are for it. The routes of this port are for {known}.");
                self.add("host", Some(false), text, "RDS-12");
            }
            return;
        };
        let config = &self.trace.config.route_configs[choice.config];
        let host = &config.virtual_hosts[choice.host];
        let domain = choice.domain.clone();
        let generated = host.origins.is_empty() && host.service.is_none();
        let unbound = super::verdict::unbound(self.trace);
        let how = match domain.as_str() {
            "*" if unbound => format!("no VirtualService has routes for port {}", config.port),
            "*" if generated => "it is no host that the mesh knows".to_owned(),
            "*" => "taken by the virtual host for all hosts".to_owned(),
            domain if domain.starts_with('*') => format!("taken by `{domain}`, the closest there is"),
            domain => match host.name.strip_suffix(&format!(":{}", config.port)) {
                Some(name) if name != domain => format!("it stands for `{name}`"),
                _ => "there are routes for exactly this host".to_owned(),
            },
        };
        // What else would fit is never asked, even if nothing here takes the request.
        let lower = self.trace.request.hostname().to_lowercase();
        let wider: Vec<String> = config
            .virtual_hosts
            .iter()
            .flat_map(|host| &host.domains)
            .filter(|other| {
                let tail = other.strip_prefix('*');
                **other != domain
                    && **other != "*"
                    && tail.is_some_and(|tail| lower.len() > tail.len() && lower.ends_with(tail))
            })
            .map(|domain| format!("`{domain}`"))
            .collect();
        let mut text = format!("Host `{asked}`: {how}.");
        if !wider.is_empty() {
            text.push_str(&format!(
                " {} fits too and is not asked, whatever comes now.",
                words::list(&wider, "and")
            ));
        }
        let names: Vec<String> = pilothouse_analysis::mesh::host::unique(
            host.origins.iter().map(|origin| self.places.name(origin.resource)),
        )
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
        if names.len() > 1 {
            text.push_str(&format!(" Its routes come from {}.", words::list(&names, "and")));
        }
        let place = host.origins.first().map(|origin| self.places.place(*origin));
        let id = if unbound { "RDS-11" } else { "ENV-1" };
        self.add("host", Some(!unbound), text, id).origin = place;
        if let Answer::TlsRequired { .. } = self.trace.answer {
            let text = "The Gateway asks for https on this host, and this request is plain.".to_owned();
            let place = host.require_tls.map(|origin| self.places.place(origin));
            self.add("redirect", Some(true), text, "RDS-10").origin = place;
        }
    }

    fn routes(&mut self) {
        let Some(host) = self.trace.chosen_host() else { return };
        let facts = RequestFacts::new(&self.trace.request);
        for tried in &self.trace.tried {
            let route = &host.routes[tried.route].route;
            let what = match_words(&route.matcher);
            let (passed, text) = match (tried.failed, &facts) {
                (Some(failed), Some(facts)) => {
                    (false, format!("{what}: no, {}", failure(&route.matcher, failed, facts)))
                }
                (Some(_), None) => (false, format!("{what}: no")),
                (None, _) => (true, format!("{what}: yes")),
            };
            let number = tried.route as u32 + 1;
            let place = route.origin.map(|origin| self.places.place(origin.match_origin));
            let step = self.add("route", Some(passed), text, "");
            step.route = Some(number);
            step.origin = place;
        }
        if self.trace.answer == Answer::NoRoute && !super::verdict::unbound(self.trace) {
            let text = match host.routes.len() {
                0 => "There is no route for this host.".to_owned(),
                1 => "The only route of the host does not take it. No other host's routes are tried."
                    .to_owned(),
                many => format!("None of the {many} routes takes it. No other host's routes are tried."),
            };
            self.add("route", Some(false), text, "RDS-9");
        }
    }

    fn action(&mut self) {
        if let Connection::Stream { .. } = self.trace.connection {
            for share in self.trace.stream(self.places.analysis) {
                self.destination(&share, &self.trace.proxy.namespace, "The connection is closed.");
            }
            return;
        }
        let Some(route) = self.trace.matched_route() else { return };
        let namespace = super::verdict::owner(self.places, self.trace);
        let place = route.origin.map(|origin| self.places.place(origin.rule()));
        match &self.trace.answer {
            Answer::Redirect { status, location } => {
                self.add("action", None, format!("Redirect with {status} to `{location}`."), "HM-12")
                    .origin = place;
            }
            Answer::Response { status } => {
                self.add("action", None, format!("Answer with {status}."), "HM-13").origin = place;
            }
            Answer::Forwarded { shares, upstream } => {
                for share in shares {
                    self.destination(share, &namespace, "That is 503.");
                }
                self.details(route, &namespace);
                if shares.iter().all(|share| share.missing().is_some()) {
                    return;
                }
                let text = format!("The destination sees `{}` for host `{}`.", upstream.path, upstream.host);
                self.add("upstream", None, text, "HM-16");
            }
            _ => {}
        }
    }

    fn destination(&mut self, share: &Share, namespace: &str, lost: &str) {
        let cluster = &share.cluster.cluster;
        let place = cluster.origin.map(|origin| self.places.place(origin));
        if cluster.host.is_empty() {
            let (passed, text) = match share.missing() {
                Some(missing) => (false, destinations::why(self.places, cluster, missing)),
                None => (true, "To the address that was asked for.".to_owned()),
            };
            self.add("destination", Some(passed), text, "SC-13");
            return;
        }
        let subset =
            if cluster.subset.is_empty() { String::new() } else { format!(", subset `{}`", cluster.subset) };
        let percent = if share.percent >= 100.0 {
            String::new()
        } else {
            format!("{} ", words::percent(share.percent))
        };
        let to = if percent.is_empty() { "To" } else { "to" };
        let text = format!(
            "{percent}{to} `{}` port {}{subset}.",
            destinations::short(&cluster.host, namespace),
            cluster.port
        );
        match share.missing() {
            Some(missing) => {
                let why = destinations::why(self.places, cluster, missing);
                self.add("destination", Some(false), format!("{text} {why} {lost}"), "SUB-3").origin = place;
            }
            None => {
                let found = self.places.analysis.effective.find_cluster(&self.trace.proxy, cluster).ok();
                let rule = found.as_ref().and_then(|found| found.rule);
                let policy = match (rule, &found) {
                    (Some(rule), Some(found)) => {
                        format!(" {} applies, with {}.", self.named(rule), found.lb_policy.as_str())
                    }
                    _ => String::new(),
                };
                let assumed =
                    found.as_ref().is_some_and(|found| self.places.mesh().service(found.service).assumed());
                let assumed = if assumed {
                    " The input does not hold this service; it is assumed to exist."
                } else {
                    ""
                };
                self.add("destination", Some(true), format!("{text}{policy}{assumed}"), "SUB-1").origin =
                    place;
            }
        }
    }

    /// Rewrites, timeouts, retries, mirrors, faults, headers.
    fn details(&mut self, route: &Route, namespace: &str) {
        let cell = actions::cell(self.places, &self.trace.proxy, namespace, route);
        for detail in cell.details {
            self.add("detail", None, format!("{}.", words::capitalised(&detail)), "");
        }
    }

    fn end(&mut self) {
        let verdict = super::verdict::verdict(self.places, self.trace);
        self.add("end", Some(verdict.tone == "ok"), verdict.sentence, "");
    }
}

/// A match in one line: `prefix /api, method = GET`.
fn match_words(matcher: &RouteMatch) -> String {
    let all = conditions::conditions(matcher);
    if all.is_empty() {
        return "every request".to_owned();
    }
    let words: Vec<String> = all
        .into_iter()
        .map(|it| if it.value.is_empty() { it.subject } else { format!("{} `{}`", it.subject, it.value) })
        .collect();
    words::list(&words, "and")
}

/// Why a condition does not hold.
fn failure(matcher: &RouteMatch, failed: Failed, facts: &RequestFacts) -> String {
    match failed {
        Failed::Path => {
            let path = words::excerpt(&facts.path);
            match &matcher.path {
                PathMatch::Exact(_) => format!("the path is {path}"),
                PathMatch::Prefix(_) => format!("the path {path} begins otherwise"),
                PathMatch::Regex(_) => format!("the path {path} as a whole does not match"),
            }
        }
        Failed::Header(at) => header_failure(&matcher.headers[at], facts),
        Failed::Query(at) => {
            let query = &matcher.query[at];
            match facts.parameters.get(&query.name) {
                None => format!("there is no query parameter `{}`", query.name),
                Some(value) => format!("`{}` is {}", query.name, words::excerpt(value)),
            }
        }
        Failed::Claim(at) => {
            format!("`{}` needs a verified token, and none is simulated here", matcher.claims[at].name)
        }
    }
}

fn header_failure(header: &HeaderMatch, facts: &RequestFacts) -> String {
    let (what, value) = match header.name.as_str() {
        ":method" => ("the method".to_owned(), Some(&facts.method)),
        ":scheme" => ("the scheme".to_owned(), Some(&facts.scheme)),
        ":authority" => ("the host".to_owned(), Some(&facts.authority)),
        name => (format!("`{name}`"), facts.headers.get(&name.to_ascii_lowercase())),
    };
    match (value, &header.test, header.invert) {
        (None, _, false) => format!("the header {what} is not sent"),
        (None, _, true) => format!("the header {what} is not sent, which counts as an empty one"),
        (Some(_), ValueTest::Present, true) => format!("the header {what} is sent"),
        (Some(value), ..) => format!("{what} is {}", words::excerpt(value)),
    }
}

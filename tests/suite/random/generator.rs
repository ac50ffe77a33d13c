//! Configurations at random, within the fields that are modelled, mostly such as the admission takes.

use pilothouse_analysis::Sources;
use serde_json::{Value, json};

use super::numbers::Random;

/// Resources, one document each.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) documents: Vec<Value>,
}

/// Regular expressions that conditions use; `interpreter` knows what each means.
pub(crate) const PATTERNS: &[&str] = &[".*", "/.*", "/api/[^/]+", "/(cart|login)", "v[0-9]+", "(?i)/tea"];

const NAMESPACES: &[&str] = &["shop", "team", "istio-system"];
const SERVICES: &[&str] = &["web", "api", "cart"];
const PATHS: &[&str] = &["/", "/a", "/api", "/api/v1", "/cart", "/Cart", "/tea", "", "/login"];
const HEADERS: &[&str] = &["x-a", "x-user", "x-canary"];
const VALUES: &[&str] = &["1", "v1", "v2", "jason"];
const SUBSETS: &[&str] = &["v1", "v2", "canary"];
const GATEWAY_HOSTS: &[&str] =
    &["*", "*.example.com", "shop.example.com", "www.example.com", "Shop.example.com", "*.shop.example.com"];
const HOSTS: &[&str] = &[
    "shop.example.com",
    "www.example.com",
    "*.example.com",
    "a.shop.example.com",
    "Shop.example.com",
    "web",
    "api",
    "cart.team.svc.cluster.local",
    "*.shop.svc.cluster.local",
    "*.local",
    "web.shop",
    "api.example.org",
    "*.example.org",
];

impl Configuration {
    /// The documents in one text.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<String> = self.documents.iter().map(|it| format!("{it:#}\n")).collect();
        // A text that begins with a brace would be read as JSON, and end with its first document.
        format!("# Made at random.\n{}", texts.join("---\n"))
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources::single("random.yaml", self.text())
    }

    /// The same with the documents in another order, over several files.
    pub(crate) fn shuffled(&self, random: &mut Random) -> Sources {
        let mut documents = self.documents.clone();
        for at in (1..documents.len()).rev() {
            documents.swap(at, random.below(at + 1));
        }
        let mut sources = Sources::default();
        for (at, part) in documents.chunks(1 + random.below(5)).enumerate() {
            sources.add(format!("part-{at}.yaml"), Configuration { documents: part.to_vec() }.text());
        }
        sources
    }
}

/// Hands out names that no host has in it: `n007n`.
struct Generator<'r> {
    random: &'r mut Random,
    names: usize,
    gateways: Vec<(String, String)>,
    delegates: Vec<(String, String)>,
    documents: Vec<Value>,
}

/// A configuration of some size.
pub(crate) fn configuration(random: &mut Random) -> Configuration {
    let (gateways, delegates) = (Vec::new(), Vec::new());
    let mut generator = Generator { random, names: 0, gateways, delegates, documents: Vec::new() };
    generator.services();
    generator.many(2, Generator::service_entry);
    generator.many(3, Generator::gateway);
    generator.many(2, Generator::delegate);
    generator.many(6, Generator::virtual_service);
    generator.many(4, Generator::destination_rule);
    generator.many(2, Generator::sidecar);
    Configuration { documents: generator.documents }
}

impl Generator<'_> {
    fn many(&mut self, most: usize, make: fn(&mut Self)) {
        for _ in 0..self.random.below(most + 1) {
            make(self);
        }
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.random.below(from.len())]
    }

    fn name(&mut self) -> String {
        self.names += 1;
        // Names are not in the order of the documents.
        format!("n{:03}n", (self.names * 37) % 211)
    }

    fn metadata(&mut self, namespace: &str) -> Value {
        let mut out = json!({ "name": self.name(), "namespace": namespace });
        if self.random.once_in(2) {
            let date = self.pick(&["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"]);
            out["creationTimestamp"] = json!(date);
        }
        out
    }

    fn add(&mut self, kind: &str, metadata: Value, spec: Value) {
        self.documents.push(json!({
            "apiVersion": "networking.istio.io/v1alpha3",
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        }));
    }

    fn export_to(&mut self, spec: &mut Value) {
        if self.random.once_in(3) {
            let choices = [json!(["."]), json!(["*"]), json!(["team"]), json!(["shop", "istio-system"])];
            spec["exportTo"] = self.random.pick(&choices).clone();
        }
    }

    fn services(&mut self) {
        let mut address = 0;
        for namespace in ["shop", "team"] {
            for service in SERVICES {
                if self.random.once_in(3) {
                    continue;
                }
                let headless = self.random.once_in(8);
                let ports = [
                    json!({ "name": "http", "port": 80 }),
                    json!({ "name": "http-alt", "port": 8080 }),
                    json!({ "name": "plain", "port": 9080 }),
                    json!({ "name": "https", "port": 443 }),
                    json!({ "name": "tcp-db", "port": 3306 }),
                ];
                let mut ports: Vec<Value> = ports.into_iter().filter(|_| self.random.once_in(2)).collect();
                // What is made of a detected port of a headless service hangs on its endpoints.
                ports.retain(|port| !headless || port["name"] != "plain");
                if ports.is_empty() {
                    ports.push(json!({ "name": "http", "port": 80 }));
                }
                address += 1;
                let ip = if headless { "None".to_owned() } else { format!("10.0.0.{address}") };
                let mut metadata = json!({ "name": service, "namespace": namespace });
                if self.random.once_in(8) {
                    metadata["annotations"] =
                        json!({ "networking.istio.io/exportTo": self.pick(&[".", "team"]) });
                }
                let selector = json!({ "app": service });
                let spec = json!({ "clusterIP": ip, "ports": ports, "selector": selector });
                self.documents.push(
                    json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec }),
                );
            }
        }
        if self.random.once_in(4) {
            let ports =
                json!([{ "name": "http", "port": 80, "targetPort": 8080 }, { "name": "https", "port": 443 }]);
            self.documents.push(json!({
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": { "name": "ingress", "namespace": "istio-system" },
                "spec": { "selector": { "istio": "ingressgateway" }, "clusterIP": "10.0.1.1", "ports": ports },
            }));
        }
    }

    fn service_entry(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        let wild = self.random.once_in(2);
        let mut spec = json!({
            "hosts": [if wild { "*.example.org" } else { "api.example.org" }],
            "location": "MESH_EXTERNAL",
            "resolution": if wild { "NONE" } else { "DNS" },
            "ports": [{ "number": 80, "name": "http", "protocol": "HTTP" }],
        });
        self.export_to(&mut spec);
        self.add("ServiceEntry", metadata, spec);
    }

    fn gateway(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        self.gateways.push((namespace.to_owned(), metadata["name"].as_str().unwrap_or_default().to_owned()));
        let servers: Vec<Value> = (0..1 + self.random.below(3)).map(|at| self.server(at)).collect();
        let mut spec = json!({ "servers": servers });
        match self.random.below(3) {
            0 => spec["selector"] = json!({ "istio": "ingressgateway" }),
            1 => spec["selector"] = json!({ "istio": "ingressgateway", "app": "edge" }),
            _ => {}
        }
        self.add("Gateway", metadata, spec);
    }

    fn server(&mut self, at: usize) -> Value {
        let hosts: Vec<String> = (0..1 + self.random.below(2))
            .map(|_| {
                let host = self.pick(GATEWAY_HOSTS);
                let prefix =
                    if self.random.once_in(3) { self.pick(&["./", "*/", "shop/", "team/"]) } else { "" };
                format!("{prefix}{host}")
            })
            .collect();
        let ended = json!({ "mode": "SIMPLE", "serverCertificate": "/c", "privateKey": "/k" });
        let (protocol, numbers, tls): (&str, &[u32], Option<Value>) = match self.random.below(9) {
            0 => ("HTTP2", &[80, 8080], None),
            1 => ("HTTP", &[80], Some(json!({ "httpsRedirect": true }))),
            2 | 3 => ("HTTPS", &[443, 8443], Some(ended)),
            4 => ("TLS", &[443, 8443], Some(json!({ "mode": "PASSTHROUGH" }))),
            5 => ("TCP", &[9000, 80], None),
            6 => ("TLS", &[9443], Some(ended)),
            _ => ("HTTP", &[80, 8080], None),
        };
        let number = *self.random.pick(numbers);
        let mut server = json!({ "port": { "number": number, "name": format!("p{at}"), "protocol": protocol }, "hosts": hosts });
        if let Some(tls) = tls {
            server["tls"] = tls;
        }
        server
    }

    fn delegate(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        self.delegates.push((namespace.to_owned(), metadata["name"].as_str().unwrap_or_default().to_owned()));
        let rules: Vec<Value> = (0..1 + self.random.below(3)).map(|_| self.rule(false)).collect();
        let mut spec = json!({ "http": rules });
        self.export_to(&mut spec);
        self.add("VirtualService", metadata, spec);
    }

    fn virtual_service(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        let mut hosts = vec![self.pick(HOSTS)];
        if self.random.once_in(3) {
            let other = self.pick(&["other.example.net", "api.team.svc.cluster.local", "bare"]);
            hosts.push(other);
        }
        let mut gateways: Vec<String> = Vec::new();
        if !self.random.once_in(3) && !self.gateways.is_empty() {
            for _ in 0..1 + self.random.below(2) {
                let (namespace, name) = self.random.pick(&self.gateways).clone();
                gateways.push(format!("{namespace}/{name}"));
            }
        }
        if self.random.once_in(3) && !gateways.is_empty() {
            gateways.push("mesh".into());
        }
        if !gateways.is_empty() && !gateways.iter().any(|it| it == "mesh") && self.random.once_in(6) {
            hosts = vec!["*"];
        }
        let mut spec = json!({ "hosts": hosts, "gateways": gateways });
        if !self.random.once_in(6) {
            spec["http"] = (0..1 + self.random.below(4)).map(|_| self.rule(true)).collect();
        }
        if self.random.once_in(4) || spec.get("http").is_none() {
            let block = self.l4_match();
            let route = json!([{ "destination": self.destination() }]);
            spec["tcp"] = json!([{ "match": [block], "route": route }, { "route": route }]);
        }
        if self.random.once_in(4) {
            let mut block = self.l4_match();
            block["sniHosts"] = json!([hosts[0]]);
            spec["tls"] = json!([{ "match": [block], "route": [{ "destination": self.destination() }] }]);
        }
        self.export_to(&mut spec);
        self.add("VirtualService", metadata, spec);
    }

    fn l4_match(&mut self) -> Value {
        let mut block = json!({});
        if self.random.once_in(3) {
            block["port"] = json!(self.random.pick(&[443, 9000, 3306]));
        }
        if self.random.once_in(5) {
            block["sourceLabels"] = json!({ "app": "till" });
        }
        block
    }

    fn rule(&mut self, delegates: bool) -> Value {
        let mut rule = json!({});
        if self.random.once_in(4) {
            rule["name"] = json!(self.pick(&["main", "beta"]));
        }
        if !self.random.once_in(4) {
            rule["match"] = (0..1 + self.random.below(3)).map(|_| self.block()).collect();
        }
        if delegates && self.random.once_in(6) && !self.delegates.is_empty() {
            let (namespace, name) = self.random.pick(&self.delegates).clone();
            rule["delegate"] = json!({ "namespace": namespace, "name": name });
            return rule;
        }
        match self.random.below(8) {
            0 => rule["redirect"] = json!({ "uri": "/moved", "redirectCode": 302 }),
            1 => rule["directResponse"] = json!({ "status": 503 }),
            2 => {
                let [first, second] = [self.destination(), self.destination()];
                let weight = self.random.below(101);
                rule["route"] = json!([
                    { "destination": first, "weight": weight },
                    { "destination": second, "weight": 100 - weight },
                ]);
            }
            _ => rule["route"] = json!([{ "destination": self.destination() }]),
        }
        if rule.get("route").is_some() {
            match self.random.below(6) {
                0 => rule["timeout"] = json!("3s"),
                1 => rule["rewrite"] = json!({ "uri": "/new" }),
                2 => rule["retries"] = json!({ "attempts": 3, "perTryTimeout": "1s" }),
                3 => rule["mirror"] = self.destination(),
                4 => rule["fault"] = json!({ "abort": { "httpStatus": 503, "percentage": { "value": 10 } } }),
                _ => {}
            }
        }
        if self.random.once_in(6) {
            rule["headers"] = json!({ "request": { "set": { "x-env": "blue" }, "remove": ["x-secret"] } });
        }
        rule
    }

    fn block(&mut self) -> Value {
        let mut block = json!({});
        match self.random.below(5) {
            0 => block["uri"] = json!({ "exact": self.pick(&PATHS[..6]) }),
            1 | 2 => block["uri"] = json!({ "prefix": self.pick(PATHS) }),
            3 => block["uri"] = json!({ "regex": self.pick(PATTERNS) }),
            _ => {}
        }
        if self.random.once_in(5) {
            block["ignoreUriCase"] = json!(true);
        }
        if self.random.once_in(4) {
            let (name, test) = (self.pick(HEADERS), self.test());
            block["headers"] = json!({ name: test });
        }
        if self.random.once_in(6) {
            let (name, test) = (self.pick(HEADERS), self.test());
            block["withoutHeaders"] = json!({ name: test });
        }
        if self.random.once_in(6) {
            block["queryParams"] = json!({ "q": self.test() });
        }
        if self.random.once_in(6) {
            block["method"] = json!({ "exact": self.pick(&["GET", "POST"]) });
        }
        if self.random.once_in(8) {
            block["authority"] = json!({ "prefix": self.pick(&["shop", "web"]) });
        }
        if self.random.once_in(6) {
            block["port"] = json!(self.random.pick(&[80, 443, 8080]));
        }
        if self.random.once_in(8) {
            block["sourceLabels"] = json!({ "app": "till" });
        }
        if self.random.once_in(10) {
            block["sourceNamespace"] = json!(self.pick(NAMESPACES));
        }
        if self.random.once_in(8) && !self.gateways.is_empty() {
            let (namespace, name) = self.random.pick(&self.gateways).clone();
            block["gateways"] = json!([format!("{namespace}/{name}")]);
        }
        if self.random.once_in(8) {
            block["name"] = json!("block");
        }
        block
    }

    fn test(&mut self) -> Value {
        match self.random.below(4) {
            0 => json!({}),
            1 => json!({ "prefix": "v" }),
            2 => json!({ "regex": "v[0-9]+" }),
            _ => json!({ "exact": self.pick(VALUES) }),
        }
    }

    fn destination(&mut self) -> Value {
        let host =
            self.pick(&["web", "api", "cart", "web.shop.svc.cluster.local", "api.example.org", "ghost"]);
        let mut out = json!({ "host": host });
        if self.random.once_in(2) {
            out["port"] = json!({ "number": self.random.pick(&[80, 8080, 9080, 443, 3306]) });
        }
        if self.random.once_in(3) {
            out["subset"] = json!(self.pick(SUBSETS));
        }
        out
    }

    fn destination_rule(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        let host =
            self.pick(&["web", "api", "web.shop.svc.cluster.local", "*.local", "*.example.org", "cart"]);
        let mut spec = json!({ "host": host });
        let mut subsets: Vec<Value> = Vec::new();
        for name in SUBSETS {
            if self.random.once_in(2) {
                let mut subset = json!({ "name": name, "labels": { "version": name } });
                if self.random.once_in(3) {
                    subset["trafficPolicy"] = self.policy();
                }
                subsets.push(subset);
            }
        }
        spec["subsets"] = json!(subsets);
        if self.random.once_in(2) {
            spec["trafficPolicy"] = self.policy();
        }
        if self.random.once_in(5) {
            spec["workloadSelector"] = json!({ "matchLabels": { "app": self.pick(&["till", "edge"]) } });
        } else {
            self.export_to(&mut spec);
        }
        self.add("DestinationRule", metadata, spec);
    }

    fn policy(&mut self) -> Value {
        match self.random.below(4) {
            0 => json!({ "loadBalancer": { "simple": "RANDOM" } }),
            1 => json!({ "loadBalancer": { "consistentHash": { "httpHeaderName": "x-user" } } }),
            2 => json!({ "connectionPool": { "tcp": { "maxConnections": 10 } } }),
            _ => {
                json!({ "portLevelSettings": [{ "port": { "number": 80 }, "loadBalancer": { "simple": "ROUND_ROBIN" } }] })
            }
        }
    }

    fn sidecar(&mut self) {
        let namespace = self.pick(NAMESPACES);
        let metadata = self.metadata(namespace);
        let hosts: Vec<&str> = (0..1 + self.random.below(2))
            .map(|_| {
                self.pick(&["*/*", "./*", "shop/*", "team/web.team.svc.cluster.local", "*/*.example.org"])
            })
            .collect();
        let mut spec = json!({ "egress": [{ "hosts": hosts }] });
        if self.random.once_in(2) {
            spec["workloadSelector"] = json!({ "labels": { "app": "till" } });
        }
        if self.random.once_in(3) {
            spec["outboundTrafficPolicy"] = json!({ "mode": "REGISTRY_ONLY" });
        }
        self.add("Sidecar", metadata, spec);
    }
}

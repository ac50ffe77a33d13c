//! Protocols of ports, and how a port comes to one (SC-14, GW-1).

/// A protocol as istiod tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP/1.1.
    Http,
    /// HTTP/2.
    Http2,
    /// gRPC.
    Grpc,
    /// gRPC over HTTP/1.1.
    GrpcWeb,
    /// A forward proxy.
    HttpProxy,
    /// HTTP inside TLS.
    Https,
    /// TLS.
    Tls,
    /// Opaque TCP.
    Tcp,
    /// MongoDB.
    Mongo,
    /// Redis.
    Redis,
    /// MySQL.
    MySql,
    /// UDP.
    Udp,
    /// None that is known: it is detected at run time.
    Detected,
}

impl Protocol {
    /// A protocol by its name, in any case (GW-1).
    pub fn parse(name: &str) -> Protocol {
        match name.to_ascii_lowercase().as_str() {
            "http" => Protocol::Http,
            "http2" => Protocol::Http2,
            "grpc" => Protocol::Grpc,
            "grpc-web" => Protocol::GrpcWeb,
            "http_proxy" => Protocol::HttpProxy,
            "https" => Protocol::Https,
            "tls" => Protocol::Tls,
            "tcp" => Protocol::Tcp,
            "mongo" => Protocol::Mongo,
            "redis" => Protocol::Redis,
            "mysql" => Protocol::MySql,
            "udp" => Protocol::Udp,
            _ => Protocol::Detected,
        }
    }

    /// The protocol of a Kubernetes Service's port (SC-14).
    pub fn of_kubernetes_port(
        number: u32,
        name: &str,
        app_protocol: Option<&str>,
        transport: Option<&str>,
    ) -> Protocol {
        if transport == Some("UDP") {
            return Protocol::Udp;
        }
        let name = match app_protocol {
            Some("kubernetes.io/h2c") => return Protocol::Http2,
            Some("kubernetes.io/ws") => return Protocol::Http,
            Some("kubernetes.io/wss") => return Protocol::Https,
            Some(app_protocol) => app_protocol,
            None => name,
        };
        if name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("grpc-web")) {
            return Protocol::GrpcWeb;
        }
        match Protocol::parse(name.split('-').next().unwrap_or_default()) {
            // Servers that speak first cannot be detected.
            Protocol::Detected if matches!(number, 25 | 53 | 3306 | 27017) => Protocol::Tcp,
            protocol => protocol,
        }
    }

    /// Whether it is one of the HTTP family (GW-1).
    pub fn is_http(self) -> bool {
        matches!(
            self,
            Protocol::Http | Protocol::Http2 | Protocol::Grpc | Protocol::GrpcWeb | Protocol::HttpProxy
        )
    }

    /// Whether it is HTTP, or may turn out to be.
    pub fn may_be_http(self) -> bool {
        self.is_http() || self == Protocol::Detected
    }

    /// Whether it is TLS on the wire (GW-1).
    pub fn is_tls(self) -> bool {
        matches!(self, Protocol::Https | Protocol::Tls)
    }

    /// The name that Istio prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Http => "HTTP",
            Protocol::Http2 => "HTTP2",
            Protocol::Grpc => "GRPC",
            Protocol::GrpcWeb => "GRPC-Web",
            Protocol::HttpProxy => "HTTP_PROXY",
            Protocol::Https => "HTTPS",
            Protocol::Tls => "TLS",
            Protocol::Tcp => "TCP",
            Protocol::Mongo => "MONGO",
            Protocol::Redis => "REDIS",
            Protocol::MySql => "MYSQL",
            Protocol::Udp => "UDP",
            Protocol::Detected => "detected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Protocol::{self, *};

    #[test]
    fn sc_14_port_names() {
        for (number, name, app, protocol) in [
            (80, "http", None, Http),
            (80, "http-web", None, Http),
            (80, "HTTP2-x", None, Http2),
            (80, "grpc-web-x", None, GrpcWeb),
            (80, "grpc-x", None, Grpc),
            (80, "web", None, Detected),
            (80, "", None, Detected),
            (3306, "", None, Tcp),
            (3306, "mysql", None, MySql),
            (80, "tcp-db", Some("http"), Http),
            (80, "x", Some("kubernetes.io/h2c"), Http2),
            (443, "https", None, Https),
            (1, "tls-x", None, Tls),
        ] {
            assert_eq!(Protocol::of_kubernetes_port(number, name, app, None), protocol, "{name}");
        }
        assert_eq!(Protocol::of_kubernetes_port(80, "http", None, Some("UDP")), Udp);
    }
}

//! A request as a person would write it down.

use std::fmt;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The method, as sent.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The Host header, with a port only where one is sent; of `https` also the server name.
    pub host: String,
    /// The path with its query, as sent.
    pub path: String,
    /// The port the connection goes to.
    pub port: u32,
    /// Further headers in order, names in any case.
    pub headers: Vec<(String, String)>,
}

/// Why a text is no request; each says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The URL has no scheme.
    #[error("`{0}` is no URL: write it with its scheme, such as http://shop.example.com/")]
    NoScheme(String),
    /// The scheme is another one.
    #[error("`{0}` is neither http nor https: only these are routed here")]
    Scheme(String),
    /// The URL has no host.
    #[error("`{0}` has no host: write it behind the scheme, such as http://shop.example.com/")]
    NoHost(String),
    /// The host holds what no host can.
    #[error("`{0}` is no host: it holds a blank, a user name or a control character")]
    Host(String),
    /// The port is none.
    #[error("`{0}` is no port: write a number from 1 to 65535")]
    Port(String),
    /// The path holds what no request line can.
    #[error("the path holds a blank or a control character: write it percent-encoded, a blank as %20")]
    Path,
    /// The method is no token.
    #[error("`{0}` is no method: write a word such as GET")]
    Method(String),
    /// A header's name is no token.
    #[error("`{0}` is no header name")]
    HeaderName(String),
    /// A header's value holds a line break or another control character.
    #[error("the value of `{0}` holds a control character")]
    HeaderValue(String),
}

impl Request {
    /// Reads a URL; the connection goes to the URL's port, or to that of its scheme.
    pub fn new(method: &str, url: &str) -> Result<Request, RequestError> {
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(RequestError::Method(shortened(method)));
        }
        let (scheme, rest) = url.split_once("://").ok_or_else(|| RequestError::NoScheme(shortened(url)))?;
        let scheme = scheme.to_ascii_lowercase();
        let implied = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(RequestError::Scheme(shortened(&scheme))),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        if host.is_empty() || host.starts_with(':') {
            return Err(RequestError::NoHost(shortened(url)));
        }
        if host
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '@' | '\\' | '"' | '<' | '>'))
        {
            return Err(RequestError::Host(shortened(host)));
        }
        let port = match port_of(host) {
            None => implied,
            Some(text) => {
                let number = text.parse().ok().filter(|port| (1..=65535).contains(port));
                number.ok_or_else(|| RequestError::Port(shortened(text)))?
            }
        };
        // A fragment never leaves the client.
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        if path.chars().any(|c| c == ' ' || c.is_control()) {
            return Err(RequestError::Path);
        }
        Ok(Request {
            method: method.to_owned(),
            scheme,
            host: host.to_owned(),
            path,
            port,
            headers: Vec::new(),
        })
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Request, RequestError> {
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(RequestError::HeaderName(shortened(name)));
        }
        if value.chars().any(|c| c.is_control() && c != '\t') {
            return Err(RequestError::HeaderValue(shortened(name)));
        }
        if name.eq_ignore_ascii_case("host") {
            value.clone_into(&mut self.host);
        } else {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(self)
    }

    /// The host without a port.
    pub fn hostname(&self) -> &str {
        match port_of(&self.host) {
            Some(port) => &self.host[..self.host.len() - port.len() - 1],
            None => &self.host,
        }
    }

    /// The URL, with the port where the scheme does not imply it.
    pub fn url(&self) -> String {
        let implied = matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443));
        let port =
            if implied || port_of(&self.host).is_some() { String::new() } else { format!(":{}", self.port) };
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }
}

/// The port behind a host, if any; the colons of an IPv6 address in brackets are none.
fn port_of(host: &str) -> Option<&str> {
    let after = host.rfind(']').map_or(0, |at| at + 1);
    host[after..].rsplit_once(':').map(|(_, port)| port)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Enough of a text to tell which it is.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url())?;
        for (name, value) in &self.headers {
            write!(f, " -H '{name}: {value}'")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let request = Request::new("GET", "https://Shop.example.com:8443/a?b=1#c").unwrap();
        assert_eq!((request.scheme.as_str(), request.port, request.path.as_str()), ("https", 8443, "/a?b=1"));
        assert_eq!(
            (request.host.as_str(), request.hostname()),
            ("Shop.example.com:8443", "Shop.example.com")
        );
        assert_eq!(request.url(), "https://Shop.example.com:8443/a?b=1");
        assert_eq!(Request::new("GET", "http://shop.example.com").unwrap().path, "/");
        assert_eq!(Request::new("GET", "http://shop.example.com?x").unwrap().path, "/?x");
        assert_eq!(Request::new("GET", "http://[::1]:81/").unwrap().hostname(), "[::1]");
        assert_eq!(Request::new("GET", "http://[::1]/").unwrap().port, 80);
    }

    #[test]
    fn what_is_none_says_what_to_write() {
        for (method, url, part) in [
            ("GET", "shop.example.com/", "with its scheme"),
            ("GET", "ftp://shop.example.com/", "neither http nor https"),
            ("GET", "http:///a", "has no host"),
            ("GET", "http://:80/a", "has no host"),
            ("GET", "http://user@shop.example.com/", "is no host"),
            ("GET", "http://shop.example.com:99999/", "is no port"),
            ("GET", "http://shop.example.com:/", "is no port"),
            ("GET", "http://shop.example.com/a b", "%20"),
            ("", "http://shop.example.com/", "is no method"),
            ("GE T", "http://shop.example.com/", "is no method"),
        ] {
            let error = Request::new(method, url).unwrap_err().to_string();
            assert!(error.contains(part), "{url}: {error}");
        }
        let request = Request::new("GET", "http://shop.example.com/").unwrap();
        assert!(request.clone().header("x y", "1").is_err());
        assert!(request.header("x", "1\r\nx: 2").is_err());
    }

    #[test]
    fn a_long_url_is_not_repeated_as_a_whole() {
        let error = Request::new("GET", &"x".repeat(1 << 20)).unwrap_err().to_string();
        assert!(error.len() < 400);
    }
}

//! A request as a person would write it down.

use std::fmt;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The method, in capitals.
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

impl Request {
    /// The URL, with the port where the scheme does not imply it.
    pub fn url(&self) -> String {
        let implied = matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443));
        let port = if implied || self.host.contains(':') { String::new() } else { format!(":{}", self.port) };
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
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

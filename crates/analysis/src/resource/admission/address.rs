//! Addresses: IP, networks, and sockets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, Reason};

/// What an address begins with that is a socket in the file system.
pub(super) const UNIX: &str = "unix://";

/// Whether a text is an IP address; IPv6 may name a zone.
pub(super) fn is_ip(text: &str) -> bool {
    match text.split_once('%') {
        Some((address, zone)) => address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty(),
        None => text.parse::<IpAddr>().is_ok(),
    }
}

/// Whether a text is a network such as `10.0.0.0/8`.
fn is_network(text: &str, v4_only: bool) -> bool {
    let Some((address, bits)) = text.rsplit_once('/') else { return false };
    let plain = !bits.is_empty()
        && bits.bytes().all(|byte| byte.is_ascii_digit())
        && (bits == "0" || !bits.starts_with('0'));
    let longest = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) if !v4_only => 128,
        _ => return false,
    };
    plain && bits.parse::<u32>().is_ok_and(|bits| bits <= longest)
}

/// Why a text behind `unix://` is no socket.
pub(super) fn socket(path: &str) -> Result<(), Reason> {
    match path {
        "" => Err("the path of the socket is missing".into()),
        _ if path.starts_with('@') => Ok(()),
        _ if !path.starts_with('/') || path.ends_with('/') => {
            Err(format!("`{path}` is no absolute path of a file, nor a name with `@` in front"))
        }
        _ => Ok(()),
    }
}

/// The host and the port of `host:port`, as Go splits them; an IPv6 host stands in brackets.
pub(super) fn host_and_port(text: &str) -> Option<(&str, &str)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').and_then(|(host, rest)| Some((host, rest.strip_prefix(':')?)))?,
        None => text.rsplit_once(':').filter(|(host, _)| !host.contains(':'))?,
    };
    let stray = |text: &str| text.contains(['[', ']']);
    (!stray(host) && !stray(port) && !port.contains(':')).then_some((host, port))
}

impl Admission<'_> {
    /// An address or a network.
    pub(super) fn subnet(&mut self, id: &'static str, what: &str, text: &Spanned<String>) {
        let v4_only = !self.profile.checks_of_today;
        let good = match text.value.matches('/').count() {
            1 => is_network(&text.value, v4_only),
            _ if v4_only => text.value.parse::<Ipv4Addr>().is_ok(),
            _ => is_ip(&text.value),
        };
        if !good {
            let message = format!("`{}` in `{what}` is neither an IP address nor a network", text.value);
            let help =
                if v4_only { "Istio 1.1 takes IPv4 alone." } else { "Write it as 10.1.2.3 or 10.0.0.0/8." };
            self.refuse(id, text.range, message, help);
        }
    }

    /// The address that a listener is bound to.
    pub(super) fn bind_address(&mut self, id: &'static str, bind: &Spanned<String>) {
        let v4_only = !self.profile.checks_of_today;
        let good = if v4_only { bind.value.parse::<Ipv4Addr>().is_ok() } else { is_ip(&bind.value) };
        if !good {
            let message = format!("`bind` takes an IP address, and `{}` is none", bind.value);
            self.refuse(id, bind.range, message, "");
        }
    }

    /// A socket, written with `unix://` in front.
    pub(super) fn socket(&mut self, id: &'static str, what: &str, text: &str, range: TextRange) {
        if let Err(reason) = socket(text.strip_prefix(UNIX).unwrap_or(text)) {
            self.refuse(id, range, format!("`{what}` names no socket: {reason}"), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks() {
        for text in ["1.2.3.4", "::1", "fe80::1%eth0", "::ffff:1.2.3.4"] {
            assert!(is_ip(text), "{text}");
        }
        for text in ["", "1.2.3", "01.2.3.4", "1.2.3.4%x", "fe80::1%", "a.com"] {
            assert!(!is_ip(text), "{text}");
        }
        assert!(
            is_network("10.0.0.0/8", true) && is_network("2001::/16", false) && is_network("1.1.1.1/0", true)
        );
        for text in ["2001::/16", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/+8", "/8"] {
            assert!(!is_network(text, true), "{text}");
        }
    }

    #[test]
    fn sockets() {
        assert!(socket("/var/run/x.sock").is_ok() && socket("@abstract").is_ok());
        assert!(socket("").is_err() && socket("run/x").is_err() && socket("/run/").is_err());
    }

    #[test]
    fn hosts_and_ports() {
        for (text, parts) in [
            ("127.0.0.1:80", Some(("127.0.0.1", "80"))),
            (":80", Some(("", "80"))),
            ("[::1]:80", Some(("::1", "80"))),
            ("::1:80", None),
            ("80", None),
            ("[::1]80", None),
            ("[::1]:80:90", None),
        ] {
            assert_eq!(host_and_port(text), parts, "{text}");
        }
    }
}

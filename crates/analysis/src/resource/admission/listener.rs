//! Ports and sockets of a Sidecar's listeners (VAL-C3, VAL-C4).

use pilothouse_syntax::{Spanned, TextRange};

use super::{
    Admission,
    address::{UNIX, host_and_port},
    name,
};
use crate::resource::{check::first_byte, gateway::Port};

impl Admission<'_> {
    /// What listeners of both directions have in common.
    pub(super) fn listener_port(&mut self, id: &'static str, port: &Port) {
        if !port.name.value.is_empty()
            && let Err(reason) = name::label(&port.name.value)
        {
            self.refuse(id, port.name.range, format!("This is no name of a port: {reason}"), "");
        }
        if let Some(target) = &port.target_port {
            self.refuse(
                id,
                target.range,
                "`targetPort` has no effect in a Sidecar and is refused",
                "Delete it.",
            );
        }
        self.protocol(id, port);
    }

    /// A port with a number, perhaps on one address.
    pub(super) fn numbered(&mut self, id: &'static str, port: &Port, bind: Option<&Spanned<String>>) {
        self.port(id, "port.number", port.number.value, number_range(port));
        if let Some(bind) = bind {
            self.bind_address(id, bind);
        }
    }

    /// A listener on a socket, which has no number.
    pub(super) fn on_socket(
        &mut self,
        id: &'static str,
        port: &Port,
        bind: Option<&Spanned<String>>,
        capture_mode: Option<&Spanned<String>>,
    ) {
        match bind.filter(|bind| bind.value.starts_with(UNIX)) {
            Some(bind) => self.socket(id, "bind", &bind.value, bind.range),
            None => {
                let message = "A listener without a port's number needs a socket";
                self.refuse(id, number_range(port), message, "Set `port.number`, or `bind: unix:///path`.");
            }
        }
        if let Some(mode) = capture_mode.filter(|mode| mode.value == "IPTABLES") {
            let message = "Nothing can be captured for a listener on a socket";
            self.refuse(id, mode.range, message, "Set `captureMode: NONE`.");
        }
    }

    /// Where the workload listens itself.
    pub(super) fn default_endpoint(&mut self, endpoint: &Spanned<String>) {
        if endpoint.value.starts_with(UNIX) {
            return self.socket("VAL-C3", "defaultEndpoint", &endpoint.value, endpoint.range);
        }
        let hosts: &[&str] = match self.profile.checks_of_today {
            true => &["", "127.0.0.1", "0.0.0.0", "::1", "::"],
            false => &["", "127.0.0.1"],
        };
        let good = host_and_port(&endpoint.value).is_some_and(|(host, port)| {
            hosts.contains(&host) && port.parse::<i64>().is_ok_and(|port| (1..=65535).contains(&port))
        });
        if !good {
            let message =
                format!("`defaultEndpoint` is `{}`, and must be a port of this workload", endpoint.value);
            self.refuse("VAL-C3", endpoint.range, message, "Write `127.0.0.1:8080`, or `unix:///path`.");
        }
    }
}

/// The range of a port's number; where it is missing the reader gives that of the whole port.
pub(super) fn number_range(port: &Port) -> TextRange {
    if port.number.value == 0 { first_byte(port.number.range) } else { port.number.range }
}

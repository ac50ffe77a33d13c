//! Hosts of Gateways and Sidecars, with or without a namespace in front (VAL-G4, VAL-C4).

use pilothouse_syntax::Spanned;

use super::{Admission, Reason, address::is_ip, name};

impl Admission<'_> {
    /// A host of a Gateway's server.
    pub(super) fn gateway_host(&mut self, host: &Spanned<String>) {
        let checked = match host.value.split_once('/') {
            Some((namespace, name)) => self.in_namespace(namespace, name, "").and_then(|()| {
                // 1.1.0 lets a Gateway serve every host of its own namespace only.
                let everyone = name == "*" && namespace != ".";
                if everyone && !self.profile.gateway_namespace_wildcards {
                    Err("Istio 1.1.0 takes `*` behind `./` only".into())
                } else {
                    self.host_part(name, true)
                }
            }),
            None => self.host_part(&host.value, true),
        };
        if let Err(reason) = checked {
            let message = format!("The server takes no host `{}`: {reason}", host.value);
            let help = "Write a full name, a wildcard such as `*.example.com`, or `namespace/host`.";
            self.refuse("VAL-G4", host.range, message, help);
        }
    }

    /// A host that a Sidecar's proxies can call.
    pub(super) fn egress_host(&mut self, host: &Spanned<String>) {
        let checked = match host.value.split_once('/') {
            Some((namespace, name)) => {
                // `~namespace/` and, for all namespaces, `~/` leave out what another entry imports.
                let namespace = match namespace.strip_prefix('~').filter(|_| self.profile.egress_exclusions) {
                    Some("") => "*",
                    Some(excluded) => excluded,
                    None => namespace,
                };
                self.in_namespace(namespace, name, "~").and_then(|()| self.host_part(name, false))
            }
            None => Err("it has no namespace".into()),
        };
        if let Err(reason) = checked {
            let message = format!("The Sidecar cannot import `{}`: {reason}", host.value);
            let help = "Write `namespace/host`, where `*` may stand for all and `.` for this namespace.";
            self.refuse("VAL-C4", host.range, message, help);
        }
    }

    fn in_namespace(&self, namespace: &str, host: &str, also: &str) -> Result<(), Reason> {
        match namespace {
            "" => Err("the namespace is empty".into()),
            _ if host.is_empty() => Err("the host is empty".into()),
            "*" | "." => Ok(()),
            _ if namespace == also => Ok(()),
            _ if name::is_label(namespace) => Ok(()),
            _ => Err(format!("`{namespace}` is no namespace")),
        }
    }

    fn host_part(&self, host: &str, gateway: bool) -> Result<(), Reason> {
        if host != "*" && !host.contains('.') {
            return Err("it must be a full name, with dots".into());
        }
        if !(gateway && is_ip(host)) {
            name::wildcard_domain(host, self.profile)?;
        }
        if self.profile.checks_of_today && name::is_partial_wildcard(host) {
            return Err("`*` must be a whole part of it, as in `*.example.com`".into());
        }
        Ok(())
    }
}

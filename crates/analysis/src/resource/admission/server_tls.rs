//! What is refused of a server's TLS settings (VAL-G10 to VAL-G15).

use std::collections::BTreeSet;

use pilothouse_syntax::{Spanned, TextRange};

use super::Admission;
use crate::resource::{check::first_byte, gateway::ServerTls};

/// The ciphers that Envoy knows by these names.
const CIPHERS: [&str; 15] = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
    "AES128-SHA",
    "AES256-SHA",
    "DES-CBC3-SHA",
];

impl Admission<'_> {
    /// TLS settings of a Gateway's server or of a Sidecar's port.
    pub(super) fn server_tls(&mut self, tls: &ServerTls) {
        self.ciphers(tls);
        let mode = tls.mode.as_ref().map_or("PASSTHROUGH", |mode| mode.value.as_str());
        let place = tls.mode.as_ref().map_or(first_byte(tls.range), |mode| mode.range);
        if mode == "ISTIO_MUTUAL" {
            return self.no_certificates(tls);
        }
        if matches!(mode, "PASSTHROUGH" | "AUTO_PASSTHROUGH")
            && self.first_certificate(tls).or(range_of(&tls.ca_crl)).is_some()
        {
            let message = format!("A server in mode `{mode}` uses no certificates: these are ignored");
            self.warn("VAL-G12", place, message, "Delete them, or set `mode: SIMPLE`.");
        }
        self.one_source(tls);
        let simple = mode == "SIMPLE";
        let mutual = matches!(mode, "MUTUAL" | "OPTIONAL_MUTUAL");
        if (simple || mutual) && (tls.credential_name.is_some() || !tls.credential_names.is_empty()) {
            return;
        }
        if simple || mutual {
            self.certificates(tls, mode, place, mutual);
        }
        if let Some(crl) = &tls.ca_crl {
            if tls.credential_name.is_some() {
                let help = "Put the list into the secret.";
                self.refuse("VAL-G15", crl.range, "`caCrl` cannot stand beside `credentialName`", help);
            }
            if simple {
                let message = "`caCrl` needs client certificates, which mode `SIMPLE` does not ask for";
                self.refuse("VAL-G15", crl.range, message, "Set `mode: MUTUAL`, or delete `caCrl`.");
            }
        }
    }

    fn ciphers(&mut self, tls: &ServerTls) {
        if let Some(version) = &tls.min_protocol_version
            && matches!(version.value.as_str(), "TLSV1_0" | "TLSV1_1")
            && tls.cipher_suites.is_empty()
        {
            let message = format!("`{}` works only with ciphers that are off unless listed", version.value);
            self.warn("VAL-G10", version.range, message, "List them in `cipherSuites`.");
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for cipher in &tls.cipher_suites {
            // What begins with a sign is an expression and not looked into.
            let expression = !cipher.value.starts_with(char::is_alphanumeric);
            if !expression && cipher.value != "ALL" && !CIPHERS.contains(&cipher.value.as_str()) {
                let message = format!("There is no cipher `{}`: it is ignored", cipher.value);
                self.warn("VAL-G10", cipher.range, message, "");
            } else if !seen.insert(&cipher.value) {
                self.warn(
                    "VAL-G10",
                    cipher.range,
                    format!("The cipher `{}` is listed twice", cipher.value),
                    "",
                );
            }
        }
    }

    fn no_certificates(&mut self, tls: &ServerTls) {
        if let Some(range) = self.first_certificate(tls) {
            let message = "`ISTIO_MUTUAL` uses the mesh's own certificates, so none can be named";
            self.refuse("VAL-G11", range, message, "Delete the certificate, or set `mode: MUTUAL`.");
        }
    }

    /// Where the first certificate is named.
    fn first_certificate(&self, tls: &ServerTls) -> Option<TextRange> {
        range_of(&tls.server_certificate)
            .or(range_of(&tls.private_key))
            .or(range_of(&tls.ca_certificates))
            .or(tls.tls_certificates.first().map(|it| first_byte(it.range)))
            .or(range_of(&tls.credential_name))
            .or(tls.credential_names.first().map(|it| it.range))
    }

    fn one_source(&mut self, tls: &ServerTls) {
        let sources = [
            tls.server_certificate.as_ref().zip(tls.private_key.as_ref()).map(|(it, _)| it.range),
            range_of(&tls.credential_name),
            tls.credential_names.first().map(|it| it.range),
            tls.tls_certificates.first().map(|it| first_byte(it.range)),
        ];
        if let [_, second, ..] = sources.into_iter().flatten().collect::<Vec<_>>()[..]
            && self.profile.checks_of_today
        {
            let message = "The server's certificate is named in two ways";
            let help =
                "Keep one of `credentialName`, `credentialNames`, `tlsCertificates`, or the two paths.";
            self.refuse("VAL-G13", second, message, help);
        }
    }

    fn certificates(&mut self, tls: &ServerTls, mode: &str, place: TextRange, mutual: bool) {
        let mut missing = |what: &str, range: TextRange| {
            let message = format!("A server in mode `{mode}` needs {what}");
            self.refuse("VAL-G14", range, message, "Name a secret in `credentialName`, or give paths.");
        };
        if mutual && tls.ca_certificates.is_none() {
            missing("`caCertificates`, which clients are checked against", place);
        }
        let mut pair = |certificate: bool, key: bool, range: TextRange| {
            if !certificate {
                missing("a certificate", range);
            }
            if !key {
                missing("a private key", range);
            }
        };
        if tls.tls_certificates.is_empty() {
            pair(tls.server_certificate.is_some(), tls.private_key.is_some(), place);
        }
        for it in &tls.tls_certificates {
            pair(it.server_certificate.is_some(), it.private_key.is_some(), first_byte(it.range));
        }
    }
}

fn range_of(text: &Option<Spanned<String>>) -> Option<TextRange> {
    text.as_ref().map(|text| text.range)
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    fn with(tls: &str) -> String {
        gateway(&format!(
            "servers: [{{port: {{number: 443, name: a, protocol: HTTPS}}, hosts: ['*'], tls: {{{tls}}}}}]"
        ))
    }

    #[test]
    fn val_g10_versions_and_ciphers() {
        let simple = "mode: SIMPLE, credentialName: a";
        fine(&with(&format!("{simple}, minProtocolVersion: TLSV1_2")));
        fine(&with(&format!(
            "{simple}, minProtocolVersion: TLSV1_0, cipherSuites: [AES128-SHA, ALL, '-X', '-X2']"
        )));
        warned(&with(&format!("{simple}, minProtocolVersion: TLSV1_1")), &["VAL-G10"]);
        warned(&with(&format!("{simple}, cipherSuites: [FOO]")), &["VAL-G10"]);
        warned(&with(&format!("{simple}, cipherSuites: [AES128-SHA, AES128-SHA]")), &["VAL-G10"]);
    }

    #[test]
    fn val_g11_istio_mutual() {
        fine(&with("mode: ISTIO_MUTUAL"));
        for field in [
            "credentialName: a",
            "serverCertificate: /a",
            "privateKey: /a",
            "caCertificates: /a",
            "credentialNames: [a]",
        ] {
            refused(&with(&format!("mode: ISTIO_MUTUAL, {field}")), &["VAL-G11"]);
        }
    }

    #[test]
    fn val_g12_passthrough() {
        fine(&with("mode: PASSTHROUGH"));
        warned(&with("mode: PASSTHROUGH, credentialName: a"), &["VAL-G12"]);
        warned(&with("mode: AUTO_PASSTHROUGH, privateKey: /a"), &["VAL-G12"]);
        warned(&with("serverCertificate: /a"), &["VAL-G12"]);
    }

    #[test]
    fn val_g13_one_source() {
        let text = with("mode: SIMPLE, credentialName: a, serverCertificate: /a, privateKey: /b");
        refused(&text, &["VAL-G13"]);
        fine_in_1_1(&text);
        refused(&with("mode: SIMPLE, credentialName: a, credentialNames: [b]"), &["CRD-1"]);
    }

    #[test]
    fn val_g14_certificates() {
        for good in [
            "mode: SIMPLE, serverCertificate: /a, privateKey: /b",
            "mode: MUTUAL, serverCertificate: /a, privateKey: /b, caCertificates: /c",
            "mode: MUTUAL, credentialName: a",
            "mode: OPTIONAL_MUTUAL, credentialNames: [a]",
            "mode: SIMPLE, tlsCertificates: [{serverCertificate: /a, privateKey: /b}]",
        ] {
            fine(&with(good));
        }
        for bad in [
            "mode: SIMPLE",
            "mode: SIMPLE, serverCertificate: /a",
            "mode: MUTUAL, serverCertificate: /a, privateKey: /b",
            "mode: OPTIONAL_MUTUAL",
            "mode: SIMPLE, credentialName: ''",
            "mode: SIMPLE, tlsCertificates: [{serverCertificate: /a}]",
        ] {
            refused(&with(bad), &["VAL-G14"]);
        }
        refused_in_1_1(&with("mode: SIMPLE"), &["VAL-G14"]);
        refused_in_1_1(&with("mode: OPTIONAL_MUTUAL, credentialName: a"), &["CRD-8"]);
    }

    #[test]
    fn val_g15_revocation() {
        let paths = "serverCertificate: /a, privateKey: /b, caCertificates: /c";
        fine(&with(&format!("mode: MUTUAL, {paths}, caCrl: /d")));
        refused(&with(&format!("mode: SIMPLE, {paths}, caCrl: /d")), &["VAL-G15"]);
        fine(&with("mode: SIMPLE, credentialName: a, caCrl: /d"));
        refused(&with("mode: PASSTHROUGH, credentialName: a, caCrl: /d"), &["VAL-G15"]);
    }
}

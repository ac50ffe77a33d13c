//! What is refused of redirects, fixed responses, retries and rewrites (VAL-V14 to VAL-V17).

use super::{Admission, filled};
use crate::resource::{
    check::first_byte,
    virtual_service::{DirectResponse, HttpMatch, Pattern, Redirect, Retries, Rewrite},
};

/// The conditions of `retryOn` that both profiles know, and then those of today.
const RETRY_ON: [&str; 11] = [
    "5xx",
    "gateway-error",
    "connect-failure",
    "retriable-4xx",
    "refused-stream",
    "retriable-status-codes",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
];
const RETRY_ON_TODAY: [&str; 5] =
    ["reset", "reset-before-request", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure"];

impl Admission<'_> {
    /// A redirect (VAL-V14).
    pub(super) fn redirect(&mut self, redirect: &Redirect, matches: &[HttpMatch]) {
        let uri = filled(redirect.uri.as_ref());
        let prefix = filled(redirect.prefix_rewrite.as_ref());
        let named =
            uri.or(prefix).or(filled(redirect.authority.as_ref())).or(filled(redirect.scheme.as_ref()));
        if named.is_none() && redirect.port.is_none() && redirect.derive_port.is_none() {
            let message = "This redirect leads nowhere else";
            let help = "Set `uri`, `authority`, `scheme` or `port`.";
            self.refuse("VAL-V14", first_byte(redirect.range), message, help);
        }
        if let (Some(_), Some(prefix)) = (uri, prefix) {
            let message = "A redirect cannot have both `uri` and `prefixRewrite`";
            self.refuse("VAL-V14", prefix.range, message, "Keep one of them.");
        }
        if let Some(prefix) = prefix {
            let other = matches.iter().filter_map(|block| block.uri.as_ref()).find(|uri| {
                uri.pattern.as_ref().is_some_and(|pattern| !matches!(pattern.value, Pattern::Prefix(_)))
            });
            if other.is_some() {
                let message = "`prefixRewrite` needs conditions on a prefix of the path";
                self.refuse("VAL-V14", prefix.range, message, "Ask for a `prefix`, or set `uri`.");
            }
        }
        if let Some(code) =
            redirect.redirect_code.as_ref().filter(|it| it.value != 0 && !(300..400).contains(&it.value))
        {
            let message = format!("{} is no status of a redirect", code.value);
            self.refuse("VAL-V14", code.range, message, "Use 301, 302, 303, 307 or 308.");
        }
        if let Some(scheme) =
            filled(redirect.scheme.as_ref()).filter(|it| it.value != "http" && it.value != "https")
        {
            let message = format!("A redirect goes to `http` or `https`, not to `{}`", scheme.value);
            self.refuse("VAL-V14", scheme.range, message, "");
        }
        if let Some(port) = redirect.port.as_ref().filter(|port| port.value != 0) {
            self.port("VAL-V14", "port", port.value, port.range);
        }
    }

    /// A fixed response (VAL-V15).
    pub(super) fn direct_response(&mut self, response: &DirectResponse) {
        if let Some(status) = response.status.as_ref().filter(|status| !(200..=600).contains(&status.value)) {
            let message = format!("{} is no status from 200 to 599", status.value);
            self.refuse("VAL-V15", status.range, message, "");
        }
        let bytes = response.bytes.as_ref().map(|text| (decoded_len(&text.value), text.range));
        let body = response.body.as_ref().map(|text| (text.value.len(), text.range));
        let help = "Serve long texts from a service.";
        match bytes.or(body) {
            Some((size, range)) if size > 1 << 20 => {
                self.refuse("VAL-V15", range, "The body is longer than 1 MiB", help);
            }
            Some((size, range)) if size > 100 << 10 => {
                self.warn(
                    "VAL-V15",
                    range,
                    "The body is longer than 100 KiB, which burdens the control plane",
                    help,
                );
            }
            _ => {}
        }
    }

    /// How failed attempts are repeated (VAL-V16).
    pub(super) fn retries(&mut self, retries: &Retries) {
        let attempts = retries.attempts.as_ref().map_or(0, |attempts| attempts.value);
        let place = retries.attempts.as_ref().map_or(first_byte(retries.range), |attempts| attempts.range);
        let retry_on = filled(retries.retry_on.as_ref());
        if !self.profile.zero_attempts && attempts <= 0 {
            self.refuse("VAL-V16", place, "Istio 1.1 wants at least one attempt in `attempts`", "");
        } else if attempts < 0 {
            self.refuse("VAL-V16", place, "`attempts` must not be negative", "Write 0 to repeat nothing.");
        } else if attempts == 0
            && (retries.per_try_timeout.is_some()
                || retry_on.is_some()
                || retries.retry_remote_localities.is_some())
        {
            let message = "`attempts` is 0, so nothing is repeated, and yet it is said how";
            self.refuse("VAL-V16", place, message, "Set `attempts`, or delete the other fields.");
        }
        self.duration("VAL-V16", "perTryTimeout", retries.per_try_timeout.as_ref());
        self.duration("VAL-V16", "backoff", retries.backoff.as_ref());
        let Some(retry_on) = retry_on else { return };
        for condition in retry_on.value.split(',') {
            let status = condition.parse::<i64>().is_ok_and(is_status);
            let known = status
                || RETRY_ON.contains(&condition)
                || self.profile.checks_of_today && RETRY_ON_TODAY.contains(&condition);
            if !known {
                let message = format!("`retryOn` knows no condition `{condition}`");
                let help = match condition.trim() != condition {
                    true => "Leave out the blanks around it.",
                    false => "Use conditions such as 5xx, reset and connect-failure, and status codes.",
                };
                self.refuse("VAL-V16", retry_on.range, message, help);
            }
        }
    }

    /// Changes to path and host (VAL-V17).
    pub(super) fn rewrite(&mut self, rewrite: &Rewrite) {
        let uri = filled(rewrite.uri.as_ref());
        let regex = rewrite.uri_regex.as_ref();
        if uri.is_none() && regex.is_none() && filled(rewrite.authority.as_ref()).is_none() {
            let message = "This rewrite changes nothing";
            self.refuse(
                "VAL-V17",
                first_byte(rewrite.range),
                message,
                "Set `uri`, `uriRegexRewrite` or `authority`.",
            );
        }
        let Some(regex) = regex else { return };
        if uri.is_some() {
            let message = "A rewrite cannot have both `uri` and `uriRegexRewrite`";
            self.refuse("VAL-V17", first_byte(regex.range), message, "Keep one of them.");
        }
        if regex.pattern.value.is_empty() || regex.rewrite.value.is_empty() {
            let message = "`uriRegexRewrite` needs `match` and `rewrite`";
            self.refuse("VAL-V17", first_byte(regex.range), message, "");
        } else {
            self.regex("uriRegexRewrite.match", &regex.pattern.value, regex.pattern.range);
        }
    }
}

/// How many bytes a text in base64 stands for.
fn decoded_len(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}

/// Whether HTTP has a text for a status.
fn is_status(status: i64) -> bool {
    matches!(status,
        100..=103 | 200..=208 | 226 | 300..=305 | 307 | 308 | 400..=418 | 421..=426 | 428 | 429 | 431 | 451 | 500..=508
        | 510 | 511)
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_v14_redirects() {
        let to = |fields: &str| http_rule(&format!("redirect: {{{fields}}}"));
        for good in [
            "uri: /a",
            "authority: b.com",
            "scheme: https",
            "port: 8443",
            "derivePort: FROM_REQUEST_PORT",
            "prefixRewrite: /a",
            "uri: /a, redirectCode: 308",
            "uri: /a, redirectCode: 0",
        ] {
            fine(&to(good));
        }
        for bad in [
            "",
            "redirectCode: 302",
            "uri: ''",
            "uri: /a, prefixRewrite: /b",
            "uri: /a, redirectCode: 200",
            "uri: /a, redirectCode: 400",
            "scheme: ftp",
            "port: 65536",
        ] {
            refused(&to(bad), &["VAL-V14"]);
        }
        refused(&to("port: 80, derivePort: FROM_REQUEST_PORT"), &["CRD-2"]);
        fine(&http_rule("match: [{uri: {prefix: /a}}], redirect: {prefixRewrite: /b}"));
        refused(&http_rule("match: [{uri: {exact: /a}}], redirect: {prefixRewrite: /b}"), &["VAL-V14"]);
        refused_in_1_1(&to(""), &["VAL-V14"]);
        refused_in_1_1(&to("uri: /a, redirectCode: 302"), &["CRD-8"]);
    }

    #[test]
    fn val_v15_responses() {
        let answer = |fields: &str| http_rule(&format!("directResponse: {{{fields}}}"));
        fine(&answer("status: 503, body: {string: sorry}"));
        fine(&answer("status: 600"));
        refused(&answer("status: 199"), &["VAL-V15"]);
        refused(&answer("status: 601"), &["VAL-V15"]);
        refused(&answer("body: {string: a}"), &["CRD-2"]);
        let body = |bytes: usize| answer(&format!("status: 200, body: {{string: {}}}", "x".repeat(bytes)));
        fine(&body(100 << 10));
        warned(&body((100 << 10) + 1), &["VAL-V15"]);
        refused(&body((1 << 20) + 1), &["VAL-V15"]);
    }

    #[test]
    fn val_v16_retries() {
        let with = |fields: &str| routed(&format!("retries: {{{fields}}}"));
        for good in [
            "attempts: 3",
            "attempts: 0",
            "",
            "attempts: 1, perTryTimeout: 1s, retryOn: '5xx,reset,503'",
            "attempts: 1, retryOn: ''",
            "attempts: 1, backoff: 25ms",
        ] {
            fine(&with(good));
        }
        for bad in [
            "attempts: -1",
            "perTryTimeout: 1s",
            "attempts: 0, retryOn: 5xx",
            "retryRemoteLocalities: false",
            "attempts: 1, retryOn: '5xx, reset'",
            "attempts: 1, retryOn: 'foo'",
            "attempts: 1, retryOn: '5xx,'",
            "attempts: 1, retryOn: '306'",
            "attempts: 1, perTryTimeout: 0s",
            "attempts: 1, backoff: 0s",
        ] {
            refused(&with(bad), &["VAL-V16"]);
        }
        refused_in_1_1(&with("attempts: 0"), &["VAL-V16"]);
        refused_in_1_1(&with("attempts: 1, retryOn: reset"), &["VAL-V16"]);
        fine_in_1_1(&with("attempts: 1, retryOn: 5xx"));
    }

    #[test]
    fn val_v17_rewrites() {
        let with = |fields: &str| routed(&format!("rewrite: {{{fields}}}"));
        fine(&with("uri: /"));
        fine(&with("authority: b.com"));
        fine(&with("uriRegexRewrite: {match: a, rewrite: b}"));
        for bad in [
            "",
            "uri: ''",
            "uri: /, uriRegexRewrite: {match: a, rewrite: b}",
            "uriRegexRewrite: {match: a}",
            "uriRegexRewrite: {rewrite: b}",
            "uriRegexRewrite: {match: a, rewrite: ''}",
        ] {
            refused(&with(bad), &["VAL-V17"]);
        }
        refused_in_1_1(&with(""), &["VAL-V17"]);
    }
}

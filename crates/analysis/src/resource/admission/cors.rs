//! What is refused of policies for other origins (VAL-V19).

use super::{Admission, header};
use crate::resource::{check::first_byte, virtual_service::CorsPolicy};

/// The methods that Go knows.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"];

impl Admission<'_> {
    /// A policy for other origins.
    pub(super) fn cors(&mut self, cors: &CorsPolicy) {
        let today = self.profile.checks_of_today;
        for origin in &cors.allow_origins {
            match &origin.pattern {
                Some(pattern) if !pattern.value.text().is_empty() => {
                    self.regex_match("allowOrigins", Some(origin))
                }
                _ => {
                    let message = "This entry of `allowOrigins` names no origin";
                    self.refuse(
                        "VAL-V19",
                        first_byte(origin.range),
                        message,
                        "Set `exact`, `prefix` or `regex`.",
                    );
                }
            }
        }
        for method in &cors.allow_methods {
            if !(METHODS.contains(&method.value.as_str()) || today && method.value == "*") {
                let message = format!("`{}` is no method of HTTP", method.value);
                self.refuse("VAL-V19", method.range, message, "Write it in capital letters.");
            }
        }
        for name in cors.allow_headers.iter().chain(&cors.expose_headers) {
            let good = if today { header::is_token(&name.value) } else { !name.value.is_empty() };
            if !good {
                self.refuse("VAL-V19", name.range, format!("`{}` is no name of a header", name.value), "");
            }
        }
        self.duration("VAL-V19", "maxAge", cors.max_age.as_ref());
        if let Some(age) =
            cors.max_age.as_ref().filter(|age| age.value.nanos > 0 && age.value.nanos % 1_000_000_000 > 0)
        {
            let message = format!("`maxAge` is {}, and must be whole seconds", age.value);
            self.refuse("VAL-V19", age.range, message, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_v19_cors() {
        let with = |fields: &str| routed(&format!("corsPolicy: {{{fields}}}"));
        for good in [
            "allowOrigins: [{exact: 'https://a.com'}, {regex: '.*'}], allowMethods: [GET, '*'], maxAge: 24h",
            "allowHeaders: [x-a, '*'], exposeHeaders: ['*']",
        ] {
            fine(&with(good));
        }
        for bad in [
            "allowOrigins: [{}]",
            "allowOrigins: [{exact: ''}]",
            "allowMethods: [get]",
            "allowMethods: [FOO]",
            "allowHeaders: ['a b']",
            "exposeHeaders: ['']",
            "maxAge: 0s",
            "maxAge: 1.5s",
            "maxAge: 10ms",
        ] {
            refused(&with(bad), &["VAL-V19"]);
        }
        refused_in_1_1(&with("allowMethods: ['*']"), &["VAL-V19"]);
        fine_in_1_1(&with("allowHeaders: ['a b']"));
    }
}

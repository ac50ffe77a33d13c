//! What is refused of an HTTP rule as a whole (VAL-V7, VAL-V9, VAL-V10, VAL-V13, VAL-V18).

use std::collections::BTreeMap;

use pilothouse_syntax::{Spanned, TextRange};

use super::{Admission, header, virtual_service::Context};
use crate::resource::{
    check::first_byte,
    virtual_service::{HeaderOperations, Headers, HttpRoute},
};

pub(super) fn check(admission: &mut Admission<'_>, rule: &HttpRoute, context: &Context) {
    conflicts(admission, rule, context);
    for block in &rule.matches {
        admission.http_match(block);
    }
    if let Some(headers) = &rule.headers {
        admission.headers(headers);
    }
    if let Some(cors) = &rule.cors_policy {
        admission.cors(cors);
    }
    if let Some(fault) = &rule.fault {
        admission.fault(fault);
    }
    mirrors(admission, rule);
    if let Some(redirect) = &rule.redirect {
        admission.redirect(redirect, &rule.matches);
    }
    if let Some(response) = &rule.direct_response {
        admission.direct_response(response);
    }
    if let Some(retries) = &rule.retries {
        admission.retries(retries);
    }
    if let Some(rewrite) = &rule.rewrite {
        admission.rewrite(rewrite);
    }
    one_host(admission, rule);
    admission.http_destinations(&rule.route);
    if let Some(timeout) = &rule.timeout {
        admission.duration("VAL-V18", "timeout", Some(timeout));
    }
}

/// What cannot stand together in one rule (VAL-V7).
fn conflicts(admission: &mut Admission<'_>, rule: &HttpRoute, context: &Context) {
    let mut both = |first: &str, second: Option<(&str, TextRange)>| {
        if let Some((second, range)) = second {
            let message = format!("A rule cannot have both `{first}` and `{second}`");
            admission.refuse("VAL-V7", range, message, "Keep one of them, or make two rules of it.");
        }
    };
    let route = rule.route.first().map(|it| ("route", first_byte(it.range)));
    let redirect = rule.redirect.as_ref().map(|it| ("redirect", first_byte(it.range)));
    let fault = rule.fault.as_ref().map(|it| ("fault", first_byte(it.range)));
    let rewrite = rule.rewrite.as_ref().map(|it| ("rewrite", first_byte(it.range)));
    let response = rule.direct_response.as_ref().map(|it| ("directResponse", first_byte(it.range)));
    if let Some(delegate) = &rule.delegate {
        if !context.delegate {
            both("delegate", redirect);
            both("delegate", route);
            return;
        }
        let message = "A delegate cannot hand its rule on to another delegate";
        let help = "Write the rule here, or let the root name the other delegate.";
        admission.refuse("VAL-V7", first_byte(delegate.range), message, help);
        return;
    }
    if redirect.is_some() {
        for other in [route, fault, rewrite, response] {
            both("redirect", other);
        }
    } else if response.is_some() {
        for other in [route, fault, rewrite] {
            both("directResponse", other);
        }
    } else if route.is_none() {
        let (message, help) = match admission.profile.checks_of_today {
            true => ("This rule does nothing", "Add `route`, `redirect`, `directResponse` or `delegate`."),
            false => ("This rule does nothing", "Add `route` or `redirect`."),
        };
        admission.refuse("VAL-V7", first_byte(rule.range), message, help);
    }
    if let Some(mirror) = rule.mirrors.first().filter(|_| rule.mirror.is_some()) {
        let message = "A rule cannot have both `mirror` and `mirrors`";
        admission.refuse("VAL-V7", first_byte(mirror.range), message, "Move `mirror` into `mirrors`.");
    }
}

fn mirrors(admission: &mut Admission<'_>, rule: &HttpRoute) {
    if let Some(percent) = &rule.mirror_percent {
        if percent.value > 100 {
            let message =
                format!("`mirrorPercent` is {}, and a percentage goes from 0 to 100", percent.value);
            admission.refuse("VAL-V10", percent.range, message, "");
        }
        let message = "`mirrorPercent` is deprecated";
        admission.warn("VAL-V10", percent.range, message, "Write `mirrorPercentage: {value: …}`.");
    }
    let shares = [("mirrorPercentage", rule.mirror_percentage.as_ref())];
    let of_mirrors = rule.mirrors.iter().map(|mirror| ("percentage", mirror.percentage.as_ref()));
    for (what, share) in shares.into_iter().chain(of_mirrors) {
        if let Some(share) = share.filter(|share| !(0.0..=100.0).contains(&share.value)) {
            let message = format!("`{what}` is {}, and a percentage goes from 0 to 100", share.value);
            admission.refuse("VAL-V10", share.range, message, "");
        }
    }
    let destinations = rule.mirrors.iter().filter_map(|mirror| mirror.destination.as_ref());
    for destination in rule.mirror.iter().chain(destinations) {
        admission.destination(destination);
    }
}

/// The host is changed in one place only (VAL-V13).
fn one_host(admission: &mut Admission<'_>, rule: &HttpRoute) {
    if !admission.profile.checks_of_today {
        return;
    }
    let rewritten = rule.rewrite.as_ref().and_then(|rewrite| rewrite.authority.as_ref());
    let operations = rule.headers.as_ref().map(|headers| &headers.request);
    let of_headers = operations.into_iter().flat_map(|request| request.set.iter().chain(&request.add));
    let of_headers = of_headers.filter(|(name, _)| header::is_authority(name)).map(|(_, value)| value);
    let mut set = rewritten.into_iter().chain(of_headers);
    while let Some(first) = set.next() {
        if first.value.is_empty() {
            continue;
        }
        if let Some(second) = set.next() {
            let message =
                format!("The host is changed twice: to `{}` and to `{}`", first.value, second.value);
            let help = "Keep `rewrite.authority`, or one header operation.";
            admission.refuse("VAL-V13", second.range, message, help);
        }
        return;
    }
}

impl Admission<'_> {
    /// Header operations of a rule or a destination (VAL-V9).
    pub(super) fn headers(&mut self, headers: &Headers) {
        self.operations(&headers.request, true);
        self.operations(&headers.response, false);
    }

    fn operations(&mut self, operations: &HeaderOperations, request: bool) {
        self.written(&operations.set, request);
        self.written(&operations.add, request);
        for name in &operations.remove {
            self.header_name(&name.value, false, name.range);
        }
    }

    fn written(&mut self, headers: &BTreeMap<String, Spanned<String>>, request: bool) {
        for (name, Spanned { value, range }) in headers {
            self.header_name(name, request, *range);
            if let Err(reason) = header::value(value)
                && self.profile.checks_of_today
            {
                self.refuse("VAL-V9", *range, format!("`{name}` cannot be set to `{value}`: {reason}"), "");
            }
        }
    }

    fn header_name(&mut self, name: &str, host: bool, range: TextRange) {
        let checked = match header::changeable(name, host) {
            Err(_) if !name.is_empty() && !self.profile.checks_of_today => Ok(()),
            checked => checked,
        };
        if let Err(reason) = checked {
            self.refuse("VAL-V9", range, format!("The header `{name}` cannot be changed here: {reason}"), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    const ROUTE: &str = "route: [{destination: {host: a}}]";

    #[test]
    fn val_v7_conflicts() {
        fine(&http_rule(ROUTE));
        fine(&http_rule("redirect: {uri: /a}"));
        fine(&http_rule("directResponse: {status: 200}"));
        fine(&http_rule("delegate: {name: a}"));
        fine(&http_rule("delegate: {name: a}, directResponse: {status: 200}"));
        fine(&http_rule("redirect: {uri: /a}, mirror: {host: a}"));
        for bad in [
            "",
            "match: [{uri: {prefix: /a}}]",
            "redirect: {uri: /a}, route: [{destination: {host: a}}]",
            "redirect: {uri: /a}, fault: {delay: {fixedDelay: 1s}}",
            "redirect: {uri: /a}, rewrite: {uri: /b}",
            "redirect: {uri: /a}, directResponse: {status: 200}",
            "directResponse: {status: 200}, route: [{destination: {host: a}}]",
            "directResponse: {status: 200}, fault: {delay: {fixedDelay: 1s}}",
            "directResponse: {status: 200}, rewrite: {uri: /b}",
            "delegate: {name: a}, redirect: {uri: /a}",
            "delegate: {name: a}, route: [{destination: {host: a}}]",
            "route: [{destination: {host: a}}], mirror: {host: a}, mirrors: [{destination: {host: b}}]",
        ] {
            refused(&http_rule(bad), &["VAL-V7"]);
        }
        refused(&virtual_service("http: [{delegate: {name: b}}]"), &["VAL-V7"]);
        refused_in_1_1(&http_rule("redirect: {uri: /a}, rewrite: {uri: /b}"), &["VAL-V7"]);
        refused_in_1_1(&http_rule(""), &["VAL-V7"]);
    }

    #[test]
    fn val_v9_header_operations() {
        let on = |operations: &str| routed(&format!("headers: {{{operations}}}"));
        for good in [
            "request: {set: {x-a: '1', Host: b.com}}",
            "request: {add: {':authority': b.com}}",
            "request: {remove: [x-a]}, response: {add: {x-a: '%HOSTNAME%'}}",
        ] {
            fine(&on(good));
        }
        for bad in [
            "request: {set: {'': a}}",
            "request: {set: {':path': /}}",
            "request: {remove: [host]}",
            "request: {remove: ['']}",
            "response: {set: {Host: a}}",
            "response: {add: {':status': '1'}}",
            "response: {remove: [':x']}",
            "request: {set: {x-a: '50%'}}",
            "response: {add: {x-a: \"a\\nb\"}}",
        ] {
            refused(&on(bad), &["VAL-V9"]);
            refused(
                &http_rule(&format!("route: [{{destination: {{host: a}}, headers: {{{bad}}}}}]")),
                &["VAL-V9"],
            );
        }
        fine_in_1_1(&on("request: {set: {':path': /, x-a: '50%'}}"));
        refused_in_1_1(&on("request: {set: {'': a}}"), &["VAL-V9"]);
    }

    #[test]
    fn val_v10_mirrors() {
        fine(&routed("mirror: {host: b}, mirrorPercentage: {value: 0.5}"));
        warned(&routed("mirror: {host: b}, mirrorPercent: 50"), &["VAL-V10"]);
        refused(&routed("mirror: {host: b}, mirrorPercent: 101"), &["VAL-V10"]);
        refused(&routed("mirrorPercentage: {value: -1}"), &["VAL-V10"]);
        refused(&routed("mirrors: [{destination: {host: b}, percentage: {value: 101}}]"), &["VAL-V10"]);
        refused(&routed("mirror: {host: '*'}"), &["VAL-V11"]);
        refused(&routed("mirrors: [{percentage: {value: 10}}]"), &["CRD-2"]);
    }

    #[test]
    fn val_v13_one_host() {
        fine(&routed("rewrite: {authority: a.com}, headers: {request: {set: {x-a: b}}}"));
        fine(&routed("rewrite: {uri: /}, headers: {request: {set: {Host: b.com}}}"));
        fine(&routed("headers: {request: {set: {Host: ''}, add: {host: b.com}}}"));
        refused(
            &routed("rewrite: {authority: a.com}, headers: {request: {set: {Host: b.com}}}"),
            &["VAL-V13"],
        );
        refused(
            &routed("headers: {request: {set: {Host: a.com}, add: {':authority': b.com}}}"),
            &["VAL-V13"],
        );
        fine_in_1_1(&routed("rewrite: {authority: a.com}, headers: {request: {set: {Host: b.com}}}"));
    }

    #[test]
    fn val_v18_timeout() {
        fine(&routed("timeout: 1ms"));
        fine(&routed("timeout: 1h30m"));
        for bad in ["0s", "0", "0.5ms", "-1s", "1.0005s"] {
            refused(&routed(&format!("timeout: '{bad}'")), &["VAL-V18"]);
        }
        for bad in ["5", "abc", "''"] {
            refused(&routed(&format!("timeout: {bad}")), &["CRD-2"]);
        }
        refused_in_1_1(&routed("timeout: 0s"), &["VAL-V18"]);
    }

    #[test]
    fn val_0_3_durations() {
        fine(&routed("retries: {attempts: 1, perTryTimeout: 250ms}"));
        refused(&routed("retries: {attempts: 1, perTryTimeout: 250us}"), &["VAL-V16"]);
    }
}

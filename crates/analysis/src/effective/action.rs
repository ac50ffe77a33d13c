//! What a rule does: redirects, fixed responses, header operations, faults, cross-origin requests (HM-11 to
//! HM-13, HM-16, HM-17, HM-21).

use super::{
    AbortStatus, Action, Cors, FaultInjection, Fraction, HeaderMutations, HeaderValue, Redirection,
    matching::pattern_test,
};
use crate::{
    Profile,
    resource::virtual_service::{
        CorsPolicy, DirectResponse, Fault, HeaderOperations, Headers, HttpRoute, Redirect,
    },
};

/// A redirect, seen from the port that requests came to.
pub(super) fn redirect(redirect: &Redirect, port: u32, tls: bool, profile: &Profile) -> Action {
    let text = |it: &Option<pilothouse_syntax::Spanned<String>>| {
        it.as_ref().map(|it| it.value.clone()).filter(|it| !it.is_empty())
    };
    let scheme = text(&redirect.scheme);
    let derived = redirect.derive_port.as_ref().filter(|it| it.value == "FROM_REQUEST_PORT").map(|_| port);
    let mut new_port = redirect.port.as_ref().map(|it| it.value).or(derived).unwrap_or(0);
    let effective_scheme = scheme.as_deref().unwrap_or(if tls { "https" } else { "http" });
    if matches!((new_port, effective_scheme), (80, "http") | (443, "https")) {
        new_port = 0;
    }
    let status = match redirect.redirect_code.as_ref().map_or(0, |code| code.value) {
        0 | 301 => 301,
        code @ (302 | 303 | 307 | 308) => code,
        _ => return Action::None,
    };
    Action::Redirect(Redirection {
        host: text(&redirect.authority),
        path: text(&redirect.uri).or_else(|| profile.redirect_headers.then(String::new)),
        prefix_rewrite: text(&redirect.prefix_rewrite),
        scheme,
        port: new_port,
        status,
    })
}

/// A fixed response.
pub(super) fn direct_response(response: &DirectResponse) -> Action {
    Action::Respond {
        status: response.status.as_ref().map_or(0, |status| status.value),
        body: response.body.as_ref().map(|body| body.value.clone()),
        bytes: response.bytes.as_ref().map(|bytes| bytes.value.clone()),
    }
}

/// Header operations of a rule or destination: on the request, on the response, and the host they set.
pub(super) fn headers(
    headers: Option<&Headers>,
    profile: &Profile,
) -> (HeaderMutations, HeaderMutations, Option<String>) {
    let Some(headers) = headers else { return Default::default() };
    let host = |values: &std::collections::BTreeMap<String, pilothouse_syntax::Spanned<String>>| {
        let set = values.iter().find(|(name, _)| names_host(name));
        set.map(|(_, value)| value.value.clone()).filter(|value| !value.is_empty())
    };
    let authority = profile
        .host_header_rewrites
        .then(|| host(&headers.request.set).or_else(|| host(&headers.request.add)))
        .flatten();
    (mutations(&headers.request, profile), mutations(&headers.response, profile), authority)
}

fn mutations(operations: &HeaderOperations, profile: &Profile) -> HeaderMutations {
    // What Envoy does not let be changed is left out in silence.
    let internal = |name: &str| profile.host_header_rewrites && (name.starts_with(':') || names_host(name));
    let values = [(&operations.set, false), (&operations.add, true)];
    HeaderMutations {
        add: values
            .into_iter()
            .flat_map(|(values, append)| values.iter().map(move |(name, value)| (name, value, append)))
            .filter(|(name, ..)| !internal(name))
            .map(|(name, value, append)| HeaderValue {
                name: name.clone(),
                value: value.value.clone(),
                append,
            })
            .collect(),
        remove: operations
            .remove
            .iter()
            .map(|name| name.value.clone())
            .filter(|name| !internal(name))
            .collect(),
    }
}

/// Whether a header's name is the host's.
pub(crate) fn names_host(name: &str) -> bool {
    name.eq_ignore_ascii_case(":authority") || name.eq_ignore_ascii_case("host")
}

/// Percent as a share of a million.
pub(super) fn fraction(percent: f64) -> Fraction {
    Fraction { numerator: (percent * 10_000.0) as u32, million: true }
}

/// Faults; none where nothing of them is known to Envoy.
pub(super) fn fault(fault: &Fault) -> Option<FaultInjection> {
    let delay = fault.delay.as_ref().and_then(|delay| {
        let fixed = delay.fixed_delay.as_ref()?;
        let old = delay.percent.as_ref().map_or(0, |it| it.value);
        let share = match &delay.percentage {
            Some(percentage) => fraction(percentage.value),
            None => Fraction { numerator: old.max(0) as u32, million: false },
        };
        Some((fixed.value, Some(share)))
    });
    let abort = fault.abort.as_ref().and_then(|abort| {
        let share = abort.percentage.as_ref().map(|it| fraction(it.value));
        let status = match (&abort.http_status, &abort.grpc_status) {
            (Some(status), _) => AbortStatus::Http(status.value.max(0) as u32),
            (None, Some(status)) => AbortStatus::Grpc(status.value.clone()),
            (None, None) => return None,
        };
        Some((status, share))
    });
    (delay.is_some() || abort.is_some()).then_some(FaultInjection { delay, abort })
}

/// Cross-origin requests.
pub(super) fn cors(policy: &CorsPolicy) -> Cors {
    let joined = |texts: &[pilothouse_syntax::Spanned<String>]| {
        texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(",")
    };
    let allow_origins = if policy.allow_origins.is_empty() {
        policy.allow_origin.iter().map(|origin| super::ValueTest::Exact(origin.value.clone())).collect()
    } else {
        let patterns = policy.allow_origins.iter().filter_map(|origin| origin.pattern.as_ref());
        patterns.map(|pattern| pattern_test(&pattern.value)).collect()
    };
    Cors {
        allow_origins,
        allow_methods: joined(&policy.allow_methods),
        allow_headers: joined(&policy.allow_headers),
        expose_headers: joined(&policy.expose_headers),
        max_age: policy.max_age.as_ref().map(|age| age.value.seconds()),
        allow_credentials: policy.allow_credentials.as_ref().map(|it| it.value),
        forward_unmatched: policy.unmatched_preflights.as_ref().is_none_or(|it| it.value != "IGNORE"),
    }
}

/// What a rule does apart from sending requests on, if anything (HM-11).
pub(super) fn answer(rule: &HttpRoute, port: u32, tls: bool, profile: &Profile) -> Option<Action> {
    match (&rule.redirect, &rule.direct_response) {
        (Some(to), _) => Some(redirect(to, port, tls, profile)),
        (None, Some(response)) => Some(direct_response(response)),
        (None, None) => None,
    }
}

//! Repetitions of failed attempts (HM-19).

use super::RetryPolicy;
use crate::{Profile, resource::virtual_service::Retries};

/// The retry policy of a rule; none where it switches repetitions off.
pub(super) fn policy(retries: Option<&Retries>, profile: &Profile) -> Option<RetryPolicy> {
    let mut policy = default_policy(profile);
    let Some(retries) = retries else { return Some(policy) };
    let attempts = retries.attempts.as_ref().map_or(0, |it| it.value);
    if attempts <= 0 {
        return None;
    }
    policy.num_retries = attempts as u32;
    if let Some(retry_on) = retries.retry_on.as_ref().filter(|it| !it.value.is_empty()) {
        (policy.retry_on, policy.retriable_status_codes) = retry_on_parts(&retry_on.value);
        let listed = policy.retry_on.contains("retriable-status-codes");
        if profile.retries_spare_503 && !policy.retriable_status_codes.is_empty() && !listed {
            policy.retry_on.push_str(",retriable-status-codes");
        }
    }
    policy.per_try_timeout = retries.per_try_timeout.as_ref().map(|it| it.value);
    policy.backoff = retries.backoff.as_ref().map(|it| it.value);
    Some(policy)
}

/// What holds where a rule says nothing.
pub fn default_policy(profile: &Profile) -> RetryPolicy {
    let (retry_on, codes) = if profile.retries_spare_503 {
        ("connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", vec![])
    } else {
        (
            "connect-failure,refused-stream,unavailable,cancelled,resource-exhausted,retriable-status-codes",
            vec![503],
        )
    };
    RetryPolicy {
        num_retries: 2,
        retry_on: retry_on.into(),
        retriable_status_codes: codes,
        per_try_timeout: None,
        backoff: None,
    }
}

/// Numbers with a standard text are status codes, the rest are conditions.
fn retry_on_parts(text: &str) -> (String, Vec<u32>) {
    let mut codes = Vec::new();
    let mut conditions = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse::<u32>() {
            Ok(code) if is_standard_status(code) => codes.push(code),
            _ => conditions.push(part),
        }
    }
    (conditions.join(","), codes)
}

/// Whether Go's net/http has a text for a status.
pub(crate) fn is_standard_status(code: u32) -> bool {
    matches!(code,
        100..=103 | 200..=208 | 226 | 300..=305 | 307 | 308 | 400..=418 | 421..=426 | 428 | 429 | 431 | 451
        | 500..=508 | 510 | 511)
}

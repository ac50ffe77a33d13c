//! What is refused of faults to inject (VAL-V20).

use pilothouse_syntax::Spanned;

use super::Admission;
use crate::resource::{check::first_byte, virtual_service::Fault};

/// The names of gRPC's statuses.
const GRPC: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl Admission<'_> {
    /// Delays and errors. An abort without status is let pass: Istio has a warning for it and loses it.
    pub(super) fn fault(&mut self, fault: &Fault) {
        if fault.abort.is_none() && fault.delay.is_none() {
            let message = "This fault injects nothing";
            self.refuse("VAL-V20", first_byte(fault.range), message, "Add `delay` or `abort`.");
        }
        if let Some(abort) = &fault.abort {
            self.share(abort.percentage.as_ref(), abort.percent.as_ref());
            if let Some(status) = &abort.http_status {
                let lowest = if self.profile.checks_of_today { 200 } else { 0 };
                if !(lowest..=600).contains(&status.value) {
                    let message = format!("{} is no status from {lowest} to 600", status.value);
                    self.refuse("VAL-V20", status.range, message, "");
                }
            } else if let Some(status) = &abort.grpc_status {
                if !GRPC.contains(&status.value.as_str()) {
                    let message = format!("gRPC has no status `{}`", status.value);
                    self.refuse("VAL-V20", status.range, message, "Write its name, such as UNAVAILABLE.");
                }
            } else if let Some(error) = &abort.http2_error {
                let message = "`http2Error` was never built and is refused";
                self.refuse("VAL-V20", error.range, message, "Use `httpStatus` or `grpcStatus`.");
            }
        }
        if let Some(delay) = &fault.delay {
            self.share(delay.percentage.as_ref(), delay.percent.as_ref());
            self.duration("VAL-V20", "fixedDelay", delay.fixed_delay.as_ref());
            if let Some(exponential) = &delay.exponential_delay {
                let message = "`exponentialDelay` was never built and is refused";
                self.refuse("VAL-V20", exponential.range, message, "Use `fixedDelay`.");
            }
        }
    }

    fn share(&mut self, percentage: Option<&Spanned<f64>>, percent: Option<&Spanned<i64>>) {
        match percentage {
            Some(Spanned { value, range }) if *value != 0.0 && !(0.0001..=100.0).contains(value) => {
                let message = format!("`percentage` is {value}, and takes 0, or from 0.0001 to 100");
                self.refuse("VAL-V20", *range, message, "");
            }
            None if !self.profile.checks_of_today => self.percent("VAL-V20", "percent", percent),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    #[test]
    fn val_v20_faults() {
        let with = |fields: &str| routed(&format!("fault: {{{fields}}}"));
        for good in [
            "delay: {fixedDelay: 5s, percentage: {value: 0.1}}",
            "abort: {httpStatus: 503, percentage: {value: 100}}",
            "abort: {grpcStatus: UNAVAILABLE}",
            "abort: {percentage: {value: 0}}",
            "abort: {}",
            "delay: {}",
            "delay: {percent: 200, fixedDelay: 1s}",
        ] {
            fine(&with(good));
        }
        for bad in [
            "",
            "abort: {httpStatus: 199}",
            "abort: {httpStatus: 601}",
            "abort: {grpcStatus: unavailable}",
            "abort: {grpcStatus: '14'}",
            "abort: {http2Error: A}",
            "abort: {httpStatus: 503, percentage: {value: 0.00001}}",
            "delay: {fixedDelay: 0s}",
            "delay: {exponentialDelay: 1s}",
            "delay: {fixedDelay: 1s, percentage: {value: 100.5}}",
            "delay: {fixedDelay: 1s, percentage: {value: -1}}",
        ] {
            refused(&with(bad), &["VAL-V20"]);
        }
        refused_in_1_1(&with("delay: {percent: 200, fixedDelay: 1s}"), &["VAL-V20"]);
        fine_in_1_1(&with("abort: {percent: 50, httpStatus: 100}"));
        refused_in_1_1(&with("abort: {grpcStatus: UNAVAILABLE}"), &["CRD-8"]);
    }
}

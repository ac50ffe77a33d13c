//! Durations as Go writes them, such as `1m30s`.

use std::fmt;

/// A span of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// Nanoseconds; negative ones can be written and are refused by every check.
    pub nanos: i64,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration { nanos: 0 };
    /// One millisecond, below which Istio refuses durations.
    pub const MILLISECOND: Duration = Duration { nanos: 1_000_000 };

    /// Reads what Go's `time.ParseDuration` does; none for anything else.
    pub fn parse(text: &str) -> Option<Duration> {
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Some(Self::ZERO);
        }
        let mut nanos = 0_i128;
        loop {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (whole, mut tail) = rest.split_at(digits);
            let mut fraction = "";
            if let Some(after) = tail.strip_prefix('.') {
                let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                (fraction, tail) = after.split_at(digits);
            }
            if whole.is_empty() && fraction.is_empty() {
                return None;
            }
            let end = tail.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(tail.len());
            let unit: i128 = match &tail[..end] {
                "ns" => 1,
                "us" | "µs" | "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => 3_600_000_000_000,
                _ => return None,
            };
            rest = &tail[end..];
            let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            nanos = nanos.checked_add(whole.checked_mul(unit)?)?;
            let mut scale = unit;
            for digit in fraction.bytes() {
                scale /= 10;
                nanos += i128::from(digit - b'0') * scale;
            }
            if nanos > i128::from(i64::MAX) {
                return None;
            }
            if rest.is_empty() {
                break;
            }
        }
        let nanos = i64::try_from(nanos).ok()?;
        Some(Duration { nanos: if negative { -nanos } else { nanos } })
    }

    /// Whole seconds, rounded towards zero.
    pub fn seconds(self) -> i64 {
        self.nanos / 1_000_000_000
    }

    /// As protobuf's JSON writes it: seconds with 0, 3, 6 or 9 digits behind the point.
    pub fn to_proto(self) -> String {
        let (seconds, nanos) = (self.nanos / 1_000_000_000, (self.nanos % 1_000_000_000).abs());
        let sign = if self.nanos < 0 && seconds == 0 { "-" } else { "" };
        match nanos {
            0 => format!("{sign}{seconds}s"),
            _ if nanos % 1_000_000 == 0 => format!("{sign}{seconds}.{:03}s", nanos / 1_000_000),
            _ if nanos % 1_000 == 0 => format!("{sign}{seconds}.{:06}s", nanos / 1_000),
            _ => format!("{sign}{seconds}.{nanos:09}s"),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nanos {
            nanos if nanos % 1_000_000_000 == 0 => write!(f, "{}s", nanos / 1_000_000_000),
            nanos if nanos % 1_000_000 == 0 => write!(f, "{}ms", nanos / 1_000_000),
            _ => f.write_str(&self.to_proto()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn reads_what_go_reads() {
        for (text, nanos) in [
            ("0", 0),
            ("0s", 0),
            ("1.5s", 1_500_000_000),
            ("1m30s", 90_000_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("-2ms", -2_000_000),
            ("1h0m0.000000001s", 3_600_000_000_001),
            ("24h", 86_400_000_000_000),
        ] {
            assert_eq!(Duration::parse(text).map(|it| it.nanos), Some(nanos), "{text}");
        }
        for text in ["", "5", "s", "1x", "1.5", "1s 2s", "1d", ".s", "-", "9999999999h", "é"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn writes_what_protobuf_writes() {
        for (text, proto) in
            [("0.5s", "0.500s"), ("1m30s", "90s"), ("1us", "0.000001s"), ("1ns", "0.000000001s")]
        {
            assert_eq!(Duration::parse(text).unwrap().to_proto(), proto);
        }
    }
}

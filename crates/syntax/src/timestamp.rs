//! The timestamps that `!!timestamp` takes.

/// Whether go-yaml reads `text` as a date, with or without a time.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    is_date(date) && (time.is_empty() || is_time(time))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Some(year), Some(month)) = (number(year, 4, 0, 9999), number(month, 2, 1, 12)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    parts[0].len() == 4 && number(day, 2, 1, days).is_some()
}

/// `time` starts with the character that separates it from the date.
fn is_time(time: &str) -> bool {
    let (clock, zone) = match (time.as_bytes()[0], time.find(['Z', '+', '-'])) {
        (b' ', None) => (&time[1..], true),
        (b'T' | b't', Some(at)) => (&time[1..at], is_zone(&time[at..])),
        _ => return false,
    };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    zone && number(hour, 2, 0, 23).is_some()
        && number(minute, 2, 0, 59).is_some()
        && number(second, 2, 0, 59).is_some()
        && !fraction.is_empty()
        && fraction.bytes().all(|c| c.is_ascii_digit())
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        b"Z" => true,
        [_, _, _, b':', _, _] if text.is_ascii() => {
            number(&text[1..3], 2, 0, 24).is_some() && number(&text[4..], 2, 0, 60).is_some()
        }
        _ => false,
    }
}

fn number(text: &str, digits: usize, low: u32, high: u32) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= digits && text.bytes().all(|c| c.is_ascii_digit());
    let number = plain.then(|| text.parse().ok()).flatten()?;
    (low..=high).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn dates_and_times() {
        for text in [
            "2024-02-29",
            "2001-1-1",
            "2001-12-14T21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            "2001-12-14t1:2:3Z",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "2023-02-29",
            "2024-13-01",
            "24-01-01",
            "2001-12-14 21:59:43Z",
            "2001-12-14T21:59Z",
            "",
            "2001-12-14Té:+1:é",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}

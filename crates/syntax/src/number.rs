//! Numbers as Go reads and writes them.

/// An integer or float as go-yaml resolves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Uint(u64),
    Float(f64),
}

/// Go's `ParseInt` with base 0, without underscores: signed 64 bits, else unsigned ones for text without a sign.
pub(crate) fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (Some(-1), &text[1..]),
        b'+' => (Some(1), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match sign {
        Some(-1) => (magnitude <= 1 << 63).then(|| Number::Int((magnitude as i64).wrapping_neg())),
        _ if magnitude <= i64::MAX as u64 => Some(Number::Int(magnitude as i64)),
        Some(_) => None,
        None => Some(Number::Uint(magnitude)),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, in range.
pub(crate) fn decimal(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let sign = |at: usize| usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    let digits = |at: usize| bytes[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut at = sign(0);
    let whole = digits(at);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole + fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + sign(at + 1);
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    let number = (at == bytes.len()).then(|| text.parse::<f64>().ok()).flatten()?;
    number.is_finite().then_some(Number::Float(number))
}

/// Go's `ParseFloat` for text that starts with a point: underscores only between digits.
pub(crate) fn pointed(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let stray = (1..bytes.len()).any(|at| bytes[at] == b'_' && !(digit(at - 1) && digit(at + 1)));
    if stray { None } else { decimal(&text.replace('_', "")) }
}

/// A float as Go's JSON writes it.
pub(crate) fn float_text(float: f64) -> String {
    let size = float.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{float}");
    }
    let text = format!("{float:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

/// A float as the text of a mapping's key: Go's `'g'` at 32 bits.
pub(crate) fn float_key(float: f64) -> String {
    let float = float as f32;
    if float.is_nan() {
        return ".nan".into();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let text = format!("{float:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if float != 0.0 && !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    } else {
        format!("{float}")
    }
}

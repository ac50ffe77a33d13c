//! What a scalar means: go-yaml v2's resolution of YAML 1.1.

use crate::{
    decode::Value,
    number::{self, Number},
    timestamp::is_timestamp,
};

const CORE: &str = "tag:yaml.org,2002:";

/// Resolves a scalar; an empty tag is that of an untagged plain one. `Value::Text` stands for the text itself.
pub(crate) fn resolve(tag: &str, text: &str) -> Result<Value, String> {
    let wanted = match tag.strip_prefix(CORE) {
        None if tag.is_empty() => return Ok(guess(text)),
        Some("binary") => {
            let decoded = base64(text).ok_or("!!binary value contains invalid base64 data")?;
            return Ok(Value::Owned(decoded.into()));
        }
        Some(wanted @ ("bool" | "int" | "float" | "null" | "timestamp")) => wanted,
        _ => return Ok(Value::Text),
    };
    let found = guess(text);
    let kind = match found {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Uint(_) => "int",
        Value::Float(_) => "float",
        _ => "str",
    };
    match found {
        _ if wanted == "timestamp" && is_timestamp(text) => Ok(Value::Text),
        Value::Int(int) if wanted == "float" => Ok(Value::Float(int as f64)),
        found if wanted == kind => Ok(found),
        _ => Err(format!("cannot decode !!{kind} `{text}` as a !!{wanted}")),
    }
}

fn guess(text: &str) -> Value {
    let Some(&first) = text.as_bytes().first() else { return Value::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
                Value::Bool(true)
            }
            "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
                Value::Bool(false)
            }
            "~" | "null" | "Null" | "NULL" => Value::Null,
            _ => Value::Text,
        },
        b'.' => match text {
            ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" => Value::Float(f64::INFINITY),
            _ => number::pointed(text).map_or(Value::Text, from_number),
        },
        b'0'..=b'9' | b'+' | b'-' => match text {
            "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
            _ if text.contains('_') => guess_number(&text.replace('_', "")),
            _ => guess_number(text),
        },
        _ => Value::Text,
    }
}

fn guess_number(text: &str) -> Value {
    number::integer(text).or_else(|| number::decimal(text)).map_or(Value::Text, from_number)
}

fn from_number(number: Number) -> Value {
    match number {
        Number::Int(int) => Value::Int(int),
        Number::Uint(uint) => Value::Uint(uint),
        Number::Float(float) => Value::Float(float),
    }
}

/// Standard base64 with padding, line breaks skipped; each byte that is not UTF-8 becomes U+FFFD, as in Go.
fn base64(text: &str) -> Option<String> {
    let symbols: Vec<u8> = text.bytes().filter(|c| !matches!(c, b'\n' | b'\r')).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    for (n, quad) in symbols.chunks_exact(4).enumerate() {
        let last = (n + 1) * 4 == symbols.len();
        let padding = if last { quad.iter().rev().take_while(|&&c| c == b'=').count() } else { 0 };
        if padding > 2 {
            return None;
        }
        let mut group = 0;
        for &symbol in &quad[..4 - padding] {
            let digit = match symbol {
                b'A'..=b'Z' => symbol - b'A',
                b'a'..=b'z' => symbol - b'a' + 26,
                b'0'..=b'9' => symbol - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            group = group << 6 | u32::from(digit);
        }
        group <<= 6 * padding;
        bytes.extend_from_slice(&group.to_be_bytes()[1..4 - padding]);
    }
    let mut out = String::with_capacity(bytes.len());
    for piece in bytes.utf8_chunks() {
        out.push_str(piece.valid());
        out.extend(piece.invalid().iter().map(|_| '\u{fffd}'));
    }
    Some(out)
}

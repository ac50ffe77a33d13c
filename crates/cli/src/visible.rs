//! Text of the input on a terminal: what would be acted on, or hide or turn other text, is made visible.

/// Whether a terminal or a reader's eye could be misled by a character.
fn misleads(c: char) -> bool {
    matches!(c,
        // Marks that turn the direction of text.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // What has no width, and separators of lines.
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
        || c.is_control()
}

/// A text for a line of its own: misleading characters as `\u{202e}`, line breaks kept.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if misleads(c) && c != '\n' { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// A line of source: each misleading character, a tab aside, becomes one sign, so that columns stay true.
pub(crate) fn visible_source(line: &str) -> String {
    let sign = |c: char| match c {
        '\t' => '\t',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        c if misleads(c) => '\u{fffd}',
        c => c,
    };
    line.chars().map(sign).collect()
}

/// JSON in which misleading characters of strings are written as escapes, which mean the same.
pub(crate) fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // All of them are in the basic plane, so one escape is enough.
        if misleads(c) && c != '\n' { out.push_str(&format!("\\u{:04x}", u32::from(c))) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_misleads() {
        assert_eq!(visible("a\u{202e}b\x1b[31m\n\tü"), "a\\u{202e}b\\u{1b}[31m\n\\u{9}ü");
        assert_eq!(visible_source("a\u{202e}\x1b\tü"), "a\u{fffd}\u{241b}\tü");
        let json = serde_json::to_string("\u{202e}\u{9b}\u{7f}<ü>").unwrap();
        let escaped = escape_json(&json);
        assert_eq!(escaped, "\"\\u202e\\u009b\\u007f<ü>\"");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "\u{202e}\u{9b}\u{7f}<ü>");
    }
}

//! Names and values of HTTP headers (VAL-0.6).

use super::Reason;

/// Pseudo headers that a condition may name.
const PSEUDO: [&str; 5] = [":method", ":scheme", ":authority", ":path", ":status"];

/// Whether a header's name asks for a claim of a token, as in `@request.auth.claims.sub`.
pub(super) fn is_claim(name: &str) -> bool {
    const START: &str = "@request.auth.claims";
    let Some((start, rest)) = name.split_at_checked(START.len()) else { return false };
    start.eq_ignore_ascii_case(START)
        && (rest.starts_with('.') && rest.len() > 1
            || rest.starts_with('[') && rest.ends_with(']') && rest.len() > 2)
}

/// Whether all characters are those of a header's name.
pub(super) fn is_token(name: &str) -> bool {
    let special = b"!#$%&'*+-.^_`|~";
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || special.contains(&byte))
}

/// Whether a condition can ask for a header.
pub(super) fn is_matchable(name: &str) -> bool {
    is_token(name) || is_claim(name) || PSEUDO.contains(&name)
}

/// Whether a header decides the host.
pub(super) fn is_authority(name: &str) -> bool {
    name.eq_ignore_ascii_case(":authority") || name.eq_ignore_ascii_case("host")
}

/// Why a header cannot be changed; `host` says whether the host may be.
pub(super) fn changeable(name: &str, host: bool) -> Result<(), Reason> {
    if name.is_empty() {
        Err("its name is empty".into())
    } else if host && is_authority(name) {
        Ok(())
    } else if name.eq_ignore_ascii_case("host") {
        Err("the host can only be set or added, and on requests".into())
    } else if name.starts_with(':') {
        Err("names with a colon in front belong to the proxy".into())
    } else {
        Ok(())
    }
}

/// Why a text is no value of a header.
pub(super) fn value(text: &str) -> Result<(), Reason> {
    if text.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        Err("it holds control characters".into())
    } else if !placeholders_close(text) {
        Err("`%` begins a placeholder such as `%HOSTNAME%` that does not end; write `%%` for a plain one"
            .into())
    } else {
        Ok(())
    }
}

/// Whether every placeholder ends, as Envoy reads them: `%NAME%`, `%NAME(argument)%` or `%NAME(["a", "b"])%`.
fn placeholders_close(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            continue;
        }
        let closed = match bytes.next() {
            Some(b'%') => Some(()),
            Some(first) => placeholder(first, &mut bytes),
            None => None,
        };
        if closed.is_none() {
            return false;
        }
    }
    true
}

/// A placeholder from its first letter up to its closing `%`.
fn placeholder(mut byte: u8, bytes: &mut impl Iterator<Item = u8>) -> Option<()> {
    while byte != b'%' {
        if byte == b'(' {
            arguments(bytes)?;
            return (after_blanks(bytes)? == b'%').then_some(());
        }
        byte = bytes.next()?;
    }
    Some(())
}

/// Arguments behind `(`, up to and with `)`.
fn arguments(bytes: &mut impl Iterator<Item = u8>) -> Option<()> {
    let listed = after_blanks(bytes)? == b'[';
    if listed && after_blanks(bytes)? != b'"' {
        return None;
    }
    loop {
        // Envoy takes `)` for the end even inside quotes.
        match bytes.next()? {
            b'\\' => _ = bytes.next()?,
            b')' => return Some(()),
            b'"' => match after_blanks(bytes)? {
                b',' if after_blanks(bytes)? == b'"' => {}
                b']' => return (after_blanks(bytes)? == b')').then_some(()),
                _ => return None,
            },
            _ => {}
        }
    }
}

fn after_blanks(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    bytes.find(|byte| *byte != b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_0_6_names() {
        for name in
            ["x-a", "X_A", "a.b", "~", ":path", "@request.auth.claims.sub", "@request.auth.claims[a][b]"]
        {
            assert!(is_matchable(name), "{name}");
        }
        for name in ["", "a b", ":path2", "a:b", "é", "@request.auth.claims", "@request.auth.claims."] {
            assert!(!is_matchable(name), "{name}");
        }
        assert!(is_claim("@Request.Auth.Claims.x") && !is_claim("@request.auth.claim"));
        assert!(changeable("Host", true).is_ok() && changeable(":authority", true).is_ok());
        assert!(changeable("x-a", false).is_ok());
        for (name, host) in [("", true), ("host", false), (":path", true), (":authority", false)] {
            assert!(changeable(name, host).is_err(), "{name}");
        }
    }

    #[test]
    fn val_0_6_values() {
        for text in [
            "",
            "a\tb",
            "100%%",
            "%HOSTNAME%",
            "a %REQ(x-a)% b",
            "%REQ(x?y):3%",
            r#"%UPSTREAM_METADATA(["a", "b"])%"#,
            r#"%X( [ "a" ] ) %"#,
            r"%X(a\)b)%",
        ] {
            let expected = text != "%REQ(x?y):3%";
            assert_eq!(value(text).is_ok(), expected, "{text}");
        }
        for text in
            ["%", "50%", "%A", "a\nb", "\u{7f}", "%%%", "%A(b%", "%A(b)", r#"%A([a])%"#, r#"%A(["a" "b"])%"#]
        {
            assert!(value(text).is_err(), "{text}");
        }
    }
}

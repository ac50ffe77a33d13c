//! The path of a request as Envoy compares it (HM-6).

/// Separates a path as sent from its query; a fragment is never sent.
pub fn split_target(target: &str) -> (&str, Option<&str>) {
    let target = target.split('#').next().unwrap_or_default();
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

/// The path, without query, that Envoy matches for one as sent. None where Envoy refuses the request.
///
/// Steps such as `/../` are taken, `\` becomes `/`, an escaped letter, digit, `-`, `.`, `_` or `~` is unescaped, and
/// what has no place in a path is escaped. All else stays: several slashes, `%2F`, and the case of other escapes.
pub fn normalise_path(path: &str) -> Option<String> {
    let mut output = Vec::with_capacity(path.len() + 1);
    if !path.starts_with(['/', '\\']) {
        output.push(b'/');
    }
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after_dot) = dot(rest) {
            rest = step(after_dot, &mut output);
        } else if let Some((escape, decoded)) = escape(rest) {
            match decoded {
                0 => return None,
                decoded if is_unreserved(decoded) => output.push(decoded),
                _ => output.extend_from_slice(escape),
            }
            rest = &rest[escape.len()..];
        } else {
            match byte {
                0 => return None,
                b'\\' => output.push(b'/'),
                b'%' => output.push(b'%'),
                byte if stays(byte) => output.push(byte),
                byte => output.extend(format!("%{byte:02X}").bytes()),
            }
            rest = after;
        }
    }
    String::from_utf8(output).ok()
}

/// What follows the dot that is ahead, plain or escaped.
fn dot(rest: &[u8]) -> Option<&[u8]> {
    [&b"."[..], b"%2e", b"%2E"].into_iter().find_map(|dot| rest.strip_prefix(dot))
}

/// Takes the step that a dot begins, or writes the dot where it begins none; gives what follows.
fn step<'a>(after: &'a [u8], output: &mut Vec<u8>) -> &'a [u8] {
    if output.last() == Some(&b'/') {
        if let Some(rest) = end_of_segment(after) {
            return rest;
        }
        if let Some(rest) = dot(after).and_then(end_of_segment) {
            let parent = output[..output.len() - 1].iter().rposition(|&byte| byte == b'/');
            output.truncate(parent.unwrap_or(0) + 1);
            return rest;
        }
    }
    output.push(b'.');
    after
}

/// What follows the slash that is ahead, or nothing at the end.
fn end_of_segment(rest: &[u8]) -> Option<&[u8]> {
    match rest.split_first() {
        None => Some(rest),
        Some((b'/' | b'\\', rest)) => Some(rest),
        Some(_) => None,
    }
}

/// The escape that is ahead, and what it stands for.
fn escape(rest: &[u8]) -> Option<(&[u8], u8)> {
    let escape = rest.get(..3).filter(|escape| escape[0] == b'%')?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((escape, (digit(escape[1])? * 16 + digit(escape[2])?) as u8))
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a byte may stand in a path unescaped.
fn stays(byte: u8) -> bool {
    is_unreserved(byte) || b"/!$&'()*+,:;=@[]".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(path: &str) -> String {
        normalise_path(path).unwrap()
    }

    #[test]
    fn hm_6_steps() {
        for (sent, compared) in [
            ("/a/../b", "/b"),
            ("/a/./b", "/a/b"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/../../a", "/a"),
            ("/a/%2e%2E/b", "/b"),
            ("/a//..", "/a/"),
            ("/a\\..\\b", "/b"),
            ("/...", "/..."),
            ("/a./b..", "/a./b.."),
            ("/.a/..b", "/.a/..b"),
            ("/a/b/../../..", "/"),
        ] {
            assert_eq!(normal(sent), compared, "{sent}");
        }
    }

    #[test]
    fn hm_6_escapes() {
        for (sent, compared) in [
            ("/%62", "/b"),
            ("/%2F%20", "/%2F%20"),
            ("/%2f%c3%a9", "/%2f%c3%a9"),
            ("/%7E%2d%5f", "/~-_"),
            ("//api///x", "//api///x"),
            ("/100%", "/100%"),
            ("/%zz%4", "/%zz%4"),
            ("/{id}|\"<>^`", "/%7Bid%7D%7C%22%3C%3E%5E%60"),
            ("/é b", "/%C3%A9%20b"),
            ("/a;b=c,d:@[e]!$&'()*+", "/a;b=c,d:@[e]!$&'()*+"),
            ("", "/"),
            ("a", "/a"),
        ] {
            assert_eq!(normal(sent), compared, "{sent}");
        }
        assert_eq!(normalise_path("/a%00"), None);
    }

    #[test]
    fn target_without_query_and_fragment() {
        assert_eq!(split_target("/a?b=c#d"), ("/a", Some("b=c")));
        assert_eq!(split_target("/a#d?b"), ("/a", None));
        assert_eq!(split_target("/a?"), ("/a", Some("")));
    }
}

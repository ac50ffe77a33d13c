//! What looks like a secret in a text that is about to be shared. It is pointed out; nothing is ever removed.

/// Something that looks like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The line, counted from 1.
    pub line: u32,
    /// What it looks like, as in `a private key`.
    pub what: String,
}

/// How keys end whose value is a secret, in small letters without `-`, `_` and `.`.
const KEYS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "clientsecret",
    "apikey",
    "accesskey",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "token",
    "authorization",
    "cookie",
];

/// How tokens begin that well-known services give out, and how many letters follow at least.
const TOKENS: &[(&str, usize)] = &[
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("AKIA", 16),
    ("AIza", 30),
    ("sk_live_", 16),
    ("hvs.", 20),
    ("eyJhbGciOi", 20),
];

/// All that looks like a secret, at most one on a line, in the order of lines.
pub fn secrets(text: &str) -> Vec<Secret> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut number = 0;
    for document in lines.split_inclusive(|line| line.starts_with("---")) {
        let holds_secret = document.iter().any(|line| entry(line) == Some(("kind", "Secret")));
        for line in document {
            number += 1;
            let data = || holds_secret && matches!(entry(line), Some(("data" | "stringData", _)));
            let what = if data() { Some("the data of a Secret") } else { of_line(line) };
            found.extend(what.map(|what| Secret { line: number, what: what.to_owned() }));
        }
    }
    found
}

/// What a header of a request looks like, where that is a secret.
pub fn secret_header(name: &str, value: &str) -> Option<&'static str> {
    of_line(&format!("{name}: {value}"))
}

fn of_line(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    if line.split(is_edge).any(is_token) {
        return Some("a token");
    }
    if has_credentials(line) {
        return Some("a password in a URL");
    }
    let (key, value) = entry(line)?;
    let plain: String = key.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    let plain = plain.to_ascii_lowercase();
    (KEYS.iter().any(|end| plain.ends_with(end)) && is_value(value)).then_some("a password or a token")
}

/// A key with its value, of YAML in lines or of JSON that has been laid out.
fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches([' ', '-', '{', '\t']).trim_end();
    let (key, value) = line.split_once(':')?;
    Some((bare(key), bare(value.trim_end_matches([',', '}', ' ']))))
}

/// A scalar without its quotes.
fn bare(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// Whether a value may be a secret itself, rather than nothing, a path, a mapping or what a template fills in.
fn is_value(value: &str) -> bool {
    let begins = |letters: &[char]| value.starts_with(letters);
    value.len() >= 4
        && !begins(&['/', '{', '[', '*', '$', '<', '.', '#'])
        && !matches!(value, "null" | "true" | "false")
}

fn is_edge(letter: char) -> bool {
    !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

fn is_token(word: &str) -> bool {
    TOKENS.iter().any(|(start, least)| word.strip_prefix(start).is_some_and(|rest| rest.len() >= *least))
}

/// Whether there is a URL with `user:password@`.
fn has_credentials(line: &str) -> bool {
    line.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', ' ', '"', '\'', '?', '#']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        user.is_some_and(|(_, password)| !password.is_empty() && !password.starts_with('$'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String)> {
        secrets(text).into_iter().map(|secret| (secret.line, secret.what)).collect()
    }

    #[test]
    fn what_looks_like_a_secret_is_pointed_out_with_its_line() {
        let jwt = ["eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.4f3c"].concat();
        let pem = ["-----BEGIN RSA ", "PRIVATE KEY-----"].concat();
        let text = format!(
            "password: hunter22\nclient_secret: \"abcdef\"\n  \"apiKey\": \"abcdef\",\nx: {jwt}\n  {pem}\nurl: https://ann:pw@example.com/\n- Authorization: Bearer abc\n"
        );
        let lines: Vec<u32> = secrets(&text).iter().map(|secret| secret.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(secrets(&text)[4].what, "a private key");
    }

    #[test]
    fn the_data_of_a_secret_stands_before_or_after_its_kind() {
        let secret = "apiVersion: v1\ndata:\n  a: Yg==\nkind: Secret\n---\nkind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\nstringData: {a: b}\n";
        let data = "the data of a Secret".to_owned();
        assert_eq!(found(secret), [(2, data.clone()), (11, data)]);
    }

    #[test]
    fn what_istio_calls_so_is_none() {
        let text = "credentialName: shop-secret\nsecretName: shop-tls\nprivateKey: /etc/certs/key.pem\n\
            authority: api.example.com\nx-token: { exact: abc }\npassword: ${PASSWORD}\ntoken:\ncookie:\n  \
            regex: \"^(.*;)?user=ann\"\nname: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com\n\
            url: https://example.com:8080/a@b\nkind: Secretary\ndata: x\n";
        assert_eq!(found(text), []);
    }

    #[test]
    fn headers_of_requests_are_looked_at_too() {
        assert_eq!(secret_header("authorization", "Bearer abcdef"), Some("a password or a token"));
        assert_eq!(secret_header("x-user", "ann"), None);
    }
}

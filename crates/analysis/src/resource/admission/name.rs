//! DNS names and labels (VAL-0.1, VAL-0.2, VAL-0.4).

use std::collections::BTreeMap;

use pilothouse_syntax::TextRange;

use super::{Admission, Reason};
use crate::Profile;

/// The longest label of a DNS name.
const LABEL: usize = 63;
/// The longest DNS name.
const NAME: usize = 255;

/// Whether a text is a label of a DNS name; capital letters are taken.
pub(super) fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    bytes.len() <= LABEL
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Why a text is no label of a DNS name.
pub(super) fn label(text: &str) -> Result<(), Reason> {
    if is_label(text) {
        Ok(())
    } else if text.is_empty() {
        Err("a part is empty".into())
    } else if text.len() > LABEL {
        Err(format!("`{text}` is longer than {LABEL} characters"))
    } else if text.contains(':') {
        Err("neither a scheme nor a port has a place in it".into())
    } else {
        Err(format!("`{text}` may hold letters, digits and dashes only, and no dash at its ends"))
    }
}

/// Why a text is no full DNS name.
pub(super) fn fqdn(name: &str, profile: &Profile) -> Result<(), Reason> {
    length(name)?;
    labels(name, profile)
}

/// Why a text is neither a DNS name nor one whose first label stands for many.
pub(super) fn wildcard_domain(name: &str, profile: &Profile) -> Result<(), Reason> {
    length(name)?;
    let (first, rest) = match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    if first != "*" {
        if first.len() > LABEL {
            return Err(format!("`{first}` is longer than {LABEL} characters"));
        }
        let starred = first.strip_prefix('*').map(|tail| tail.strip_prefix('-').unwrap_or(tail));
        label(starred.unwrap_or(first))?;
    }
    rest.map_or(Ok(()), |rest| labels(rest, profile))
}

/// A wildcard that is more than a whole label, such as `*foo.com`.
pub(super) fn is_partial_wildcard(name: &str) -> bool {
    name.contains('*') && name != "*" && !name.starts_with("*.")
}

fn length(name: &str) -> Result<(), Reason> {
    match name.len() {
        0 => Err("it is empty".into()),
        1..=NAME => Ok(()),
        _ => Err(format!("it is longer than {NAME} characters")),
    }
}

fn labels(name: &str, profile: &Profile) -> Result<(), Reason> {
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.parse::<i64>().is_ok() {
        return Err(format!("its last part, `{last}`, is a number"));
    }
    // A dot at the end makes a name absolute.
    let mut labels = name.split('.');
    match name.rsplit_once('.') {
        _ if !profile.checks_of_today => labels.try_for_each(label),
        None if name.is_empty() => Ok(()),
        Some((absolute, "")) => absolute.split('.').try_for_each(label),
        _ => labels.try_for_each(label),
    }
}

impl Admission<'_> {
    /// Labels that Kubernetes can hold (VAL-0.4).
    pub(super) fn labels(
        &mut self,
        id: &'static str,
        what: &str,
        labels: &BTreeMap<String, String>,
        range: Option<TextRange>,
    ) {
        let Some(range) = range else { return };
        for (key, value) in labels {
            let (good_key, good_value) = if self.profile.checks_of_today {
                (is_label_key(key), value.is_empty() || is_qualified(value))
            } else {
                (is_loose(key), is_loose(value))
            };
            if !good_key {
                let message = format!("`{key}` in `{what}` is no name of a label");
                self.refuse(id, range, message, "Write `name` or `domain/name`, at most 63 characters.");
            }
            if !good_value {
                let message = format!("`{value}` of `{key}` in `{what}` is no value of a label");
                self.refuse(id, range, message, "Use letters, digits, dots, dashes and underscores.");
            }
        }
    }
}

/// A label's key: a name, perhaps with a domain in front.
fn is_label_key(key: &str) -> bool {
    let name = match key.split_once('/') {
        Some((domain, name)) if domain.len() <= 253 && domain.split('.').all(is_label) => name,
        Some(_) => return false,
        None => key,
    };
    name.len() <= LABEL && is_qualified(name)
}

fn is_qualified(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// What 1.1 takes as a label's key or value.
fn is_loose(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_0_1_labels_and_names() {
        let profile = Profile::current();
        for name in ["a", "A-1", "foo.com", "foo.com.", "a.b.c", "1.com", &"x".repeat(63)] {
            assert_eq!(fqdn(name, &profile), Ok(()), "{name}");
        }
        for name in ["", ".", "-a", "a-", "a_b", "a..b", "1.2.3.4", "foo.1", "*", "é", &"x".repeat(64)] {
            assert!(fqdn(name, &profile).is_err(), "{name}");
        }
        assert!(fqdn(&"abc.".repeat(64), &profile).is_err());
        assert!(fqdn("foo.com.", &Profile::v1_1()).is_err());
    }

    #[test]
    fn val_0_2_wildcard_domains() {
        let profile = Profile::current();
        for name in ["*", "*.com", "*foo.com", "*-foo.com", "foo", "foo.com", "*.", "*foo"] {
            assert_eq!(wildcard_domain(name, &profile), Ok(()), "{name}");
        }
        for name in ["", "foo.*", "a.*.com", "**", "*.*", "*_a", "f*o.com", "foo_bar", "10.0.0.1", "*-"] {
            assert!(wildcard_domain(name, &profile).is_err(), "{name}");
        }
        for (name, partial) in
            [("*", false), ("*.a.com", false), ("*a.com", true), ("a*.com", true), ("a.com", false)]
        {
            assert_eq!(is_partial_wildcard(name), partial, "{name}");
        }
    }

    #[test]
    fn val_0_4_label_maps() {
        for key in ["app", "app.kubernetes.io/name", "a_b", "A.b"] {
            assert!(is_label_key(key), "{key}");
        }
        for key in ["", "/a", "a/", "a/b/c", "-a", "a b", "a_b/c", &"x".repeat(64)] {
            assert!(!is_label_key(key), "{key}");
        }
        assert!(is_qualified("v1.2_x") && !is_qualified("v1 2") && !is_qualified(""));
        assert!(is_loose("") && is_loose("a/b/c") && !is_loose("a b"));
    }
}

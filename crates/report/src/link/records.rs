//! The records of a link: a letter for what it is, a length, and bytes. What was looked at comes before the texts, so
//! that a link that is cut off keeps it.

use super::{Link, LinkedFile, LinkedRequest, MOST_FILES, Why};

const ISTIO: u8 = b'i';
const PROXY: u8 = b'p';
const TAB: u8 = b'v';
const METHOD: u8 = b'm';
const URL: u8 = b'u';
const PORT: u8 = b'o';
const HEADER: u8 = b'h';
const VALUE: u8 = b'w';
const ORDER: u8 = b'a';
const BEFORE: u8 = b'b';
const TESTS: u8 = b'e';
const NAME: u8 = b'n';
const TEXT: u8 = b't';

/// The records of a link.
pub(super) fn write(link: &Link) -> Vec<u8> {
    let mut out = Vec::new();
    for (tag, text) in [(ISTIO, &link.istio), (PROXY, &link.proxy), (TAB, &link.tab)] {
        if !text.is_empty() {
            record(&mut out, tag, text);
        }
    }
    if let Some(request) = &link.request {
        if !matches!(request.method.as_str(), "" | "GET") {
            record(&mut out, METHOD, &request.method);
        }
        record(&mut out, URL, &request.url);
        if let Some(port) = request.port {
            record(&mut out, PORT, &port.to_string());
        }
        for (name, value) in &request.headers {
            record(&mut out, HEADER, name);
            record(&mut out, VALUE, value);
        }
    }
    for key in &link.order {
        record(&mut out, ORDER, key);
    }
    for file in &link.files {
        record(&mut out, NAME, &file.name);
        record(&mut out, TEXT, &file.text);
    }
    if !link.before.is_empty() {
        record(&mut out, BEFORE, &link.before);
    }
    // Readers that do not know tests have read everything else by then.
    if !link.tests.is_empty() {
        record(&mut out, TESTS, &link.tests);
    }
    out
}

fn record(out: &mut Vec<u8>, tag: u8, text: &str) {
    out.push(tag);
    let mut length = text.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(text.as_bytes());
}

/// Reads records as far as they go, and why that is not to the end.
pub(super) fn read(mut bytes: &[u8]) -> (Link, Option<Why>) {
    let mut link = Link::default();
    while let Some((&tag, rest)) = bytes.split_first() {
        let Some((length, rest)) = length(rest) else { return (link, Some(Why::Cut)) };
        let end = length.min(rest.len());
        let (text, cut) = text(&rest[..end]);
        if tag == NAME && link.files.len() == MOST_FILES {
            return (link, Some(Why::TooMany));
        }
        if !take(&mut link, tag, text) {
            return (link, Some(Why::Newer));
        }
        if end < length {
            return (link, Some(Why::Cut));
        }
        if cut {
            return (link, Some(Why::Changed));
        }
        bytes = &rest[end..];
    }
    (link, None)
}

/// A length in groups of seven bits, the lowest first.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0_usize;
    for (at, &byte) in bytes.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            return Some((length, &bytes[at + 1..]));
        }
    }
    None
}

/// As much of some bytes as is text, and whether that is not all.
fn text(bytes: &[u8]) -> (&str, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), true),
    }
}

/// Puts what a record holds into the link; whether its letter and value are known.
fn take(link: &mut Link, tag: u8, text: &str) -> bool {
    match tag {
        ISTIO => text.clone_into(&mut link.istio),
        PROXY => text.clone_into(&mut link.proxy),
        TAB => text.clone_into(&mut link.tab),
        METHOD => text.clone_into(&mut request(link).method),
        URL => text.clone_into(&mut request(link).url),
        PORT => match text.parse() {
            Ok(port) => request(link).port = Some(port),
            Err(_) => return false,
        },
        HEADER => request(link).headers.push((text.to_owned(), String::new())),
        VALUE => match request(link).headers.last_mut() {
            Some((_, value)) => text.clone_into(value),
            None => return false,
        },
        ORDER => link.order.push(text.to_owned()),
        BEFORE => text.clone_into(&mut link.before),
        TESTS => text.clone_into(&mut link.tests),
        NAME => link.files.push(LinkedFile { name: text.to_owned(), text: String::new() }),
        TEXT => match link.files.last_mut() {
            Some(file) => text.clone_into(&mut file.text),
            None => return false,
        },
        _ => return false,
    }
    true
}

fn request(link: &mut Link) -> &mut LinkedRequest {
    link.request.get_or_insert_default()
}

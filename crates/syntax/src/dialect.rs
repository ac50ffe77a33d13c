//! Where libyaml 0.2.5 differs from the go-yaml that Kubernetes reads with, and the cure.
//!
//! What go-yaml refuses and libyaml takes is checked on the events. What libyaml refuses and go-yaml takes is
//! hidden from libyaml under a [`Masks`] character of the same length, so that ranges stay true, and the chunk
//! is parsed again. The facts are those of `reference/yaml.md`.

use std::borrow::Cow;

use crate::event::{Event, EventKind, Failure, Style, fail};

/// Every slip costs another parse of the chunk.
const MAX_SLIPS: usize = 32;

/// Refuses what go-yaml's scanner refuses and libyaml's takes.
pub(crate) fn check(event: &Event, source: &str, in_flow: bool) -> Result<(), Failure> {
    if event.kind != EventKind::Scalar {
        return Ok(());
    }
    if in_flow && event.style == Style::Plain {
        if event.value.get(1..).is_some_and(|rest| rest.contains('?')) {
            return fail("did not find expected ',' or ']'", event.start);
        }
        // go-yaml takes the comma into the tag; refused rather than read otherwise.
        let comma = source[event.end as usize..].starts_with(',');
        if !event.tag.is_empty() && event.value.is_empty() && comma {
            return fail("did not find expected ',' or '}'", event.end);
        }
    }
    if event.style == Style::Double {
        let written = &source.as_bytes()[event.start as usize..event.end as usize];
        let mut at = 0;
        while at + 1 < written.len() {
            if written[at] == b'\\' {
                if written[at + 1] == b'/' {
                    return fail("found unknown escape character", event.start + at as u32);
                }
                at += 1;
            }
            at += 1;
        }
    }
    Ok(())
}

/// Characters laid over what libyaml refuses, each as long in bytes as what it hides and not otherwise in the
/// text, and taken off the values again.
#[derive(Default)]
pub(crate) struct Masks {
    list: Vec<Mask>,
}

struct Mask {
    cover: char,
    hidden: &'static str,
    /// The style of the scalars it can be in; any, where unset.
    style: Option<Style>,
}

impl Masks {
    /// Puts back what the masks hide in a scalar's value.
    pub(crate) fn lift(&self, event: &mut Event) {
        for mask in &self.list {
            let here = mask.style.is_none_or(|style| style == event.style);
            if here && event.value.contains(mask.cover) {
                event.value = event.value.replace(mask.cover, mask.hidden);
            }
        }
    }

    fn cover(
        &mut self,
        text: &str,
        hidden: &'static str,
        style: Option<Style>,
        candidates: impl IntoIterator<Item = char>,
    ) -> Option<char> {
        if let Some(mask) = self.list.iter().find(|mask| mask.hidden == hidden) {
            return Some(mask.cover);
        }
        let cover = candidates.into_iter().find(|&c| !text.contains(c))?;
        self.list.push(Mask { cover, hidden, style });
        Some(cover)
    }

    /// The mask for what a parse of `text` stumbled over, and the bytes it hides.
    fn for_failure(&mut self, text: &str, failure: &Failure) -> Option<(usize, char)> {
        let rest = text.get(failure.at as usize..)?;
        match failure.message.as_str() {
            "found unexpected ':'" if rest.starts_with(':') => {
                let plain = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("~^;$=/()".chars());
                Some((1, self.cover(text, ":", Some(Style::Plain), plain)?))
            }
            "found unknown escape character" if rest.starts_with("\\'") => {
                Some((2, self.cover(text, "'", Some(Style::Double), '\u{a1}'..='\u{7ff}')?))
            }
            _ => None,
        }
    }
}

/// Reads a chunk with `read`, again after each slip that a mask can hide. A failure comes with what was read
/// before it.
pub(crate) fn with_masks<T>(
    text: &str,
    mut read: impl FnMut(&str, &Masks) -> (T, Option<Failure>),
) -> (T, Option<Failure>) {
    let mut masks = Masks::default();
    let mut text = Cow::Borrowed(text);
    let head = text.len() - text.trim_start_matches('\u{feff}').len();
    // A byte order mark inside a chunk is an ordinary character.
    if text[head..].contains('\u{feff}')
        && let Some(cover) = masks.cover(&text, "\u{feff}", None, '\u{e000}'..='\u{f8ff}')
    {
        let rest = text[head..].replace('\u{feff}', cover.encode_utf8(&mut [0; 4]));
        text = Cow::Owned(text[..head].to_owned() + &rest);
    }
    let mut slips = 0;
    loop {
        let (value, failure) = read(&text, &masks);
        let Some(failure) = failure else { return (value, None) };
        let mask = (slips < MAX_SLIPS).then(|| masks.for_failure(&text, &failure)).flatten();
        let Some((len, cover)) = mask else { return (value, Some(failure)) };
        let at = failure.at as usize;
        text.to_mut().replace_range(at..at + len, cover.encode_utf8(&mut [0; 4]));
        slips += 1;
    }
}

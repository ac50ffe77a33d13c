//! Texts as people read them: what stands in backticks as code, and nothing hidden or endless.

use std::fmt::Write;

use yew::prelude::*;

/// Names longer than this are cut; nobody reads on, and the page would break.
const LONGEST: usize = 160;

/// A text in one line, with its invisible and direction-changing characters spelt out, and cut where it is too long.
pub fn visible(text: &str) -> String {
    let mut out = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at == LONGEST {
            let _ = write!(out, "… ({} characters)", text.chars().count());
            break;
        }
        push_visible(&mut out, letter);
    }
    out
}

/// A text of many lines, whole, with its invisible and direction-changing characters spelt out.
pub fn visible_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' { out.push(letter) } else { push_visible(&mut out, letter) }
    }
    out
}

fn push_visible(out: &mut String, letter: char) {
    if is_hidden(letter) {
        let _ = write!(out, "\\u{{{:x}}}", letter as u32);
    } else {
        out.push(letter);
    }
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// `1 host`, `2 hosts`.
pub fn counted(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// A percentage without needless digits.
pub fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0).round() / 100.0)
}

/// The first sentence and the rest; a full stop inside backticks ends no sentence.
pub fn first_sentence(text: &str) -> (&str, &str) {
    let mut in_code = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        in_code ^= letter == '`';
        let ends = !in_code && letter == '.' && letters.peek().is_some_and(|(_, next)| *next == ' ');
        if ends {
            return (&text[..at], text[at + 1..].trim_start());
        }
    }
    (text.strip_suffix('.').unwrap_or(text), "")
}

/// A sentence; every second part of it stands in backticks.
pub fn words(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 {
            code(part)
        } else {
            html! { {part} }
        }
    });
    parts.collect()
}

/// A name as it stands in the YAML, written left to right on its own, whatever it holds.
pub fn code(text: &str) -> Html {
    html! { <code><bdi>{visible(text)}</bdi></code> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_letters_are_spelt_out() {
        assert_eq!(visible("a\u{202e}b\0"), "a\\u{202e}b\\u{0}");
        assert_eq!(visible("ü <img onerror=x> 🐙"), "ü <img onerror=x> 🐙");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(visible_lines("{\n  \"a\u{202e}\"\n}"), "{\n  \"a\\u{202e}\"\n}");
        assert_eq!(visible_lines(&"x".repeat(10_000)).len(), 10_000);
        assert_eq!(visible("a\nb"), "a\\u{a}b");
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let cut = visible(&"x".repeat(10_000));
        assert!(cut.ends_with("x… (10000 characters)"), "{cut}");
        assert!(cut.len() < 200);
    }

    #[test]
    fn the_first_sentence_ends_outside_of_code() {
        let text = "Host `a. b` is taken by `c.d`. It wins. So it is.";
        assert_eq!(first_sentence(text), ("Host `a. b` is taken by `c.d`", "It wins. So it is."));
        assert_eq!(first_sentence("Version 1.1 has one."), ("Version 1.1 has one", ""));
        assert_eq!(first_sentence(""), ("", ""));
    }

    #[test]
    fn one_thing_has_no_plural() {
        assert_eq!(
            [counted(0, "host"), counted(1, "host"), counted(2, "host")],
            ["0 hosts", "1 host", "2 hosts"]
        );
    }

    #[test]
    fn shares_have_no_needless_digits() {
        assert_eq!([percent(90.0), percent(100.0 / 3.0)], ["90 %", "33.33 %"]);
    }
}

//! What a fix writes: scalars and small values, in block style, in flow style or as JSON.

use pilothouse_syntax::{Value, parse_yaml};

use super::{Refusal, Scalar};

/// A value that a fix adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// Keys, which are plain words, and values.
    Map(Vec<(&'static str, Piece)>),
    /// Labels.
    Labels(Vec<(String, String)>),
    /// A list.
    List(Vec<Piece>),
}

/// How texts are put in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Where they are needed.
    Needed,
    /// Always single ones.
    Single,
    /// Always double ones, as in JSON.
    Double,
}

/// A scalar as it is to be written.
pub(super) fn scalar(scalar: &Scalar, quotes: Quotes) -> Result<String, Refusal> {
    match scalar {
        Scalar::Plain(plain) => Ok(plain.clone()),
        Scalar::Text(text) => quoted(text, quotes),
    }
}

fn quoted(text: &str, quotes: Quotes) -> Result<String, Refusal> {
    if text.chars().any(char::is_control) {
        return Refusal::new("what it would write holds characters that are no text");
    }
    Ok(match quotes {
        Quotes::Needed if is_plain(text) => text.to_owned(),
        Quotes::Needed | Quotes::Double => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Quotes::Single => format!("'{}'", text.replace('\'', "''")),
    })
}

/// Whether a text is read as itself without quotes, also between brackets.
fn is_plain(text: &str) -> bool {
    let line = format!("[{{a: {text}}}]\n");
    let read = parse_yaml(&line);
    let root = read.documents.first().filter(|document| document.problem.is_none());
    let value = root.and_then(|document| document.root()).and_then(|root| {
        let mut items = root.items();
        let value = items.next()?.get("a")?;
        items.next().is_none().then_some(value)
    });
    !text.contains('#')
        && value.is_some_and(|value| matches!(value.value(), Value::Text) && value.as_str() == Some(text))
}

/// How the text around is written, for what is added to look like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hand {
    /// How texts are put in quotes.
    pub(super) quotes: Quotes,
    /// Whether mappings inside a block stand in one line.
    short: bool,
    /// Whether blanks stand inside of braces.
    roomy: bool,
}

impl Hand {
    /// The hand of a sample.
    pub(super) fn of(sample: &str, quotes: Quotes) -> Hand {
        Hand { quotes, short: sample.contains('{'), roomy: sample.contains("{ ") }
    }
}

impl Piece {
    /// In one line, between brackets.
    pub(super) fn flow(&self, hand: Hand) -> Result<String, Refusal> {
        let entry = |key: &str, value: String| Ok(format!("{}: {value}", quoted(key, hand.quotes)?));
        let entries: Vec<String> = match self {
            Piece::Text(text) => return quoted(text, hand.quotes),
            Piece::List(items) => {
                let items: Result<Vec<String>, Refusal> = items.iter().map(|item| item.flow(hand)).collect();
                return Ok(format!("[{}]", items?.join(", ")));
            }
            Piece::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| entry(key, value.flow(hand)?));
                entries.collect::<Result<_, Refusal>>()?
            }
            Piece::Labels(labels) => {
                let labels = labels.iter().map(|(key, value)| entry(key, quoted(value, hand.quotes)?));
                labels.collect::<Result<_, Refusal>>()?
            }
        };
        let room = if hand.roomy { " " } else { "" };
        Ok(format!("{{{room}{}{room}}}", entries.join(", ")))
    }

    /// In lines of their own, without indentation of the whole.
    pub(super) fn block(&self, hand: Hand) -> Result<Vec<String>, Refusal> {
        let mut lines = Vec::new();
        match self {
            Piece::Text(_) => lines.push(self.flow(hand)?),
            Piece::Map(entries) => {
                for (key, value) in entries {
                    lines.extend(value.under(key, hand)?);
                }
            }
            Piece::Labels(labels) => {
                for (key, value) in labels {
                    lines.push(format!("{}: {}", quoted(key, hand.quotes)?, quoted(value, hand.quotes)?));
                }
            }
            Piece::List(items) => {
                for item in items {
                    for (at, line) in item.block(hand)?.into_iter().enumerate() {
                        lines.push(format!("{}{line}", if at == 0 { "- " } else { "  " }));
                    }
                }
            }
        }
        Ok(lines)
    }

    /// The same as the value of a key.
    pub(super) fn under(&self, key: &str, hand: Hand) -> Result<Vec<String>, Refusal> {
        if matches!(self, Piece::Text(_)) || matches!(self, Piece::Labels(_)) && hand.short {
            return Ok(vec![format!("{key}: {}", self.flow(hand)?)]);
        }
        let lines = self.block(hand)?.into_iter().map(|line| format!("  {line}"));
        Ok(std::iter::once(format!("{key}:")).chain(lines).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_as_text() {
        for text in
            ["v2", "1.10", "yes", "a: b", "*", "a,b", "~", "", "it's", "a \"b\" \\", "#x", "{a}", "x]", "ü"]
        {
            for quotes in [Quotes::Needed, Quotes::Single, Quotes::Double] {
                let written = quoted(text, quotes).unwrap();
                let read = parse_yaml(&format!("[{written}]\n"));
                let item = read.documents[0].root().unwrap().items().next().unwrap();
                assert_eq!(item.as_str(), Some(text), "{written}");
            }
        }
        assert_eq!(quoted("v2", Quotes::Needed).unwrap(), "v2");
        assert!(quoted("a\nb", Quotes::Needed).is_err());
    }

    #[test]
    fn values_in_each_style() {
        let subset = Piece::Map(vec![
            ("name", Piece::Text("1.0".into())),
            ("labels", Piece::Labels(vec![("version".into(), "v2".into())])),
        ]);
        let hand = |sample| Hand::of(sample, Quotes::Needed);
        assert_eq!(subset.block(hand("- a: b")).unwrap(), ["name: \"1.0\"", "labels:", "  version: v2"]);
        assert_eq!(subset.block(hand("a: { b: c }")).unwrap(), ["name: \"1.0\"", "labels: { version: v2 }"]);
        assert_eq!(subset.flow(hand("")).unwrap(), "{name: \"1.0\", labels: {version: v2}}");
        let json = subset.flow(Hand::of("", Quotes::Double)).unwrap();
        assert_eq!(json, r#"{"name": "1.0", "labels": {"version": "v2"}}"#);
        let list = Piece::List(vec![subset]).under("subsets", hand("")).unwrap();
        assert_eq!(list, ["subsets:", "  - name: \"1.0\"", "    labels:", "      version: v2"]);
    }
}

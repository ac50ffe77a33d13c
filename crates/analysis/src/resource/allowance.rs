//! Allowances: the comments and the annotation by which a text asks not to be told of something.

use pilothouse_syntax::{Parse, Spanned, TextRange, comments::remarks};

use super::{Problem, ProblemKind, Resource, read::Read};
use crate::FileId;

/// The annotation that istioctl reads.
const ANNOTATION: &str = "galley.istio.io/analyze-suppress";

/// One rule that may find something in one part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The text.
    pub file: FileId,
    /// What it holds for.
    pub scope: TextRange,
    /// The code or alias as written, and where it stands.
    pub code: Spanned<String>,
    /// Why, if it says so.
    pub reason: Option<String>,
    /// How it is written.
    pub by: AllowedBy,
}

/// The ways to write an [`Allowance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedBy {
    /// `# pilothouse: allow CODE because REASON`.
    Comment,
    /// The annotation of istioctl.
    Annotation,
}

impl Allowance {
    /// Whether it allows whatever is found, as an annotation `*` does.
    pub fn allows_all(&self) -> bool {
        self.by == AllowedBy::Annotation && self.code.value == "*"
    }
}

impl AllowedBy {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            AllowedBy::Comment => "comment",
            AllowedBy::Annotation => "annotation",
        }
    }
}

/// Takes the allowances of a text's comments, and the comments that fail to be one as problems.
pub(super) fn comments(text: &str, parse: &Parse, file: FileId, out: &mut Read) {
    if !text.contains(NAME) {
        return;
    }
    for remark in remarks(text, parse) {
        let comment = remark.range.of(text);
        let Some(wording) = wording(comment) else { continue };
        let read = wording.and_then(|wording| {
            let scope = remark.about.ok_or("nothing that could be read begins on its line or below it")?;
            Ok((wording, scope))
        });
        match read {
            Ok((Wording { codes, reason }, scope)) => out.allowances.extend(codes.into_iter().map(|code| {
                // Both are parts of one text.
                let at = remark.range.start + (code.as_ptr().addr() - comment.as_ptr().addr()) as u32;
                let code = Spanned::new(code.to_owned(), TextRange::new(at, at + code.len() as u32));
                Allowance { file, scope, code, reason: reason.map(str::to_owned), by: AllowedBy::Comment }
            })),
            Err(why) => out.problems.push(Problem {
                kind: ProblemKind::Allowance,
                file,
                range: remark.range,
                resource: None,
                message: format!("This comment allows nothing: {why}"),
                help: Some("Write `# pilothouse: allow CODE because REASON` above what it is about.".into()),
                meant: None,
                related: None,
                id: "",
            }),
        }
    }
}

/// Takes the allowances of a resource's annotation.
pub(super) fn annotation(resource: &Resource, out: &mut Read) {
    let Some(value) = resource.annotations.get(ANNOTATION) else { return };
    let codes = value.value.split(',').map(str::trim).filter(|code| !code.is_empty());
    out.allowances.extend(codes.map(|code| Allowance {
        file: resource.file,
        scope: resource.range,
        code: Spanned::new(code.to_owned(), value.range),
        reason: None,
        by: AllowedBy::Annotation,
    }));
}

/// What a comment to us begins with.
const NAME: &str = "pilothouse";

/// What a comment allows, as parts of its text.
#[derive(Debug, PartialEq, Eq)]
struct Wording<'t> {
    codes: Vec<&'t str>,
    reason: Option<&'t str>,
}

/// Reads a comment; none where it is not meant for us, the reason where it is and cannot be read.
fn wording(comment: &str) -> Option<Result<Wording<'_>, &'static str>> {
    let text = comment.trim_start_matches('#').trim_start().strip_prefix(NAME)?;
    let Some(text) = text.strip_prefix(':') else {
        let slip = text.trim_start().starts_with("allow ") && text.starts_with(' ');
        return slip.then_some(Err("a colon is missing behind `pilothouse`"));
    };
    // A comment may follow on the same line.
    let text = text.split(" # ").next().unwrap_or_default().trim();
    let Some(text) = text.strip_prefix("allow").filter(|rest| rest.is_empty() || rest.starts_with(' '))
    else {
        return Some(Err("behind `pilothouse:` only `allow` has a meaning"));
    };
    let because = text.match_indices(" because").find(|(at, word)| {
        let rest = &text[at + word.len()..];
        rest.is_empty() || rest.starts_with(' ')
    });
    let (codes, reason) = match because {
        Some((at, word)) => (&text[..at], Some(text[at + word.len()..].trim())),
        None => (text, None),
    };
    let codes: Vec<&str> = codes.split(',').map(str::trim).filter(|code| !code.is_empty()).collect();
    Some(if codes.is_empty() {
        Err("it names no rule")
    } else if codes.iter().any(|code| code.contains(char::is_whitespace)) {
        Err("codes have commas between them, and a reason begins with `because`")
    } else {
        Ok(Wording { codes, reason: reason.filter(|reason| !reason.is_empty()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> String {
        match wording(comment) {
            None => "none".to_owned(),
            Some(Err(why)) => why.split(' ').next_back().unwrap_or_default().to_owned(),
            Some(Ok(Wording { codes, reason })) => {
                format!("{} | {}", codes.join("+"), reason.unwrap_or_default())
            }
        }
    }

    #[test]
    fn wordings() {
        for (comment, expected) in [
            (
                "# pilothouse: allow undefined-subset because it comes on Monday",
                "undefined-subset | it comes on Monday",
            ),
            ("#pilothouse:allow a", "a | "),
            ("## pilothouse:  allow a , IST0101,b,  because  x ", "a+IST0101+b | x"),
            ("# pilothouse: allow a because of #12", "a | of #12"),
            ("# pilothouse: allow a because x # warning", "a | x"),
            ("# pilothouse: allow a because", "a | "),
            ("# pilothouse: allow because x", "rule"),
            ("# pilothouse: allow", "rule"),
            ("# pilothouse: allow a b", "`because`"),
            ("# pilothouse: allow a -- x", "`because`"),
            ("# pilothouse: allow becauses", "becauses | "),
            ("# pilothouse: allowed a", "meaning"),
            ("# pilothouse: ignore a", "meaning"),
            ("# pilothouse:", "meaning"),
            ("# pilothouse allow a", "`pilothouse`"),
            ("# pilothouse allows us to see", "none"),
            ("# pilothouses: allow a", "none"),
            ("# see pilothouse: allow a", "none"),
        ] {
            assert_eq!(read(comment), expected, "{comment}");
        }
    }
}

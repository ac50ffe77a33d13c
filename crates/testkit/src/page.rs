//! Pages in Markdown whose blocks are examples to run.

/// A page: its headings with their examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// The first sentence.
    pub summary: &'a str,
    /// The second-level headings, in order.
    pub headings: Vec<&'a str>,
    /// The blocks with a language, in order.
    pub blocks: Vec<Block<'a>>,
}

/// A block of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The heading it stands under.
    pub heading: &'a str,
    /// The language on the line that opens it: `yaml`, `sh`.
    pub language: &'a str,
    /// What follows the language.
    pub options: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Page<'a> {
    /// Reads a page.
    pub fn parse(text: &'a str) -> Page<'a> {
        let mut page = Page::default();
        let mut heading = "";
        let mut rest = text;
        while let Some((line, tail)) = rest.split_once('\n').or((!rest.is_empty()).then_some((rest, ""))) {
            rest = tail;
            if let Some(opening) = line.strip_prefix("```").filter(|opening| !opening.is_empty()) {
                let (language, options) = opening.split_once(' ').unwrap_or((opening, ""));
                let end = if rest.starts_with("```") {
                    0
                } else {
                    rest.find("\n```").map_or(rest.len(), |end| end + 1)
                };
                let options = options.trim();
                page.blocks.push(Block { heading, language, options, text: &rest[..end] });
                rest = rest[end..].split_once('\n').map_or("", |(_, tail)| tail);
            } else if let Some(title) = line.strip_prefix("## ") {
                heading = title.trim();
                page.headings.push(heading);
            } else if page.summary.is_empty() && !line.starts_with('#') {
                page.summary = line.trim();
            }
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_under_headings() {
        let page = Page::parse(
            "# A\n\nIt is bad.\n\n## Why\n\nSo.\n\n## Invalid\n\n```yaml 1.1\na: 1 # error\n```\n\n## Valid\n```yaml\n```\n```sh\nls\n```\n",
        );
        assert_eq!(page.summary, "It is bad.");
        assert_eq!(page.headings, ["Why", "Invalid", "Valid"]);
        let block = |heading, language, options, text| Block { heading, language, options, text };
        assert_eq!(page.blocks[0], block("Invalid", "yaml", "1.1", "a: 1 # error\n"));
        assert_eq!(page.blocks[1].text, "");
        assert_eq!(page.blocks[2], block("Valid", "sh", "", "ls\n"));
    }
}

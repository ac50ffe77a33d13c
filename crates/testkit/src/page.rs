//! Pages in Markdown whose YAML blocks are examples to run.

/// A page: its headings with their examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// The first sentence.
    pub summary: &'a str,
    /// The second-level headings, in order.
    pub headings: Vec<&'a str>,
    /// The YAML blocks, in order.
    pub blocks: Vec<Block<'a>>,
}

/// A YAML block of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The heading it stands under.
    pub heading: &'a str,
    /// What follows `yaml` on the line that opens it.
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
            if let Some(options) = line.strip_prefix("```yaml") {
                let end = if rest.starts_with("```") {
                    0
                } else {
                    rest.find("\n```").map_or(rest.len(), |end| end + 1)
                };
                page.blocks.push(Block { heading, options: options.trim(), text: &rest[..end] });
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
            "# A\n\nIt is bad.\n\n## Why\n\nSo.\n\n## Invalid\n\n```yaml 1.1\na: 1 # error\n```\n\n## Valid\n```yaml\n```\n",
        );
        assert_eq!(page.summary, "It is bad.");
        assert_eq!(page.headings, ["Why", "Invalid", "Valid"]);
        assert_eq!(page.blocks[0], Block { heading: "Invalid", options: "1.1", text: "a: 1 # error\n" });
        assert_eq!(page.blocks[1].text, "");
    }
}

//! What is shown, as texts to pass on.

use std::rc::Rc;

use super::{App, SourceFile};
use crate::engine::{Ask, Reply};

/// What there is to pass on.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// The texts.
    pub files: Rc<Vec<SourceFile>>,
    /// The link.
    pub link: Made,
    /// What looks like a secret in it, and where.
    pub secrets: Vec<String>,
    istio: String,
    binding: String,
    /// The request, and what became of it.
    request: Option<(Ask, String)>,
}

/// A link that is or is not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It will be there in a moment.
    OnItsWay,
    /// The texts are too long for one.
    TooLong,
    /// What stands behind the `#`; empty for the page as it opens by itself.
    Fragment(String),
}

/// How it is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The link alone.
    Link,
    /// A link with the YAML, for chats and documents.
    Markdown,
    /// A command line that needs nothing else.
    Command,
    /// What one writes to whoever is to help.
    Issue,
}

impl Form {
    /// All, in the order in which they stand.
    pub const ALL: [Form; 4] = [Form::Link, Form::Markdown, Form::Command, Form::Issue];

    /// What the button says.
    pub fn title(self) -> &'static str {
        match self {
            Form::Link => "Copy link",
            Form::Markdown => "Copy as Markdown",
            Form::Command => "Copy as a command",
            Form::Issue => "Copy for an issue",
        }
    }

    /// What it is good for.
    pub fn purpose(self) -> &'static str {
        match self {
            Form::Link => "Opens this very page; the YAML is in the link itself.",
            Form::Markdown => "The link and the YAML, for a chat or a document.",
            Form::Command => "The same on a terminal, with the YAML.",
            Form::Issue => "The request, its answer, the link and the YAML.",
        }
    }
}

impl App {
    /// What there is to pass on.
    pub fn sharing(&self) -> Sharing {
        let linked = self.visit.linked.as_ref();
        let link = match self.link() {
            None => Made::OnItsWay,
            Some(link) if link.is_empty() && linked.is_some_and(|linked| linked.fragment.is_empty()) => {
                Made::TooLong
            }
            Some(link) => Made::Fragment(link),
        };
        let reply = self.outcome.reply.as_deref().filter(|_| self.outcome.revision == self.files.revision);
        let request = match reply {
            Some(Reply::Trace(trace)) => Some((Ask::from(&trace.request), trace.sentence.clone())),
            _ => None,
        };
        Sharing {
            files: self.files.list().clone(),
            link,
            secrets: linked.map(|linked| linked.secrets.clone()).unwrap_or_default(),
            istio: self.settings.istio.clone(),
            binding: self.settings.binding.clone(),
            request,
        }
    }
}

impl Sharing {
    /// The text of a form, for a page at an address; none where there is no link to pass on.
    pub fn text(&self, form: Form, page: &str) -> Option<String> {
        match form {
            Form::Link => self.address(page),
            Form::Markdown => Some(self.markdown(page)),
            Form::Command => self.command(page),
            Form::Issue => Some(self.issue(page)),
        }
    }

    /// The whole link.
    fn address(&self, page: &str) -> Option<String> {
        match &self.link {
            Made::Fragment(fragment) if fragment.is_empty() => Some(page.to_owned()),
            Made::Fragment(fragment) => Some(format!("{page}#{fragment}")),
            Made::OnItsWay | Made::TooLong => None,
        }
    }

    fn markdown(&self, page: &str) -> String {
        let link = self.address(page).map(|address| format!("[Open it in Pilothouse]({address})\n\n"));
        link.unwrap_or_default() + &self.fences()
    }

    fn issue(&self, page: &str) -> String {
        let mut out = String::new();
        if let Some((ask, sentence)) = &self.request {
            let headers: String =
                ask.headers.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
            let request = format!("{} {}{headers}", ask.method, ask.url.as_deref().unwrap_or_default());
            out.push_str(&format!("## What happens\n\n{}\n{sentence}\n\n", fenced("", &request)));
        }
        out.push_str("## What should happen\n\n…\n\n## The configuration\n\n");
        if self.istio != "current" {
            out.push_str(&format!("Istio {}. ", self.istio));
        }
        out + &self.markdown(page)
    }

    /// Every text between fences, with its name where there are several.
    fn fences(&self) -> String {
        let named = self.files.len() > 1;
        let fence = |file: &SourceFile| {
            let name =
                if named { format!("`{}`\n\n", file.name.replace(['`', '\n'], " ")) } else { String::new() };
            name + &fenced("yaml", &file.text)
        };
        self.files.iter().map(fence).collect::<Vec<_>>().join("\n")
    }

    /// A line of a shell that brings its files along: one through standard input, several in the link.
    fn command(&self, page: &str) -> Option<String> {
        if let [file] = self.files.as_slice() {
            let end = end_of(&file.text);
            return Some(format!("{} <<'{end}'\n{}{end}\n", self.pilothouse("-"), whole(&file.text)));
        }
        let address = quoted(&self.address(page)?);
        let then = self.pilothouse("pilothouse-files");
        Some(format!("pilothouse open {address} --output pilothouse-files &&\n{then}\n"))
    }

    /// The command that shows what the page shows of some files.
    fn pilothouse(&self, files: &str) -> String {
        let istio = if self.istio == "current" { "" } else { " --istio 1.1" };
        let Some((ask, _)) = &self.request else { return format!("pilothouse{istio} check {files}") };
        let mut line =
            format!("pilothouse{istio} request {files} {}", quoted(ask.url.as_deref().unwrap_or_default()));
        if ask.method != "GET" {
            line.push_str(&format!(" -X {}", quoted(&ask.method)));
        }
        for (name, value) in &ask.headers {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
        if !self.binding.is_empty() {
            line.push_str(&format!(" --proxy {}", quoted(&self.binding)));
        }
        line
    }
}

/// A word for a shell, whatever stands in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A text that ends with its line.
fn whole(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// A line that ends a text in a shell and is none of the text.
fn end_of(text: &str) -> String {
    let mut end = "YAML".to_owned();
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    end
}

/// A text between fences that are longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}{fence}\n", whole(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://example.com/p/";

    fn sharing(files: &[(&str, &str)]) -> Sharing {
        Sharing {
            files: Rc::new(files.iter().map(|(name, text)| SourceFile::new(name, text)).collect()),
            link: Made::Fragment("v1.abc".to_owned()),
            secrets: Vec::new(),
            istio: "current".to_owned(),
            binding: String::new(),
            request: None,
        }
    }

    fn asked(method: &str, headers: &[(&str, &str)]) -> Option<(Ask, String)> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let ask = Ask { method: method.to_owned(), url: Some("https://a/it's".to_owned()), headers };
        Some((ask, "It goes to `a`.".to_owned()))
    }

    #[test]
    fn a_link_is_the_address_with_what_stands_behind_it() {
        let whole = sharing(&[("a.yaml", "a: 1\n")]);
        assert_eq!(whole.text(Form::Link, PAGE).unwrap(), "https://example.com/p/#v1.abc");
        let bare = Sharing { link: Made::Fragment(String::new()), ..whole.clone() };
        assert_eq!(bare.text(Form::Link, PAGE).unwrap(), PAGE);
        assert_eq!(Sharing { link: Made::TooLong, ..whole }.text(Form::Link, PAGE), None);
    }

    #[test]
    fn markdown_holds_the_link_and_the_text_whatever_is_in_it() {
        let one = sharing(&[("a.yaml", "a: 1")]).text(Form::Markdown, PAGE).unwrap();
        assert_eq!(one, "[Open it in Pilothouse](https://example.com/p/#v1.abc)\n\n```yaml\na: 1\n```\n");
        let several =
            Sharing { link: Made::TooLong, ..sharing(&[("a`\n.yaml", "# ````\n"), ("b.yaml", "")]) };
        assert_eq!(
            several.text(Form::Markdown, PAGE).unwrap(),
            "`a  .yaml`\n\n`````yaml\n# ````\n`````\n\n`b.yaml`\n\n```yaml\n```\n"
        );
    }

    #[test]
    fn a_command_line_brings_its_file_along() {
        let check = sharing(&[("a.yaml", "a: 1\nYAML\n")]).text(Form::Command, PAGE).unwrap();
        assert_eq!(check, "pilothouse check - <<'YAML_'\na: 1\nYAML\nYAML_\n");
        let request = Sharing {
            istio: "1.1".to_owned(),
            binding: "sidecar/shop/app=web".to_owned(),
            request: asked("PUT", &[("x-user", "o'neill")]),
            ..sharing(&[("a.yaml", "a: $HOME")])
        };
        assert_eq!(
            request.text(Form::Command, PAGE).unwrap(),
            r"pilothouse --istio 1.1 request - 'https://a/it'\''s' -X 'PUT' -H 'x-user: o'\''neill' --proxy 'sidecar/shop/app=web' <<'YAML'
a: $HOME
YAML
"
        );
    }

    #[test]
    fn several_files_come_out_of_the_link() {
        let several = sharing(&[("../a.yaml", "a: 1\n"), ("b.yaml", "b: 1\n")]);
        assert_eq!(
            several.text(Form::Command, PAGE).unwrap(),
            "pilothouse open 'https://example.com/p/#v1.abc' --output pilothouse-files &&\n\
             pilothouse check pilothouse-files\n"
        );
        assert_eq!(Sharing { link: Made::TooLong, ..several }.text(Form::Command, PAGE), None);
    }

    #[test]
    fn an_issue_tells_the_request_and_what_became_of_it() {
        let request = asked("GET", &[("x-user", "ann")]);
        let issue = Sharing { istio: "1.1".to_owned(), request, ..sharing(&[("a.yaml", "a: 1\n")]) };
        assert_eq!(
            issue.text(Form::Issue, PAGE).unwrap(),
            "## What happens\n\n```\nGET https://a/it's\nx-user: ann\n```\n\nIt goes to `a`.\n\n## What should happen\n\n…\n\n\
             ## The configuration\n\nIstio 1.1. [Open it in Pilothouse](https://example.com/p/#v1.abc)\n\n```yaml\na: 1\n```\n"
        );
    }
}

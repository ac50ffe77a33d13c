//! The link to what the page shows, made in the worker: packing is heavy, and the page can do without for a moment.

use pilothouse_analysis::Sources;
use pilothouse_report::link::{Link, LinkedFile, LinkedRequest, encode, secret_header, secrets};
use serde::{Deserialize, Serialize};

use super::protocol::Question;

/// The most letters of a link: what browsers, mail and chat are known to pass on whole.
pub const MOST_LETTERS: usize = 32_000;
/// Longer texts are not even packed; no link would hold them.
const MOST_TEXT: usize = 2_000_000;
/// The most secrets that are told one by one.
const MOST_SECRETS: usize = 20;

/// A link, and what whoever gets it can read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// What stands behind the `#`; empty where that would be too long.
    pub fragment: String,
    /// What looks like a secret, and where.
    pub secrets: Vec<String>,
}

/// The link to a question's result in one of the page's views.
pub fn linked(sources: &Sources, before: &Sources, question: &Question, tab: &str) -> Linked {
    let texts = sources.files.iter().chain(&before.files).map(|source| source.text.len());
    let too_long = texts.sum::<usize>() + question.tests.text.len() > MOST_TEXT;
    let fragment = if too_long { String::new() } else { encode(&link(sources, before, question, tab)) };
    Linked {
        fragment: if fragment.len() > MOST_LETTERS { String::new() } else { fragment },
        secrets: told(sources, question),
    }
}

fn link(sources: &Sources, before: &Sources, question: &Question, tab: &str) -> Link {
    let file = |source: &pilothouse_analysis::Source| LinkedFile {
        name: source.name.clone(),
        text: source.text.clone(),
    };
    let ask = &question.ask;
    let request = ask.url.as_ref().map(|url| LinkedRequest {
        method: ask.method.clone(),
        url: url.clone(),
        headers: ask.headers.clone(),
        port: None,
    });
    let unless_first =
        |value: &str, first: &str| if value == first { String::new() } else { value.to_owned() };
    let compared = question.before.is_some();
    Link {
        istio: unless_first(&question.istio, "current"),
        proxy: question.lens.binding.clone(),
        tab: unless_first(tab, "routes"),
        request,
        order: question.order.clone(),
        before: before.files.first().filter(|_| compared).map(|it| it.text.clone()).unwrap_or_default(),
        tests: question.tests.text.clone(),
        files: sources.files.iter().map(file).collect(),
    }
}

fn told(sources: &Sources, question: &Question) -> Vec<String> {
    let ask = &question.ask;
    let tests =
        pilothouse_analysis::Source { name: "the tests".to_owned(), text: question.tests.text.clone() };
    let all: Vec<&pilothouse_analysis::Source> = sources.files.iter().chain([&tests]).collect();
    let of_files = all.into_iter().flat_map(|source| {
        let told = |secret: pilothouse_report::link::Secret| {
            format!("line {} of `{}` looks like {}", secret.line, source.name, secret.what)
        };
        secrets(&source.text).into_iter().map(told)
    });
    let of_headers = ask.headers.iter().filter_map(|(name, value)| {
        secret_header(name, value).map(|what| format!("the header `{name}` looks like {what}"))
    });
    of_headers.chain(of_files).take(MOST_SECRETS).collect()
}

#[cfg(test)]
mod tests {
    use pilothouse_report::link::decode;

    use super::{
        super::protocol::{Ask, Lens, Patience},
        *,
    };

    fn question(ask: Ask) -> Question {
        Question {
            revision: 1,
            istio: "1.1".to_owned(),
            findings: 1,
            lens: Lens { binding: "sidecar/shop".to_owned(), ..Lens::default() },
            ask,
            order: vec!["VirtualService/shop/a".to_owned()],
            envoy: false,
            link: None,
            before: None,
            fixes: false,
            aside: None,
            tests: Default::default(),
            patience: Patience::Typing,
        }
    }

    #[test]
    fn what_is_shown_is_in_the_link() {
        let headers = vec![("x-user".to_owned(), "ann".to_owned())];
        let ask = Ask { method: "PUT".to_owned(), url: Some("http://a/".to_owned()), headers };
        let made =
            linked(&Sources::single("a.yaml", "a: 1\n"), &Sources::default(), &question(ask), "findings");
        let link = decode(&made.fragment).unwrap();
        assert_eq!(
            (link.istio.as_str(), link.tab.as_str(), link.proxy.as_str()),
            ("1.1", "findings", "sidecar/shop")
        );
        assert_eq!(link.order, ["VirtualService/shop/a"]);
        let request = link.request.unwrap();
        assert_eq!(
            (request.method.as_str(), request.url.as_str(), request.headers.len()),
            ("PUT", "http://a/", 1)
        );
        assert_eq!((link.files[0].name.as_str(), link.files[0].text.as_str()), ("a.yaml", "a: 1\n"));
        assert_eq!(made.secrets, <[String; 0]>::default());
    }

    #[test]
    fn what_is_compared_is_in_the_link_while_it_is_looked_at() {
        let (before, after) = (Sources::single("before", "a: 0\n"), Sources::single("a", "a: 1\n"));
        let question = question(Ask::default());
        let made = linked(&after, &before, &Question { before: Some(3), ..question.clone() }, "rollout");
        assert_eq!(decode(&made.fragment).unwrap().before, "a: 0\n");
        assert_eq!(decode(&linked(&after, &before, &question, "routes").fragment).unwrap().before, "");
    }

    #[test]
    fn a_request_that_nobody_asked_for_is_not_in_the_link() {
        let link =
            linked(&Sources::single("a", ""), &Sources::default(), &question(Ask::default()), "routes");
        assert_eq!(decode(&link.fragment).unwrap().request, None);
    }

    #[test]
    fn a_text_too_long_for_a_link_has_none_and_is_not_cut() {
        let noise: String =
            (0_u32..20_000).map(|n| format!("{:x}\n", n.wrapping_mul(2_654_435_761))).collect();
        let short = linked(
            &Sources::single("a", &noise[..20_000]),
            &Sources::default(),
            &question(Ask::default()),
            "routes",
        );
        assert!(!short.fragment.is_empty());
        let long = linked(
            &Sources::single("a", &noise[..]),
            &Sources::default(),
            &question(Ask::default()),
            "routes",
        );
        assert_eq!(long.fragment, "");
        let vast = linked(
            &Sources::single("a", "a".repeat(MOST_TEXT + 1)),
            &Sources::default(),
            &question(Ask::default()),
            "routes",
        );
        assert_eq!(vast.fragment, "");
    }

    #[test]
    fn secrets_of_texts_and_headers_are_told() {
        let headers = vec![("authorization".to_owned(), "Basic abcdef".to_owned())];
        let made = linked(
            &Sources::single("a.yaml", "x: 1\npassword: hunter22\n"),
            &Sources::default(),
            &question(Ask { headers, ..Ask::default() }),
            "routes",
        );
        assert_eq!(
            made.secrets,
            [
                "the header `authorization` looks like a password or a token",
                "line 2 of `a.yaml` looks like a password or a token",
            ]
        );
    }
}

//! A pasted command line of curl, read as a request.

use crate::engine::Ask;

/// Options of curl that take a value and do not change what is asked for here.
const WITH_VALUE: &[&str] = &[
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--cacert",
    "--cert",
    "--key",
    "-E",
    "--resolve",
    "--connect-to",
    "-x",
    "--proxy",
    "--ciphers",
    "--interface",
    "-T",
    "--upload-file",
    "-K",
    "--config",
    "-c",
    "--cookie-jar",
    "-D",
    "--dump-header",
    "-F",
    "--form",
    "-u",
    "--user",
    "-r",
    "--range",
];
/// Options that send a body, and so POST.
const WITH_BODY: &[&str] =
    &["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json"];
/// Options whose value is that of a header.
const HEADERS: &[(&str, &str)] = &[
    ("-A", "user-agent"),
    ("--user-agent", "user-agent"),
    ("-b", "cookie"),
    ("--cookie", "cookie"),
    ("-e", "referer"),
    ("--referer", "referer"),
];

/// Whether a text means to be a command line of curl.
pub fn is_curl(text: &str) -> bool {
    text.trim_start().split(char::is_whitespace).next() == Some("curl")
}

/// The request, or why there is none.
pub fn read_curl(text: &str) -> Result<Ask, String> {
    let mut words = words(text)?.into_iter().skip(1);
    let mut ask = Ask::default();
    let mut method = None;
    let mut body = false;
    while let Some(word) = words.next() {
        let (option, glued) = split(&word);
        let mut value =
            || glued.clone().or_else(|| words.next()).ok_or_else(|| format!("`{option}` lacks its value"));
        if !word.starts_with('-') {
            set_url(&mut ask, &word);
        } else if matches!(option.as_str(), "-X" | "--request") {
            method = Some(value()?);
        } else if matches!(option.as_str(), "-H" | "--header") {
            let header = value()?;
            let (name, value) =
                header.split_once(':').ok_or_else(|| format!("the header `{header}` has no colon"))?;
            ask.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        } else if let Some((_, name)) = HEADERS.iter().find(|(known, _)| *known == option) {
            ask.headers.push(((*name).to_owned(), value()?));
        } else if WITH_BODY.contains(&option.as_str()) {
            value()?;
            body = true;
        } else if option == "--url" {
            let url = value()?;
            set_url(&mut ask, &url);
        } else if matches!(option.as_str(), "-I" | "--head") {
            method.get_or_insert_with(|| "HEAD".to_owned());
        } else if WITH_VALUE.contains(&option.as_str()) {
            value()?;
        }
        // All others, such as -k, -s and --http2, change nothing that is routed by.
    }
    ask.method = method.unwrap_or_else(|| if body { "POST" } else { "GET" }.to_owned());
    if ask.url.is_none() {
        return Err("this line of curl has no URL".to_owned());
    }
    Ok(ask)
}

/// Without a scheme, curl means http.
fn set_url(ask: &mut Ask, url: &str) {
    ask.url = Some(if url.contains("://") { url.to_owned() } else { format!("http://{url}") });
}

/// An option and the value that is written to it without a blank: `--request=PUT`, `-XPUT`.
fn split(word: &str) -> (String, Option<String>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
            None => (word.to_owned(), None),
        };
    }
    let takes_value = |option: &str| {
        matches!(option, "-X" | "-H")
            || WITH_VALUE.contains(&option)
            || WITH_BODY.contains(&option)
            || HEADERS.iter().any(|(known, _)| *known == option)
    };
    match word.char_indices().nth(2) {
        Some((at, _)) if takes_value(&word[..at]) => (word[..at].to_owned(), Some(word[at..].to_owned())),
        _ => (word.to_owned(), None),
    }
}

/// The words of a shell's line: quotes of both sorts, backslashes, and lines that go on.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.trim().chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(end), _) if letter == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => match letters.next() {
                Some('\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err("this line of curl has a quote that does not end".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, Vec<(String, String)>) {
        let ask = read_curl(text).unwrap();
        (ask.method, ask.url.unwrap(), ask.headers)
    }

    fn header(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_line_from_a_browser() {
        let text = "curl 'https://shop.example.com/api?a=1' \\\n  -H 'accept: */*' \\\n  -H \"x-user: \\\"j\\\"\" --compressed -k";
        let headers = vec![header("accept", "*/*"), header("x-user", "\"j\"")];
        assert_eq!(read(text), ("GET".to_owned(), "https://shop.example.com/api?a=1".to_owned(), headers));
    }

    #[test]
    fn methods_and_bodies() {
        assert_eq!(read("curl -XPUT http://a/").0, "PUT");
        assert_eq!(read("curl --request=DELETE http://a/").0, "DELETE");
        assert_eq!(read("curl -d '{}' http://a/").0, "POST");
        assert_eq!(read("curl -I http://a/").0, "HEAD");
        assert_eq!(read("curl -X PATCH --data x http://a/").0, "PATCH");
    }

    #[test]
    fn options_that_change_nothing_are_passed_over() {
        let text = "curl -s -o /dev/null --resolve shop.example.com:443:1.2.3.4 --http2 -v --url https://shop.example.com/";
        assert_eq!(read(text), ("GET".to_owned(), "https://shop.example.com/".to_owned(), Vec::new()));
    }

    #[test]
    fn other_ways_to_write_headers() {
        let headers = vec![header("user-agent", "me"), header("cookie", "a=b"), header("x-a", "")];
        assert_eq!(read("curl -A me -b a=b -H x-a: shop/x").2, headers);
        assert_eq!(read("curl shop/x").1, "http://shop/x");
    }

    #[test]
    fn a_line_that_is_none_says_why() {
        assert_eq!(read_curl("curl -k").unwrap_err(), "this line of curl has no URL");
        assert_eq!(
            read_curl("curl 'http://a/").unwrap_err(),
            "this line of curl has a quote that does not end"
        );
        assert_eq!(read_curl("curl http://a/ -H").unwrap_err(), "`-H` lacks its value");
        assert_eq!(
            read_curl("curl http://a/ -H nonsense").unwrap_err(),
            "the header `nonsense` has no colon"
        );
    }

    #[test]
    fn only_curl_is_curl() {
        assert!(is_curl("  curl http://a/"));
        assert!(!is_curl("curly") && !is_curl("http://curl/") && !is_curl(""));
    }
}

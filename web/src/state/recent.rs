//! The requests that were sent last.

use pilothouse_report::WireRequest;

use crate::engine::Ask;

/// How many are kept.
const MOST: usize = 10;

/// The requests with one more in front, each once; one without a URL is none.
pub fn with(recent: &[WireRequest], ask: &Ask, proxy: &str) -> Vec<WireRequest> {
    let Some(url) = ask.url.as_deref().map(str::trim).filter(|url| url.contains("://")) else {
        return recent.to_vec();
    };
    let newest = WireRequest {
        proxy: (!proxy.is_empty()).then(|| proxy.to_owned()),
        method: ask.method.clone(),
        url: url.to_owned(),
        port: 0,
        headers: ask.headers.clone(),
    };
    let older = recent.iter().filter(|request| **request != newest).cloned();
    std::iter::once(newest.clone()).chain(older).take(MOST).collect()
}

/// The requests without one of them.
pub fn without(recent: &[WireRequest], gone: &WireRequest) -> Vec<WireRequest> {
    recent.iter().filter(|request| *request != gone).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(url: &str) -> Ask {
        Ask { url: Some(url.to_owned()), ..Ask::default() }
    }

    fn urls(recent: &[WireRequest]) -> Vec<&str> {
        recent.iter().map(|request| request.url.as_str()).collect()
    }

    #[test]
    fn the_newest_stands_first_and_once() {
        let all = ["http://a/", "http://b/", "http://a/"]
            .iter()
            .fold(Vec::new(), |recent, url| with(&recent, &ask(url), "gateway/x"));
        assert_eq!(urls(&all), ["http://a/", "http://b/"]);
        let elsewhere = with(&all, &ask("http://a/"), "sidecar/shop");
        assert_eq!(urls(&elsewhere), ["http://a/", "http://a/", "http://b/"]);
        assert_eq!(urls(&without(&elsewhere, &elsewhere[1])), ["http://a/", "http://b/"]);
    }

    #[test]
    fn ten_are_kept() {
        let many = (0..30).fold(Vec::new(), |recent, at| with(&recent, &ask(&format!("http://h/{at}")), ""));
        assert_eq!((many.len(), many[0].url.as_str(), many[0].proxy.as_ref()), (MOST, "http://h/29", None));
    }

    #[test]
    fn what_is_no_url_yet_is_not_kept() {
        assert_eq!(with(&[], &ask(""), ""), []);
        assert_eq!(with(&[], &ask("shop.example.com"), ""), []);
        assert_eq!(with(&[], &Ask::default(), ""), []);
    }
}

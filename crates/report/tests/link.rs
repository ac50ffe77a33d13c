//! Links: short, read for ever, and hostile ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use pilothouse_report::link::{Link, LinkedFile, LinkedRequest, MOST_FILES, Why, decode, encode};
use serde_json::{Value, json};

fn file(name: &str, text: &str) -> LinkedFile {
    LinkedFile { name: name.to_owned(), text: text.to_owned() }
}

fn whole() -> Link {
    Link {
        istio: "1.1".to_owned(),
        proxy: "gateway/istio-system/istio=ingressgateway".to_owned(),
        tab: "findings".to_owned(),
        request: Some(LinkedRequest {
            method: "POST".to_owned(),
            url: "https://shop.example.com/cart?a=ü".to_owned(),
            headers: vec![("x-user".to_owned(), "ann: b".to_owned()), ("empty".to_owned(), String::new())],
            port: Some(8443),
        }),
        order: vec!["VirtualService/shop/b".to_owned(), "VirtualService/shop/a".to_owned()],
        before: "kind: Gateway\n".to_owned(),
        tests: "tests: []\n".to_owned(),
        files: vec![file("gateway.yaml", "kind: Gateway\n# ü €\n"), file("", ""), file("a/../b", "\0\r\n")],
    }
}

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_link_of_an_example_is_at_most_a_third_of_its_text() {
    let examples = examples();
    assert!(examples.len() >= 8);
    for (name, text) in examples {
        let link = encode(&Link { files: vec![file(&name, &text)], ..Link::default() });
        let share = link.chars().count() as f64 / text.len() as f64;
        assert!(share <= 1.0 / 3.0, "{name}: {share}");
    }
}

#[test]
fn everything_comes_back() {
    for link in
        [whole(), Link::default(), Link { request: Some(LinkedRequest::default()), ..Link::default() }]
    {
        assert_eq!(decode(&encode(&link)).unwrap(), link);
    }
}

#[test]
fn a_link_is_made_of_letters_that_addresses_hold() {
    let link = encode(&whole());
    assert!(
        link.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')),
        "{link}"
    );
}

#[test]
fn an_address_a_fragment_and_a_link_broken_into_lines_are_read() {
    let link = encode(&whole());
    let (start, end) = link.split_at(link.len() / 2);
    for text in [
        format!("#{link}"),
        format!("https://example.com/a/#{link}"),
        format!(" index.html#{start}\n  {end}\r\n"),
    ] {
        assert_eq!(decode(&text).unwrap(), whole(), "{text}");
    }
}

/// What a link holds, as the golden files have it: what is empty is left out.
fn held(link: &Link) -> Value {
    let files: Vec<Value> = link.files.iter().map(|file| json!([file.name, file.text])).collect();
    let mut held = json!({
        "istio": link.istio, "proxy": link.proxy, "tab": link.tab,
        "order": link.order, "before": link.before, "tests": link.tests, "files": files,
    });
    if let Some(request) = &link.request {
        let (method, headers) = (&request.method, &request.headers);
        held["request"] =
            json!({ "method": method, "url": request.url, "headers": headers, "port": request.port });
    }
    if let Some(held) = held.as_object_mut() {
        held.retain(|_, value| *value != json!("") && *value != json!([]));
    }
    held
}

#[test]
fn old_links_work_for_ever() {
    let golden = include_str!("links/v1.txt");
    let lines: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() >= 12);
    for line in lines {
        let (link, expected) = line.split_once(' ').unwrap();
        assert_eq!(held(&decode(link).unwrap()), serde_json::from_str::<Value>(expected).unwrap());
    }
}

#[test]
fn a_link_that_is_none() {
    for text in
        ["", "#", "routes", "example=all", "v", "v1", "vx.abc", "v-1.abc", "1.abc", "https://example.com/"]
    {
        assert_eq!(decode(text).unwrap_err().why, Why::NoLink, "{text}");
    }
}

#[test]
fn a_link_of_a_newer_version() {
    for text in ["#v2.abc", "v99999999999999999999.x", "v0."] {
        let broken = decode(text).unwrap_err();
        assert_eq!(broken.why, Why::Newer, "{text}");
        assert!(broken.to_string().contains("newer Pilothouse"));
    }
}

#[test]
fn a_link_cut_anywhere_is_told_and_gives_what_it_held() {
    let link =
        encode(&Link { files: examples().iter().map(|(name, text)| file(name, text)).collect(), ..whole() });
    let mut most = 0;
    for end in 3..link.len() {
        let broken = decode(&link[..end]).unwrap_err();
        assert_eq!(broken.why, Why::Cut, "{end} of {}", link.len());
        let texts: Vec<_> = broken.rest.files.iter().map(|file| file.text.as_str()).collect();
        for (at, (_, text)) in examples().iter().enumerate().take(texts.len()) {
            assert!(text.starts_with(texts[at]));
        }
        most = most.max(texts.iter().map(|text| text.len()).sum());
    }
    let half = decode(&link[..link.len() / 2]).unwrap_err().rest;
    assert_eq!(half.request, whole().request);
    assert!(half.files.len() >= 4 && !half.files[0].text.is_empty(), "{half:?}");
    assert!(most > 13_000);
}

#[test]
fn a_link_with_another_letter_is_not_taken_for_whole() {
    let link = encode(&Link { files: vec![file("a.yaml", &examples()[0].1)], ..Link::default() });
    for at in 3..link.len() {
        for letter in ["A", "z", "_"] {
            let mut other = link.clone();
            other.replace_range(at..=at, letter);
            // The last letter holds bits that nothing reads.
            if other != link && at + 1 < link.len() {
                let broken = decode(&other).unwrap_err();
                assert!(matches!(broken.why, Why::Changed | Why::Cut), "{at}: {:?}", broken.why);
            }
        }
    }
}

#[test]
fn a_letter_that_no_link_holds_is_named_and_what_stands_before_it_is_read() {
    let link = encode(&whole());
    let broken = decode(&format!("{link})")).unwrap_err();
    assert_eq!(broken.why, Why::Stranger(')'));
    assert_eq!(broken.rest, whole());
    assert!(broken.to_string().contains("')'"), "{broken}");
    assert_eq!(decode("v1.<script>").unwrap_err().why, Why::Stranger('<'));
    assert_eq!(decode("v1.%20").unwrap_err().why, Why::Stranger('%'));
}

#[test]
fn more_after_the_end_is_no_link() {
    let link = encode(&whole());
    let twice = format!("{link}{}", &link[3..]);
    assert!(decode(&twice).is_err());
}

#[test]
fn a_bomb_is_not_opened() {
    let bomb = encode(&Link { files: vec![file("a", &"a".repeat(9_000_000))], ..Link::default() });
    assert!(bomb.len() < 20_000);
    let broken = decode(&bomb).unwrap_err();
    assert_eq!(broken.why, Why::TooLarge);
    assert_eq!(broken.to_string(), "The link unpacks to more than 8 MB, which is not opened.");
    let many = Link { files: vec![file("", ""); MOST_FILES + 1], ..Link::default() };
    let broken = decode(&encode(&many)).unwrap_err();
    assert_eq!((broken.why, broken.rest.files.len()), (Why::TooMany, 0));
}

#[test]
fn five_megabytes_are_read_or_refused() {
    let text: String = (0_u32..700_000).map(|n| format!("{:x}\n", n.wrapping_mul(2_654_435_761))).collect();
    let link = encode(&Link { files: vec![file("a.yaml", &text[..5_000_000])], ..Link::default() });
    assert_eq!(decode(&link).unwrap().files[0].text.len(), 5_000_000);
    assert!(decode(&format!("v1.{}", "A".repeat(5_000_000))).is_err());
    assert!(decode(&"v1.".repeat(1_700_000)).is_err());
    assert!(decode(&"ü".repeat(2_500_000)).is_err());
}

/// Links that were bent in every way: none may panic, none may unpack to more than is opened.
#[test]
fn a_hundred_thousand_hostile_links() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    let good: Vec<Vec<u8>> = examples()
        .iter()
        .map(|(name, text)| encode(&Link { files: vec![file(name, text)], ..whole() }).into_bytes())
        .collect();
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut told = [0; 7];
    for round in 0..100_000 {
        let mut link = if round % 4 == 0 {
            let mut noise = b"v1.".to_vec();
            noise.extend((0..next(60)).map(|_| letters[next(64)]));
            noise
        } else {
            good[next(good.len())].clone()
        };
        for _ in 0..next(4) {
            match next(5) {
                0 => link.truncate(next(link.len() + 1)),
                1 if !link.is_empty() => {
                    let at = next(link.len());
                    link[at] = letters[next(64)];
                }
                2 if !link.is_empty() => {
                    let at = next(link.len());
                    link[at] = next(128) as u8;
                }
                3 => {
                    let from = next(link.len());
                    let piece = link[from..].to_vec();
                    link.extend_from_slice(&piece);
                }
                _ => link.insert(next(link.len() + 1), letters[next(64)]),
            }
        }
        match decode(std::str::from_utf8(&link).unwrap()) {
            Ok(_) => told[0] += 1,
            Err(broken) => {
                assert!(!broken.to_string().is_empty());
                told[match broken.why {
                    Why::NoLink => 1,
                    Why::Newer => 2,
                    Why::Stranger(_) => 3,
                    Why::Cut => 4,
                    Why::Changed => 5,
                    Why::TooLarge | Why::TooMany => 6,
                }] += 1;
            }
        }
    }
    assert!(told[..6].iter().all(|&count| count > 100), "{told:?}");
}

//! Links: made, opened, and opened when they are broken or hostile.

use std::fs;

use pilothouse_report::link::{Link, LinkedFile, LinkedRequest, decode, encode};

use crate::run::{Folder, has};

fn made(names: &[(&str, &str)]) -> String {
    let file =
        |(name, text): &(&str, &str)| LinkedFile { name: (*name).to_owned(), text: (*text).to_owned() };
    encode(&Link { files: names.iter().map(file).collect(), ..Link::default() })
}

#[test]
fn files_go_into_a_link_and_come_out_again() {
    let folder = Folder::new().file("in/a.yaml", "a: ü\n").file("in/team/b.yaml", "b: 1\r\n");
    let link = folder.run("link in").ended(0).trim().to_owned();
    assert!(link.starts_with("#v1."), "{link}");
    assert_eq!(folder.run(&format!("open {link} --output out")).ended(0), "out/a.yaml\nout/team/b.yaml\n");
    let read = |name: &str| fs::read_to_string(folder.path.join(name)).unwrap();
    assert_eq!((read("out/a.yaml"), read("out/team/b.yaml")), (read("in/a.yaml"), read("in/team/b.yaml")));
    let printed = folder.run_with("open -", &link);
    assert_eq!(printed.ended(0), "# a.yaml\na: ü\n---\n# team/b.yaml\nb: 1\r\n");
}

#[test]
fn a_link_says_nothing_of_the_folders_above() {
    let folder = Folder::new().file("home/ann/shop.yaml", "a: 1\n");
    let path = folder.path.join("home/ann/shop.yaml");
    let names = |arguments: &str, stdin: &str| -> Vec<String> {
        let link = decode(folder.run_with(arguments, stdin).ended(0)).unwrap();
        link.files.into_iter().map(|file| file.name).collect()
    };
    assert_eq!(names(&format!("link {}", path.display()), ""), ["shop.yaml"]);
    assert_eq!(names("link ./home", ""), ["shop.yaml"]);
    assert_eq!(names("link home/../home/ann/shop.yaml", ""), ["shop.yaml"]);
    assert_eq!(names("link -", "a: 1\n"), ["stdin.yaml"]);
}

#[test]
fn a_link_holds_what_is_to_be_looked_at() {
    let folder = Folder::with("a: 1\n");
    let run = folder.run(
        "--istio 1.1 link input.yaml --base https://example.com/p/#old --tab findings --proxy sidecar/shop/app=web --request http://cart/ -X POST -H x-user:ann",
    );
    let address = run.ended(0);
    assert!(address.starts_with("https://example.com/p/#v1."), "{address}");
    let link = decode(address).unwrap();
    let request = LinkedRequest {
        method: "POST".to_owned(),
        url: "http://cart/".to_owned(),
        headers: vec![("x-user".to_owned(), "ann".to_owned())],
        port: None,
    };
    assert_eq!(link.request, Some(request));
    assert_eq!((link.istio.as_str(), link.tab.as_str()), ("1.1", "findings"));
    assert_eq!(link.proxy, "sidecar/shop/app=web");
    let opened = folder.run(&format!("open {}", address.trim()));
    assert_eq!((opened.code, opened.stdout.as_str()), (Some(0), "a: 1\n"));
    assert_eq!(
        opened.stderr,
        "note: the link also asks for: --istio 1.1, --proxy sidecar/shop/app=web, POST http://cart/, x-user: ann\n"
    );
}

#[test]
fn all_that_a_page_puts_into_a_link_comes_out() {
    let file = LinkedFile { name: "a.yaml".to_owned(), text: "a: 2\n".to_owned() };
    let order = vec!["VirtualService/shop/b".to_owned(), "VirtualService/shop/a".to_owned()];
    let link = encode(&Link { order, before: "a: 1\n".to_owned(), files: vec![file], ..Link::default() });
    let run = Folder::new().run(&format!("open {link}"));
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "# a.yaml\na: 2\n---\n# before.yaml\na: 1\n"));
    has(
        &run.stderr,
        "note: the link also asks for: VirtualService/shop/b, then VirtualService/shop/a as the oldest\n",
    );
    has(&run.stderr, "note: the last file is what the others are compared with\n");
}

#[test]
fn a_request_that_is_none_makes_no_link() {
    let folder = Folder::with("a: 1\n");
    has(folder.run("link input.yaml --request shop.example.com").refused(), "scheme");
    has(folder.run("link input.yaml --request http://a/ -H x").refused(), "has no colon");
    has(folder.run("link input.yaml --tab nothing").refused(), "invalid value");
    has(folder.run("link none.yaml").refused(), "cannot read `none.yaml`");
}

#[test]
fn what_looks_like_a_secret_is_pointed_out_and_stays() {
    let text = "kind: Secret\nstringData: {a: b}\n---\npassword: hunter22\n";
    let run = Folder::with(text).run("link input.yaml --request http://a/ -H cookie:abcdef");
    assert_eq!(run.code, Some(0));
    has(
        &run.stderr,
        "note: `input.yaml` line 2 looks like the data of a Secret, and whoever has the link can read it\n",
    );
    has(&run.stderr, "note: `input.yaml` line 4 looks like a password or a token");
    has(&run.stderr, "note: the header `cookie` looks like");
    assert_eq!(decode(&run.stdout).unwrap().files[0].text, text);
}

#[test]
fn nothing_that_exists_is_written_over() {
    let folder = Folder::new().file("out/b.yaml", "mine\n");
    let link = made(&[("a.yaml", "a\n"), ("b.yaml", "b\n")]);
    let run = folder.run(&format!("open {link} --output out"));
    assert_eq!(run.refused(), "error: nothing is written, because `out/b.yaml` exists already\n");
    assert!(!folder.path.join("out/a.yaml").exists());
    assert_eq!(fs::read_to_string(folder.path.join("out/b.yaml")).unwrap(), "mine\n");
}

#[test]
fn hostile_names_stay_in_their_folder() {
    let folder = Folder::new();
    let link =
        made(&[("../../up.yaml", "a\n"), ("/etc/cron.d/x", "b\n"), ("<b>\u{202e}.yaml", "c\n"), ("", "d\n")]);
    let run = folder.run(&format!("open {link} --output out"));
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "out/up.yaml\nout/etc/cron.d/x.yaml\nout/_b__.yaml\nout/file-4.yaml\n")
    );
    has(&run.stderr, "note: `../../up.yaml` is called `up.yaml` here\n");
    has(&run.stderr, "note: `<b>\\u{202e}.yaml` is called `_b__.yaml` here\n");
    assert!(run.stdout.lines().all(|line| folder.path.join(line).is_file()));
}

#[test]
fn what_is_left_of_a_broken_link_is_printed_and_said_to_be_broken() {
    let folder = Folder::new();
    let text: String = (0..200).map(|n| format!("key-{}: {n}\n", n * 7919 % 1000)).collect();
    let link = made(&[("a.yaml", "a: 1\n"), ("b.yaml", &text)]);
    let run = folder.run(&format!("open {}", &link[..link.len() / 2]));
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.starts_with("# a.yaml\na: 1\n---\n# b.yaml\nkey-0: 0\n"), "{}", run.stdout);
    has(&run.stderr, "error: The link is cut off: its end is missing.\n");
    has(&run.stderr, "note: what could be read of it follows; `b.yaml` may end too early\n");
}

#[test]
fn what_is_no_link_is_refused() {
    let folder = Folder::new();
    for (link, why) in [
        ("shop.yaml", "This is no link of Pilothouse"),
        ("#v9.abc", "newer Pilothouse"),
        ("v1.a*b", "'*'"),
        ("v1.", "cut off"),
        ("v1.AAAAAAcH", "changed on its way"),
    ] {
        has(folder.run(&format!("open {link}")).refused(), why);
    }
    let bomb = made(&[("a", &"a".repeat(9_000_000))]);
    has(folder.run_with("open - --output out", &bomb).refused(), "more than 8 MB");
    assert!(!folder.path.join("out").exists());
}

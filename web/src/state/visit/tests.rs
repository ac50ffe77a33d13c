//! What addresses open, and what becomes of a person's own work meanwhile.

use std::rc::Rc;

use pilothouse_report::link::{LinkedFile, encode};
use yew::Reducible;

use super::*;
use crate::{
    engine::{Answer, Event},
    state::{Action, EXAMPLES},
};

#[test]
fn tests_of_a_link_stand_beside_its_text_and_ones_own_come_back() {
    let app = App::open(Some(own()), Settings::default(), &EXAMPLES[0]).with_tests(KeptTests::new("mine\n"));
    let file = LinkedFile { name: "theirs.yaml".to_owned(), text: "a: 2\n".to_owned() };
    let link = Link { tests: "theirs\n".to_owned(), files: vec![file], ..Link::default() };
    let opened = app.arrived(&encode(&link), Kept::default());
    assert_eq!(&*opened.tests.text, "theirs\n");
    let without = encode(&Link { tests: String::new(), ..link });
    let next = Rc::new(opened).reduce(Action::Visit(Step::Went(without)));
    assert_eq!(&*next.tests.text, "theirs\n", "the same text keeps its tests");
    let back = next.reduce(Action::Visit(Step::OwnText));
    assert_eq!(&*back.tests.text, "mine\n");
}

fn own() -> Vec<SourceFile> {
    vec![SourceFile::new("own.yaml", "own: 1\n")]
}

fn link(text: &str) -> String {
    let file = LinkedFile { name: "theirs.yaml".to_owned(), text: text.to_owned() };
    let request = LinkedRequest { url: "http://a/".to_owned(), ..LinkedRequest::default() };
    let (istio, tab) = ("1.1".to_owned(), "findings".to_owned());
    encode(&Link { istio, tab, request: Some(request), files: vec![file], ..Link::default() })
}

fn arrived(files: Option<Vec<SourceFile>>, fragment: &str, kept: Kept) -> App {
    App::open(files, Settings::default(), &EXAMPLES[0]).arrived(fragment, kept)
}

fn after(app: App, actions: impl IntoIterator<Item = Action>) -> App {
    actions.into_iter().fold(Rc::new(app), |app, action| app.reduce(action)).as_ref().clone()
}

fn visit(step: Step) -> Action {
    Action::Visit(step)
}

fn answered(app: &App, link: Option<&str>) -> Action {
    let linked = |fragment: &str| Linked { fragment: fragment.to_owned(), secrets: Vec::new() };
    let answer = Answer { revision: app.files.revision, link: link.map(linked), ..Answer::default() };
    Action::Engine(Event::Answered(Rc::new(answer)))
}

fn text(app: &App) -> &str {
    &app.files.get(0).unwrap().text
}

#[test]
fn a_link_brings_its_text_and_what_was_looked_at() {
    let app = arrived(None, &link("theirs: 1\n"), Kept::default());
    assert_eq!(
        (text(&app), app.settings.istio.as_str(), app.settings.tab),
        ("theirs: 1\n", "1.1", Tab::Findings)
    );
    assert_eq!(app.ask.url.as_deref(), Some("http://a/"));
    assert_eq!((app.notices.len(), app.visit.own.is_none()), (0, true), "nobody's text was there");
    assert!(app.is_untouched(), "the link is all there is to keep");
}

#[test]
fn what_a_link_compares_with_leaves_alone_what_a_person_kept() {
    let file = LinkedFile { name: "theirs.yaml".to_owned(), text: "theirs: 1\n".to_owned() };
    let (before, tab) = ("theirs: 0\n".to_owned(), "rollout".to_owned());
    let fragment = encode(&Link { before, tab, files: vec![file], ..Link::default() });
    let app = App::open(Some(own()), Settings::default(), &EXAMPLES[0])
        .with_kept(Before::new("own: 0\n"), Vec::new())
        .arrived(&fragment, Kept::default());
    assert_eq!((&*app.before.text, app.settings.tab), ("theirs: 0\n", Tab::Rollout));
    let back = after(app, [visit(Step::OwnText)]);
    assert_eq!((text(&back), &*back.before.text), ("own: 1\n", "own: 0\n"));
}

#[test]
fn a_persons_own_text_is_kept_and_comes_back_with_its_choices() {
    let app = arrived(Some(own()), &link("theirs: 1\n"), Kept::default());
    assert_eq!((text(&app), app.notices.as_slice()), ("theirs: 1\n", [Notice::FromLink].as_slice()));
    assert_eq!(app.settings_to_keep(), Settings::default(), "a link's choices are not kept");
    let edited = after(app, [Action::Edit(0, "theirs: 2\n".into()), visit(Step::Went(link("third: 1\n")))]);
    let back = after(edited, [visit(Step::OwnText)]);
    assert_eq!((text(&back), &back.settings), ("own: 1\n", &Settings::default()));
    assert_eq!((back.notices.as_slice(), back.visit.own.is_none()), ([].as_slice(), true));
    let again = after(back, [visit(Step::Went(link("third: 1\n")))]);
    assert_eq!(*again.visit.own.unwrap().files, own(), "also the second time");
}

#[test]
fn the_text_of_a_link_takes_the_place_of_ones_own_when_that_is_asked_for() {
    let app = arrived(Some(own()), &link("theirs: 1\n"), Kept::default());
    let kept = after(app, [visit(Step::KeepLinked)]);
    assert_eq!((text(&kept), kept.is_untouched(), kept.visit.own.is_none()), ("theirs: 1\n", false, true));
    let Some(Notice::Replaced { before, .. }) = kept.notices.last().cloned() else { panic!("no way back") };
    assert_eq!(**before.list(), own());
}

#[test]
fn a_reload_shows_what_was_kept_at_that_address_though_its_link_is_older() {
    let kept = Kept { fragment: link("older: 1\n"), guest: None };
    let app = arrived(Some(own()), &link("older: 1\n"), kept);
    assert_eq!((text(&app), app.notices.len()), ("own: 1\n", 0));
    assert_eq!(app.ask.url.as_deref(), Some("http://a/"), "the request is in the link alone");
    let guest = Some((vec![SourceFile::new("theirs.yaml", "newer: 1\n")], link("older: 1\n")));
    let app = arrived(Some(own()), &link("older: 1\n"), Kept { fragment: String::new(), guest });
    assert_eq!((text(&app), app.notices.as_slice()), ("newer: 1\n", [Notice::FromLink].as_slice()));
    assert_eq!(*app.visit.own.as_ref().unwrap().files, own());
    assert!(!app.is_untouched());
}

#[test]
fn the_same_text_is_not_said_to_be_from_elsewhere() {
    let same = vec![SourceFile::new("theirs.yaml", "theirs: 1\n")];
    let app = arrived(Some(same), &link("theirs: 1\n"), Kept::default());
    assert_eq!((app.notices.len(), app.files.loaded, app.settings.tab), (0, 1, Tab::Findings));
}

#[test]
fn a_bare_address_is_ones_own_page() {
    let app = arrived(Some(own()), "", Kept { fragment: link("x"), guest: None });
    assert_eq!(text(&app), "own: 1\n");
    let visited = after(app, [visit(Step::Went(link("theirs: 1\n"))), visit(Step::Went(String::new()))]);
    assert_eq!((text(&visited), visited.notices.len()), ("own: 1\n", 0));
}

#[test]
fn a_bare_address_greets_those_who_have_no_text() {
    let visited = arrived(None, &link("theirs: 1\n"), Kept::default());
    let back = after(visited.clone(), [visit(Step::Went(String::new()))]);
    assert_eq!((text(&back), back.fragment().as_deref()), (EXAMPLES[0].text, Some("")));
    let edited = after(visited, [Action::Edit(0, "mine: 1\n".into()), visit(Step::Went(String::new()))]);
    assert_eq!((text(&edited), edited.visit.went), ("mine: 1\n", 1), "what was changed is one's own");
}

#[test]
fn an_istio_that_is_not_known_is_told() {
    let files = vec![LinkedFile { name: "a".to_owned(), text: "a: 1\n".to_owned() }];
    let link = encode(&Link { istio: "2.0".to_owned(), files, ..Link::default() });
    let app = arrived(None, &link, Kept::default());
    let Some(Notice::BrokenLink { why, held, rest }) = app.notices.last() else {
        panic!("{:?}", app.notices)
    };
    assert_eq!(
        (why.as_str(), &**held),
        ("The link asks for Istio \"2.0\", which is not known here.", "a: 1\n")
    );
    let opened = after(app.clone(), [visit(Step::Rest(Rc::clone(rest)))]);
    assert_eq!((text(&opened), opened.settings.istio.as_str()), ("a: 1\n", "current"));
}

#[test]
fn an_example_has_a_short_link_of_its_own() {
    let app = arrived(Some(own()), "example=sidecars-never-merge&tab=policies&istio=1.1", Kept::default());
    assert_eq!(
        text(&app),
        EXAMPLES.iter().find(|example| example.id == "sidecars-never-merge").unwrap().text
    );
    assert_eq!((app.settings.tab, app.settings.istio.as_str()), (Tab::Policies, "1.1"));
    assert_eq!(app.fragment().as_deref(), Some("example=sidecars-never-merge&tab=policies&istio=1.1"));
    assert_eq!(app.link_wanted(), None);
    let first = arrived(None, "", Kept::default());
    assert_eq!(first.fragment().as_deref(), Some(""));
    let guest = arrived(Some(own()), "example=one-host-three-teams", Kept::default());
    assert_eq!(
        guest.fragment().as_deref(),
        Some("example=one-host-three-teams"),
        "a reload must come back here"
    );
}

#[test]
fn the_link_is_made_once_the_text_rests_and_is_analysed() {
    let app = arrived(Some(own()), "", Kept::default());
    assert_eq!((app.fragment(), app.question().unwrap().link), (None, None));
    let rests = after(app.clone(), [visit(Step::Rests)]);
    assert_eq!(rests.question().unwrap().link, None, "the analysis comes first");
    let analysed = after(rests.clone(), [answered(&rests, None)]);
    assert_eq!(analysed.question().unwrap().link.as_deref(), Some("routes"));
    let linked = after(analysed.clone(), [answered(&analysed, Some("v1.x"))]);
    assert_eq!(linked.fragment().as_deref(), Some("v1.x"));
    assert_eq!(linked.question(), analysed.question(), "nothing is asked again");
    for change in [
        Action::Edit(0, "own: 2\n".into()),
        Action::Tab(Tab::Envoy),
        Action::Binding("sidecar/a".to_owned()),
        Action::Istio("1.1".to_owned()),
        Action::Ask(Ask { url: Some("http://b/".to_owned()), ..Ask::default() }),
        Action::Oldest("VirtualService/a/b".to_owned()),
    ] {
        let changed = after(linked.clone(), [change.clone()]);
        assert_eq!((changed.fragment(), changed.question().unwrap().link), (None, None), "{change:?}");
    }
    assert!(after(linked, [Action::Filter("a".to_owned())]).fragment().is_some());
}

#[test]
fn a_broken_link_is_told_and_stays_in_the_address_until_that_is_dealt_with() {
    let long: String = (0..99).map(|n| format!("key-{}: {n}\n", n * 7919 % 1000)).collect();
    let whole = link(&long);
    let cut = &whole[..whole.len() / 2];
    let app = arrived(Some(own()), cut, Kept::default());
    let [Notice::BrokenLink { why, held, rest }] = app.notices.as_slice() else {
        panic!("{:?}", app.notices)
    };
    assert_eq!((why.as_str(), &**held), ("The link is cut off: its end is missing.", &*rest.files[0].text));
    assert_eq!((text(&app), app.fragment()), ("own: 1\n", None));
    assert_eq!(app.settings.pane, Pane::Result, "a narrow window must tell it too");
    let opened = after(app.clone(), [visit(Step::Rest(Rc::clone(rest)))]);
    assert!(text(&opened).starts_with("key-0: 0\n"));
    assert_eq!(opened.notices, [Notice::FromLink]);
    let empty = after(app.clone(), [visit(Step::Empty)]);
    assert_eq!((text(&empty), empty.fragment().as_deref()), ("", Some("")));
    assert_eq!(text(&after(empty, [visit(Step::OwnText)])), "own: 1\n");
    let put_away = after(app.clone(), [Action::Dismiss(app.notices[0].clone())]);
    let analysed = after(put_away.clone(), [answered(&put_away, Some("v1.own"))]);
    assert_eq!(analysed.fragment().as_deref(), Some("v1.own"));
}

#[test]
fn what_is_no_link_is_told() {
    for (fragment, says) in [
        ("v7.abc", "newer Pilothouse"),
        ("somewhere", "no link of Pilothouse"),
        ("example=none", "There is no example \"none\" here."),
        ("v1.", "cut off"),
    ] {
        let app = arrived(None, fragment, Kept::default());
        let broken = app.notices.iter().find_map(|notice| match notice {
            Notice::BrokenLink { why, held, .. } => Some((why, held)),
            _ => None,
        });
        let (why, held) = broken.unwrap();
        assert!(why.contains(says), "{why}");
        assert_eq!(&**held, fragment);
    }
}

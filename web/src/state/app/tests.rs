//! What happens to the page, one thing after the other.

use pilothouse_report::{Finding, Position, Range};

use super::*;
use crate::{
    engine::{Answer, Counts, Overview, Wish},
    state::{EXAMPLES, colour},
};

fn app() -> App {
    App::open(Some(vec![SourceFile::new("own.yaml", "a: 1\n")]), Settings::default(), &EXAMPLES[0])
}

fn after(app: App, actions: impl IntoIterator<Item = Action>) -> App {
    actions.into_iter().fold(Rc::new(app), |app, action| app.reduce(action)).as_ref().clone()
}

#[test]
fn whoever_comes_for_the_first_time_sees_an_example_and_what_to_look_at() {
    let app = App::open(None, Settings::default(), &EXAMPLES[0]);
    assert_eq!(app.notices, [Notice::Look(EXAMPLES[0].look().to_owned())]);
    assert_eq!(app.files.list().as_slice(), EXAMPLES[0].files());
    assert!(app.question().is_some());
}

#[test]
fn an_example_can_be_taken_back() {
    let loaded = after(app(), [Action::Load(EXAMPLES[1])]);
    let Some(Notice::Replaced { before, kept, .. }) = loaded.notices.last().cloned() else {
        panic!("no way back")
    };
    let back = after(loaded, [Action::Back(before, kept)]);
    assert_eq!(&*back.files.get(0).unwrap().text, "a: 1\n");
    assert_eq!(back.notices, []);
    assert_eq!(back.files.loaded, 3, "the editor is told both times");
}

#[test]
fn nobody_misses_an_example_that_was_not_changed() {
    let other = after(App::open(None, Settings::default(), &EXAMPLES[0]), [Action::Load(EXAMPLES[1])]);
    assert_eq!(other.notices, [Notice::Look(EXAMPLES[1].look().to_owned())]);
}

#[test]
fn nothing_is_asked_about_nothing() {
    assert_eq!(after(app(), [Action::Edit(0, " \n".into())]).question(), None);
}

#[test]
fn every_edit_asks_anew_and_with_the_usual_patience() {
    let waited = after(app(), [Action::Wait]);
    assert_eq!(waited.question().unwrap().patience, Patience::Asked);
    let edited = after(waited, [Action::Edit(0, "a: 2\n".into())]).question().unwrap();
    assert_eq!((edited.patience, edited.revision), (Patience::Typing, 2));
}

#[test]
fn what_changes_nothing_renders_nothing() {
    let app = Rc::new(app());
    assert!(Rc::ptr_eq(&app, &Rc::clone(&app).reduce(Action::Edit(0, "a: 1\n".into()))));
}

#[test]
fn findings_are_gone_to_one_by_one_and_round() {
    let finding = |line: u32| {
        let at = Position { line, column: 1 };
        Finding { file: "own.yaml".into(), range: Range { start: at, end: at }, ..Finding::default() }
    };
    let overview = Overview {
        files: vec!["own.yaml".into()],
        findings: vec![finding(3), finding(1)],
        ..Overview::default()
    };
    let mut app = app();
    app.outcome.overview = Some(overview.into());
    let mut line = |forward: bool| {
        app = after(app.clone(), [Action::Finding { forward }]);
        app.goal.as_ref().map(|(_, place)| place.range.start.line)
    };
    assert_eq!([line(true), line(true), line(true)], [Some(3), Some(1), Some(3)]);
    assert_eq!([line(false), line(false)], [Some(1), Some(3)]);
    let edited = after(app, [Action::Edit(0, "b: 1\n".into())]);
    assert_eq!(edited.found, None);
    let blank = after(edited, [Action::Engine(Event::Answered(Answer::default().into()))]);
    assert_eq!(after(blank.clone(), [Action::Finding { forward: false }]).settings.pane, blank.settings.pane);
}

#[test]
fn the_divider_stays_in_the_window() {
    assert_eq!(after(app(), [Action::Split(-5.0)]).settings.split, 20.0);
    assert_eq!(after(app(), [Action::Split(99.0)]).settings.split, 80.0);
}

#[test]
fn a_filter_or_another_proxy_begins_with_the_first_rows() {
    let more = after(app(), [Action::MoreRows, Action::MoreRows]);
    assert_eq!(more.question().unwrap().lens.rows, 3 * ROWS);
    let filtered = after(more.clone(), [Action::Filter("x".to_owned())]);
    assert_eq!(filtered.question().unwrap().lens.rows, ROWS);
    let other = after(more, [Action::Binding("gateway/a".to_owned())]);
    assert_eq!(other.question().unwrap().lens.rows, ROWS);
}

#[test]
fn going_to_the_yaml_twice_is_two_goals_and_opens_its_pane() {
    let place = Place::default();
    let there = after(app(), [Action::Pane(Pane::Result), Action::Reveal(place.clone())]);
    assert_eq!((there.goal.clone(), there.settings.pane), (Some((1, place.clone())), Pane::Editor));
    assert_eq!(after(there, [Action::Reveal(place.clone())]).goal, Some((2, place)));
}

#[test]
fn another_text_is_in_the_editor_when_it_is_chosen_or_a_place_in_it_is_wanted() {
    let two = vec![SourceFile::new("a.yaml", "a: 1\n"), SourceFile::new("b.yaml", "b: 1\n")];
    let app = App::open(Some(two), Settings::default(), &EXAMPLES[0]);
    let place = Place { file: 1, ..Place::default() };
    let there = after(app, [Action::Reveal(place)]);
    assert_eq!(there.file, 1);
    let back = after(there, [Action::File(0)]);
    assert_eq!((back.file, back.goal.clone()), (0, None), "nothing draws the cursor away");
    assert_eq!(after(back, [Action::File(1), Action::Load(EXAMPLES[1])]).file, 0);
}

#[test]
fn trying_a_finding_sends_its_request_through_its_proxy() {
    let request = WireRequest {
        proxy: Some("sidecar/shop".to_owned()),
        method: "POST".to_owned(),
        url: "http://shop/".to_owned(),
        ..WireRequest::default()
    };
    let tried = after(app(), [Action::Try(request)]).question().unwrap();
    assert_eq!(tried.lens.binding, "sidecar/shop");
    assert_eq!((tried.ask.method.as_str(), tried.ask.url.as_deref()), ("POST", Some("http://shop/")));
}

#[test]
fn two_revisions_are_compared_in_their_tab_once_the_text_is_analysed() {
    let kept = after(app(), [Action::Keep, Action::Tab(Tab::Rollout)]);
    assert_eq!(kept.question().unwrap().before, None);
    let analysed =
        |revision| Action::Engine(Event::Answered(Rc::new(Answer { revision, ..Answer::default() })));
    let ready = after(kept, [analysed(1)]);
    assert_eq!(ready.question().unwrap().before, Some(1));
    assert_eq!(ready.pair(), Pair { before: 1, after: 1, istio: "current".to_owned(), order: Vec::new() });
    let edited = after(ready.clone(), [Action::Edit(0, "a: 2\n".into())]);
    assert_eq!(edited.question().unwrap().before, None, "the marks of the editor come first");
    assert_eq!(after(edited, [analysed(2)]).question().unwrap().before, Some(1));
    assert_eq!(after(ready.clone(), [Action::Tab(Tab::Routes)]).question().unwrap().before, None);
    assert_eq!(after(ready, [Action::Before("".into())]).question().unwrap().before, None);
}

#[test]
fn fixes_are_tried_once_typing_pauses_and_something_was_found() {
    let found = || {
        let counts = Counts { warnings: 1, ..Counts::default() };
        let overview = Some(Overview { counts, ..Overview::default() });
        Action::Engine(Event::Answered(Rc::new(Answer { revision: 1, overview, ..Answer::default() })))
    };
    assert!(!after(app(), [Action::Rest(1)]).question().unwrap().fixes);
    assert!(!after(app(), [found()]).question().unwrap().fixes);
    let both = after(app(), [Action::Rest(1), found()]);
    assert!(both.question().unwrap().fixes);
    assert!(!after(both, [Action::Edit(0, "a: 2\n".into())]).question().unwrap().fixes);
}

#[test]
fn edits_are_made_in_the_text_they_are_for_and_in_no_newer_one() {
    let range = Range { start: Position { line: 1, column: 4 }, end: Position { line: 1, column: 5 } };
    let edit = Edit { file: "own.yaml".to_owned(), range, text: "2".to_owned() };
    let mend = |revision| Action::Mend(revision, Rc::new(vec![edit.clone()]));
    let mended = after(app(), [Action::Pane(Pane::Result), mend(1)]);
    assert_eq!(&*mended.files.get(0).unwrap().text, "a: 2\n");
    assert_eq!((mended.mended.0, mended.mended.1.len()), (1, 1));
    assert_eq!((mended.files.revision, mended.files.loaded), (2, 1), "the editor keeps its history");
    assert_eq!(mended.settings.pane, Pane::Editor);
    assert_eq!(after(mended.clone(), [mend(1)]), mended);
}

#[test]
fn the_editor_hears_what_it_asked_and_nothing_of_texts_that_are_gone() {
    let aside = |number| {
        Action::Aside(Aside {
            number,
            file: 0,
            at: Position { line: 1, column: 1 },
            wish: "offer".to_owned(),
            name: String::new(),
        })
    };
    let said = |revision, number| {
        let said = Some(Said { number, json: "{}".to_owned() });
        Action::Engine(Event::Answered(Rc::new(Answer { revision, said, ..Answer::default() })))
    };
    let asked = after(app(), [aside(1)]);
    assert_eq!(asked.question().unwrap().aside.unwrap().number, 1);
    let json = |app: &App| app.said.as_ref().map(|said| (said.number, said.json.clone()));
    let heard = after(asked.clone(), [said(1, 1)]);
    assert_eq!((json(&heard), heard.question().unwrap().aside), (Some((1, "{}".to_owned())), None));
    let older = after(asked.clone(), [aside(2), said(1, 1)]);
    assert_eq!((json(&older), older.question().unwrap().aside.unwrap().number), (None, 2));
    let edited = after(asked.clone(), [Action::Edit(0, "a: 2\n".into()), said(1, 1)]);
    assert_eq!(json(&edited), Some((1, "null".to_owned())));
    let failed = after(asked, [Action::Engine(Event::Failed(Failure::Slow))]);
    assert_eq!((json(&failed), failed.question().unwrap().aside), (Some((1, "null".to_owned())), None));
    let blank = after(app(), [Action::Edit(0, "".into()), aside(3)]);
    assert_eq!(json(&blank), Some((3, "null".to_owned())));
}

#[test]
fn an_example_of_a_rollout_brings_its_before_and_gives_back_ones_own() {
    let pair = Example::of_rollout().unwrap();
    let loaded = after(app(), [Action::Keep, Action::Load(pair)]);
    assert_eq!(&*loaded.before.text, pair.before().unwrap());
    let Some(Notice::Replaced { before, kept, .. }) = loaded.notices.last().cloned() else {
        panic!("no way back")
    };
    let back = after(loaded, [Action::Back(before, kept)]);
    assert_eq!((&*back.before.text, back.notices), ("a: 1\n", Vec::new()));
    let shown = after(App::open(None, Settings::default(), &EXAMPLES[0]), [Action::Load(pair)]);
    assert!(shown.notices.iter().all(|notice| matches!(notice, Notice::Look(_))), "nothing was lost");
}

#[test]
fn tests_are_run_in_their_tab_and_written_where_they_are_asked_for() {
    let typed = after(app(), [Action::EditTests("tests: []\n".into())]);
    let asked = typed.question().unwrap().tests;
    assert_eq!((asked.text.as_str(), asked.revision, asked.run), ("tests: []\n", 1, false));
    let wished = after(typed, [Action::WriteTests(Wish::This)]);
    let asked = wished.question().unwrap().tests;
    assert_eq!((asked.run, asked.wish), (true, Some(Wish::This)));
    let tested = Tested { revision: 1, written: Some("tests: [1]\n".to_owned()), ..Tested::default() };
    let answer = Answer { tested: Some(tested), ..Answer::default() };
    let written = after(wished, [Action::Engine(Event::Answered(Rc::new(answer)))]);
    let asked = written.question().unwrap().tests;
    assert_eq!((asked.text.as_str(), asked.revision, asked.wish), ("tests: [1]\n", 2, None));
    assert_eq!(written.tested, None, "nothing was run yet");
}

#[test]
fn requests_that_are_meant_are_kept_and_can_be_forgotten() {
    let ask = |url: &str| Ask { url: Some(url.to_owned()), ..Ask::default() };
    let sent = after(
        app(),
        [
            Action::Ask(ask("http://a/typ")),
            Action::Sent(ask("http://a/typed")),
            Action::Try(WireRequest { url: "http://b/".to_owned(), ..WireRequest::default() }),
        ],
    );
    let urls: Vec<&str> = sent.recent.iter().map(|request| request.url.as_str()).collect();
    assert_eq!(urls, ["http://b/", "http://a/typed"]);
    let less = after(sent.clone(), [Action::Forget(sent.recent[0].clone())]);
    assert_eq!(less.recent, sent.recent[1..]);
    assert_eq!(after(less, [Action::ForgetAll]).recent, []);
}

#[test]
fn a_request_leaves_the_findings_for_its_route_and_no_other_view() {
    let tried = |tab| after(app(), [Action::Tab(tab), Action::Try(WireRequest::default())]).settings.tab;
    assert_eq!([tried(Tab::Findings), tried(Tab::Rollout)], [Tab::Routes, Tab::Rollout]);
}

#[test]
fn a_restarted_engine_is_told_until_it_is_read() {
    let told = after(app(), [Action::Engine(Event::Failed(Failure::Restarted))]);
    assert_eq!(told.notices, [Notice::Restarted]);
    assert_eq!(after(told, [Action::Dismiss(Notice::Restarted)]).notices, []);
}

#[test]
fn colours_and_style_sheets_agree() {
    let tokens = include_str!("../../../style/tokens.css");
    let most = (0..100).map(colour).max().unwrap();
    assert!((1..=most).all(|number| tokens.contains(&format!(".o{number} {{ --c: var(--o{number}); }}"))));
    assert!(!tokens.contains(&format!("--o{}:", most + 1)));
}

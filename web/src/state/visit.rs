//! The page and its address: what stands behind `#` is what is worked on, and follows every change.
//!
//! A person's own text is kept by the browser. A text from a link lives in its link, and never takes the other's place
//! unless that is asked for.

use std::rc::Rc;

use pilothouse_report::link::{Link, LinkedRequest, decode};

use super::{App, Before, Example, KeptTests, Notice, Pane, Settings, SourceFile, Tab};
use crate::engine::{Ask, Linked};

/// What is known of the address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// What was worked on when a link was opened, and is kept.
    pub own: Option<Own>,
    /// How often a person has changed the address.
    pub went: u32,
    /// The texts with this revision are as a link brought them.
    brought: u32,
    /// The texts with this revision are as the browser keeps them.
    kept: u32,
    /// Whether the text rests, so that its link is worth making.
    rests: bool,
    /// The link to all that is shown; none while it is on its way.
    pub linked: Option<Rc<Linked>>,
}

/// A person's own work beside that of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// The texts.
    pub files: Rc<Vec<SourceFile>>,
    /// What they were compared with.
    pub before: Before,
    /// Their tests.
    pub tests: KeptTests,
    /// What was chosen.
    pub settings: Settings,
}

/// What a browser keeps for the page as it opens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// What stood behind the `#` when a person's own text was kept.
    pub fragment: String,
    /// The text of a link that this tab was at work on, and what stood behind the `#`.
    pub guest: Option<(Vec<SourceFile>, String)>,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Step {
    /// The address has this behind its `#` now.
    Went(String),
    /// Nothing has changed for a moment.
    Rests,
    /// A person's own text is wanted back.
    OwnText,
    /// The text of the link is to take the place of a person's own.
    KeepLinked,
    /// What could be read of a broken link is wanted.
    Rest(Rc<Link>),
    /// An empty page is wanted in place of a broken link.
    Empty,
}

/// All that a link tells; while it stays the same, so does the link.
type Told<'a> = (u32, u32, u32, &'a str, Tab, &'a str, &'a Ask, &'a [String]);

impl App {
    /// The page as it opens at an address.
    pub fn arrived(mut self, fragment: &str, kept: Kept) -> Self {
        self.visit.kept = self.files.revision;
        let guest = kept.guest.filter(|(_, at)| at == fragment);
        if let Some((files, _)) = guest {
            let view = decode(fragment).unwrap_or_default();
            self.bring(Rc::new(files));
            self.tests = self.tests.edited(&view.tests);
            self.look(&view);
            // They were changed since their link was made.
            self.visit.brought = 0;
        } else if fragment == kept.fragment && Example::shown(self.files.list()).is_none() {
            // The text and the choices that were kept are at least as new as the link.
            let Link { request, order, .. } = decode(fragment).unwrap_or_default();
            (self.ask, self.order) = (ask(request), order);
        } else if !fragment.is_empty() {
            self.go(fragment);
        }
        self
    }

    /// What is to stand behind the `#`; none while that is not known, or is not to be touched.
    pub fn fragment(&self) -> Option<String> {
        let broken = |notice: &Notice| matches!(notice, Notice::BrokenLink { .. });
        if self.notices.iter().any(broken) { None } else { self.link() }
    }

    /// The link to what is shown, without its `#`; empty where the text is too long or the first example. None while it
    /// is on its way.
    pub fn link(&self) -> Option<String> {
        if self.files.is_blank() {
            return Some(String::new());
        }
        self.example_link().or_else(|| self.visit.linked.as_ref().map(|linked| linked.fragment.clone()))
    }

    /// The view that a link is wanted for, once the text rests and is analysed.
    pub fn link_wanted(&self) -> Option<String> {
        let analysed = self.outcome.revision == self.files.revision;
        (self.visit.rests && analysed && self.example_link().is_none())
            .then(|| self.settings.tab.id().to_owned())
    }

    /// Whether the texts are as they came, so that there is nothing to keep.
    pub fn is_untouched(&self) -> bool {
        [self.visit.brought, self.visit.kept].contains(&self.files.revision)
    }

    /// Whether the texts are as a link brought them, so that the link is all there is to keep.
    fn is_brought(&self) -> bool {
        self.files.revision == self.visit.brought
    }

    /// The choices to keep: a link's are its own affair.
    pub fn settings_to_keep(&self) -> Settings {
        let Some(own) = &self.visit.own else { return self.settings.clone() };
        let Settings { istio, tab, binding, .. } = own.settings.clone();
        Settings { istio, tab, binding, ..self.settings.clone() }
    }

    /// All that a link tells.
    pub(super) fn told(&self) -> Told<'_> {
        let Settings { istio, tab, binding, .. } = &self.settings;
        let (files, before, tests) = (self.files.revision, self.before.revision, self.tests.revision);
        (files, before, tests, istio, *tab, binding, &self.ask, &self.order)
    }

    /// Something else is shown now: its link is not made yet.
    pub(super) fn outdate_link(&mut self) {
        (self.visit.rests, self.visit.linked) = (false, None);
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Went(fragment) => {
                self.visit.went += 1;
                self.go(&fragment);
            }
            Step::Rests => self.visit.rests = true,
            Step::OwnText => self.own_text(),
            Step::KeepLinked => {
                if let Some(own) = self.visit.own.take() {
                    let title = "The text of the link".to_owned();
                    let before = self.files.replaced(own.files);
                    self.dismiss(&Notice::FromLink);
                    let kept = own.before;
                    self.tell(Notice::Replaced { title, before, kept });
                    (self.visit.brought, self.visit.kept) = (0, 0);
                }
            }
            Step::Rest(link) => self.open_link(&link),
            Step::Empty => {
                let name = self.files.get(0).map_or("istio.yaml".into(), |file| Rc::clone(&file.name));
                self.bring(Rc::new(vec![SourceFile { name, text: "".into() }]));
            }
        }
    }

    fn go(&mut self, fragment: &str) {
        self.dismiss(&Notice::broken_link());
        if fragment.is_empty() {
            // A bare address is a person's own page, or what greets those who have none.
            if self.visit.own.is_some() {
                self.own_text();
            } else if self.is_brought() {
                self.open_example(super::EXAMPLES[0].id);
            }
        } else if let Some(wish) = fragment.strip_prefix("example=") {
            self.open_example(wish);
        } else {
            match decode(fragment) {
                Ok(link) if !matches!(link.istio.as_str(), "" | "1.1") => {
                    let why = format!("The link asks for Istio {:?}, which is not known here.", link.istio);
                    self.tell_broken(why, fragment, link);
                }
                Ok(link) => self.open_link(&link),
                Err(broken) => self.tell_broken(broken.why.to_string(), fragment, broken.rest),
            }
        }
    }

    fn tell_broken(&mut self, why: String, raw: &str, rest: Link) {
        let texts: Vec<&str> = rest.files.iter().map(|file| file.text.as_str()).collect();
        let held = if texts.is_empty() { raw.into() } else { texts.join("\n---\n").into() };
        self.tell(Notice::BrokenLink { why, held, rest: rest.into() });
        // Where there is room for one pane, what is told stands in this one.
        self.settings.pane = Pane::Result;
    }

    fn open_link(&mut self, link: &Link) {
        let files: Vec<SourceFile> =
            link.files.iter().map(|file| SourceFile::new(&file.name, &file.text)).collect();
        let other = !files.is_empty() && files != **self.files.list();
        let compared = !link.before.is_empty() && link.before != *self.before.text;
        let tested = !link.tests.is_empty() && link.tests != *self.tests.text;
        if other
            || (compared && !self.before.is_blank() && !self.before.is_example())
            || (tested && !self.tests.is_blank())
        {
            self.bring(Rc::new(files));
        }
        if tested {
            self.tests = self.tests.edited(&link.tests);
        }
        if compared {
            self.before = self.before.edited(&link.before);
        }
        self.dismiss(&Notice::broken_link());
        self.look(link);
    }

    /// The wish is the name of an example, then `&tab=…` and `&istio=…` where they are not the first ones.
    fn open_example(&mut self, wish: &str) {
        let mut words = wish.split('&');
        let id = words.next().unwrap_or_default();
        let Some(example) = super::EXAMPLES.iter().find(|example| example.id == id) else {
            let why = format!("There is no example {id:?} here.");
            return self.tell_broken(why, &format!("example={wish}"), Link::default());
        };
        let mut view = Link::default();
        for word in words {
            match word.split_once('=') {
                Some(("tab", tab)) => tab.clone_into(&mut view.tab),
                Some(("istio", istio)) => istio.clone_into(&mut view.istio),
                _ => {}
            }
        }
        if example.files() != **self.files.list() {
            self.bring(Rc::new(example.files()));
            self.before = self.before.of_example(example);
            self.tell(Notice::Look(example.look().to_owned()));
        }
        self.look(&view);
    }

    /// Takes texts that are not a person's own in place of those that may be.
    fn bring(&mut self, files: Rc<Vec<SourceFile>>) {
        // What a link brought and nobody changed is in that link, and an example is in the list.
        let foreign = self.is_brought() || Example::shown(self.files.list()).is_some();
        let texts = !foreign && !self.files.is_blank();
        let compared = !self.before.is_blank() && !self.before.is_example();
        let tested = !self.is_brought() && !self.tests.is_blank();
        if self.visit.own.is_none() && (texts || compared || tested) {
            let (files, before) = (Rc::clone(self.files.list()), self.before.clone());
            let (tests, settings) = (self.tests.clone(), self.settings.clone());
            self.visit.own = Some(Own { files, before, tests, settings });
        }
        // Tests are about their own text.
        self.tests = self.tests.edited("");
        self.dismiss(&Notice::Look(String::new()));
        self.dismiss(&Notice::broken_link());
        self.replace(files);
        self.visit.brought = self.files.revision;
        if self.visit.own.is_some() {
            self.tell(Notice::FromLink);
        }
    }

    /// Chooses what a link shows of its texts.
    fn look(&mut self, view: &Link) {
        self.settings.istio.clone_from(&view.istio);
        self.settings.binding.clone_from(&view.proxy);
        self.settings.tab = Tab::ALL.into_iter().find(|tab| tab.id() == view.tab).unwrap_or_default();
        self.settings = self.settings.clone().checked();
        self.ask = ask(view.request.clone());
        self.order.clone_from(&view.order);
    }

    fn own_text(&mut self) {
        let Some(own) = self.visit.own.take() else { return };
        self.replace(own.files);
        self.before = self.before.edited(&own.before.text);
        self.tests = self.tests.edited(&own.tests.text);
        let Settings { istio, tab, binding, .. } = own.settings;
        self.settings = Settings { istio, tab, binding, ..self.settings.clone() };
        for told in [Notice::FromLink, Notice::Look(String::new()), Notice::broken_link()] {
            self.dismiss(&told);
        }
        self.visit.kept = self.files.revision;
    }

    /// The short link to an example that nobody changed.
    fn example_link(&self) -> Option<String> {
        let example = Example::shown(self.files.list())
            .filter(|example| *self.files.list().as_slice() == example.files())?;
        let Settings { istio, tab, binding, .. } = &self.settings;
        let compared = *tab == Tab::Rollout && *self.before.text != *example.before().unwrap_or_default();
        if !binding.is_empty()
            || self.ask != Ask::default()
            || !self.order.is_empty()
            || compared
            || !self.tests.is_blank()
        {
            return None;
        }
        let mut link = format!("example={}", example.id);
        if *tab != Tab::default() {
            link = format!("{link}&tab={}", tab.id());
        }
        if istio != "current" {
            link = format!("{link}&istio={istio}");
        }
        // Without a link the page opens with the first example, unless a person's own text is kept.
        let first = format!("example={}", super::EXAMPLES[0].id);
        Some(if link == first && self.visit.own.is_none() { String::new() } else { link })
    }
}

fn ask(request: Option<LinkedRequest>) -> Ask {
    request.map_or(Ask::default(), |request| Ask {
        method: if request.method.is_empty() { "GET".to_owned() } else { request.method },
        url: Some(request.url),
        headers: request.headers,
    })
}

#[cfg(test)]
mod tests {
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
        let app =
            App::open(Some(own()), Settings::default(), &EXAMPLES[0]).with_tests(KeptTests::new("mine\n"));
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
        let edited =
            after(app, [Action::Edit(0, "theirs: 2\n".into()), visit(Step::Went(link("third: 1\n")))]);
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
        assert_eq!(
            (text(&kept), kept.is_untouched(), kept.visit.own.is_none()),
            ("theirs: 1\n", false, true)
        );
        let Some(Notice::Replaced { before, .. }) = kept.notices.last().cloned() else {
            panic!("no way back")
        };
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
        let app =
            arrived(Some(own()), "example=sidecars-never-merge&tab=policies&istio=1.1", Kept::default());
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
        assert_eq!(
            (why.as_str(), &**held),
            ("The link is cut off: its end is missing.", &*rest.files[0].text)
        );
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
}

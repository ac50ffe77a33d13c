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
mod tests;

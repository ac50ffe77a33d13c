//! The last answers of the engine, and what they are worth.

use pilothouse_report::EnvoyBlock;

use crate::engine::{Answer, Comparison, Failure, Found, Overview, Reply, View};

use super::Shared;

/// What there is to show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The input as a whole.
    pub overview: Option<Shared<Overview>>,
    /// The proxy that is shown.
    pub view: Option<Shared<View>>,
    /// Which state of the texts the overview is about.
    pub revision: u32,
    /// How long the last answer took; none while it is the one made beforehand.
    pub millis: Option<f64>,
    /// What the view stands for.
    pub shown: Shown,
    /// What became of the request; of nothing while an older view is shown.
    pub reply: Option<Shared<Reply>>,
    /// The proxy in Envoy's words, where they were asked for.
    pub envoy: Option<Shared<Vec<EnvoyBlock>>>,
    /// What the last comparison came to.
    pub comparison: Option<Shared<Comparison>>,
    /// How the engine is.
    pub health: Health,
    /// What could be read of texts that are broken now, while an older view is shown.
    held: Option<Shared<View>>,
    /// Which loading of texts the view comes from.
    loaded: u32,
    /// Whether a person asked to see what can be read of broken texts.
    partial_wanted: bool,
}

/// What a view stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// All of the texts.
    #[default]
    Whole,
    /// The texts as they were before they broke.
    Stale,
    /// What can be read of texts that are broken.
    Partial,
}

/// How the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// No answer came yet.
    #[default]
    Starting,
    /// It answers.
    Well,
    /// The last run was ended because it took too long.
    Slow,
    /// The last run panicked.
    Panicked(String),
    /// There is no engine in this browser.
    Unavailable(String),
}

impl Outcome {
    /// With an answer about the texts of one loading.
    pub fn answered(&self, answer: &Answer, loaded: u32) -> Self {
        let mut next = self.clone();
        next.health = Health::Well;
        if answer.beside {
            return next;
        }
        next.revision = answer.revision;
        if let Some(overview) = &answer.overview {
            // An answer without one comes from the analysis before.
            next.millis = answer.millis;
            next.overview = Some(overview.clone().into());
        }
        if let Some(comparison) = answer.comparison.as_ref().filter(|it| !self.outlives(it)) {
            next.comparison = Some(comparison.clone().into());
        }
        let view = answer.view.clone().map(Shared::from);
        let broken = next.overview.as_ref().is_some_and(|overview| overview.broken.is_some());
        if !broken {
            next.partial_wanted = false;
        }
        // An older view stays only where it shows the same thing of the same texts.
        let comparable = self.loaded == loaded && same_lens(self.view.as_ref(), view.as_ref());
        if broken && comparable && !next.partial_wanted && self.shown != Shown::Partial {
            next.shown = Shown::Stale;
            next.held = view;
            next.reply = None;
            return next;
        }
        next.shown = if broken { Shown::Partial } else { Shown::Whole };
        next.view = view;
        next.reply = answer.reply.clone().map(Shared::from);
        next.envoy = answer.envoy.clone().map(Shared::from);
        next.held = None;
        next.loaded = loaded;
        next
    }

    /// Whether the last comparison is worth more than one that the texts are too broken for.
    fn outlives(&self, newer: &Comparison) -> bool {
        let same = |last: &Shared<Comparison>| {
            (last.pair.before, &last.pair.istio) == (newer.pair.before, &newer.pair.istio)
                && matches!(last.found, Found::Rollout(_))
        };
        newer.found == Found::BrokenAfter && self.comparison.as_ref().is_some_and(same)
    }

    /// With what the engine told instead of an answer.
    pub fn failed(&self, failure: &Failure) -> Self {
        let health = match failure {
            Failure::Slow => Health::Slow,
            Failure::Panicked(message) => Health::Panicked(message.clone()),
            Failure::Unavailable(message) => Health::Unavailable(message.clone()),
            Failure::Restarted => return self.clone(),
        };
        Self { health, ..self.clone() }
    }

    /// With what can be read of broken texts instead of the older view.
    pub fn partial(&self) -> Self {
        let mut next = self.clone();
        if next.shown == Shown::Stale {
            next.view = next.held.take();
            next.shown = Shown::Partial;
            next.partial_wanted = true;
        }
        next
    }
}

/// Whether both views show the same proxy through the same filter; two missing ones do not.
fn same_lens(old: Option<&Shared<View>>, new: Option<&Shared<View>>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.lens == new.lens && old.binding.binding.id == new.binding.binding.id,
        // The proxy itself may hang on what cannot be read now.
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_report::{BindingRow, BindingView, Finding};

    use super::*;
    use crate::engine::{Lens, Pair, Rollout};

    fn view(id: &str, hosts: u32) -> View {
        let binding = BindingRow { id: id.to_owned(), ..BindingRow::default() };
        let mut view = View { binding: BindingView { binding, ..BindingView::default() }, ..View::default() };
        view.totals.hosts = hosts;
        view
    }

    fn answer(revision: u32, broken: bool, view: Option<View>) -> Answer {
        let broken = broken.then(Finding::default);
        let overview = Some(Overview { broken, ..Overview::default() });
        Answer { revision, overview, view, ..Answer::default() }
    }

    fn hosts(outcome: &Outcome) -> Option<u32> {
        outcome.view.as_ref().map(|view| view.totals.hosts)
    }

    #[test]
    fn a_whole_answer_is_shown() {
        let after = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        assert_eq!((hosts(&after), after.shown, after.health), (Some(2), Shown::Whole, Health::Well));
    }

    #[test]
    fn broken_texts_keep_the_last_good_view() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let stale = good.answered(&answer(2, true, Some(view("a", 1))), 1);
        assert_eq!((hosts(&stale), stale.shown, stale.revision), (Some(2), Shown::Stale, 2));
        let gone = good.answered(&answer(2, true, None), 1);
        assert_eq!((hosts(&gone), gone.shown), (Some(2), Shown::Stale));
        let mended = stale.answered(&answer(3, false, Some(view("a", 3))), 1);
        assert_eq!((hosts(&mended), mended.shown), (Some(3), Shown::Whole));
    }

    #[test]
    fn what_can_be_read_is_shown_on_request_until_it_is_mended() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let partial = good.answered(&answer(2, true, Some(view("a", 1))), 1).partial();
        assert_eq!((hosts(&partial), partial.shown), (Some(1), Shown::Partial));
        let typed = partial.answered(&answer(3, true, Some(view("a", 0))), 1);
        assert_eq!((hosts(&typed), typed.shown), (Some(0), Shown::Partial));
        let mended = typed.answered(&answer(4, false, Some(view("a", 2))), 1);
        let broken = mended.answered(&answer(5, true, Some(view("a", 1))), 1);
        assert_eq!((hosts(&broken), broken.shown), (Some(2), Shown::Stale));
    }

    #[test]
    fn an_older_view_never_stands_for_other_texts_or_another_proxy() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let loaded = good.answered(&answer(2, true, Some(view("a", 1))), 2);
        assert_eq!((hosts(&loaded), loaded.shown), (Some(1), Shown::Partial));
        let other = good.answered(&answer(2, true, Some(view("b", 1))), 1);
        assert_eq!((hosts(&other), other.shown), (Some(1), Shown::Partial));
        let filtered = View { lens: Lens { filter: "x".to_owned(), ..Lens::default() }, ..view("a", 1) };
        let filtered = good.answered(&answer(2, true, Some(filtered)), 1);
        assert_eq!((hosts(&filtered), filtered.shown), (Some(1), Shown::Partial));
    }

    #[test]
    fn an_answer_without_overview_keeps_the_one_before() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let after = good.answered(&Answer { overview: None, ..answer(1, false, Some(view("b", 5))) }, 1);
        assert!(after.overview.is_some());
        assert_eq!(hosts(&after), Some(5));
    }

    #[test]
    fn a_comparison_outlives_texts_that_break_and_no_other_before() {
        let compared = |before: u32, after: u32, found: Found| {
            let pair = Pair { before, after, istio: "current".to_owned(), order: Vec::new() };
            Answer { comparison: Some(Comparison { pair, found }), ..answer(after, false, None) }
        };
        let after = |outcome: &Outcome| outcome.comparison.as_ref().unwrap().pair.after;
        let rollout = Found::Rollout(Rollout(Box::default()));
        let good = Outcome::default().answered(&compared(1, 1, rollout.clone()), 1);
        let broken = good.answered(&compared(1, 2, Found::BrokenAfter), 1);
        assert_eq!(after(&broken), 1);
        assert_eq!(after(&broken.answered(&compared(1, 3, rollout), 1)), 3);
        assert_eq!(after(&good.answered(&compared(2, 2, Found::BrokenAfter), 1)), 2);
        assert_eq!(after(&good.answered(&answer(2, false, None), 1)), 1, "none was asked for");
    }

    #[test]
    fn an_answer_about_a_place_leaves_the_result() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let beside = Answer { revision: 1, beside: true, ..Answer::default() };
        assert_eq!(good.failed(&Failure::Slow).answered(&beside, 1), good);
    }

    #[test]
    fn failures_leave_the_result() {
        let good = Outcome::default().answered(&answer(1, false, Some(view("a", 2))), 1);
        let slow = good.failed(&Failure::Slow);
        assert_eq!((hosts(&slow), slow.health), (Some(2), Health::Slow));
        assert_eq!(good.failed(&Failure::Restarted), good);
    }
}

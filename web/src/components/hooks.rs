//! What the page does beside being seen: it asks the engine, keeps texts and choices, and sets the colours.

use std::rc::Rc;

use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::Timeout,
};
use wasm_bindgen::JsCast;
use web_sys::EventTarget;
use yew::prelude::*;

use crate::{
    browser::{self, LocalStorage, TabStorage},
    engine::{Engine, UPDATE},
    state::{
        Action, App, Notice, Storage, Stroke, Theme, action, forget_files, store_before, store_files,
        store_fragment, store_recent, store_settings, store_tests,
    },
};

/// How long typing pauses before the texts are written to the storage.
const PAUSE: u32 = 400;

/// Asks whenever there is another question.
#[hook]
pub fn use_engine(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    let engine = use_memo((), move |()| {
        Engine::start(Callback::from(move |event| dispatch.dispatch(Action::Engine(event))))
    });
    let (files, before) = (Rc::clone(app.files.list()), Rc::clone(&app.before.text));
    use_effect_with(app.question(), move |question| {
        if let Some(question) = question {
            engine.ask(question.clone(), files, before);
        }
    });
}

/// Says when typing pauses.
#[hook]
pub fn use_pauses(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    use_effect_with(app.files.revision, move |revision| {
        let revision = *revision;
        let later = Timeout::new(PAUSE, move || dispatch.dispatch(Action::Rest(revision)));
        move || drop(later)
    });
}

/// Keeps texts and choices once they rest, and when the page is left.
#[hook]
pub fn use_keeping(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    use_effect_with(app.settings_to_keep(), move |settings| {
        tell(&dispatch, store_settings(&LocalStorage, settings));
    });

    let dispatch = app.dispatcher();
    let (untouched, linked) = (app.is_untouched(), app.visit.own.is_some());
    use_effect_with((app.files.clone(), linked, untouched), move |(files, linked, untouched)| {
        let list = Rc::clone(files.list());
        if !linked || *untouched {
            forget_files(&TabStorage);
        }
        let storage: &dyn Storage = if *linked { &TabStorage } else { &LocalStorage };
        let linked = *linked;
        let keep = move || {
            // The edited text belongs to this address, whose own link may not be made yet.
            if linked {
                store_fragment(&TabStorage, &browser::fragment());
            }
            match store_files(storage, &list) {
                Some(notice) => dispatch.dispatch(Action::Tell(notice)),
                None => dispatch.dispatch(Action::Dismiss(Notice::TooLongToKeep)),
            }
        };
        let tasks = (!*untouched).then(|| once_it_rests(keep));
        move || drop(tasks)
    });

    let dispatch = app.dispatcher();
    // What a link brought is in the link.
    use_effect_with((app.before.clone(), linked), move |(before, linked)| {
        let untouched = before.revision == 0 || *linked;
        let before = before.clone();
        let keep = move || tell(&dispatch, store_before(&LocalStorage, &before));
        let tasks = (!untouched).then(|| once_it_rests(keep));
        move || drop(tasks)
    });

    let dispatch = app.dispatcher();
    use_effect_with((app.tests.clone(), linked), move |(tests, linked)| {
        let untouched = tests.revision == 0 || *linked;
        let tests = tests.clone();
        let keep = move || tell(&dispatch, store_tests(&LocalStorage, &tests));
        let tasks = (!untouched).then(|| once_it_rests(keep));
        move || drop(tasks)
    });

    let dispatch = app.dispatcher();
    let first = use_mut_ref(|| true);
    use_effect_with(app.recent.clone(), move |recent| {
        if !first.replace(false) {
            tell(&dispatch, store_recent(&LocalStorage, recent));
        }
    });
}

/// Does what keys mean wherever they are pressed.
#[hook]
pub fn use_keys(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    use_effect_with((), move |()| {
        // Before the editor, which has a meaning of its own for some.
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let document = gloo::utils::document();
        let keys = EventListener::new_with_options(&document, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            // Where it was pressed, also inside of the editor, which keeps that to itself.
            let target: Option<EventTarget> = event.composed_path().get(0).dyn_into().ok();
            let stroke = Stroke {
                key: &event.key(),
                command: event.ctrl_key() || event.meta_key(),
                shift: event.shift_key(),
                typing: browser::takes_letters(target.as_ref()),
            };
            if let Some(action) = action(stroke).filter(|_| !event.alt_key()) {
                event.prevent_default();
                event.stop_propagation();
                dispatch.dispatch(action);
            }
        });
        move || drop(keys)
    });
}

fn tell(dispatch: &UseReducerDispatcher<App>, notice: Option<Notice>) {
    if let Some(notice) = notice {
        dispatch.dispatch(Action::Tell(notice));
    }
}

/// Does something after a pause, and when the page is left before that is over.
fn once_it_rests(keep: impl Fn() + Clone + 'static) -> (Timeout, EventListener) {
    let later = Timeout::new(PAUSE, keep.clone());
    let leaving = EventListener::new(&gloo::utils::window(), "pagehide", move |_| keep());
    (later, leaving)
}

/// Tells of a newer version of the page.
#[hook]
pub fn use_updates(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    use_effect_with((), move |()| {
        let tell = move |_: &Event| dispatch.dispatch(Action::Tell(Notice::Newer));
        let listening = EventListener::new(&gloo::utils::window(), UPDATE, tell);
        move || drop(listening)
    });
}

/// Sets the colours of the whole document.
#[hook]
pub fn use_theme(theme: Theme) {
    use_effect_with(theme, |theme| {
        let Some(root) = browser::root() else { return };
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            chosen => root.set_attribute("data-theme", chosen.as_str()),
        };
    });
}

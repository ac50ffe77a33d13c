//! The address bar: it follows what is shown, and what it is given is opened.

use gloo::{events::EventListener, timers::callback::Timeout};
use yew::prelude::*;

use crate::{
    browser::{self, LocalStorage, TabStorage},
    state::{Action, App, Step, Storage, store_files, store_fragment},
};

/// How long nothing changes before the link is made; the texts are kept sooner.
const PAUSE: u32 = 500;

/// Keeps the address and the page together.
#[hook]
pub fn use_address(app: &UseReducerHandle<App>) {
    let dispatch = app.dispatcher();
    use_effect_with((), move |()| {
        let went = move |_: &Event| dispatch.dispatch(Action::Visit(Step::Went(browser::fragment())));
        let listener = EventListener::new(&gloo::utils::window(), "hashchange", went);
        move || drop(listener)
    });

    let dispatch = app.dispatcher();
    let missing = app.link().is_none();
    use_effect_with(
        (app.files.revision, app.settings.clone(), app.ask.clone(), app.order.clone(), missing),
        move |_| {
            let rests = Timeout::new(PAUSE, move || dispatch.dispatch(Action::Visit(Step::Rests)));
            let rests = missing.then_some(rests);
            move || drop(rests)
        },
    );

    let linked = app.visit.own.is_some();
    use_effect_with((app.fragment(), linked, app.visit.went), |(fragment, linked, _)| {
        let Some(fragment) = fragment else { return };
        browser::set_fragment(fragment);
        let storage: &dyn Storage = if *linked { &TabStorage } else { &LocalStorage };
        store_fragment(storage, fragment);
    });

    // The pause in which a person's own text would have been kept may not be over when a link is opened.
    use_effect_with(app.visit.own.clone(), |own| {
        if let Some(own) = own {
            store_files(&LocalStorage, &own.files);
        }
    });
}

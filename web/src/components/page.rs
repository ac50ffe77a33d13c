//! The whole page.

use yew::prelude::*;

use super::{
    address::use_address,
    banners::Banners,
    divider::Divider,
    editor_pane::EditorPane,
    ground::{Ground, Names},
    header::Header,
    hooks::{use_engine, use_keeping, use_keys, use_pauses, use_theme, use_updates},
    overlay::overlay,
    pane_switch::pane_switch,
    result_pane::ResultPane,
    status_line::status_line,
};
use crate::{
    browser::{self, LocalStorage, TabStorage},
    engine::Overview,
    state::{
        App, EXAMPLES, Health, Pane, Shared, restore, restore_before, restore_kept, restore_recent,
        restore_tests,
    },
};

#[component]
pub fn Page() -> Html {
    let app = use_reducer(|| {
        let (files, settings) = restore(&LocalStorage);
        App::open(files, settings, &EXAMPLES[0])
            .with_kept(restore_before(&LocalStorage), restore_recent(&LocalStorage))
            .with_tests(restore_tests(&LocalStorage))
            .arrived(&browser::fragment(), restore_kept(&LocalStorage, &TabStorage))
    });
    use_engine(&app);
    use_pauses(&app);
    use_keeping(&app);
    use_address(&app);
    use_theme(app.settings.theme);
    use_updates(&app);
    use_keys(&app);

    let nothing = use_memo((), |_| Shared::from(Overview::default()));
    let overview = app.outcome.overview.clone().unwrap_or_else(|| (*nothing).clone());
    let names = use_memo(overview.clone(), |overview| Names::new(app.dispatcher(), overview));
    let ground =
        Ground { names: (*names).clone(), overview, files: app.files.clone(), order: app.order.clone() };
    let split = use_node_ref();
    use_effect_with((split.clone(), app.settings.split), |(split, percent)| {
        // Through the object model, since the policy forbids style attributes.
        if let Some(split) = split.cast::<web_sys::HtmlElement>() {
            let _ = split.style().set_property("--split", &format!("{percent}%"));
        }
    });
    let pane = match app.settings.pane {
        Pane::Editor => "editor",
        Pane::Result => "result",
    };
    html! {
        <ContextProvider<Names> context={(*names).clone()}>
        <ContextProvider<Ground> context={ground.clone()}>
            <div class="page" data-pane={pane}>
                <Header files={app.files.clone()} settings={app.settings.clone()} sharing={app.sharing()} />
                <main class="panes" ref={split}>
                    <EditorPane
                        key={app.file}
                        files={app.files.clone()}
                        file={app.file}
                        current={app.outcome.revision == app.files.revision}
                        settled={app.outcome.health != Health::Starting || app.files.is_blank()}
                        goal={app.goal.clone()}
                        pointed={app.pointed.clone()}
                        mended={app.mended.clone()}
                        said={app.said.clone()}
                    />
                    <Divider split={app.settings.split} />
                    <section class="result" aria-label="What Istio makes of it">
                        <Banners
                            notices={app.notices.clone()}
                            outcome={app.outcome.clone()}
                            behind={app.outcome.revision != app.files.revision}
                        />
                        <ResultPane
                            blank={app.files.is_blank()}
                            settings={app.settings.clone()}
                            outcome={app.outcome.clone()}
                            filter={app.filter.clone()}
                            cursor={app.cursor}
                            ask={app.ask.clone()}
                            recent={app.recent.clone()}
                            before={app.before.clone()}
                            pair={app.pair()}
                            tests={app.tests.clone()}
                            tested={app.tested.clone()}
                        />
                    </section>
                </main>
                {pane_switch(&ground, app.settings.pane)}
                {status_line(&ground, &app.outcome, app.files.is_blank(), app.found)}
            </div>
            {overlay(&ground, &app)}
        </ContextProvider<Ground>>
        </ContextProvider<Names>>
    }
}

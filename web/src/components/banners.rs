//! What stands above the result: what is wrong with it, and what a person should know.

use std::rc::Rc;

use yew::prelude::*;

use super::{
    copy_button::CopyButton,
    ground::{Ground, use_ground},
    icons,
    words::words,
};
use crate::{
    engine::update,
    state::{Action, Health, Notice, Outcome, Shown, Step},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub notices: Vec<Notice>,
    pub outcome: Outcome,
    /// Whether the result is of an older text.
    pub behind: bool,
}

#[component]
pub fn Banners(props: &Props) -> Html {
    let ground = use_ground();
    html! {
        <div class="banners" aria-live="polite">
            {engine_banner(&ground, &props.outcome, props.behind)}
            {broken_banner(&ground, props.outcome.shown)}
            for notice in &props.notices {
                {notice_banner(&ground, notice)}
            }
        </div>
    }
}

/// Why the engine does not answer.
fn engine_banner(ground: &Ground, outcome: &Outcome, behind: bool) -> Html {
    let older =
        if outcome.view.is_some() && behind { " What stands below is of an earlier text." } else { "" };
    match &outcome.health {
        Health::Starting | Health::Well => Html::default(),
        Health::Slow => html! {
            <p class="banner warning">
                <span>{"The analysis took too long and was ended; your text is untouched."}{older}</span>
                <button type="button" class="button" onclick={ground.on_click(Action::Wait)}>
                    {"Let it run for up to a minute"}
                </button>
            </p>
        },
        Health::Panicked(message) => html! {
            <p class="banner error">
                <span>
                    {"The engine broke on this text and has been started again; your text is untouched."}{older}
                    <code class="block">{message}</code>
                </span>
            </p>
        },
        Health::Unavailable(message) => html! {
            <p class="banner error">
                {format!("The engine could not be started ({message}). Your text stays here; the next edit tries again.")}
            </p>
        },
    }
}

/// Where YAML cannot be read on, and what is shown meanwhile.
fn broken_banner(ground: &Ground, shown: Shown) -> Html {
    let rest = match shown {
        Shown::Whole => return Html::default(),
        Shown::Stale => " The routes below are the last ones that could be read.",
        Shown::Partial => " What stands below is the rest of the YAML.",
    };
    let Some(broken) = &ground.overview.broken else { return Html::default() };
    let place = ground.overview.place(&broken.file, broken.range);
    let (file, line) = ground.line(&place);
    html! {
        <p class="banner error">
            <span>
                <button type="button" class="link" onclick={ground.reveal(&place)}>{file}{line}</button>
                {" "}{words(&broken.message)}{rest}
            </span>
            if shown == Shown::Stale {
                <button type="button" class="button" onclick={ground.on_click(Action::Partial)}>
                    {"Show the rest"}
                </button>
            }
        </p>
    }
}

fn notice_banner(ground: &Ground, notice: &Notice) -> Html {
    let (class, text) = match notice {
        Notice::Look(look) => ("look", format!("Look: {look}")),
        Notice::Replaced { title, .. } => ("info", format!("“{title}” took the place of your text.")),
        Notice::Flipped(difference) => ("info", difference.clone()),
        Notice::FromLink => ("info", "This text came from a link. Your own is kept.".to_owned()),
        Notice::BrokenLink { why, .. } => ("error", format!("{why} What you see here is not from it.")),
        Notice::StorageDenied => {
            ("warning", "This browser keeps nothing for the page: a reload will lose your text.".to_owned())
        }
        Notice::TooLongToKeep => {
            ("warning", "This text is too long to be kept over a reload. Everything else works.".to_owned())
        }
        Notice::Restarted => {
            ("info", "The engine was gone and has been started again. Your text is untouched.".to_owned())
        }
        Notice::PlainEditor => {
            ("warning", "The editor could not be loaded; this plain text field does its work.".to_owned())
        }
        Notice::Newer => ("info", "There is a newer version of Pilothouse. Your text stays.".to_owned()),
    };
    let visit = |step: Step| ground.on_click(Action::Visit(step));
    html! {
        <div class={classes!("banner", class)}>
            <span>{text}</span>
            if let Notice::FromLink = notice {
                <button type="button" class="button" onclick={visit(Step::OwnText)}>{"Back to my text"}</button>
                <button type="button" class="button" onclick={visit(Step::KeepLinked)}>{"Keep this one instead"}</button>
            }
            if let Notice::BrokenLink { held, rest, .. } = notice {
                if !rest.files.is_empty() {
                    <button type="button" class="button" onclick={visit(Step::Rest(Rc::clone(rest)))}>
                        {"Open what could be read"}
                    </button>
                }
                <CopyButton label="Copy what was in it" text={AttrValue::from(Rc::clone(held))} />
                <button type="button" class="button" onclick={visit(Step::Empty)}>{"Open empty"}</button>
            }
            if let Notice::Replaced { before, kept, .. } = notice {
                <button
                    type="button"
                    class="button"
                    onclick={ground.on_click(Action::Back(before.clone(), kept.clone()))}
                >
                    {"Take my text back"}
                </button>
            }
            if *notice == Notice::Newer {
                <button type="button" class="button" onclick={|_| update()}>{"Start it"}</button>
            }
            <button
                type="button"
                class="close"
                aria-label="Put this message away"
                onclick={ground.on_click(Action::Dismiss(notice.clone()))}
            >
                {icons::cross()}
            </button>
        </div>
    }
}

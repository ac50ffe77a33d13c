//! What stands above the result: what is wrong with it, and what a person should know.

use yew::prelude::*;

use super::{ground::use_ground, icons, words::Words};
use crate::state::{Action, Health, Notice, Outcome, Shown};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub notices: Vec<Notice>,
    pub outcome: Outcome,
    /// Whether the result is of an older text.
    pub behind: bool,
}

#[component]
pub fn Banners(props: &Props) -> Html {
    html! {
        <div class="banners" aria-live="polite">
            <EngineBanner outcome={props.outcome.clone()} behind={props.behind} />
            <BrokenBanner outcome={props.outcome.clone()} />
            for notice in &props.notices {
                <NoticeBanner notice={notice.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct EngineProps {
    outcome: Outcome,
    behind: bool,
}

/// Why the engine does not answer.
#[component]
fn EngineBanner(props: &EngineProps) -> Html {
    let ground = use_ground();
    let wait = Callback::from(move |_| ground.dispatch.dispatch(Action::Wait));
    let older = if props.outcome.view.is_some() && props.behind {
        " What stands below is of an earlier text."
    } else {
        ""
    };
    match &props.outcome.health {
        Health::Starting | Health::Well => Html::default(),
        Health::Slow => html! {
            <p class="banner warning">
                <span>
                    {"The analysis took too long and was ended; your text is untouched."}{older}
                </span>
                <button type="button" class="button" onclick={wait}>{"Let it run for up to a minute"}</button>
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
                {format!("This browser does not let the page start its engine ({message}). Your text stays here.")}
            </p>
        },
    }
}

#[derive(PartialEq, Properties)]
struct BrokenProps {
    outcome: Outcome,
}

/// Where YAML cannot be read on, and what is shown meanwhile.
#[component]
fn BrokenBanner(props: &BrokenProps) -> Html {
    let ground = use_ground();
    let broken = ground.overview.broken.as_ref();
    let Some(broken) = broken.filter(|_| props.outcome.shown != Shown::Whole) else { return Html::default() };
    let place = ground.place(&broken.file, broken.range);
    let partial = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Partial))
    };
    let (file, line) = ground.line(&place);
    let stale = props.outcome.shown == Shown::Stale;
    html! {
        <p class="banner error">
            <span>
                <button type="button" class="link" onclick={ground.reveal(&place)}>{file}{line}</button>
                {" "}
                <Words text={broken.message.clone()} />
                {if stale {
                    " The routes below are the last ones that could be read."
                } else {
                    " What stands below is the rest of the YAML."
                }}
            </span>
            if stale {
                <button type="button" class="button" onclick={partial}>{"Show the rest"}</button>
            }
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct NoticeProps {
    notice: Notice,
}

#[component]
fn NoticeBanner(props: &NoticeProps) -> Html {
    let ground = use_ground();
    let (class, text) = match &props.notice {
        Notice::Look(look) => ("look", format!("Look: {look}")),
        Notice::Replaced { title, .. } => ("info", format!("“{title}” took the place of your text.")),
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
    };
    let back = match &props.notice {
        Notice::Replaced { before, .. } => {
            let (dispatch, before) = (ground.dispatch.clone(), before.clone());
            Some(Callback::from(move |_| dispatch.dispatch(Action::Back(before.clone()))))
        }
        _ => None,
    };
    let away = {
        let (dispatch, notice) = (ground.dispatch.clone(), props.notice.clone());
        Callback::from(move |_| dispatch.dispatch(Action::Dismiss(notice.clone())))
    };
    html! {
        <p class={classes!("banner", class)}>
            <span>{text}</span>
            if let Some(onclick) = back {
                <button type="button" class="button" {onclick}>{"Take my text back"}</button>
            }
            <button type="button" class="close" aria-label="Put this message away" onclick={away}>
                {icons::cross()}
            </button>
        </p>
    }
}

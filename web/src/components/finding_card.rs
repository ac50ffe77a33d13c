//! A finding: what happens to whom, where, and what to do.

use pilothouse_report::{Finding, WireRequest};
use yew::prelude::*;

use super::{
    ground::use_ground,
    origin_link::OriginLink,
    words::{Words, first_sentence, visible},
};
use crate::{browser, state::Action};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub finding: Finding,
}

#[component]
pub fn FindingCard(props: &Props) -> Html {
    let ground = use_ground();
    let finding = &props.finding;
    let place = ground.place(&finding.file, finding.range);
    let onclick = {
        let (dispatch, place) = (ground.dispatch.clone(), place.clone());
        Callback::from(move |_: MouseEvent| {
            if !browser::text_is_marked() {
                dispatch.dispatch(Action::Reveal(place.clone()));
            }
        })
    };
    let (first, rest) = first_sentence(&finding.message);
    html! {
        <article
            class={classes!("finding", finding.severity.clone())}
            {onclick}
            onmouseenter={ground.point(Some(place.clone()))}
            onmouseleave={ground.point(None)}
        >
            <h4>
                <span class="unseen">{format!("{}: ", finding.severity)}</span>
                <Words text={first.to_owned()} />
            </h4>
            if !rest.is_empty() {
                <p><Words text={rest.to_owned()} /></p>
            }
            if let Some(help) = &finding.help {
                <p class="help"><Words text={help.clone()} /></p>
            }
            <ul class="places">
                <li><OriginLink {place} /></li>
                for related in &finding.related {
                    <li>
                        <OriginLink place={ground.place(&related.file, related.range)} />
                        <span class="what"><Words text={related.message.clone()} /></span>
                    </li>
                }
            </ul>
            if let Some(witness) = finding.witness.clone() {
                <Try {witness} />
            }
            <p class="codes">
                <span class={classes!("severity", finding.severity.clone())}>{&finding.severity}</span>
                <span class="rule">{&finding.code}</span>
                for alias in &finding.aliases {
                    <span class="alias">{alias}</span>
                }
            </p>
        </article>
    }
}

#[derive(PartialEq, Properties)]
struct TryProps {
    witness: WireRequest,
}

/// Sends the request that shows the finding.
#[component]
fn Try(props: &TryProps) -> Html {
    let ground = use_ground();
    let witness = &props.witness;
    let after_host = witness.url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    let label = format!("Try {} {}", witness.method, visible(after_host.unwrap_or("/")));
    let onclick = {
        let witness = witness.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            ground.dispatch.dispatch(Action::Try(witness.clone()));
        })
    };
    html! {
        <button type="button" class="button try" title={visible(&witness.url)} {onclick}>{label}</button>
    }
}

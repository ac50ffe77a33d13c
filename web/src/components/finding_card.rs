//! A finding: what happens to whom, where, and what to do.

use pilothouse_report::{Finding, WireRequest};
use yew::prelude::*;

use super::{
    ground::{Ground, use_ground},
    origin_link::origin_link,
    words::{first_sentence, visible, words},
};
use crate::{
    browser,
    state::{Action, Shared},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub finding: Shared<Finding>,
}

#[component]
pub fn FindingCard(props: &Props) -> Html {
    let ground = use_ground();
    let finding = &*props.finding;
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
            <h3>
                <span class="unseen">{format!("{}: ", finding.severity)}</span>
                {words(first)}
            </h3>
            if !rest.is_empty() {
                <p>{words(rest)}</p>
            }
            if let Some(help) = &finding.help {
                <p class="help">{words(help)}</p>
            }
            <ul class="places">
                <li>{origin_link(&ground, &place)}</li>
                for related in &finding.related {
                    <li>
                        {origin_link(&ground, &ground.place(&related.file, related.range))}
                        <span class="what">{words(&related.message)}</span>
                    </li>
                }
            </ul>
            <div class="foot">
                if let Some(witness) = &finding.witness {
                    {try_button(&ground, witness)}
                }
                if let Some(key) = swapped(finding) {
                    {swap_button(&ground, key)}
                }
                <span class={classes!("severity", finding.severity.clone())}>{&finding.severity}</span>
                <span class="rule">{&finding.code}</span>
                for alias in &finding.aliases {
                    <span class="alias">{alias}</span>
                }
            </div>
        </article>
    }
}

/// Of two VirtualServices whose order is not known, the one that comes second by name.
fn swapped(finding: &Finding) -> Option<String> {
    if finding.code != "order-dependent-routes" {
        return None;
    }
    let keys = finding.resource.iter().chain(finding.related.iter().filter_map(|it| it.resource.as_ref()));
    let services = keys.filter(|key| key.kind == "VirtualService");
    let last = services.max_by(|a, b| (&a.name, &a.namespace).cmp(&(&b.name, &b.namespace)))?;
    Some(format!("{}/{}/{}", last.kind, last.namespace, last.name))
}

/// Shows what the other order makes of it.
fn swap_button(ground: &Ground, key: String) -> Html {
    let dispatch = ground.dispatch.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        dispatch.dispatch(Action::Oldest(key.clone()));
    });
    html! { <button type="button" class="button" {onclick}>{"Swap the order"}</button> }
}

/// Sends the request that shows the finding.
fn try_button(ground: &Ground, witness: &WireRequest) -> Html {
    let after_host = witness.url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    let label = format!("Try {} {}", witness.method, visible(after_host.unwrap_or("/")));
    let (dispatch, request) = (ground.dispatch.clone(), witness.clone());
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        dispatch.dispatch(Action::Try(request.clone()));
    });
    html! {
        <button type="button" class="button" title={visible(&witness.url)} {onclick}>{label}</button>
    }
}
